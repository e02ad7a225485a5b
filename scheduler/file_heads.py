"""Where the head of each sheet is and what its columns mean; what nobody knows yet is asked once and remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import cells
from content.errors import WrongUse
from content.place_names import PlaceNames
from content.sheets import Sheet, Span, Table
from content.tables import TableWrong, cell_name, fault
from scheduler.file_kinds import (
    DAY,
    NOTHING,
    PLACE,
    STREET,
    THING,
    Kind,
    column_name,
    head_word,
    kind_of,
    scale_of,
)
from scheduler.models import HeadWord

LOOKED_AT = 30  # rows of a sheet in which its head is looked for
_SHOWN = 3  # examples that go with a question
Rows = Sequence[tuple[int, list[str]]]


@dataclass(frozen=True)
class Question:
    """A head that nobody knows: where it stands, what it says, and what stands under it."""

    cell: str
    head: str
    examples: Sequence[str]


@dataclass(frozen=True)
class Head:
    """The head of a sheet: its last row, what each column means and multiplies by, and what is asked.

    day: of the whole sheet, with where it was read; street: its name where the sheet is one street's. of_file: the day
    stands outside of the file's bytes. unnamed: the cells above columns of numbers that have no head, and are not read.
    """

    sheet: int
    line: int
    columns: Mapping[int, str]
    scales: Mapping[int, int]
    questions: Sequence[Question]
    day: date | None
    day_from: str
    street: str
    of_file: bool
    unnamed: Sequence[str]


def known_words(session: Session, kind: Kind) -> dict[str, str]:
    """Return what people have said that heads mean in a kind of file."""
    rows = session.execute(select(HeadWord.word, HeadWord.column).where(HeadWord.source == kind.id))
    return {row.word: row.column for row in rows}


def learn(session: Session, kind: Kind, answers: Mapping[str, str], *, by: str, now: datetime) -> None:
    """Remember what heads mean; WrongUse for a column that this kind does not have."""
    for head, column in answers.items():
        if column != NOTHING and column not in kind.columns:
            raise WrongUse(f"“{kind.name}”没有“{column}”这一列。")
        word = head_word(head)
        kept = session.scalar(select(HeadWord).where(HeadWord.source == kind.id, HeadWord.word == word))
        if kept is None:
            session.add(HeadWord(source=kind.id, word=word, column=column, by=by, at=now))
        else:
            kept.column, kept.by, kept.at = column, by, now


def recognised(table: Table) -> Kind | None:
    """Return the kind of a file that says by itself what it is: an export of the back office."""
    rows = (cells_ for sheet in table.sheets for _, cells_ in islice(sheet.rows(), LOOKED_AT))
    return next((kind for row in rows if (kind := kind_of(row))), None)


@dataclass(frozen=True)
class Reading:
    """By what heads are read: the kind, what people have said that heads mean, the places, and the present day.

    day: what whoever brings the file says, which goes before its titles.
    """

    kind: Kind
    words: Mapping[str, str]
    places: PlaceNames
    today: date
    day: date | None = None


def heads_of(table: Table, reading: Reading) -> tuple[list[Head], list[str]]:
    """Return the heads of the sheets, and the names of sheets without figures, which are left aside.

    TableWrong when a sheet has figures and no head that is known, or two columns say the same.
    """
    found, aside = [], []
    for number, sheet in enumerate(table.sheets):
        rows = list(islice(sheet.rows(), LOOKED_AT))
        best = max(_candidates(rows, sheet.spans, reading), key=lambda one: one[0], default=(0, 0, {}))
        if best[0]:
            found.append(_head(table, number, rows, best[1], best[2], reading))
        elif _has_figures(rows):
            raise TableWrong(table.name, [fault(table.name, 1, "TABLE_HEAD", _no_head(sheet, reading.kind))])
        else:
            aside.append(sheet.name)
    if not found:
        raise TableWrong(table.name, [fault(table.name, 1, "TABLE_HEAD", _no_head(None, reading.kind))])
    return found, aside


def _has_figures(rows: Rows) -> bool:
    """Say whether a row has a text and a number side by side, as rows of figures have."""
    return any(any(text.isdecimal() for text in row[1:]) for _, row in rows)


Heads = dict[int, list[str]]  # column → what may be its head, the best first


def _candidates(rows: Rows, spans: Sequence[Span], reading: Reading) -> list[tuple[int, int, Heads]]:
    """Return what each row would be as a head, alone and with the row below it: known columns, last row, heads."""
    found = []
    for at, (line, row) in enumerate(rows):
        alone = {column: [text] for column, text in enumerate(row) if text}
        if len(alone) > 1:
            found.append((_known(alone, reading), at, alone))
        if at + 1 < len(rows) and (both := _joined(line, row, rows[at + 1][1], spans)):
            found.append((_known(both, reading), at + 1, both))
    return found


def _joined(line: int, upper: list[str], lower: list[str], spans: Sequence[Span]) -> Heads:
    """Return the heads of two rows of which the upper one has merged cells: 浏览 over 累计 and 当日."""
    here = [span for span in spans if span[0] == line]
    if not here:
        return {}
    heads: Heads = {}
    for column in range(max(len(upper), len(lower))):
        above, below = _at(upper, column), _at(lower, column)
        over = next((span for span in here if span[1] <= column <= span[3]), None)
        above = _at(upper, over[1]) if over else above
        shared = over is not None and over[3] > over[1]  # it stands above several columns, and names none of them alone
        texts = [f"{above}{below}", below, "" if shared else above] if below else [above]
        if texts := [text for text in texts if text]:
            heads[column] = texts
    return heads


def _known(heads: Heads, reading: Reading) -> int:
    columns = {_meaning(texts, reading) for texts in heads.values()}
    return len(columns - {None, NOTHING})


def _meaning(texts: Sequence[str], reading: Reading) -> str | None:
    """Return the column that one of some texts names, what people have said before what we know."""
    for text in texts:
        if (word := head_word(text)) in reading.words:
            return reading.words[word]
        if (column := reading.kind.column(text)) is not None:
            return column
    return None


def _head(table: Table, number: int, rows: Rows, at: int, heads: Heads, reading: Reading) -> Head:
    sheet, line = table.sheets[number], rows[at][0]
    meant = {column: _meaning(texts, reading) for column, texts in heads.items()}
    columns = {column: name for column, name in meant.items() if name}
    _refuse_twice(table, sheet, line, columns, heads)
    titles = rows[:at]
    if reading.day and DAY in columns.values():
        raise WrongUse(f"{sheet.cell(cell_name(0, line))} 这张表有日期列，请不要再另外写日期。")
    said, where, of_file = (None, "", False) if DAY in columns.values() else _day(table, sheet, titles, reading)
    of_title = max((scale_of(text) or 1 for _, row in titles for text in row), default=1)
    return Head(
        sheet=number,
        line=line,
        columns=columns,
        scales={column: scale_of(heads[column][0]) or of_title for column in columns},  # its own unit is the nearer one
        questions=[
            Question(sheet.cell(cell_name(column, line)), heads[column][0], _under(rows[at + 1 :], column))
            for column, name in meant.items()
            if name is None and _under(rows[at + 1 :], column)
        ],
        day=said,
        day_from=where,
        street=_street(sheet, titles, reading.places) if STREET not in columns.values() else "",
        of_file=of_file,
        unnamed=[sheet.cell(cell_name(column, line)) for column in _unnamed(rows[at + 1 :], heads)],
    )


def _refuse_twice(table: Table, sheet: Sheet, line: int, columns: Mapping[int, str], heads: Heads) -> None:
    first: dict[str, int] = {}
    for column, name in columns.items():
        if name in first:
            message = (
                f"{sheet.cell(cell_name(first[name], line))}“{heads[first[name]][0]}”和 {cell_name(column, line)}"
                f"“{heads[column][0]}”都是“{column_name(name)}”，不知道用哪一列。请删去一列，或改表头。"
            )
            raise TableWrong(table.name, [fault(table.name, line, "TABLE_HEAD", message)])
        first[name] = column


def _day(table: Table, sheet: Sheet, titles: Rows, reading: Reading) -> tuple[date | None, str, bool]:
    """Return the day of a sheet, where it was read, and whether that is outside of the file: told, title, sheet, file."""
    today = reading.today
    if reading.day:
        return reading.day, "导入时填写", True
    for line, row in titles:
        for column, text in enumerate(row):
            if found := cells.day_in(text, today):
                return found, f"{sheet.cell(cell_name(column, line))} 标题", False
    if found := cells.day_in(sheet.name, today):
        return found, f"工作表名“{sheet.name}”", False
    if found := cells.day_in(PurePath(table.name).stem, today):
        return found, "文件名", True
    return None, "", False


def _street(sheet: Sheet, titles: Rows, places: PlaceNames) -> str:
    """Return the street that the sheet is of, by its name or by a title that is nothing else."""
    names = [sheet.name, *(text for _, row in titles for text in row)]
    return next((spot.name for name in names if name and (spot := places.street(name))), "")


def _under(rows: Rows, column: int) -> list[str]:
    texts = [_at(row, column) for _, row in rows]
    return [text for text in texts if text][:_SHOWN]


def _unnamed(rows: Rows, heads: Heads) -> list[int]:
    """Return the columns in which numbers stand under no head; the first of a sheet only counts its rows."""
    width = max((len(row) for _, row in rows), default=0)
    columns = [column for column in range(1, width) if column not in heads]
    return [column for column in columns if any(text.isdecimal() for text in _under(rows, column))]


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _no_head(sheet: Sheet | None, kind: Kind) -> str:
    columns = [column_name(column) for column in kind.metrics]
    first = [column_name(one) for one in (STREET, PLACE, DAY, THING) if one in kind.columns]
    where = f"工作表“{sheet.name}”" if sheet and sheet.name else ""
    return (
        f"{where}没有认出表头。“{kind.name}”的表头里要有{'、'.join(first)}中的一列，和{'、'.join(columns)}中的一列。"
        "请改表头；不要的工作表请删去或隐藏。"
    )
