"""Weekly reports of communities: planned once, made one by one, from figures that are known, in versions."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from sqlalchemy import update
from table_kit import Office
from weekly_kit import (
    MONDAY,
    PLANNED_AT,
    SUNDAY,
    WEEK,
    cell,
    figures,
    file_of,
    make_all,
    monday,
    reports,
    sheet,
    states,
    watch,
    words,
    write_contract,
)

from content.clock import SHANGHAI
from content.lineage_models import PlaceChange
from content.models import Person
from content.place_models import Place
from content.record_models import Record, RecordPlace
from content.weekly_street import LONGEST_TEXT
from scheduler import batches
from scheduler.alarm import ringing
from scheduler.models import Report
from scheduler.weekly_reports import AGAIN_AFTER, STREET

ALL = ["101", "102", "103", "111", "112"]
RANKING = ("排名第", "第一名", "排行", "名次", "倒数")


@pytest.fixture
def house(office: Office) -> Office:
    """An office with a contract that asks for weekly reports, and users of two weeks for three of five communities."""
    write_contract(office.folder)
    figures(
        office.parts, MONDAY - timedelta(days=1), {"registered": {"101": 100, "102": 200}, "real_name": {"101": 50}}
    )
    figures(
        office.parts, SUNDAY, {"registered": {"101": 112, "102": 195, "111": 7}, "real_name": {"101": 55, "102": 80}}
    )
    return office


def alarms(office: Office) -> list[str]:
    with office.parts.store.reading() as session:
        return [one.text for one in ringing(session)]


# planned once --------------------------------------------------------------------------------------------------------


def test_reports_are_planned_on_monday_at_nine_and_only_once(house: Office) -> None:
    watch(house.parts, PLANNED_AT - timedelta(seconds=1))
    assert states(house.parts) == {}
    for _ in range(3):
        watch(house.parts, PLANNED_AT)
    assert states(house.parts) == {code: ["planned"] for code in ALL}
    assert states(house.parts, STREET) == {"10": ["planned"], "11": ["planned"]}
    assert len(make_all(house.parts)) == 7
    assert make_all(house.parts) == []


def test_a_week_that_the_contract_has_only_a_part_of_goes_by_its_rule(house: Office) -> None:
    first = datetime(2026, 12, 7, 9, 0, tzinfo=SHANGHAI)
    watch(house.parts, first)
    assert states(house.parts, period="2026-W49") == {}
    write_contract(house.folder, "touched")
    monday(house.parts, first)
    rows = words(sheet(Path(_path(house, "101", "2026-W49")), "口径"))
    assert "合同期碰到的周都算" in rows
    assert "这一周在合同期内的是 2026-12-01 至 2026-12-06" in rows


def _path(office: Office, code: str, period: str) -> str:
    with office.parts.store.reading() as session:
        report = reports(session, period=period)[code][0]
    return str(next((office.folder / report.path).glob("*.xlsx")))


def test_a_missed_monday_is_made_up_for_and_no_contract_means_no_reports(house: Office) -> None:
    watch(house.parts, PLANNED_AT)
    watch(house.parts, PLANNED_AT + timedelta(weeks=3))
    assert [bool(states(house.parts, period=f"2026-W{n}")) for n in (50, 51, 52, 53)] == [True] * 4
    (house.folder / "contract.toml").unlink()
    watch(house.parts, PLANNED_AT + timedelta(weeks=4))
    assert states(house.parts, period="2027-W01") == {}


# what they tell ------------------------------------------------------------------------------------------------------


def test_the_workbook_tells_the_week_beside_the_communitys_own_past(house: Office) -> None:
    monday(house.parts)
    file = file_of(house.parts, "101", "xlsx")
    letter = sheet(file, "周报")
    assert letter[0][0] == "德胜街道新风社区运营数据周报"
    assert letter[1][0] == "2026年第50周（12月7日—12月13日）"
    said = words(letter)
    assert "注册用户 112 人，比上周增加 12 人。" in said
    assert "本周没有收到平台互动数据。\n本周没有收到群组数据。" in said
    assert [cell(letter, "注册用户（人）", n) for n in (1, 2)] == [112, 12]
    assert [cell(letter, "平台互动（次）", n) for n in (1, 2, 3)] == ["—", "—", "—"]
    assert "只算周一至周日七天都在合同期内的整周" in said
    assert letter[-1][0] == "仅供履约使用，请勿外传。"
    trend = sheet(file, "趋势")
    assert [row[1] for row in trend[11:14]] == ["—", 100, 112]
    assert len(load_workbook(file).sheetnames) == 4
    assert len(load_workbook(file)["趋势"]._charts) == 2


def test_what_is_not_known_is_a_dash_and_said_and_never_zero(house: Office) -> None:
    monday(house.parts)
    other, none = (sheet(file_of(house.parts, code, "xlsx"), "周报") for code in ("111", "103"))
    assert [cell(other, "注册用户（人）", n) for n in (1, 2)] == [7, "—"]
    assert "本周没有收到实名认证用户数据。" in words(other)
    assert [cell(none, "注册用户（人）", n) for n in (1, 2)] == ["—", "—"]
    assert "本周没有收到注册用户和实名认证用户数据。" in words(none)


def test_no_report_compares_communities_unless_the_settings_ask_for_it_and_none_ranks(house: Office) -> None:
    monday(house.parts)
    said = words(sheet(file_of(house.parts, "101", "xlsx"), "周报")) + file_of(house.parts, "101", "html").read_text(
        "utf-8"
    )
    pack = file_of(house.parts, "10", "txt", kind=STREET).read_text("utf-8")
    assert not [word for word in (*RANKING, "平均值", "全区社区平均", "安德") if word in said]
    assert not [word for word in RANKING if word in pack]

    from scheduler import weekly_watch

    later = PLANNED_AT + timedelta(weeks=1)
    figures(house.parts, SUNDAY + timedelta(weeks=1), {"registered": {"101": 100, "102": 200}})
    weekly_watch.watch(house.parts.store, house.folder, later, compare=True)
    make_all(house.parts, later)
    compared = sheet(Path(_path(house, "101", "2026-W51")), "周报")
    assert cell(compared, "注册用户（人）", 4) == 150


def test_interactions_are_counted_once_whoever_brings_them(house: Office) -> None:
    before, parts = MONDAY - timedelta(days=1), house.parts
    figures(parts, before, {"platform_views": {"101": 1000, "object:102:甲": 50, "111": 900}}, "platform")
    figures(
        parts, SUNDAY,
        {"platform_views": {"101": 1500, "object:101:甲": 70, "object:102:甲": 80, "object:102:乙": 5, "103": 40, "111": 800}},
        "platform",
    )  # fmt: skip
    figures(parts, MONDAY, {"platform_views_day": {"102": 7}, "platform_likes_day": {"102": 2}}, "platform-daily")
    figures(parts, SUNDAY, {"platform_views_day": {"102": 8}}, "platform-daily")
    monday(parts)
    letters = {code: sheet(file_of(parts, code, "xlsx"), "周报") for code in ALL}
    assert (
        cell(letters["101"], "平台互动（次）", 1) == 500
    )  # the community's own number, and not its contents' beside it
    assert cell(letters["102"], "平台互动（次）", 1) == 17  # the days, and not the running numbers beside them
    assert "平台互动只收到 2 天的数据。" in words(letters["102"])
    assert cell(letters["103"], "平台互动（次）", 1) == "—"  # a first running number tells nothing of its week
    assert cell(letters["111"], "平台互动（次）", 1) == "—"
    assert "平台浏览的累计数比以前小，本周没有计，请核对。" in words(letters["111"])


def test_running_numbers_of_contents_are_added_new_ones_whole(house: Office) -> None:
    before, parts = MONDAY - timedelta(days=1), house.parts
    figures(parts, before, {"platform_views": {"object:102:甲": 50}}, "platform")
    figures(parts, SUNDAY, {"platform_views": {"object:102:甲": 80, "object:102:乙": 5}}, "platform")
    monday(parts)
    assert cell(sheet(file_of(parts, "102", "xlsx"), "周报"), "浏览（次）", 1) == 35


def test_what_several_weeks_gained_is_told_as_no_single_weeks(house: Office) -> None:
    parts = house.parts
    figures(
        parts, MONDAY - timedelta(weeks=2, days=1),
        {"platform_views": {"101": 100, "object:102:甲": 10}, "platform_likes": {"101": 1}}, "platform",
    )  # fmt: skip
    figures(parts, MONDAY - timedelta(days=1), {"platform_likes": {"101": 4}}, "platform")
    figures(
        parts, SUNDAY,
        {"platform_views": {"101": 160, "object:102:甲": 40, "object:102:乙": 5}, "platform_likes": {"101": 9}}, "platform",
    )  # fmt: skip
    monday(parts)
    for code in ("101", "102"):
        letter = sheet(file_of(parts, code, "xlsx"), "周报")
        assert cell(letter, "浏览（次）", 1) == "—"
        assert "平台浏览的累计数上一周没有收到，本周是多少算不出来。" in words(letter)
        assert "没有收到平台互动数据" not in words(letter)
    likes = sheet(file_of(parts, "101", "xlsx"), "周报")
    assert [cell(likes, "点赞（次）", n) for n in (1, 2)] == [
        5,
        "—",
    ]  # what two weeks gained is no week's to compare with


def test_a_mean_says_over_how_many_weeks_it_is_and_the_bars_when_they_begin(house: Office) -> None:
    for back, value in ((5, 60), (4, 70), (3, 90), (2, 95)):
        figures(house.parts, SUNDAY - timedelta(weeks=back), {"registered": {"101": value}})
    for back in range(10):
        figures(house.parts, SUNDAY - timedelta(weeks=back), {"platform_likes_day": {"101": 4}}, "platform-daily")
    monday(house.parts)
    said = words(sheet(file_of(house.parts, "101", "xlsx"), "周报"))
    assert "注册用户 112 人，比上周增加 12 人；前 8 周中 4 周平均每周变化 +10.0 人。" in said
    assert "；前 8 周平均每周 4.0。" in said
    assert "前 8 周不是周周有数的，只平均有数的周：注册用户 4 周。" in said
    told = file_of(house.parts, "101", "html").read_text("utf-8")
    assert "<span>9月14日起，11月2日起有数</span>" in told


def test_a_sum_is_compared_only_with_weeks_that_have_the_same_parts(house: Office) -> None:
    parts = house.parts
    for back, likes, views in ((3, 5, 400), (2, 6, 500), (1, 7, 480), (0, 8, None)):
        last = SUNDAY - timedelta(weeks=back)
        figures(parts, last, {"platform_likes_day": {"101": likes}}, "platform-daily")
        if views:
            figures(parts, last, {"platform_views_day": {"101": views}}, "platform-views")
    monday(parts)
    letter = sheet(file_of(parts, "101", "xlsx"), "周报")
    assert [cell(letter, "平台互动（次）", n) for n in (1, 2, 3)] == [8, "—", "—"]
    assert [cell(letter, "点赞（次）", n) for n in (1, 2, 3)] == [8, 1, 6]
    assert "本周没有收到平台浏览数据，合计里没有，不和别的周比。" in words(letter)


def test_a_corrected_running_number_reaches_the_two_weeks_after_it(house: Office) -> None:
    parts = house.parts
    for back, value in ((2, 10), (1, 20), (0, 35)):
        figures(parts, SUNDAY - timedelta(weeks=back), {"platform_views": {"101": value}}, "platform")
    monday(parts)
    for _ in range(3):
        watch(parts, PLANNED_AT)  # until nothing is left to look at again
    figures(parts, SUNDAY - timedelta(weeks=2), {"platform_views": {"101": 12}}, "corrected")
    for minute in (1, 2, 3):
        monday(parts, PLANNED_AT + timedelta(minutes=minute))
    assert states(parts)["101"] == ["made", "made"]
    assert cell(sheet(file_of(parts, "101", "xlsx", version=2), "周报"), "浏览（次）", 2) == 7  # 15 after 8


def _record(office: Office, kind: str, day: date, code: str, text: str) -> int:
    with office.parts.store.transaction() as session:
        person = session.get(Person, 1) or Person(name="小东", role="liaison", party="乙方", company="")
        session.add(person)
        session.flush()
        place = session.query(Place).filter(Place.code == code).one()
        facts = f'{{"people": 3, "text": "{text}"}}'
        made = Record(kind=kind, day=day, facts=facts, person_id=person.id, by=person.name, at=office.parts.clock.now())
        session.add(made)
        session.flush()
        session.add(RecordPlace(record_id=made.id, place_id=place.id))
        from content.models import Event

        session.add(Event(subject=f"record:{made.id}", at=office.parts.clock.now(), by="小东", why="记下"))
        return made.id


def test_field_work_of_the_week_stands_with_what_was_for_the_whole_street(house: Office) -> None:
    _record(house, "走访", MONDAY, "101", "讲解注册，电话 13800138000")
    _record(house, "走访", MONDAY - timedelta(days=1), "101", "上一周的")
    _record(house, "培训", SUNDAY, "10", "平台使用")
    _record(house, "培训", SUNDAY, "10", "平台使用")  # a second one of the same day
    monday(house.parts)
    told = file_of(house.parts, "10", "txt", kind=STREET).read_text("utf-8")
    assert "实地工作：走访 1 个社区次；面向全街道的培训 2 次。" in told
    with Image.open(file_of(house.parts, "10", "png", kind=STREET)) as picture:
        assert picture.height == 2 * (112 + 3 * 94 + 24 + 84)
    file = file_of(house.parts, "101", "xlsx")
    work, letter = sheet(file, "实地工作"), sheet(file, "周报")
    assert [row[:3] for row in work[1:3]] == [("2026-12-07", "走访", 3), ("2026-12-13", "培训（全街道）", 3)]
    assert "13800138000" not in words(work)
    assert "上一周的" not in words(work)
    assert "本周实地工作：走访 1 次；面向全街道的 2 次。" in words(letter)
    assert [cell(letter, "走访（次）", n) for n in (1, 2)] == [1, 0]
    assert cell(sheet(file_of(house.parts, "102", "xlsx"), "周报"), "走访（次）", 1) == 0
    assert "活动" not in words(letter)  # nobody ever recorded one, so nobody knows


def test_a_split_community_begins_with_where_it_comes_from_and_its_past_is_no_zero(house: Office) -> None:
    with house.parts.store.transaction() as session:
        old = session.query(Place).filter(Place.code == "103").one()
        new = Place(code="104", level="community", name="一区北社区居委会", parent="10", active_from=date(2026, 12, 7))
        old.active_to = date(2026, 12, 6)
        session.add(new)
        session.flush()
        session.add(
            PlaceChange(
                kind="split", day=date(2026, 12, 7), old_id=old.id, new_id=new.id, old_name=old.name, new_name=new.name,
                document="民〔2026〕9号", by="运营", at=PLANNED_AT,
            )
        )  # fmt: skip
    figures(house.parts, SUNDAY, {"registered": {"104": 30}}, "users2")
    monday(house.parts)
    assert sorted(states(house.parts)) == ["101", "102", "104", "111", "112"]  # 103 was gone by then
    file = file_of(house.parts, "104", "xlsx")
    told = "由一区社区拆分（2026-12-07，民〔2026〕9号），2026年12月7日起单独统计，以前的数不补零。"
    assert sheet(file, "周报")[3][0] == f"一区北社区{told}"
    assert [row[1] for row in sheet(file, "趋势")[1:14]] == ["—"] * 12 + [30]


# a street's pack -----------------------------------------------------------------------------------------------------


def test_a_streets_pack_has_all_files_one_long_picture_and_a_short_text(house: Office) -> None:
    monday(house.parts)
    with zipfile.ZipFile(file_of(house.parts, "10", "zip", kind=STREET)) as pack:
        names = pack.namelist()
        listed = pack.read("目录.txt").decode("utf-8-sig")
    assert {"新风社区周报2026-W50.xlsx", "安德社区周报2026-W50.html", "德胜街道社区周报2026-W50.png"} < set(names)
    assert len(names) == 3 + 3 * 2
    assert listed.strip().endswith("\r\n仅供履约使用，请勿外传。")
    text = file_of(house.parts, "10", "txt", kind=STREET).read_text("utf-8")
    assert len(text) <= LONGEST_TEXT
    assert "共 3 个社区" in text
    assert "注册用户合计 307 人（3 个社区中 2 个有数）。" in text
    with Image.open(file_of(house.parts, "10", "png", kind=STREET)) as picture:
        assert (picture.width, picture.height) == (780, 2 * (112 + 3 * 94 + 84))


def test_two_communities_of_one_name_keep_their_files_in_a_pack(house: Office) -> None:
    with house.parts.store.transaction() as session:
        session.execute(update(Place).where(Place.code == "102").values(name="新风社区居委会"))
    monday(house.parts)
    with zipfile.ZipFile(file_of(house.parts, "10", "zip", kind=STREET)) as pack:
        names = [name for name in pack.namelist() if name.endswith(".xlsx")]
        listed = pack.read("目录.txt").decode("utf-8-sig")
        told = [words(sheet(pack.read(name), "周报")) for name in names[:2]]
    assert names == [
        "新风社区周报2026-W50（101）.xlsx",
        "新风社区周报2026-W50（102）.xlsx",
        "一区社区周报2026-W50.xlsx",
    ]
    assert all(name in listed for name in names)
    assert ["注册用户 112 人" in told[0], "注册用户 195 人" in told[1]] == [True, True]


def test_a_streets_pack_keeps_a_community_whose_correction_could_not_be_made(house: Office) -> None:
    monday(house.parts)
    watch(house.parts, PLANNED_AT)
    figures(house.parts, SUNDAY, {"registered": {"101": 113, "102": 190}}, "corrected")
    watch(house.parts, PLANNED_AT + timedelta(minutes=1))
    with house.parts.store.transaction() as session:
        wrong = (Report.place == "101", Report.version == 2)
        session.execute(update(Report).where(*wrong).values(facts="{"))
    make_all(house.parts, PLANNED_AT + timedelta(minutes=1))
    assert states(house.parts)["101"] == ["made", "failed"]
    text = file_of(house.parts, "10", "txt", version=2, kind=STREET).read_text("utf-8")
    assert ("共 3 个社区" in text, "还没有做出来的" in text) == (True, False)
    assert "注册用户合计 302 人" in text  # 112 of the first version, 190


# one that fails ------------------------------------------------------------------------------------------------------


def test_one_that_fails_stops_no_other_is_told_and_made_later(house: Office) -> None:
    watch(house.parts, PLANNED_AT)
    with house.parts.store.transaction() as session:
        good = reports(session)["101"][0].facts
        session.execute(update(Report).where(Report.place == "101").values(facts="{"))
    make_all(house.parts)
    assert states(house.parts) == {**{code: ["made"] for code in ALL}, "101": ["failed"]}
    assert "还没有做出来的：新风社区居委会。" in file_of(house.parts, "10", "txt", kind=STREET).read_text("utf-8")
    watch(house.parts, PLANNED_AT)
    assert [one for one in alarms(house) if "有 1 份周报没有做成：新风社区居委会 2026-W50" in one]
    with house.parts.store.transaction() as session:
        assert "JSONDecodeError" in reports(session)["101"][0].last_error
        session.execute(update(Report).where(Report.place == "101").values(facts=good))
    assert make_all(house.parts, PLANNED_AT + AGAIN_AFTER - timedelta(seconds=1)) == []
    make_all(house.parts, PLANNED_AT + AGAIN_AFTER)
    assert states(house.parts)["101"] == ["made"]
    assert states(house.parts, STREET)["10"] == ["made", "made"]
    assert "还没有做出来的" not in file_of(house.parts, "10", "txt", version=2, kind=STREET).read_text("utf-8")
    watch(house.parts, PLANNED_AT)
    assert alarms(house) == []


def test_a_streets_pack_that_fails_is_told(house: Office) -> None:
    watch(house.parts, PLANNED_AT)
    with house.parts.store.transaction() as session:
        session.execute(update(Report).where(Report.kind == STREET, Report.place == "10").values(facts="{"))
    make_all(house.parts)
    watch(house.parts, PLANNED_AT)
    assert [one for one in alarms(house) if "有 1 份周报没有做成：德胜街道 2026-W50" in one]


def test_a_contract_that_cannot_be_read_is_told_until_it_is_right(house: Office) -> None:
    right = (house.folder / "contract.toml").read_text(encoding="utf-8")
    (house.folder / "contract.toml").write_text(right.replace("value = 5", "value = 0"), encoding="utf-8")
    watch(house.parts, PLANNED_AT)
    assert [one for one in alarms(house) if "contract.toml 有 1 处要改：社区周报现在做不了" in one]
    (house.folder / "contract.toml").write_text(right, encoding="utf-8")
    watch(house.parts, PLANNED_AT)
    assert (alarms(house), len(states(house.parts))) == ([], 5)


# versions ------------------------------------------------------------------------------------------------------------


def test_corrected_figures_make_a_new_version_of_what_they_change_and_the_old_one_stays(house: Office) -> None:
    monday(house.parts)
    old = file_of(house.parts, "102", "xlsx").read_bytes()
    watch(house.parts, PLANNED_AT)
    number = figures(house.parts, SUNDAY, {"registered": {"101": 112, "102": 190}}, "corrected")
    monday(house.parts, PLANNED_AT + timedelta(minutes=1))
    expected = {**{code: ["made"] for code in ALL}, "102": ["made", "made"]}
    assert states(house.parts) == expected
    assert file_of(house.parts, "102", "xlsx").read_bytes() == old
    assert cell(sheet(file_of(house.parts, "102", "xlsx", version=2), "周报"), "注册用户（人）", 2) == -10
    with house.parts.store.transaction() as session:
        batches.undo(session, number, "填错了", by="运营", now=PLANNED_AT + timedelta(minutes=1))
    monday(house.parts, PLANNED_AT + timedelta(minutes=2))
    assert states(house.parts) == {**expected, "102": ["made"] * 3}


def test_a_correction_of_last_week_reaches_this_weeks_change_and_a_late_record_its_own_week(house: Office) -> None:
    later = PLANNED_AT + timedelta(weeks=1)
    monday(house.parts)
    figures(house.parts, SUNDAY + timedelta(weeks=1), {"registered": {"101": 120, "102": 200}}, "next")
    monday(house.parts, later)
    figures(house.parts, SUNDAY, {"registered": {"101": 113}}, "corrected")
    _record(house, "走访", MONDAY, "103", "晚记的")
    for minute in range(1, 5):
        monday(house.parts, later + timedelta(minutes=minute))
    made = [
        {code: len(found) for code, found in states(house.parts, period=period).items()}
        for period in (WEEK, "2026-W51")
    ]
    assert made[0] == {"101": 2, "102": 1, "103": 2, "111": 1, "112": 1}
    assert (made[0]["101"], made[1]["101"]) == (2, 2)
