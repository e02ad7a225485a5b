"""What of the weekly reports was delivered: by message, at the terminal, on the page, by a liaison's own link; and the table of it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from browser_kit import PageAt, fits
from console_kit import PUBLIC, House
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import select
from stage import png
from test_recorded import run
from wechat_sender import xml
from weekly_kit import MONDAY, PLANNED_AT, SUNDAY, WEEK, figures, monday, states, watch, write_contract

from content import place_table
from content.lineage import spot_of
from content.place_changes import New, Order, split
from content.place_models import Place
from scheduler import report_desk, weekly_sent
from scheduler.counted_rows import ROWS
from scheduler.counting import COUNTS

SMALL = """code,level,name,parent_code
1,district,长河区,
11,street,东桥街道,1
12,street,西桥街道,1
1101,community,槐树里社区居委会,11
1102,community,新风一社区居委会,11
1201,community,新风二社区居委会,12
"""
YEAR = (date(2026, 12, 1), date(2027, 11, 30))


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """An office whose reports of a week are made: 联络 is there for 东桥街道, 街道 for a community of the other street."""
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        (made.folder / "places.csv").write_text(SMALL, encoding="utf-8")
        write_contract(made.folder)
        made.at(PLANNED_AT)
        with made.parts.store.transaction() as session:
            place_table.load(session, place_table.read(made.folder), by="测试", now=made.now)
        run(made, "assign", "联络", "东桥街道", "--from", "2026-12-01", command="person")
        run(made, "assign", "街道", "新风二", "--from", "2026-12-01", command="person")
        figures(made.parts, MONDAY - timedelta(days=1), {"registered": {"1101": 90, "1102": 80}}, "before")
        figures(made.parts, SUNDAY, {"registered": {"1101": 100, "1102": 81, "1201": 70}})
        monday(made.parts)
        yield made


def count(house: House) -> int | None:
    with house.parts.store.reading() as session:
        found = COUNTS["reports"](session, *YEAR).value
        assert found == sum(row.value for row in ROWS["reports"](session, *YEAR))
        return found


def lacks(house: House) -> list[str]:
    with house.parts.store.reading() as session:
        return [lack for row in weekly_sent.rows(session, *YEAR) for lack in row.lacks]


def _picture(house: House, who: str) -> str:
    """Send a picture message and return the answer."""
    sent = xml(
        ToUserName="gh_simulator", FromUserName=f"openid-{who}", CreateTime=int(house.now.timestamp()), MsgType="image",
        MediaId="m1", PicUrl="http://mmbiz.qpic.cn/x", MsgId=77,
    )  # fmt: skip
    return house.wechat.opened(house.wechat.post(sent))["Content"]


def later(house: House, minutes: int = 1) -> datetime:
    house.later(minutes=minutes)
    return house.now


# by message ----------------------------------------------------------------------------------------------------------


def test_files_in_a_folder_do_not_count_and_a_sending_counts_each_community_once(house: House) -> None:
    assert count(house) == 0
    said = house.say("联络", "已发群 东桥")
    assert said.startswith(
        f"已记下：东桥街道 {WEEK} 的周报 2 份已发群（送达1）。\n请在 10 分钟内把发送的截图作为图片发来"
    )
    assert said.endswith("没有截图的送达，验收时算材料不全。")
    assert (count(house), lacks(house)) == (2, ["发群截图", "发群截图"])
    assert _picture(house, "联络") == "图片已收到，附在东桥街道2026-W50送达1上。"
    assert (count(house), lacks(house)) == (2, [])
    assert house.say("运营", "已发群 东桥街道 第50周").startswith("早已记过：东桥街道")
    assert count(house) == 2
    assert "已发邮件（送达2）" in house.say("运营", "已发邮件 西桥街道")
    assert count(house) == 3


def test_a_correction_after_delivery_is_told_and_its_resending_counts_no_second_time(house: House) -> None:
    house.say("联络", "已发群 东桥")
    watch(house.parts, later(house))
    figures(house.parts, SUNDAY, {"registered": {"1102": 88}}, "corrected")
    monday(house.parts, later(house))
    watch(house.parts, later(house))
    assert [one for one in house.alarms() if "有 1 份周报送达后又更正了，请重发新版：新风一社区居委会 2026-W50" in one]
    assert count(house) == 2
    assert "其中 1 份是更正后的重发，不重复计数。" in house.say("联络", "已发群 东桥")
    assert "更正" not in house.say("联络", "已发邮件 东桥")
    watch(house.parts, later(house))
    assert (count(house), house.alarms()) == (2, [])


def test_the_same_version_by_another_way_is_no_correction(house: House) -> None:
    house.say("联络", "已发群 东桥")
    said = house.say("联络", "已发邮件 新风一社区")
    assert said.startswith("已记下：新风一社区 ")
    assert "更正" not in said
    assert count(house) == 2


def test_what_was_sent_counts_while_its_correction_is_not_made_yet(house: House) -> None:
    _receives(house)
    watch(house.parts, later(house))
    figures(house.parts, SUNDAY, {"registered": {"1101": 105}}, "corrected")
    watch(house.parts, later(house))
    assert states(house.parts)["1101"] == ["made", "planned"]
    link, somebody = _link(house, "街道"), house.visitor()
    assert "注册用户 100 人" in somebody.get(f"{link}/1101").text
    seen = re.findall(r'src="([^"]+seen\.png[^"]*)"', somebody.page.text)[0]
    monday(house.parts, later(house))  # the correction is made while they read
    assert somebody.get(seen).status_code == 200
    assert count(house) == 1
    assert somebody.get(f"{link}/1101/seen.png?v={10**30}").status_code == 409  # a version that never was
    watch(house.parts, later(house))
    assert [one for one in house.alarms() if "请重发新版：槐树里社区居委会" in one]  # they have seen the first one
    figures(house.parts, SUNDAY, {"registered": {"1101": 106}}, "again")
    watch(house.parts, later(house))
    assert house.say("联络", "已发群 东桥").startswith(f"已记下：东桥街道 {WEEK} 的周报 2 份已发群")
    assert count(house) == 2


def test_what_cannot_have_been_delivered_is_not_recorded(house: House) -> None:
    for who, words, told in (
        ("联络", "已发群 西桥街道", "西桥街道不归联络负责，没有记。"),
        ("联络", "已发群", "请写是哪个街道的周报"),
        ("联络", "已发群 南桥街道", "没有叫“南桥街道”的街道或社区"),
        ("联络", "已发群 东桥 第40周", "不在合同的周里"),
        ("联络", "已发群 东桥 2026-W51", "的周报还没有生成，没有记"),
        ("编辑", "已发群 东桥", "不归编辑用"),
    ):
        assert told in house.say(who, words), words
    assert count(house) == 0


def test_the_weekly_word_means_the_account_for_operators_and_own_places_for_liaisons(house: House) -> None:
    assert house.say("运营", "周报").startswith("周报（12月7日—12月13日")
    assert house.say("运营", "周报 槐树里").startswith("东桥街道槐树里社区周报，2026年第50周")
    street = house.say("运营", "周报 东桥街道")
    assert "注册用户合计 181 人，比上周 +11。" in street
    own = house.say("街道", "周报")
    assert "您负责的 1 个社区里有 1 个" in own
    assert "注册用户 70 人。" in own
    assert "不归联络看" in house.say("联络", "周报 新风二")
    assert count(house) == 0


# a liaison's link ----------------------------------------------------------------------------------------------------


def _link(house: House, who: str) -> str:
    found = re.search(r"http://\S+", house.say(who, "周报"))
    assert found is not None
    return found[0].replace(PUBLIC, house.site)


def _receives(house: House) -> None:
    """街道 is 甲方's 社区对接人 of 槐树里, too."""
    run(house, "assign", "街道", "槐树里", "--from", "2026-12-01", command="person")


def test_a_liaisons_link_shows_their_own_places_without_log_in_and_counts_once_opened(house: House) -> None:
    _receives(house)
    link, somebody = _link(house, "街道"), house.visitor()
    assert somebody.get(link).status_code == 200
    assert "槐树里社区" in somebody.text
    assert "新风一" not in somebody.text
    assert count(house) == 0  # programs that only look whether a link is one open it, too
    assert somebody.get(f"{link}/1101").status_code == 200
    assert "注册用户 100 人，比上周增加 10 人" in somebody.text
    assert "街道 于 2026-12-14" in somebody.text
    assert (count(house), somebody.get(f"{link}/1102").status_code) == (0, 404)
    for _ in range(2):
        assert somebody.get(f"{link}/1101/seen.png").headers["Content-Type"] == "image/png"
    assert (count(house), lacks(house)) == (1, [])
    assert somebody.get(link[:-3] + "abc").status_code == 410
    house.at(PLANNED_AT + timedelta(days=7, minutes=1))
    assert somebody.get(link).status_code == 410
    assert "请在微信里给公众号发“周报”" in somebody.text


def test_whoever_of_the_provider_opens_a_link_has_looked_at_it_and_delivered_nothing(house: House) -> None:
    assert "打开只是看，不记为送达。" in house.say("联络", "周报")
    link, somebody = _link(house, "联络"), house.visitor()
    assert "打开只是看，不记为送达。" in somebody.get(link).text
    assert "seen.png" not in somebody.get(f"{link}/1101").text
    assert somebody.get(f"{link}/1101/seen.png").headers["Content-Type"] == "image/png"
    assert count(house) == 0


def test_a_link_shows_nothing_of_a_place_that_is_the_persons_no_more(house: House) -> None:
    link = _link(house, "街道")
    run(house, "unassign", "街道", "新风二", "--on", "2026-12-13", command="person")
    assert house.visitor().get(f"{link}/1201").status_code == 404
    run(house, "revoke", "街道", "--by", "管理", command="person")
    assert house.visitor().get(link).status_code == 410


def test_the_phone_page_fits_a_phone_and_needs_nothing_beside_it(house: House, page_at: PageAt) -> None:
    _receives(house)
    page = page_at(390)
    page.goto(f"{_link(house, '街道')}/1101")
    page.wait_for_load_state("networkidle")
    assert fits(page)
    assert page.locator("h1").inner_text() == "东桥街道槐树里社区运营数据周报"
    assert page.locator(".tile svg").count() == 1
    assert page.locator("link[rel=stylesheet], script").count() == 0
    assert count(house) == 1  # a person's browser fetches the picture


# at the terminal and on the pages ------------------------------------------------------------------------------------


def test_the_terminal_makes_a_week_records_deliveries_and_takes_one_back(house: House, tmp_path: Path) -> None:
    figures(house.parts, SUNDAY, {"registered": {"1102": 88}}, "corrected")
    (made,) = json.loads(run(house, "weekly", "--week", "W50", "--json", "--by", "运营", command="report")[1])
    assert made == {"week": WEEK, "planned": 1, "made": 2, "failed": []}
    (tmp_path / "截图.png").write_bytes(png("group"))
    sent = run(house, "sent", "东桥", "--scan", str(tmp_path / "截图.png"), "--by", "联络", command="report")
    assert sent == (0, f"已记下：东桥街道 {WEEK} 的周报 2 份已发群（送达1）。")
    assert (count(house), lacks(house)) == (2, [])
    assert "没有截图" not in run(house, "sent", "西桥", "--by", "联络", command="report")[1]  # it is not theirs
    assert run(house, "unsent", "1", "--why", "发错了群", "--by", "运营", command="report")[0] == 0
    assert (count(house), states(house.parts)["1102"]) == (0, ["made", "made"])
    early = run(house, "weekly", "--week", "2026-W51", "--by", "运营", command="report")
    assert (early[0], "还没有过完" in early[1]) == (4, True)


def test_whoever_does_not_make_reports_makes_none_at_the_terminal_and_takes_no_table_of_all(
    house: House, tmp_path: Path
) -> None:
    figures(house.parts, SUNDAY, {"registered": {"1102": 88}}, "corrected")
    for who, why in (
        ("路人甲", "没有名叫路人甲的人"),
        ("联络", "报告由运营或管理员生成"),
        ("主任", "报告由运营或管理员生成"),
    ):
        code, told = run(house, "weekly", "--week", "W50", "--by", who, command="report")
        assert (code, why in told) == (4, True), told
    assert run(house, "weekly", "--week", "W50", command="report")[0] == 4  # whoever is logged in is nobody here
    assert states(house.parts)["1102"] == ["made"]
    code, told = run(house, "weekly", "--xlsx", str(tmp_path / "a.xlsx"), "--by", "联络", command="report")
    assert (code, "完成表由甲方和运营取" in told, (tmp_path / "a.xlsx").exists()) == (4, True, False)


def test_the_table_shows_each_week_of_each_community(house: House, tmp_path: Path) -> None:
    house.say("联络", "已发群 槐树里")
    rows = {row["community"]: row for row in json.loads(run(house, "weekly", "--table", "--json", command="report")[1])}
    assert len(rows["槐树里社区居委会"]) == 3 + 51
    assert [rows["槐树里社区居委会"][week] for week in (WEEK, "2026-W51")] == ["已送达", "未到期"]
    assert rows["新风二社区居委会"][WEEK] == "已生成"
    house.at(PLANNED_AT + timedelta(days=7))
    told = run(house, "weekly", "--table", "--place", "东桥", command="report")[1]
    assert "应送 4 份，已送达 1 份，已生成 1 份，没有做 2 份。" in told
    file = tmp_path / "完成表.xlsx"
    assert run(house, "weekly", "--xlsx", str(file), "--by", "运营", command="report")[0] == 0
    found = load_workbook(file).active
    assert found is not None
    assert [found.cell(1, 3).value, found.cell(2, 3).value] == [WEEK, "已送达"]
    assert str(found.cell(found.max_row, 1).value).startswith("运营 于 2026-12-21 09:00 导出")
    code, told = run(house, "weekly", "--xlsx", str(tmp_path / "b.xlsx"), "--by", "路人甲", command="report")
    assert (code, "没有名叫路人甲的人" in told, (tmp_path / "b.xlsx").exists()) == (4, True, False)
    assert "运营  weekly-table  完成表.xlsx" in run(house, "downloads", command="report")[1]


def test_a_community_that_ends_in_the_middle_of_a_week_owes_no_report_and_its_parts_do(house: House) -> None:
    week, wednesday = "2026-W51", date(2026, 12, 16)
    with house.parts.store.transaction() as session:
        old = spot_of(session.scalars(select(Place).where(Place.code == "1101")).one())
        news = [New("1103", "槐东社区居委会"), New("1104", "槐西社区居委会")]
        split(session, old, news, Order(wednesday, "民〔2026〕9号", "管理", house.now))
    house.at(PLANNED_AT + timedelta(days=7))
    monday(house.parts, house.now)
    assert sorted(states(house.parts, period=week)) == ["1102", "1103", "1104", "1201"]
    assert "周报 3 份已发群" in house.say("联络", "已发群 东桥")
    assert "周报 1 份已发群" in house.say("运营", "已发群 西桥")
    (before,) = [one for one in _table_of(house) if one["code"] == "1101"]
    assert (before[WEEK], before[week]) == ("已生成", "无此社区")
    assert [one[week] for one in _table_of(house) if one["code"] != "1101"] == ["已送达"] * 4


def _table_of(house: House) -> list[dict[str, str]]:
    return list(json.loads(run(house, "weekly", "--table", "--json", command="report")[1]))


def test_the_pages_show_everybody_what_is_theirs(house: House) -> None:
    chief, liaison, street = house.visitor("主任"), house.visitor("联络"), house.visitor("街道")
    for one in (chief, liaison, street):
        assert one.get("/console/reports/weekly").status_code == 200
    assert "西桥街道" in chief.get("/console/reports/weekly").text
    assert "西桥街道" not in liaison.get("/console/reports/weekly").text
    assert "新风二社区" in street.get("/console/reports/weekly").text
    assert house.visitor("外聘").get("/console/reports/weekly").status_code == 403
    place = f"/console/reports/weekly/{WEEK}"
    assert liaison.get(f"{place}/12").status_code == 404
    assert street.get(f"{place}/12").status_code == 404
    assert street.get(f"{place}/1201/page").status_code == 200
    assert "街道 于 2026-12-14" in street.text
    assert "记为已送达" not in chief.get(f"{place}/11").text
    assert liaison.get("/console/reports/weekly/2026-W40/11").status_code == 404
    assert "新风二" not in liaison.get("/console/reports/weekly/table").text
    assert liaison.get("/console/reports/weekly/table.xlsx").status_code == 200
    with house.parts.store.reading() as session:
        assert [(one.by, one.subject) for one in report_desk.downloads(session)] == [("联络", "weekly-table")]


def test_the_page_records_a_delivery_with_its_screenshot_and_writes_down_who_took_files_out(house: House) -> None:
    liaison = house.visitor("联络")
    place = f"/console/reports/weekly/{WEEK}/11"
    name = re.findall(r"name=([^\"&]+\.zip)", liaison.get(place).text)[0]
    taken = liaison.get(f"{place}/file?name={name}")
    assert taken.status_code == 200
    _names_alone("联络", taken.content)
    with house.parts.store.reading() as session:
        assert [one.by for one in report_desk.downloads(session)] == ["联络"]
    liaison.get(place)
    assert (
        liaison.press(f"{place}/sent", {"way": "群"}, scan=("截图.png", png("group"), "image/png")).status_code == 200
    )
    assert "已记下。" in liaison.text
    assert (count(house), lacks(house)) == (2, [])
    number = re.findall(r"/console/evidence/(\d+)", liaison.page.text)[0]
    assert liaison.get(f"/console/evidence/{number}").headers["Content-Type"] == "image/png"
    assert house.visitor("街道").get(f"/console/evidence/{number}").status_code == 404
    liaison.get(place)
    liaison.press(f"{place}/unsent", {"number": "1", "why": "发错了"})
    assert count(house) == 0


def _names_alone(person: str, data: bytes) -> None:
    """Every text, page, picture and workbook of a ZIP names who took it out, and nobody else."""
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    assert {name.rpartition(".")[2] for name in files} == {"txt", "html", "xlsx", "png"}
    for name, file in files.items():
        told = _sheets(file) if name.endswith(".xlsx") else _beside(file) if name.endswith(".png") else file.decode()
        assert re.findall(r"(\w+) 于 \d{4}-\d\d-\d\d \d\d:\d\d 导出", told) == [person] * (
            4 if name.endswith(".xlsx") else 1
        ), name


def _beside(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as picture:
        return str(picture.info["Comment"])


def _sheets(data: bytes) -> str:
    return "\n".join(str(cell.value) for sheet in load_workbook(io.BytesIO(data)) for row in sheet for cell in row)
