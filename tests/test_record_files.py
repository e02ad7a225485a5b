"""Tables of field work: recognised, checked whole with each bad row's cell, taken in once, and taken along masked."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from browser_kit import PHONE, PageAt, fits
from click.testing import CliRunner
from console_kit import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from stage import Stage, png
from test_assignments import district  # noqa: F401 - the fixture
from test_field_evidence import house  # noqa: F401 - the fixture
from test_field_terminal import record
from test_places import small

from bot.cli import cli
from content.clock import SHANGHAI
from content.people import person_named
from content.place_models import Place
from content.place_names import PlaceNames
from content.record_models import Record
from content.sheets import opened
from content.tables import TableWrong
from scheduler.record_sheet import lines_of

BACK = "这是台账1，收错了可以整份收回：wxops record import --undo 1 --why 原因"
HEAD = ["序号", "走访日期", "街道", "社区", "人数", "走访内容", "走访人"]


def refused(stage: Stage, *words: str) -> str:
    """What is said of a table that is not taken, faults included."""
    clock = {"WXOPS_CLOCK": stage.environ["WXOPS_CLOCK"]}
    result = CliRunner(env=clock).invoke(cli, ["--workspace", str(stage.folder), "record", "import", *words])
    assert isinstance(result.exception, TableWrong)
    return "\n".join([*(problem.message for problem in result.exception.problems), str(result.exception)])


def xlsx(file: Path, *rows: list[object], title: str = "2026年11月走访台账", merged: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表1"
    if title:
        sheet.append([title])
        sheet.merge_cells("A1:G1")
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(file)
    return file


GOOD = (
    HEAD,
    [1, datetime(2026, 11, 20), "东桥街道", "北街", 3, "讲解平台注册", "小东"],
    [2, "11月21日", None, "槐树里社区居委会", "2人", "电话13800138000", "小东"],
    [3, "2026.11.22", None, "新风一", None, "发宣传册", "小东"],
    ["合计", None, None, None, 5, None, None],
)


def test_a_ledger_is_taken_in_as_people_keep_it_and_once(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = str(xlsx(tmp_path / "台账.xlsx", *GOOD, merged="C3:C5"))
    assert record(district, "import", file, "--by", "运营") == (
        0,
        "收进走访 3 条。\n合计行没有收：1 行（表1!B6）\n" + BACK,
    )
    rows = json.loads(record(district, "list", "--json")[1])
    assert [(row["day"], row["places"], row["people"], row["text"]) for row in rows] == [
        ("2026-11-22", ["东桥街道新风一社区"], None, "发宣传册"),
        ("2026-11-21", ["东桥街道槐树里社区"], 2, "电话138****8000"),
        ("2026-11-20", ["东桥街道北街社区"], 3, "讲解平台注册"),
    ]
    assert [row["flags"] for row in rows] == [["晚于 7 天录入"]] * 3
    assert "这个文件收过了：台账.xlsx" in record(district, "import", file, "--by", "运营")[1]
    again = refused(district, str(xlsx(tmp_path / "另存.xlsx", *GOOD[:2])), "--by", "运营")
    assert "表1!B3：和记录1是同一次，已经记过了（小东）" in again


def test_a_sheet_whose_head_is_not_understood_is_told_and_none_is_dropped(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = xlsx(tmp_path / "走访.xlsx", HEAD, [1, "11月20日", "东桥街道", "北街", 3, "讲解", "小东"])
    book = openpyxl.load_workbook(file)
    december, notes, old = (book.create_sheet(name) for name in ("12月", "说明", "旧表"))
    for row in (["走访日", "社区", "内容"], ["2026-12-01", "新风一", "座谈"]):
        december.append(row)
    notes.append(["请每周五前填好"])
    old.sheet_state = "hidden"
    book.save(file)
    assert "12月!A1：这张工作表没有收。没有找到表头" in refused(district, str(file), "--by", "运营")
    taken = record(district, "import", str(file), "--skip-bad", "--by", "运营")[1]
    assert taken.startswith("收进走访 1 条。\n工作表“旧表”是隐藏的，没有读\n")
    assert "工作表“说明”不像台账，没有读" in taken
    assert "有问题的 1 行写在" in taken


def test_a_group_that_stands_is_no_second_one_in_the_next_ledger(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    head = ["建群日期", "街道", "社区", "群名", "群人数"]
    first = xlsx(tmp_path / "a.xlsx", head, ["11月20日", "东桥街道", "北街", "北街便民群", 120], title="群组台账")
    assert record(district, "import", str(first), "--by", "运营")[0] == 0
    rows = (["11月30日", "东桥街道", "北街", "北街 便民群", 125], ["11月30日", "东桥街道", "新风一", "北街便民群", 9])
    file = str(xlsx(tmp_path / "b.xlsx", head, *rows, title="群组台账"))
    told = refused(district, file, "--by", "运营")
    assert "和记录1是同一个群，已经记过了（运营），人数变了请更正记录1" in told
    assert "有 1 行 1 处不对" in told
    assert record(district, "import", file, "--skip-bad", "--by", "运营")[0] == 0
    assert "是另一个群请回复：是；要改那一条请发：群组 更正 2 " in district.say("运营", "群组 新风一 北街便民群 30人")
    district.say("运营", "是")
    rows = json.loads(record(district, "list", "--kind", "群组", "--json")[1])
    assert [row["flags"] for row in rows] == [["同一地点同名还有记录2"], ["同一地点同名还有记录3"], ["晚于 7 天录入"]]
    district.say("运营", "群组解散 1 没人说话")
    assert "已记下" in district.say("运营", "群组 北街 北街便民群 30人")


def test_a_row_with_a_day_is_no_total_and_a_name_may_hold_the_sign_of_a_list(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    with district.parts.store.transaction() as session:
        session.add(Place(code="1190", level="community", name="铁道部第二、三社区居委会", parent="11", short=""))
    head = ["培训日期", "培训主题", "培训地点", "培训人数"]
    rows = (
        ["11月20日", "年度数据汇总", "东桥街道", 30],
        ["11月21日", "平台使用", "铁道部第二、三社区居委会、北街", 20],
        ["11月21日", "", "小计", 50],
    )
    told = record(district, "import", str(xlsx(tmp_path / "培训.xlsx", head, *rows, title="培训台账")), "--by", "运营")
    assert told == (0, "收进培训 2 条。\n合计行没有收：1 行（表1!A5）\n" + BACK)
    rows = json.loads(record(district, "list", "--json")[1])
    assert [row["places"] for row in rows] == [["东桥街道北街社区", "东桥街道铁道部第二、三社区"], ["东桥街道"]]


def test_a_row_is_the_work_of_whom_it_names_and_its_trail_says_who_brought_it(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    with district.parts.store.transaction() as session:
        for name, company in (("小东", "甲公司"), ("小西", "乙公司")):
            person_named(session, name).company = company
    head = [*HEAD, "公司"]
    rows = (
        [1, "11月20日", "东桥街道", "北街", 3, "讲解", "小东、小西", ""],
        [2, "11月21日", "东桥街道", "北街", 3, "讲解", "小西", "甲公司"],
        [3, "11月22日", "东桥街道", "北街", 3, "讲解", "", ""],
        [4, "11月23日", "东桥街道", "北街", 3, "讲解", "老王", ""],
        [5, "11月24日", "东桥街道", "北街", 3, "讲解", "小东", "丙公司"],
    )
    file = str(xlsx(tmp_path / "走访.xlsx", head, *rows))
    told = refused(district, file, "--by", "运营")
    assert "表1!G6：没有叫“老王”的联络员或运营；请核对姓名，或先加入：wxops person add" in told
    assert "表1!H7：没有人是“丙公司”的，有：乙公司、甲公司" in told
    assert "表1!G4：小西做的由运营来导入，小东只能导入自己的" in refused(district, file, "--by", "小东")
    assert record(district, "import", file, "--skip-bad", "--by", "运营")[0] == 0
    with district.parts.store.reading() as session:
        made = session.scalars(select(Record).order_by(Record.id)).all()
        assert [(one.by, one.company) for one in made] == [("小东", "甲公司"), ("小西", "甲公司"), ("运营", "")]
    assert "运营 记下：走访，台账上是小东、小西" in record(district, "show", "1")[1].replace("：记下", " 记下")
    assert "已更正" in district.say("小东", "走访 更正 1 4人")


BAD = (
    HEAD,
    [1, "11月20日", "东桥街道", "北街", 3, "讲解", ""],
    [2, "11月31日", "东桥街道", "北街", "三五个", "讲解", ""],
    [3, "11月20日", "东桥街道", "北街", 2, "又写一遍", ""],
    [4, "11月20日", "东桥街道", "新风二", 2, "不在这个街道", ""],
    [5, "", "东桥街道", "北数", 2, "", ""],
    [6, "12月20日", "东桥街道", "北街", 2, "还没有到", ""],
)


def test_every_bad_row_is_told_with_its_cell_and_nothing_is_taken(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = str(xlsx(tmp_path / "走访.xlsx", *BAD))
    told = refused(district, file, "--by", "运营")
    for line in (
        "表1!B4：“11月31日”不是日历上有的日子", "表1!E4：“三五个”不是数", "表1!B5：和 表1!B3 是同一次，写了两遍", "表1!D6：东桥街道没有“新风二”，它属于西桥街道",
        "表1!B7：没有写日期", "表1!D7：没有叫“北数”的街道或社区", "表1!B8：“12月20日”没有写年份",
    ):  # fmt: skip
        assert line in told, line
    assert "有 5 行 7 处不对，一行也没有收" in told
    assert record(district, "list") == (0, "没有记录。")
    taken = record(district, "import", file, "--skip-bad", "--by", "运营")
    rest = tmp_path / "走访-没收进的行.csv"
    assert taken == (0, f"收进走访 1 条。\n{BACK}\n有问题的 5 行写在：{rest}")
    lines = list(csv.reader(io.StringIO(rest.read_text(encoding="utf-8-sig"))))
    assert lines[0] == ["日期", "街道", "社区", "人数", "内容", "原因", "位置"]
    assert lines[2][4:] == ["又写一遍", "和 表1!B3 是同一次，写了两遍", "表1!B5"]


def test_other_kinds_come_by_their_column_their_title_or_by_name(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "各类.csv"
    file.write_text(
        "类别,日期,社区,人数,新增用户,内容,链接,评分,活动码\n"
        "培训,2026-11-20,东桥街道、西桥街道,45,,平台使用,,,\n活动,2026-11-21,北街,,30,重阳敬老,,,HD-1\n"
        "案例,2026-11-22,北街,,,老楼装电梯,https://p.example.com/1,,\n评价,2026-11-23,北街,32,,,,4.6,\n巡查,2026-11-23,北街,,,x,,,\n",
        encoding="gb18030",
    )
    told = refused(district, str(file), "--by", "运营")
    assert "A6：看不出是哪一类，请写明：走访、培训" in told
    assert record(district, "import", str(file), "--skip-bad", "--by", "运营")[0] == 0
    rows = json.loads(record(district, "list", "--json")[1])
    assert [(row["kind"], row["places"], row.get("score"), row.get("code")) for row in reversed(rows)] == [
        ("培训", ["东桥街道", "西桥街道"], None, None),
        ("活动", ["东桥街道北街社区"], None, "HD-1"),
        ("案例", ["东桥街道北街社区"], None, None),
        ("评价", ["东桥街道北街社区"], "4.6", None),
    ]
    plain = xlsx(tmp_path / "表.xlsx", ["日期", "社区", "内容"], ["11月25日", "北街", "座谈"], title="")
    assert "看不出是哪一类" in refused(district, str(plain), "--by", "运营")
    assert record(district, "import", str(plain), "--kind", "走访", "--by", "运营")[0] == 0
    none = xlsx(tmp_path / "无.xlsx", ["甲", "乙"], ["1", "2"], title="")
    assert "没有找到表头" in refused(district, str(none), "--by", "运营")


def test_rows_keep_to_the_rules_of_places_and_closed_months(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    from content.people import add_person

    district.at(datetime(2026, 12, 5, 9, tzinfo=SHANGHAI))
    with district.parts.store.transaction() as session:
        add_person(session, "管理", "admin", party="", company="", now=district.now)
    record(district, "close", "2026-11", "--by", "管理")
    file = str(xlsx(tmp_path / "走访.xlsx", HEAD, [1, "11月20日", "西桥街道", "新风二", 3, "座谈", ""]))
    assert "新风二社区在11月20日不归小东负责" in refused(district, file, "--by", "小东")
    assert "2026年11月已经封存，要写补录的原因（终端加 --why）" in refused(district, file, "--by", "运营")
    assert record(district, "import", file, "--why", "纸质台账补录", "--by", "运营")[0] == 0
    assert "原因：纸质台账补录" in record(district, "show", "1")[1]


CELL = st.one_of(
    st.none(), st.text(max_size=12), st.integers(-5, 10**6),
    st.sampled_from(["北街", "11月20日", "2026/11/20", "东桥街道", "合计", "3人", "=1/0", "1.2万", "45615", "新风", "—"]),
)  # fmt: skip


@pytest.mark.one_database
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELL, max_size=8), max_size=6))
def test_whatever_stands_in_its_cells_each_row_is_a_draft_or_says_where_it_is_wrong(
    tmp_path: Path, rows: list[list[object]]
) -> None:
    file = tmp_path / "走访.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEAD, *[["" if cell is None else cell for cell in row] for row in rows]])
    names = PlaceNames(small())
    with opened(file, file.name) as table:
        try:
            found, _ = lines_of(table, "走访", lambda day: names, date(2026, 12, 1))
        except TableWrong:  # other separators are more like it
            return
    for line in found:
        assert (line.draft is None) == bool(line.faults)
        assert all(fault.cell and fault.why for fault in line.faults)
        assert line.draft is None or (line.draft.day and not line.draft.missing())


# what is odd, and what is taken along ---------------------------------------------------------------------------------


def test_what_is_odd_is_listed_by_itself_and_goes_along_masked(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    district.say("小东", "走访 北街 今天 3人 =王女士13800138000")
    district.sim.say(openid="openid-小东", picture=png("same"))
    district.say("运营", "走访 新风二 今天 看望")
    district.sim.say(openid="openid-运营", picture=png("same"))
    district.say("小东", "走访 槐树里 11月10日 座谈")
    district.say("小东", "走访 新风一 今天 座谈")
    district.tick()
    rows = json.loads(record(district, "list", "--flagged", "--json")[1])
    assert [(row["number"], row["flags"]) for row in rows] == [
        (2, ["照片和记录1的一样"]),
        (1, ["照片和记录2的一样"]),
        (3, ["晚于 7 天录入"]),
    ]
    file = tmp_path / "记录.xlsx"
    assert record(district, "export", str(file), "--by", "小东")[1] == f"已导出 3 条：{file}"
    assert "已经有了" in record(district, "export", str(file), "--by", "小东")[1]
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in found[1:4]] == [4, 1, 3]
    assert found[2][6] == "=王女士138****8000"
    assert found[2][-1] == "照片和记录2的一样"
    assert found[-1][0] == "小东 于 2026-12-01 09:00 导出，仅供履约使用，请勿外传。"


def test_a_ledger_is_taken_back_whole_and_may_be_brought_again(district: Stage, tmp_path: Path) -> None:  # noqa: F811
    file = str(xlsx(tmp_path / "走访.xlsx", *GOOD))
    assert record(district, "import", file, "--by", "小东")[0] == 0
    for words, answer in (
        (("--undo", "1", "--why", "x", "--by", "小西"), "没有台账1，或者不是小西导入的"),
        (("--undo", "1", "--by", "小东"), "收回要写原因"),
        ((file, "--undo", "1", "--by", "小东"), "请写要收进的文件，或者写 --undo"),
        (("--undo", "1", "--why", "传错了", "--by", "小东"), "台账1（走访.xlsx）已收回，作废 3 条"),
        (("--undo", "1", "--why", "传错了", "--by", "小东"), "已经收回了"),
        ((file, "--by", "运营"), "收进走访 3 条"),
    ):
        assert answer in record(district, "import", *words)[1], words
    assert "作废：收回台账1：传错了" in record(district, "show", "1")[1]
    assert [row["void"] for row in json.loads(record(district, "list", "--json")[1])].count(False) == 3


def test_the_page_takes_a_table_and_gives_a_workbook(house: House, tmp_path: Path) -> None:  # noqa: F811
    desk = house.visitor("运营")
    desk.get("/console/records/import")
    sent = ("走访.xlsx", xlsx(tmp_path / "a.xlsx", *BAD).read_bytes())
    assert desk.press("/console/records/import", file=sent).status_code == 422
    assert "表1!D6" in desk.text
    assert "没有叫“北数”的街道或社区" in desk.text
    desk.press("/console/records/import", {"skip_bad": "1"}, file=sent)
    assert "收进走访 1 条。" in desk.text
    (rest,) = re.findall(r"base64,([^\"]+)", desk.page.text)
    assert "又写一遍" in b64decode(rest).decode("utf-8-sig")
    assert desk.press("/console/records/import/1/undo", {"why": " "}).status_code == 422
    desk.press("/console/records/import/1/undo", {"why": "传错了"})
    assert "已收回，作废 1 条" in desk.text
    desk.press("/console/records/import", {"skip_bad": "1"}, file=sent)
    assert desk.press("/console/records/import", file=sent).status_code == 422
    assert "这个文件收过了：走访.xlsx" in desk.text
    assert desk.press("/console/records/import").status_code == 422
    desk.get("/console/records?month=2026-11&flagged=1")
    assert "1 条" in desk.text
    assert "晚于 7 天录入" in desk.text
    got = desk.get("/console/records/export.xlsx?month=2026-11")
    (tmp_path / "b.xlsx").write_bytes(got.content)
    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert sheet is not None
    assert (sheet["B2"].value, sheet["A5"].value) == ("走访", "运营 于 2026-12-01 09:00 导出，仅供履约使用，请勿外传。")
    assert house.visitor("编辑").get("/console/records/export.xlsx").status_code == 403


@pytest.mark.one_database
def test_the_page_of_tables_fits_a_phone(house: House, page_at: PageAt) -> None:  # noqa: F811
    page = page_at(PHONE)
    page.goto(f"{house.link('运营')}?to=/console/records/import")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("只收没有问题的行").wait_for()
    assert fits(page)
    page.goto(f"{house.site}/console/records?month=2026-11")
    page.get_by_text("只看可疑的").wait_for()
    assert fits(page)
