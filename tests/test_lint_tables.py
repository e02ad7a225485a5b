"""The tables that people edit: taken in either encoding, and every mistake told with its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.article import Level
from content.lint.tables import STARTER, read_table, tables
from content.tables import cell_name

HEADER = "name,post,body,order,from,to\n"
COLUMNS = {"name": "姓名", "post": "职务", "order": "排序"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("header", [HEADER, "姓名,职务,单位,排序,起,止\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_in_either_encoding_and_language(encoding: str, header: str, end: str, tmp_path: Path) -> None:
    text = f"{header}# 说明\n\n林样例,主任,云杉街道,1,2025-03-01,2026年12月\n".replace("\n", end)
    (tmp_path / "people.csv").write_bytes(text.encode(encoding))
    read = tables(tmp_path)
    assert read.problems == ()
    (official,) = read.officials
    assert (official.name, official.post, official.body, official.order) == ("林样例", "主任", "云杉街道", 1)
    assert (official.since, official.until) == (date(2025, 3, 1), date(2026, 12, 1))


WRONG = [
    ("code,name\n1.10E+11,甲街道\n", "places.csv", "TABLE_DAMAGED", 2, "A2"),
    ("name,code\n甲街道,110102001\n乙街道,1.1e11\n", "places.csv", "TABLE_DAMAGED", 3, "B3"),
    ("nmae,post\n甲,主任\n", "people.csv", "TABLE_HEADER", 1, "name"),
    ("name,post,bodi\n甲,主任,乙\n", "people.csv", "TABLE_HEADER", 1, "C1"),
    ("name,post\n甲,\n", "people.csv", "TABLE_CELL", 2, "B2"),
    ("name,post,from\n甲,主任,去年\n", "people.csv", "TABLE_CELL", 2, "去年"),
    ("pattern,kind\n甲,坏\n", "words.csv", "TABLE_CELL", 2, "甲"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "code", "line", "told"), WRONG, ids=[f"{row[2]} {row[4]}" for row in WRONG])
def test_a_mistake_in_a_table_is_told_with_its_cell(
    text: str, name: str, code: str, line: int, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    problem = next(problem for problem in tables(tmp_path).problems if problem.code == code)
    assert (problem.path, problem.line) == (name, line)
    assert told in problem.message


def test_a_bad_row_is_left_out_and_the_others_count(tmp_path: Path) -> None:
    (tmp_path / "phones.csv").write_text("number,what\n12345,热线\n1.10E+11,坏\n,空\n(010) 5555-0100,服务站\n", "utf-8")
    read = tables(tmp_path)
    assert read.phones == {"12345": "热线", "01055550100": "服务站"}
    assert [(problem.line, problem.level) for problem in read.problems] == [(3, Level.ERROR), (4, Level.ERROR)]


def test_a_table_that_is_no_text_is_told_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(b"PK\x03\x04\xff\xff\xff\x81")
    (problem,) = tables(tmp_path).problems
    assert problem.code == "TABLE_UNREADABLE"


def test_without_tables_the_products_own_words_and_phones_hold(tmp_path: Path) -> None:
    read = tables(tmp_path)
    assert read.words == tables(STARTER).words
    assert read.phones["12345"]
    assert read.officials == ()
    assert read.places == ()


def test_an_empty_list_of_words_turns_the_words_off(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("pattern,kind\n", "utf-8")
    assert tables(tmp_path).words == ()


def test_a_changed_table_has_another_fingerprint(tmp_path: Path) -> None:
    before = tables(tmp_path).sha256
    (tmp_path / "people.csv").write_text(HEADER, "utf-8")
    assert tables(tmp_path).sha256 != before


def test_the_starters_tables_are_right() -> None:
    read = tables(STARTER)
    assert read.problems == ()
    assert read.officials == ()  # its one example is a remark
    assert sum(place.level == "street" for place in read.places) == 15


@pytest.mark.parametrize(("column", "name"), [(0, "A5"), (25, "Z5"), (26, "AA5"), (52, "BA5")])
def test_a_cell_is_called_as_spreadsheets_do(column: int, name: str) -> None:
    assert cell_name(column, 5) == name


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_reading_a_table_never_raises(data: bytes) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_bytes(data)
        read_table(file, COLUMNS, ("name",))
