"""Real files of figures: each trap in them is read right, or named with its cell; nothing is guessed and nothing is 0."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from table_kit import ALL, DAY, HEAD, NOW, Office

from content.clock import SHANGHAI
from content.errors import OpsError, WrongUse
from content.models import Article, Post, State
from content.tables import TableWrong
from scheduler.models import Publication

pytestmark = pytest.mark.one_database
EVERY = {"101": 100, "102": 200, "103": 300, "111": 400, "112": 500}


def test_a_file_is_taken_in_with_its_day_sums_and_short_names(office: Office) -> None:
    taken = office.take(office.file(HEAD, *ALL))
    assert (office.figures(), office.figures("real_name")["112"]) == (EVERY, 90)
    assert taken.lines == [
        "已收进第 1 批：注册用户，5 行 10 个数。",
        "日期：2026-11-30（文件名）",
        "2026-11-30 合计：实名认证用户 350 人，注册用户 1,500 人",
    ]


def test_titles_stand_above_the_head_and_tell_the_day(office: Office) -> None:
    file = office.file(
        ["西城家园注册用户统计表"], ["截至2026年11月29日", "", "制表日期：2026-12-01"], HEAD, *ALL, name="a.xlsx"
    )
    taken = office.take(file)
    assert office.figures(day=date(2026, 11, 29)) == EVERY
    assert "日期：2026-11-29（表1!A2 标题）" in taken.lines


def test_a_title_that_spans_months_tells_no_day(office: Office) -> None:
    file = office.file(["2026年1-11月注册用户情况统计表"], HEAD, *ALL, name="汇总.xlsx")
    asked = office.asked(file)
    assert asked
    assert asked.day


def test_a_day_that_excel_took_for_a_number_is_asked_for(office: Office) -> None:
    file = office.file(["日期", *HEAD], *([day, *row] for day, row in zip((11.1, 11.10, 11.25), ALL[:3], strict=True)))
    told = "“11.1”看不出是几号（表里的 11.10 也会变成 11.1），请写成 2026-11-30 这样"
    assert office.faults(file) == [f"表1!A2 {told}", f"表1!A3 {told}"]


def test_a_street_is_merged_downwards(office: Office) -> None:
    file = office.file(HEAD, *([row[0] if n in (0, 3) else None, *row[1:]] for n, row in enumerate(ALL)))
    book = load_workbook(file)
    book["表1"].merge_cells("A2:A4")
    book["表1"].merge_cells("A5:A6")
    book.save(file)
    office.take(file)
    assert office.figures() == EVERY


def test_a_day_and_a_community_are_merged_downwards(office: Office) -> None:
    head = ["日期", "社区", "标题", "浏览量"]
    file = office.file(head, ["11月29日", "新风", "椅子", 9], [None, None, "花池", 4], [None, "安德", "花池", 5])
    assert office.faults(file, "platform") == [
        "表1!A3 没有写日期", "表1!B3 没有写社区", "表1!A4 没有写日期",
    ]  # fmt: skip
    book = load_workbook(file)
    book["表1"].merge_cells("A2:A4")
    book["表1"].merge_cells("B2:B3")
    book.save(file)
    office.take(file, "platform")
    found = office.figures("platform_views", date(2026, 11, 29))
    assert found == {"object:101:椅子": 9, "object:101:花池": 4, "object:102:花池": 5}


def test_a_street_that_is_written_once_is_that_of_the_rows_below(office: Office) -> None:
    rows = "\n".join(
        ",".join(str(cell) for cell in [row[0] if n in (0, 3) else "", *row[1:]]) for n, row in enumerate(ALL)
    )
    office.take(office.text(f"{','.join(HEAD)}\n{rows}\n"))
    assert office.figures() == EVERY


def test_a_count_that_is_merged_over_rows_belongs_to_none_of_them(office: Office) -> None:
    file = office.file(HEAD, *ALL)
    book = load_workbook(file)
    book["表1"].merge_cells("C2:C3")
    book.save(file)
    assert office.faults(file) == ["表1!C2 “100”是合并的单元格，不知道是哪一行的数，请拆开"]


def test_a_head_of_two_rows(office: Office) -> None:
    file = office.file(
        ["社区", "平台浏览", None, "点赞"],
        [None, "累计", "当日", "累计"],
        ["新风", 10, 2, 3],
        name="互动2026-11-30.xlsx",
    )
    book = load_workbook(file)
    book["表1"].merge_cells("A1:A2")
    book["表1"].merge_cells("B1:C1")
    book.save(file)
    office.take(file, "platform")
    assert (office.figures("platform_views"), office.figures("platform_views_day")) == ({"101": 10}, {"101": 2})
    assert office.figures("platform_likes") == {"101": 3}


def test_each_sheet_may_be_a_day(office: Office) -> None:
    office.take(office.file(**{"11月29日": [HEAD, *ALL], "11.30": [HEAD, ["德胜", "新风", 101, 51]]}, name="a.xlsx"))
    assert office.figures(day=date(2026, 11, 29)) == EVERY
    assert office.figures() == {"101": 101}


def test_each_sheet_may_be_a_street(office: Office) -> None:
    head = HEAD[1:]
    file = office.file(
        德胜=[head, ["一区", 3, 1]],
        月坛街道=[head, ["一区", 4, 2]],
        说明=[["每周一填"]],
        name="a20261130.xlsx",
    )
    taken = office.take(file)
    assert office.figures() == {"103": 3, "112": 4}
    assert "没有读：工作表“说明”没有数据" in taken.lines


def test_a_sheet_of_another_street_is_named(office: Office) -> None:
    file = office.file(德胜街道=[HEAD[1:], ["三里河", 3, 1]], name="a20261130.xlsx")
    assert office.faults(file) == ["德胜街道!A2 德胜街道没有“三里河”，它属于月坛街道"]


def test_hidden_sheets_are_not_read_and_said(office: Office) -> None:
    file = office.file(甲=[HEAD, *ALL], 旧=[HEAD, ["德胜", "新风", 1, 1]], name="a20261130.xlsx")
    book = load_workbook(file)
    book["旧"].sheet_state = "hidden"
    book.save(file)
    assert "没有读：工作表“旧”是隐藏的" in office.take(file).lines
    assert office.figures() == EVERY


def test_totals_are_checked_and_not_counted(office: Office) -> None:
    file = office.file(
        HEAD, *ALL[:3], ["德胜街道小计", "", 600, 180], *ALL[3:], ["", "小计", 900, 170], ["合 计", "", "1,500", 350]
    )
    office.take(file)
    assert office.figures() == EVERY


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["合计", "", 1501, 350], "表1!C7 合计的注册用户 1,501 人，各行相加是 1,500 人，差 1"),
        (["西城区", "", 1500, 349], "表1!D7 西城区的实名认证用户 349 人，各行相加是 350 人，差 1"),
        (["德胜街道", "", 601, 180], "表1!C7 德胜街道的注册用户 601 人，各行相加是 600 人，差 1"),
        (["合计", "", "0.16万", 350], "表1!C7 合计的注册用户 1,600 人，各行相加是 1,500 人，差 100"),
        (["德胜街道", "", "0.07万", 180], "表1!C7 德胜街道的注册用户 700 人，各行相加是 600 人，差 100"),
    ],
)
def test_a_total_that_is_wrong_is_named_with_its_cell(office: Office, row: list[object], told: str) -> None:
    assert office.faults(office.file(HEAD, *ALL, row)) == [told]


@pytest.mark.parametrize(
    "row",
    [
        ["合计", "", "0.2万", 350],
        ["合计", "", "1.50千", 350],
        ["西城区", "", "0.15 万人", 350],
        ["德胜", "", "0.1万", 180],
    ],
)
def test_a_total_that_is_rounded_agrees_with_what_is_rounded_to_it(office: Office, row: list[object]) -> None:
    office.take(office.file(HEAD, *ALL, row))
    assert office.figures() == EVERY


SHEETS = {
    "汇总": [["街道", "注册用户"], ["德胜街道", 600], ["月坛街道", 900], ["全区合计", 1500]],
    "德胜街道": [["社区", "注册用户"], ["新风", 100], ["安德", 200], ["一区", 300], ["合计", 600]],
    "月坛街道": [["社区", "注册用户"], ["三里河", 400], ["一区", 500], ["合计", 900]],
}


@pytest.mark.parametrize("word", ["全区合计", "合计", "总计", "小计", "西城区"])
def test_a_sheet_of_sums_stands_beside_the_sheets_of_the_streets(office: Office, word: str) -> None:
    sheets = SHEETS | {"汇总": [*SHEETS["汇总"][:3], [word, 1500]]}
    office.take(office.file(**sheets, name="a20261130.xlsx"))
    assert office.figures() == EVERY


def test_a_wrong_total_of_a_sheet_of_sums_is_named(office: Office) -> None:
    sheets = SHEETS | {"汇总": [["街道", "注册用户"], ["德胜街道", 600], ["月坛街道", 901], ["合计", 1501]]}
    assert office.faults(office.file(**sheets, name="a20261130.xlsx")) == [
        "汇总!B3 月坛街道的注册用户 901 人，各行相加是 900 人，差 1",
        "汇总!B4 合计的注册用户 1,501 人，各行相加是 1,500 人，差 1",
    ]


def test_a_sheet_of_sums_may_have_a_street_whose_communities_stand_nowhere(office: Office) -> None:
    sheets = {name: rows for name, rows in SHEETS.items() if name != "月坛街道"}
    office.take(office.file(**sheets, name="a20261130.xlsx"))
    assert office.figures() == {"101": 100, "102": 200, "103": 300, "11": 900}


def test_the_sums_of_the_streets_may_stand_above_the_communities(office: Office) -> None:
    sums = [["德胜街道", "", 600, 180], ["月坛街道", "", 900, 170], ["合计", "", 1500, 350]]
    office.take(office.file(HEAD, *sums, *ALL, ["全区合计", "", 1500, 350]))
    assert office.figures() == EVERY


def test_a_row_with_a_fault_makes_no_total_of_another_sheet_wrong(office: Office) -> None:
    sheets = SHEETS | {"月坛街道": [["社区", "注册用户"], ["三里河", "约400"], ["一区", 500], ["合计", 900]]}
    told = office.faults(office.file(**sheets, name="a20261130.xlsx"))
    assert told == ["月坛街道!B2 “约400”是约数，请写准确的数"]


def test_a_street_stands_before_its_communities(office: Office) -> None:
    office.take(office.file(HEAD, ["西城区", "", 1500, ""], ["德胜街道", "", 600, 180], *ALL))
    assert office.figures() == EVERY


def test_a_table_of_streets_alone_is_taken_in_by_street(office: Office) -> None:
    taken = office.take(office.file(["街道", "注册用户"], ["德胜", 600], ["月坛街道办事处", 900], ["合计", 1500]))
    assert office.figures() == {"10": 600, "11": 900}
    assert not [line for line in taken.lines if line.startswith("这个文件里")]


@pytest.mark.parametrize("nothing", ["-", "—", "", "暂无", "/", None])
def test_no_data_is_not_0_and_is_named(office: Office, nothing: object) -> None:
    taken = office.take(office.file(HEAD, *ALL[:4], ["月坛", "一区", nothing, 90]))
    assert "112" not in office.figures()
    assert "这个文件里 2026-11-30 没有“注册用户”：月坛街道一区社区（不记 0；台账里已有的数照算）" in taken.lines


def test_a_community_that_is_missing_is_named_and_0_is_0(office: Office) -> None:
    taken = office.take(office.file(HEAD, ["德胜", "新风", 0, 0], *ALL[1:2]))
    assert office.figures() == {"101": 0, "102": 200}
    assert [line for line in taken.lines if line.startswith("这个文件里")] == [
        "这个文件里 2026-11-30 没有“实名认证用户”：德胜街道一区社区（不记 0；台账里已有的数照算）",
        "这个文件里 2026-11-30 没有“注册用户”：德胜街道一区社区（不记 0；台账里已有的数照算）",
    ]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("98%", "“98%”是百分比，不是数目"),
        ("3.5", "“3.5”不是整数"),
        ("-3", "“-3”是负数"),
        ("10万+", "“10万+”是约数，请写准确的数"),
        ("#REF!", "“#REF!”是公式没有算出来的结果，请在表格软件里打开，算好以后另存一次"),
        ("=1+2", "“#未计算”是公式没有算出来的结果，请在表格软件里打开，算好以后另存一次"),
        ("1.2E+11", "“1.2E+11”被表格软件改成了科学计数，原来的数字可能丢了"),
        ("很多", "“很多”不是数"),
        ("1,2345", "“1,2345”不是数"),
    ],
)
def test_what_is_no_count_is_named_with_its_cell(office: Office, value: str, why: str) -> None:
    assert office.faults(office.file(HEAD, ["德胜", "新风", value, 1])) == [f"表1!C2 {why}"]


def test_a_cell_that_is_shown_as_a_share_is_no_count(office: Office) -> None:
    file = office.file(HEAD, ["德胜", "新风", 0.985, 1])
    book = load_workbook(file)
    book["表1"]["C2"].number_format = "0.0%"
    book.save(file)
    assert office.faults(file) == ["表1!C2 “98.5%”是百分比，不是数目"]


def test_a_head_with_a_unit_of_its_own_goes_before_the_title(office: Office) -> None:
    title, head = (
        "2026年11月30日平台互动（单位：万次）",
        ["社区", "浏览", "点赞（个）", "评论【单位：条】", "转发（千次）"],
    )
    office.take(office.file([title], head, ["新风", 1.2, 600, 60, 3], name="a.xlsx"), "platform")
    found = {act: office.figures(f"platform_{act}") for act in ("views", "likes", "comments", "shares")}
    assert {act: one["101"] for act, one in found.items()} == {
        "views": 12_000, "likes": 600, "comments": 60, "shares": 3_000,
    }  # fmt: skip


def test_a_unit_in_two_rows_of_heads_goes_before_the_title(office: Office) -> None:
    file = office.file(
        ["注册用户（单位：万人）"], ["社区", "累计", None], [None, "注册用户", "实名用户（人）"], ["新风", 1.2, 900]
    )
    book = load_workbook(file)
    book["表1"].merge_cells("B2:C2")
    book.save(file)
    office.take(file)
    assert (office.figures(), office.figures("real_name")) == ({"101": 12_000}, {"101": 900})


def test_a_head_or_a_title_may_count_in_ten_thousands(office: Office) -> None:
    office.take(office.file(["社区", "注册用户（万人）", "其中：实名\n用户（人）"], ["新风", 1.2, 7]))
    assert (office.figures(), office.figures("real_name")) == ({"101": 12_000}, {"101": 7})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["德胜", "新凤", 1, 1], "表1!B2 没有叫“新凤”的街道或社区"),
        (["", "一区", 1, 1], "表1!B2 “一区”有几个：德胜街道一区社区、月坛街道一区社区；请写上街道"),
        (["什刹海街道", "新风", 1, 1], "表1!B2 没有叫“什刹海街道”的街道"),
        (["月坛", "新风", 1, 1], "表1!B2 月坛街道没有“新风”，它属于德胜街道"),
        (["", "", 1, 1], "表1!B2 没有写社区"),
    ],
)
def test_a_place_that_is_not_clear_is_named(office: Office, row: list[object], told: str) -> None:
    assert office.faults(office.file(HEAD, row)) == [told]


def test_a_name_may_begin_with_its_street(office: Office) -> None:
    office.take(office.file(HEAD[1:], ["德胜街道一区社区", 3, 1], ["月坛 一区", 4, 2]))
    assert office.figures() == {"103": 3, "112": 4}


def test_one_community_twice_is_named_on_both_sides(office: Office) -> None:
    file = office.file(["社区", "注册用户"], ["新风", 1], ["安德", 2], ["新风社区居委会", 1])
    assert office.faults(file) == [
        "表1!B2 和 表1!B4 是同一天的同一项，写了两次",
        "表1!B4 和 表1!B2 是同一天的同一项，写了两次",
    ]


@pytest.mark.parametrize(
    "day",
    ["2026-11-30", "2026/11/30", "2026.11.30", "2026年11月30日", "20261130", "11月30日", "46356", date(2026, 11, 30)],
)
def test_days_in_a_column_have_many_forms(office: Office, day: object) -> None:
    office.take(office.file(["日期", "社区", "注册用户"], [day, "新风", 1], name="a.xlsx"))
    assert office.figures() == {"101": 1}


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-12-02", "“2026-12-02”的日子还没有到"), ("2026-02-30", "“2026-02-30”不是日历上有的日子"),
        ("上周", "“上周”的日期看不懂，请写成 2026-11-30 这样"), ("", "没有写日期"),
        ("12月5日", "“12月5日”没有写年份，看不出是哪一年，请写成 2026-11-30 这样"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_named(office: Office, day: str, why: str) -> None:
    assert office.faults(office.file(["日期", "社区", "注册用户"], [day, "新风", 1])) == [f"表1!A2 {why}"]


def test_a_day_that_nobody_wrote_is_asked(office: Office) -> None:
    file = office.file(HEAD, *ALL, name="注册用户.xlsx")
    asked = office.asked(file)
    assert asked is not None
    assert (asked.day, asked.questions) == (True, [])
    office.take(file, day=DAY)
    assert office.figures() == EVERY


def test_a_day_to_come_and_a_day_beside_a_column_of_days_are_refused(office: Office) -> None:
    with pytest.raises(TableWrong) as refused:
        office.take(office.file(HEAD, *ALL, name="注册20261202.xlsx"), skip_bad=True)
    assert refused.value.problems[0].message == "2026-12-02（文件名）还没有到，不会有那一天的数。请改日期。"
    with pytest.raises(WrongUse, match="有日期列，请不要再另外写日期"):
        office.take(office.file(["日期", "社区", "注册用户"], ["2026-11-30", "新风", 1]), day=DAY)


def test_nothing_is_read_while_a_question_is_open(office: Office) -> None:
    file = office.file(["社区", "注册用户", "激活"], ["新风", 1, 2], name="注册用户.xlsx")
    with pytest.raises(WrongUse, match="请先回答"), office.reading(file):
        pass


def test_a_whole_street_that_is_missing_is_named_as_one(office: Office) -> None:
    more = "12,street,什刹海街道,1\n121,community,前海社区居委会,12\n122,community,后海社区居委会,12\n"
    office.load_places(more)
    taken = office.take(office.file(["街道", "社区", "注册用户"], *(row[:3] for row in ALL[:4])))
    assert (
        "这个文件里 2026-11-30 没有“注册用户”：月坛街道一区社区、什刹海街道全部 2 个社区（不记 0；台账里已有的数照算）"
        in taken.lines
    )


def test_the_head_again_and_notes_below_are_no_rows(office: Office) -> None:
    office.take(office.file(HEAD, *ALL[:2], HEAD, *ALL[2:], ["备注：以上为累计数"], ["制表人：某某"]))
    assert office.figures() == EVERY


def test_a_column_of_numbers_without_a_head_is_not_read_and_said(office: Office) -> None:
    rows = [[number, *row, 7] for number, row in enumerate(ALL, start=1)]
    assert office.take(office.file(["", *HEAD], *rows)).lines[-1] == "没有读：表1!F1 这一列没有表头"
    assert office.figures() == EVERY


def test_two_columns_with_one_meaning_are_refused(office: Office) -> None:
    with pytest.raises(TableWrong) as refused:
        office.take(office.file(["社区", "注册用户", "注册人数"], ["新风", 1, 2]))
    assert "不知道用哪一列" in refused.value.problems[0].message


def test_csv_in_any_encoding_with_any_separator(office: Office) -> None:
    for number, encoding in enumerate(("gbk", "gb18030", "utf-8", "utf-8-sig", "utf-16")):
        for separator in (",", ";", "\t"):
            rows = [HEAD, ["德胜", "新风", '"1,234"', "1.2万"], ["德胜", "安德", str(number), "—"]]
            file = office.text("\r\n".join(separator.join(row) for row in rows), encoding)
            with office.reading(file) as found:
                assert not found.faults
                assert [row[3] for row in found.spool.sample(9)] == [1234, 12_000, number]


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0 old", b"<html><table>", b"PK\x03\x04 broken", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused_in_words(office: Office, data: bytes) -> None:
    file = office.folder / "a20261130.xls"
    file.write_bytes(data)
    with pytest.raises(TableWrong) as refused:
        office.take(file)
    assert refused.value.problems


def test_a_kind_that_nobody_named_is_asked_for(office: Office) -> None:
    with pytest.raises(WrongUse, match="请写明种类：注册用户"):
        office.take(office.file(HEAD, *ALL), "")
    with pytest.raises(WrongUse, match=r"没有“猫”这种数据表。可以写：注册用户（users）"):
        office.take(office.file(HEAD, *ALL), "猫")


def test_a_table_without_any_known_head_is_refused(office: Office) -> None:
    with pytest.raises(TableWrong) as refused:
        office.take(office.file(["小区", "活跃量"], ["新风", 3]))
    assert "没有认出表头" in refused.value.problems[0].message


def test_a_file_without_figures_is_refused(office: Office) -> None:
    with pytest.raises(OpsError, match="没有可以收的数"):
        office.take(office.file(HEAD, ["德胜", "新风", "-", "-"]))


def test_objects_groups_and_topics_have_their_own_figures(office: Office) -> None:
    office.take(
        office.file(["社区", "标题", "浏览量", "评论数"], ["新风", "楼道椅子", 9, 2], ["新风", "花池", 4, 0]),
        "平台互动",
    )
    assert office.figures("platform_views") == {"object:101:楼道椅子": 9, "object:101:花池": 4}
    office.take(office.file(["街道", "群名称", "群人数"], ["德胜", "服务一群", 212]), "群组")
    assert office.figures("group_members") == {"group:10:服务一群": 212}
    office.take(office.file(["社区", "议题", "参与人数"], ["安德", "加装电梯", 35]), "议题")
    assert office.figures("topic_participants") == {"topic:102:加装电梯": 35}


def test_the_followers_export_is_known_by_itself(office: Office) -> None:
    head = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
    office.take(
        office.file(head, ["2026-11-29", 5, 1, 4, 1200], ["2026-11-30", 7, 2, 5, 1205], name="用户增长.xlsx"), ""
    )
    assert office.figures("followers") == {"account": 1205}
    assert office.figures("new_user", date(2026, 11, 29)) == {"account": 5}


def test_the_articles_export_finds_our_articles_by_link_and_by_title(office: Office) -> None:
    with office.parts.store.transaction() as session:
        for number, title in ((1, "楼道里的歇脚椅"), (2, "国庆放假通知"), (3, "国庆放假通知")):
            session.add(Post(id=number, state=State.PUBLISHED, state_since=NOW, notify=True))
            session.add(
                Article(
                    id=number, slug=str(number), title=title, state=State.PUBLISHED, state_since=NOW, post_id=number, position=1
                )
            )  # fmt: skip
            day = datetime(2026, 11, 10 + number, 10, tzinfo=SHANGHAI)
            url = f"http://mp.weixin.qq.com/s?__biz=B&mid=10{number}&idx=1&sn=x"
            session.add(Publication(post_id=number, key=str(number), url=url, published_at=day, ended_at=None))
    head = ["内容标题", "发表时间", "总阅读人数", "总阅读次数", "送达阅读率", "内容url"]
    rows = [
        ["随便", "20261111", 80, 95, "12%", "https://mp.weixin.qq.com/s?__biz=B&mid=101&idx=1&chksm=y#rd"],
        ["国庆放假通知", "20261113", "1.2万", "3万", "-", ""],
    ]
    office.take(office.file(head, *rows, name="文章数据20261130.xlsx"), "")
    assert office.figures("read_count") == {"article:1": 95, "article:3": 30_000}
    file = office.file(
        head, ["国庆放假通知", "", 1, 2, "", ""], ["别人的", "", 1, 2, "", ""], name="文章数据20261130.xlsx"
    )
    assert office.faults(file, "") == [
        "表1!A2 有 2 篇“国庆放假通知”，请带上链接或发表时间",
        "表1!A3 没有发出过“别人的”",
    ]


def _spelled(value: int | None, how: int) -> object:
    """A number as one of the ways in which people write it."""
    if value is None:
        return ("", "-", "—", "暂无", None)[how % 5]
    full = str(value).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    ways = (
        value,
        str(value),
        f"{value:,}",
        full,
        f"{value}人",
        f"{value}.0",
        f" {value} ",
        float(value),
        f"{value:,}".replace(",", "，"),
    )
    if value % 100 == 0 and how % 2:
        return f"{value / 10_000:.2f}万"
    return ways[how % len(ways)]


NUMBERS = st.one_of(st.none(), st.integers(0, 10**12), st.integers(0, 10**6).map(lambda hundreds: hundreds * 100))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(NUMBERS, min_size=5, max_size=5),
    hows=st.lists(st.integers(0, 99), min_size=5, max_size=5),
    as_text=st.booleans(),
    title=st.booleans(),
    order=st.permutations(range(5)),
)
def test_any_numbers_in_any_spelling_read_back_the_same(
    office: Office, values: list[int | None], hows: list[int], as_text: bool, title: bool, order: list[int]
) -> None:
    told = [_spelled(value, how) for value, how in zip(values, hows, strict=True)]
    rows = [[*ALL[at][:2], told[at]] for at in order]
    above = [["注册用户统计（截至2026年11月30日）", "", ""]] if title else []
    lines = [*above, ["街道", "社区", "注册用户数"], *rows]
    if as_text:
        text = "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in lines)
        file = office.text(text, "gbk")
    else:
        file = office.file(*lines)
    with office.reading(file) as found:
        assert found.faults == []
        read = {subject.removeprefix("place:"): value for _, _, subject, value in found.spool.sample(99)}
    assert read == {code: value for code, value in zip(EVERY, values, strict=True) if value is not None}
