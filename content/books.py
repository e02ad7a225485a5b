"""Plain workbooks: a title, a head that stays in view, rows, and lines below; what is unknown is “—” and never 0.

Texts are written as texts: one that begins with = is no formula. The same content gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

UNKNOWN = "—"
Cell = str | int | float | date | None
_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - what stands in every file, so that its bytes tell of its content alone


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, a title, columns with their widths in characters, rows, and the lines below them."""

    name: str
    title: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Cell]]
    below: Sequence[Sequence[Cell]] = ()


def book(*sheets: Sheet) -> bytes:
    """Return a workbook with some sheets."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as out:
        out.set_properties({"created": _MADE})
        looks = {
            "title": out.add_format({"bold": True, "font_size": 14}),
            "head": out.add_format({"bold": True, "border": 1, "bg_color": "#E8EEF7", "text_wrap": True, "valign": "vcenter"}),
            "text": out.add_format({"border": 1, "text_wrap": True, "valign": "top"}),
            "number": out.add_format({"border": 1, "num_format": "#,##0", "valign": "top"}),
            "below": out.add_format({"bold": True}),
        }  # fmt: skip
        for sheet in sheets:
            _fill(out.add_worksheet(sheet.name[:31]), sheet, looks)
    return made.getvalue()


def _fill(page: Worksheet, sheet: Sheet, looks: dict[str, Format]) -> None:
    page.write_string(0, 0, sheet.title, looks["title"])
    for column, (name, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(1, column, name, looks["head"])
    page.freeze_panes(2, 0)
    at = 2
    for row in sheet.rows:
        _write(page, at, row, looks["text"], looks["number"])
        at += 1
    for line in sheet.below:
        _write(page, at, line, looks["below"], looks["below"])
        at += 1
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, 1)


def _write(page: Worksheet, at: int, row: Sequence[Cell], text: Format, number: Format) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, int | float):
            page.write_number(at, column, cell, number)
        elif cell == "":
            page.write_blank(at, column, None, text)
        else:
            page.write_string(at, column, UNKNOWN if cell is None else str(cell), text)
