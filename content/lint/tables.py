"""The tables an article is checked against: words, people, phones, places; a bad row is told and the others count.

`content.tables` refuses a whole table that is taken in; these are only looked at,
and one wrong row must not stop the checks of the others.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from content.article import Level, Problem
from content.tables import Line, TableWrong, cell_name, damaged, lines_in, there, twice

STARTER = Path(__file__).resolve().parent.parent / "starter"  # its words and phones hold where a workspace has none
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")


@dataclass(frozen=True)
class Row:
    """One row of a table: the line of the file it begins on, and its cells by the names of the columns."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """Return a cell without blanks around it, "" where the row has none."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """What was read of a file: its good rows, the problems, and the sha256 of its bytes ("" for a file not there)."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()
    sha256: str = ""


@dataclass(frozen=True)
class Word:
    """A word to look for: where (标题, 正文, "" both), how bad, what to write instead, where it is in order."""

    pattern: str
    kind: str
    level: Level
    suggest: str = ""
    reason: str = ""
    allow: tuple[str, ...] = ()
    scope: str = ""


@dataclass(frozen=True)
class Official:
    """A person's post at a body from a day until a day (None: not known), with the place in the order of names."""

    name: str
    post: str
    body: str = ""
    order: int | None = None
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Tell whether the post is held on a day."""
        return not (self.since and day < self.since) and not (self.until and day > self.until)


@dataclass(frozen=True)
class Known:
    """A place of the table: its official name, its level, and other short names that people give it."""

    name: str
    level: str
    shorts: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables an article is checked against; the same object is the same tables, so that they are compiled once."""

    words: tuple[Word, ...] = ()
    officials: tuple[Official, ...] = ()
    phones: Mapping[str, str] = field(default_factory=dict)  # the digits → whose number
    places: tuple[Known, ...] = ()
    problems: tuple[Problem, ...] = ()
    sha256: str = ""


NO_TABLES = Tables()

KINDS = {
    "ban": "禁用词", "禁用": "禁用词", "caution": "慎用词", "慎用": "慎用词", "typo": "错别字", "错字": "错别字",
    "title": "标题用语", "标题": "标题用语", "phrase": "提法", "提法": "提法", "allow": "放行", "放行": "放行",
}  # fmt: skip
LEVELS = {
    "error": Level.ERROR, "block": Level.ERROR, "错误": Level.ERROR, "warn": Level.WARN, "警告": Level.WARN,
    "": Level.WARN, "info": Level.INFO, "提示": Level.INFO,
}  # fmt: skip
_WORDS = {"pattern": "词", "kind": "类别", "level": "级别", "suggest": "建议", "reason": "理由", "allow": "放行",
          "scope": "范围"}  # fmt: skip
_PEOPLE = {"name": "姓名", "post": "职务", "body": "单位", "order": "排序", "from": "起", "to": "止"}
_PHONES = {"number": "号码", "what": "名称", "note": "说明"}
_PLACES = {"code": "代码", "level": "级别", "name": "名称", "parent_code": "上级代码", "short": "简称"}

_NAMES = ("words.csv", "people.csv", "phones.csv", "places.csv", "days.csv")


def tables(workspace: Path) -> Tables:
    """Return the workspace's words, people, phones and places; the product's own words and phones where it has none.

    What is wrong with a table is in `problems`; a bad row is left out, the others count.
    """
    words = read_table(word_file := _here(workspace, "words.csv"), _WORDS, ("pattern",))
    people = read_table(people_file := there(workspace / "people.csv"), _PEOPLE, ("name", "post"))
    phones = read_table(_here(workspace, "phones.csv"), _PHONES, ("number",))
    places = read_table(there(workspace / "places.csv"), _PLACES, ("name",))
    wrong = [problem for name in _NAMES for problem in twice(workspace / name)]
    wrong += [problem for table in (words, people, phones, places) for problem in table.problems]
    return Tables(
        words=tuple(_word(row, word_file.name, wrong) for row in words.rows),
        officials=tuple(_official(row, people_file.name, wrong) for row in people.rows),
        phones={digits(row["number"]): row["what"] or row["number"] for row in phones.rows},
        places=tuple(Known(row["name"], row["level"], _parts(row["short"])) for row in places.rows),
        problems=tuple(wrong),
        sha256="-".join(table.sha256[:16] for table in (words, people, phones, places)),
    )


def digits(number: str) -> str:
    """Return the digits of a telephone number."""
    return re.sub(r"\D", "", number)


def read_table(file: Path, columns: Mapping[str, str], needed: tuple[str, ...]) -> Table:
    """Return the rows of a table, CSV or XLSX; `columns` are its names and their Chinese ones.

    Lines that begin with # are remarks. A file that is not there is an empty table.
    """
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return Table()
    except OSError as error:
        return Table(problems=(_wrong(file, 1, "TABLE_UNREADABLE", f"表读不出来：{error.strerror}。"),))
    found: list[Row | Problem]
    try:
        found = list(_rows(file, lines_in(data, file.name), columns, needed))
    except TableWrong as error:
        found = [replace(problem, code="TABLE_UNREADABLE") for problem in error.problems]
    rows = tuple(row for row in found if isinstance(row, Row))
    return Table(rows, tuple(row for row in found if isinstance(row, Problem)), hashlib.sha256(data).hexdigest())


def _here(workspace: Path, name: str) -> Path:
    file = there(workspace / name)
    return file if file.is_file() else STARTER / name


def _rows(
    file: Path, lines: Sequence[Line], columns: Mapping[str, str], needed: tuple[str, ...]
) -> Iterator[Row | Problem]:
    header: list[str] = []
    for line, cells in lines:
        if cells[0].startswith("#"):
            continue
        if not header:
            header = [_column(name, columns) for name in cells]
            yield from _header_problems(file, line, header, columns, needed)
            continue
        yield _row(file, (line, cells), header, needed)


def _column(name: str, columns: Mapping[str, str]) -> str:
    plain = name.strip().lower()
    return next((key for key, chinese in columns.items() if plain in (key, chinese)), plain)


def _header_problems(
    file: Path, line: int, header: list[str], columns: Mapping[str, str], needed: tuple[str, ...]
) -> Iterator[Problem]:
    for name in needed:
        if name not in header:
            message = f"表头里没有“{name}”（{columns[name]}）一列，这张表没有用上。表头应是：{','.join(columns)}。"
            yield _wrong(file, line, "TABLE_HEADER", message)
    for at, name in enumerate(header):
        if name and name not in columns:
            near = difflib.get_close_matches(name, [*columns, *columns.values()], 1, 0.5)
            hint = f"是不是“{near[0]}”？" if near else f"认识的列有：{','.join(columns)}。"
            yield _wrong(
                file, line, "TABLE_HEADER", f"{cell_name(at, line)} 的列名“{name}”不认识，这一列没有用上。{hint}",
                Level.WARN,
            )  # fmt: skip


def _row(file: Path, line: Line, header: list[str], needed: tuple[str, ...]) -> Row | Problem:
    """Return a row, or what is wrong with it."""
    if broken := damaged(line, file.name):
        return broken[0]
    number, cells = line
    row = Row(number, dict(zip(header, cells, strict=False)))
    for name in needed:
        if not row[name]:
            at = header.index(name) if name in header else 0
            return _wrong(file, number, "TABLE_CELL", f"{cell_name(at, number)} 是空的，这一行没有用上。")
    return row


def _wrong(file: Path, line: int, code: str, message: str, level: Level = Level.ERROR) -> Problem:
    return Problem(file.name, line, code, level, message)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r"[、，,;；|\s]+", text) if part)


def _word(row: Row, file: str, wrong: list[Problem]) -> Word:
    kind, level = KINDS.get(row["kind"].lower()), LEVELS.get(row["level"].lower())
    if (row["kind"] and kind is None) or level is None:
        message = f"“{row['pattern']}”的类别或级别不认识，按慎用词、警告算。类别：{'、'.join(KINDS)}。"
        wrong.append(Problem(file, row.line, "TABLE_CELL", Level.WARN, message))
    return Word(
        row["pattern"], kind or "慎用词", level or Level.WARN, row["suggest"], row["reason"], _parts(row["allow"]),
        row["scope"],
    )  # fmt: skip


def _official(row: Row, file: str, wrong: list[Problem]) -> Official:
    since, until = (_day(row, column, file, wrong) for column in ("from", "to"))
    order = int(row["order"]) if row["order"].isdecimal() else None
    return Official(row["name"], row["post"], row["body"], order, since, until)


def _day(row: Row, column: str, file: str, wrong: list[Problem]) -> date | None:
    if not row[column]:
        return None
    found = _DAY.fullmatch(row[column])
    try:
        if found is None:
            raise ValueError(row[column])
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        message = f"“{row['name']}”的日期“{row[column]}”看不懂，应写成 2026-12-05；现在按没有写算。"
        wrong.append(Problem(file, row.line, "TABLE_CELL", Level.WARN, message))
        return None
