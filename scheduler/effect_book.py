"""The effect analysis as a workbook: a sheet a chapter, numbers as numbers with their units in the heads, native charts."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from scheduler.effect_contract import CONTRACT, PACE, PACED
from scheduler.effect_facts import INDEX, UNKNOWN, Chapter, Column, Effect, Row, Value
from scheduler.effect_field import STREETS
from scheduler.effect_periods import KIND_WORDS
from scheduler.effect_trend import FOLLOWERS, READS

FRONT = "说明"
_HIDDEN = 60  # the first column of what the charts draw
HEAD_ROW = 2  # of a chapter's sheet: its title above, its rows below
_WIDE, _NARROW = 28, 12
_CHARTS = {  # chapter → kind of chart, the columns that are charted together, and over which one
    READS: ({"type": "line"}, ("readers",), "label"),
    FOLLOWERS: ({"type": "line"}, ("new", "lost"), "label"),
    "articles": ({"type": "bar"}, ("read_user",), "title"),
    STREETS: ({"type": "column", "subtype": "stacked"}, ("走访", "培训"), "name"),
    CONTRACT: ({"type": "bar"}, ("share", "elapsed"), "name"),
    **{f"{PACE}:{count}": ({"type": "line"}, (count, f"{count}_plan"), "label") for count in PACED},
}  # fmt: skip


@dataclass
class _Book:
    """A workbook that is being written, with its formats."""

    book: Workbook
    formats: dict[str, Format] = field(default_factory=dict)

    def format(self, **wanted: Any) -> Format:
        """Return a format, made once."""
        key = repr(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(wanted)
        return self.formats[key]


def workbook(effect: Effect) -> bytes:
    """Return the workbook of an analysis; the same facts give the same bytes."""
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": effect.title, "created": datetime.fromisoformat(effect.last)})
        writing = _Book(book)
        _front(writing, effect)
        for chapter in effect.chapters:
            _sheet(writing, chapter)
    return made.getvalue()


def _front(writing: _Book, effect: Effect) -> None:
    """Write what the analysis is of, and its sentences by chapter."""
    sheet = writing.book.add_worksheet(FRONT)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    sheet.write_string(0, 0, effect.title, writing.format(bold=True, font_size=16))
    lines = [(KIND_WORDS[effect.kind], effect.span), ("数据", effect.known)]
    lines += [(chapter.title, said) for chapter in effect.chapters for said in chapter.says]
    for n, (name, words) in enumerate(lines, start=HEAD_ROW):
        sheet.write_string(n, 0, name)
        sheet.write_string(n, 1, words, writing.format(text_wrap=True))


def _sheet(writing: _Book, chapter: Chapter) -> None:
    sheet = writing.book.add_worksheet(chapter.title)
    sheet.write_string(0, 0, chapter.title, writing.format(bold=True, font_size=14))
    for at, column in enumerate(chapter.columns):
        sheet.set_column(at, at, _NARROW if column.unit else _WIDE if at == 0 or column.key in _LONG else _NARROW)
        sheet.write_string(HEAD_ROW, at, column.head, writing.format(bold=True, bottom=1, text_wrap=True))
    sheet.freeze_panes(HEAD_ROW + 1, 1)
    for n, row in enumerate(chapter.rows, start=HEAD_ROW + 1):
        for at, column in enumerate(chapter.columns):
            _cell(writing, sheet, n, at, row[column.key], _pattern(column, row))
    _below(writing, sheet, chapter, HEAD_ROW + 2 + len(chapter.rows))
    _charts(writing, sheet, chapter)


def _below(writing: _Book, sheet: Worksheet, chapter: Chapter, row: int) -> None:
    """Write totals with their rules, and the notes, from a row on."""
    if chapter.totals:
        for at, head in enumerate(("合计", "数目", "单位", "口径")):
            sheet.write_string(row, at, head, writing.format(bold=True, bottom=1, text_wrap=True))
        for total in chapter.totals:
            row += 1
            sheet.write_string(row, 0, total.name)
            _cell(writing, sheet, row, 1, total.value, "#,##0.0" if isinstance(total.value, float) else "#,##0")
            sheet.write_string(row, 2, total.unit)
            sheet.write_string(row, 3, total.rule)
        row += 2
    for n, note in enumerate(chapter.notes, start=row):
        sheet.write_string(n, 0, f"注：{note}")


def _cell(writing: _Book, sheet: Worksheet, row: int, at: int, value: Value, pattern: str) -> None:
    if isinstance(value, int | float):
        sheet.write_number(row, at, value, writing.format(num_format=pattern))
    else:
        sheet.write_string(row, at, UNKNOWN if value is None else value)


def _pattern(column: Column, row: Row) -> str:
    """Return how a number is shown, by its column and by the unit of its row."""
    value = row[column.key]
    shown = (
        "#,##0.00"
        if row.get("unit") == INDEX and not column.unit
        else "#,##0.0"
        if isinstance(value, float)
        else "#,##0"
    )
    return f"+{shown};-{shown};{shown}" if column.signed else shown


def _charts(writing: _Book, sheet: Worksheet, chapter: Chapter) -> None:
    """Put native charts to the right of the table, one under another."""
    wanted = [told for key, told in _CHARTS.items() if key.partition(":")[0] == chapter.key]
    drawn = [told for told in wanted if _can_be_drawn(chapter, told[1])]
    hidden = _drawn(sheet, chapter, [key for _, columns, _ in drawn for key in columns])
    for n, (kind, columns, over) in enumerate(drawn):
        place = (HEAD_ROW + 16 * n, len(chapter.columns) + 1)
        chart = _chart(writing, chapter, kind, (over, *columns), hidden)
        sheet.insert_chart(*place, chart, {"description": chapter.title})


def _drawn(sheet: Worksheet, chapter: Chapter, keys: Sequence[str]) -> dict[str, int]:
    """Write what the charts draw into hidden columns, unknown as an empty cell: a text would be drawn as 0; return where."""
    for at, key in enumerate(keys, _HIDDEN):
        for n, row in enumerate(chapter.rows, HEAD_ROW + 1):
            if isinstance(value := row[key], int | float):
                sheet.write_number(n, at, value)
    if keys:
        sheet.set_column(_HIDDEN, _HIDDEN + len(keys) - 1, None, None, {"hidden": True})
    return {key: at for at, key in enumerate(keys, _HIDDEN)}


def _chart(
    writing: _Book, chapter: Chapter, kind: dict[str, str], columns: Sequence[str], hidden: Mapping[str, int]
) -> Chart:
    """Return a native chart of some columns over the first of them, drawn from the hidden ones."""
    at = {column.key: n for n, column in enumerate(chapter.columns)}
    first, last = HEAD_ROW + 1, HEAD_ROW + len(chapter.rows)
    chart = writing.book.add_chart(kind)
    for key in columns[1:]:
        chart.add_series(
            {
                "name": [chapter.title, HEAD_ROW, at[key]],
                "categories": [chapter.title, first, at[columns[0]], last, at[columns[0]]],
                "values": [chapter.title, first, hidden[key], last, hidden[key]],
            }
        )
    unit = chapter.columns[at[columns[1]]].unit
    chart.set_title({"name": f"{chapter.title}（{unit}）", "overlay": False})
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.show_hidden_data()
    if kind["type"] == "bar":
        chart.set_y_axis({"reverse": True})
    return chart


def _can_be_drawn(chapter: Chapter, columns: Sequence[str]) -> bool:
    known = {column.key for column in chapter.columns}
    return known.issuperset(columns) and any(row[columns[0]] is not None for row in chapter.rows)


_LONG = frozenset(("title", "summary", "titles", "what", "rule", "name", "spans"))
