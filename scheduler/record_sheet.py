"""A table of field work read whole: each row becomes a draft, or says with its cell what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from content import cells
from content.field_kinds import FACTS, FREE, KINDS
from content.field_words import Draft
from content.gazetteer import Spot
from content.place_names import PlaceNames
from content.record_columns import DAY, KIND, NAMES, NEW_USERS, PEOPLE, PLACE, STREET, TEXT, column_of, kind_in
from content.sheets import Sheet, Table
from content.tables import TableWrong, cell_name, fault
from content.values import NotUnderstood
from scheduler.file_rows import filled

SHOWN = 5  # rows of totals that are named
LOOKED_AT = 20  # lines at the top of a sheet among which its head is
_TOTAL = re.compile(r".{0,12}(?:合计|小计|总计|共计|汇总)(?:数)?[::]?")
_LIST = re.compile(r"([、，,;；/\n]+|\s{2,})")

Names = Callable[[date], PlaceNames]  # the places of a day, by their names


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row: the cell as people find it, and why."""

    cell: str
    why: str


@dataclass(frozen=True)
class Line:
    """A row of a table: where it stands, its cells by column, and its draft, or what is wrong with it."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    draft: Draft | None
    faults: Sequence[Fault]
    first: str  # its first cell, as people find it
    places: Mapping[str, str] = field(default_factory=dict)  # where the cell of a column is
    is_total: bool = False

    def wrong(self, why: str, column: str = "") -> Line:
        """Return the row as one that cannot be taken; column: where the reason lies, "" for no cell of its own."""
        return replace(self, draft=None, faults=(*self.faults, Fault(self.places.get(column, self.first), why)))


@dataclass(frozen=True)
class _Head:
    line: int
    columns: Mapping[int, str]
    kind: str
    unused: Sequence[str]


def lines_of(table: Table, kind: str, names: Names, today: date) -> tuple[list[Line], list[str]]:
    """Return the rows of all sheets, and what is not used of them; TableWrong where no sheet has a head.

    A sheet of field work whose head is not understood is a row that is wrong. kind: what the rows are; "" where a column,
    the title or a name tells.
    """
    found: list[Line] = []
    unused = [f"工作表“{name}”是隐藏的，没有读" for name in table.hidden]
    heads = [(sheet, _head(sheet, table.name, kind)) for sheet in table.sheets]
    if not any(head for _, head in heads):
        raise TableWrong(table.name, [fault(table.name, 1, "TABLE_HEAD", _no_head())])
    for sheet, head in heads:
        if head is None:
            if _is_field_work(sheet, today):
                at = sheet.cell(cell_name(0, 1))
                found.append(Line(sheet.name, 1, {}, None, (Fault(at, f"这张工作表没有收。{_no_head()}"),), at))
            elif any(any(row) for _, row in islice(sheet.rows(), LOOKED_AT)):
                unused.append(f"工作表“{sheet.name}”不像台账，没有读")
            continue
        unused += (
            [f"{sheet.cell(cell_name(0, head.line))} 起的表头里没有用上：{'、'.join(head.unused)}"]
            if head.unused
            else []
        )
        lines = list(_lines(sheet, head, names, today))
        found += [line for line in lines if not line.is_total]
        if totals := [line.first for line in lines if line.is_total]:
            unused.append(
                f"合计行没有收：{len(totals)} 行（{'、'.join(totals[:SHOWN])}{'等' if len(totals) > SHOWN else ''}）"
            )
            unused += _differences(lines)
    return found, unused


def _head(sheet: Sheet, file: str, kind: str) -> _Head | None:
    rows = list(islice(sheet.rows(), LOOKED_AT))
    best = max(rows, key=lambda row: len({column_of(cell) for cell in row[1]} - {None}), default=None)
    if best is None:
        return None
    columns: dict[int, str] = {}
    for at, cell in enumerate(best[1]):
        if (name := column_of(cell)) and (name == TEXT or name not in columns.values()):
            columns[at] = name
    if DAY not in columns.values() or len(set(columns.values())) < 2:
        return None
    titles = " ".join(cell for number, row in rows if number < best[0] for cell in row)
    heads = "".join(best[1])
    told = kind or next(filter(None, map(kind_in, (titles, sheet.name, file, heads))), "")
    unused = [cell for at, cell in enumerate(best[1]) if cell and at not in columns and cell not in ("序号", "编号")]
    return _Head(best[0], columns, told, unused)


def _is_field_work(sheet: Sheet, today: date) -> bool:
    """Say whether a sheet without a head that is understood looks like field work: two known columns, or days in its rows."""
    for _, row in islice(sheet.rows(), LOOKED_AT):
        if len({column_of(cell) for cell in row} - {None}) > 1:
            return True
        if len([cell for cell in row if cell]) > 1 and any(_is_day(cell, today) for cell in row):
            return True
    return False


def _is_day(cell: str, today: date, *, serial: bool = False) -> bool:
    """Say whether a cell is a day; serial: also where it is a bare number, as Excel keeps days."""
    try:
        return (serial or not cell.replace(".", "").isdecimal()) and cells.day(cell, today) is not None
    except NotUnderstood:
        return False


def _lines(sheet: Sheet, head: _Head, names: Names, today: date) -> Iterator[Line]:
    texts = [at for at, name in head.columns.items() if name in (STREET, PLACE, DAY, KIND)]
    for number, row in filled(sheet, texts):
        told = [cell for cell in row if cell]
        if number <= head.line or not told:
            continue
        if any(column_of(cell) for cell in told) and all(column_of(cell) for cell in told[:2]):
            continue  # the head once more, where a page begins
        line = _Row(sheet, head, number, row, names, today).line()
        yield replace(line, is_total=_is_total(line, told, today))


def _differences(lines: Sequence[Line]) -> Iterator[str]:
    """Yield where a total is neither the sum of all rows above it nor of those since the last one."""
    for column in (PEOPLE, NEW_USERS):
        sums: list[int] = []
        for line in lines:
            text = line.cells.get(column, "")
            try:
                value = cells.count(text)
            except NotUnderstood:
                if not line.is_total:
                    break  # the row is told as wrong
                continue
            if not line.is_total:
                sums = [one + (value or 0) for one in sums or (0, 0)]
            elif sums and value is not None:
                near = min(sums, key=lambda one: abs(value - one))
                if abs(value - near) > cells.slack(text):
                    yield f"{line.places[column]} 的{NAMES[column]}合计写 {value:,}，各行相加是 {near:,}，请核对"
                sums[1] = 0


def _is_total(line: Line, told: Sequence[str], today: date) -> bool:
    """Say whether a row is a sum: it is called so in the place of a day or of a place, or in front of a row without a day."""
    where = [line.cells.get(column, "") for column in (DAY, STREET, PLACE, KIND)]
    if any(_TOTAL.fullmatch("".join(cell.split())) for cell in where):
        return True
    called = any(_TOTAL.fullmatch("".join(cell.split())) for cell in told[:2])
    return called and not _is_day(line.cells.get(DAY, ""), today, serial=True)


class _Row:
    """One row while it is read: what is wrong with it is gathered."""

    def __init__(self, sheet: Sheet, head: _Head, number: int, row: Sequence[str], names: Names, today: date) -> None:
        """Take the row with its head."""
        self.sheet, self.head, self.number, self.names, self.today = sheet, head, number, names, today
        self.faults: list[Fault] = []
        self.cells: dict[str, str] = {}
        for at, name in head.columns.items():
            cell = row[at].strip() if at < len(row) else ""
            if cell and cell.lower() not in cells.NO_DATA:
                self.cells[name] = f"{self.cells[name]}；{cell}" if name in self.cells else cell

    def line(self) -> Line:
        """Return the row with its draft, or with all that is wrong."""
        draft = self._draft()
        first = self._cell(min(self.head.columns))
        places = {name: self._cell(at) for at, name in self.head.columns.items()}
        return Line(
            self.sheet.name, self.number, self.cells, None if self.faults else draft, tuple(self.faults), first, places
        )

    def _draft(self) -> Draft | None:
        kind = self.cells.get(KIND) or self.head.kind
        if kind not in KINDS:
            self._wrong(KIND, f"看不出是哪一类，请写明：{'、'.join(KINDS)}")
            return None
        day = self._day()
        places = self._places(kind, day or self.today)
        text = self._text(kind)
        more = {key: self._fact(key) for key in KINDS[kind].more if key in self.cells}
        draft = Draft(
            kind, places, day=day, people=self._count(PEOPLE), new_users=self._count(NEW_USERS),
            text=text, more={key: value for key, value in more.items() if value},
        )  # fmt: skip
        if not self.faults and (missing := draft.missing()):
            self._wrong("", f"还差：{'、'.join(missing)}")
        return draft

    def _text(self, kind: str) -> str:
        """Return what was done: also a result where nothing else tells it, or where the kind has none of its own."""
        if TEXT not in self.cells and "result" in self.cells:
            self.cells[TEXT] = self.cells.pop("result")
        also = [self.cells[key] for key in FREE if key in self.cells and key not in KINDS[kind].more]
        return " ".join("；".join(filter(None, [self.cells.get(TEXT, ""), *also])).split())

    def _day(self) -> date | None:
        try:
            found = cells.day(self.cells.get(DAY, ""), self.today)
        except NotUnderstood as error:
            self._wrong(DAY, f"“{self.cells[DAY]}”{error}")
            return None
        if found is None:
            self._wrong(DAY, "没有写日期")
        return found

    def _places(self, kind: str, day: date) -> tuple[Spot, ...]:
        street, told = self.cells.get(STREET, ""), self.cells.get(PLACE, "")
        names, found = self.names(day), list[Spot]()
        if not told:
            told, street = street, ""
        parts = _LIST.split(told)
        while parts:
            try:
                spot, length = names.leading(parts, street)
            except NotUnderstood as error:
                self._wrong(PLACE if PLACE in self.cells else STREET, str(error))
                spot, length = None, 1
            found += [spot] if spot and spot not in found else []
            parts = parts[2 * length :]
        return tuple(found)

    def _count(self, column: str) -> int | None:
        try:
            return cells.count(self.cells.get(column, ""))
        except NotUnderstood as error:
            self._wrong(column, f"“{self.cells[column]}”{error}")
            return None

    def _fact(self, key: str) -> str:
        """Return a fact of a cell, which needs no name and no unit there: 4.6 under 评分, 0.95 or 95% under 满意率."""
        text = cells.plain_text(self.cells[key])
        if key in FREE:
            return text
        shown = {
            "link": text,
            "topic": f"专题 {text}",
            "score": f"评分 {text.removesuffix('分')}分",
            "code": f"活动码 {text}",
        }
        shown |= {"article": f"文章 {text.removeprefix('文章')}", "rate": f"满意率 {_percent(text)}%"}
        found = FACTS[key].pattern.fullmatch(shown[key])
        value = next(filter(None, found.groups())) if found else ""
        most = FACTS[key].most
        if not found or (most is not None and float(value) > most):
            self._wrong(key, f"“{text}”不是{FACTS[key].name}")
            return ""
        return value

    def _wrong(self, column: str, why: str) -> None:
        at = next((at for at, name in self.head.columns.items() if name == column), min(self.head.columns))
        self.faults.append(Fault(self._cell(at), why))

    def _cell(self, at: int) -> str:
        return self.sheet.cell(cell_name(at, self.number))


def _percent(text: str) -> str:
    """Return a share as a percentage: 95% and 95 are 95, 0.95 is 95."""
    plain = text.removesuffix("%")
    if not text.endswith("%") and re.fullmatch(r"0?\.\d+|1(?:\.0+)?", plain):
        return f"{float(plain) * 100:.4f}".rstrip("0").rstrip(".")
    return plain


def _no_head() -> str:
    return "没有找到表头。表头要有日期，以及社区或街道、人数、内容这样的列，各写在一格里。"
