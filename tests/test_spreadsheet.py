"""Tables as XLSX: read as their editor meant them, and what Excel has damaged is refused with its cell."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from content.article import Level
from content.daylist import read_days
from content.days import calendar_of
from content.lint.tables import tables
from content.places import names_in
from content.tables import TableWrong, lines_in, read_table

PEOPLE = ("姓名", "职务", "单位", "排序", "起", "止")


def sheet(file: Path, rows: Sequence[Sequence[object]], formats: dict[str, str] | None = None) -> Path:
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    for row in rows:
        first.append(row)
    for cell, style in (formats or {}).items():
        first[cell].number_format = style
    book.create_sheet("说明").append(["不看", "这里"])
    book.save(file)
    return file


def test_each_table_may_be_a_spreadsheet(tmp_path: Path) -> None:
    sheet(tmp_path / "people.xlsx", [PEOPLE, ("林样例", "主任", "云杉街道", 1, datetime(2025, 3, 1), None)])
    sheet(tmp_path / "phones.xlsx", [("number", "what"), (12345, "热线"), ("010-5555 0100", "服务站")])
    sheet(tmp_path / "words.xlsx", [("pattern", "kind"), ("莅临", "慎用")])
    sheet(tmp_path / "places.xlsx", [("code", "level", "name"), (110102001000, "street", "云杉街道")])
    sheet(
        tmp_path / "days.xlsx", [("rule", "name", "field", "kind", "note"), ("12月5日", "志愿者日", "志愿", None, None)]
    )
    read = tables(tmp_path)
    assert read.problems == ()
    (official,) = read.officials
    assert (official.name, official.order, official.since, official.until) == ("林样例", 1, date(2025, 3, 1), None)
    assert read.phones == {"12345": "热线", "01055550100": "服务站"}
    assert [word.pattern for word in read.words] == ["莅临"]
    assert "云杉" in names_in(tmp_path / "places.csv")
    assert [mark.name for mark in calendar_of(tmp_path).marks(2026)] == ["志愿者日"]


CELLS = [
    (110102001000, "General", "110102001000"),
    (110102001000.0, "General", "110102001000"),
    (1.5, "General", "1.5"),
    (1055550100, "00000000000", "01055550100"),
    (date(2026, 12, 5), "yyyy-mm-dd", "2026-12-05"),
    (datetime(2026, 12, 5, 18, 30), "yyyy-mm-dd hh:mm", "2026-12-05 18:30"),
    (datetime(2026, 12, 5), 'm"月"d"日"', "12月5日"),
    (True, "General", "是"),
    (" 甲 ", "General", "甲"),
    (None, "General", ""),
]


@pytest.mark.parametrize(("value", "style", "text"), CELLS, ids=[row[2] or "empty" for row in CELLS])
def test_a_cell_is_read_as_it_was_meant(value: object, style: str, text: str, tmp_path: Path) -> None:
    file = sheet(tmp_path / "a.xlsx", [("甲", "乙"), ("在", value)], {"B2": style})
    assert read_table(file, {"乙": ()})[0].values["乙"] == text


@pytest.mark.parametrize("value", ["1.10E+11", "1.1e11", 110102199001011234, 1.10102199001011e17])
def test_a_code_that_excel_has_damaged_is_refused_with_its_cell(value: object, tmp_path: Path) -> None:
    rows = [("what", "number"), *(("好", n) for n in range(12300, 12315)), ("坏", value)]
    file = sheet(tmp_path / "phones.xlsx", rows)
    with pytest.raises(TableWrong) as refused:
        read_table(file, {"number": (), "what": ()})
    (problem,) = refused.value.problems
    assert (problem.path, problem.line, problem.code) == ("phones.xlsx", 17, "TABLE_DAMAGED")
    assert "B17" in problem.message
    assert [p.code for p in tables(tmp_path).problems] == ["TABLE_DAMAGED"], "and the check tells it too"
    assert len(tables(tmp_path).phones) == 15, "the other rows count"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_damaged_code_in_a_csv_is_refused_by_its_cell_too(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_bytes("rule,name,field,kind,note\n1.10E+11,甲,,,\n".encode(encoding))
    with pytest.raises(TableWrong) as refused:
        read_days(tmp_path / "days.csv")
    assert "A2" in refused.value.problems[0].message


def test_a_cell_of_a_csv_keeps_its_line_ends_and_its_row_the_line_it_begins_on() -> None:
    assert lines_in(b'a,"b\nc"\r\n\r\n"d\r\n\r\ne",f\n', "x.csv") == [(1, ["a", "b\nc"]), (4, ["d\n\ne", "f"])]


def test_of_csv_and_xlsx_one_is_used_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("number,what\n12300,旧\n", encoding="utf-8")
    sheet(tmp_path / "phones.xlsx", [("number", "what"), (12345, "热线")])
    read = tables(tmp_path)
    assert read.phones == {"12345": "热线"}
    (problem,) = read.problems
    assert (problem.code, problem.level) == ("TABLE_TWICE", Level.WARN)
    assert "用的是 phones.xlsx" in problem.message


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"], ids=["broken", "old or locked"])
def test_what_is_no_spreadsheet_is_told_with_what_to_do(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "people.xlsx").write_bytes(data)
    (problem,) = tables(tmp_path).problems
    assert (problem.path, problem.code, "另存" in problem.message) == ("people.xlsx", "TABLE_UNREADABLE", True)


def test_a_spreadsheet_that_calls_itself_csv_is_read_as_what_it_is(tmp_path: Path) -> None:
    sheet(tmp_path / "a.xlsx", [("number", "what"), (12345, "热线")]).rename(tmp_path / "phones.csv")
    assert tables(tmp_path).phones == {"12345": "热线"}


def test_no_spreadsheet_code_is_loaded_for_csv_tables(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("number,what\n12345,热线\n", encoding="utf-8")
    code = (
        "import sys, pathlib; from content.lint.tables import tables; "
        f"tables(pathlib.Path({str(tmp_path)!r})); sys.exit('openpyxl' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_that_look_like_a_spreadsheet_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(TableWrong):
        lines_in(b"PK\x03\x04" + data, "a.xlsx")
