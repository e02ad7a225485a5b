"""The first sheet of an XLSX file as lines of text, as its editor meant them; and lines as such a file."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

EXACT = 10**15  # Excel keeps 15 digits of a number; what is longer has lost the others


class NoSpreadsheet(ValueError):
    """The bytes are no XLSX file that can be read."""


def lines_of(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of the first sheet: the number of the row, and its cells as texts; NoSpreadsheet.

    A whole number has no ".0", a day is 2026-12-05, and a number that has lost digits
    looks as Excel shows it (1.10E+17), so that it is found like one in a CSV file.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that nobody reads here
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # some programs write a wrong one
            for row in sheet.iter_rows():
                cells = [_text(cell.value, cell.number_format) for cell in row]
                if any(cells):
                    yield next(cell.row for cell in row if cell.value is not None), cells
            book.close()
    except (BadZipFile, InvalidFileException, KeyError, IndexError, ValueError, SyntaxError, OSError) as error:
        raise NoSpreadsheet(str(error)) from error


def _text(value: Any, style: str) -> str:  # Any: whatever a cell may hold
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, style)
    return _moment(value, style) if isinstance(value, datetime) else str(value).strip()


def _moment(value: datetime, style: str) -> str:
    """Return a day as 2026-12-05; as 12月5日 where the cell shows no year: Excel has put in the present one by itself."""
    if value.hour or value.minute:
        return f"{value:%Y-%m-%d %H:%M}"
    return value.date().isoformat() if "y" in (style or "y").lower() else f"{value.month}月{value.day}日"


def _number(value: int | float, style: str) -> str:
    """Return a number as it was typed; the noughts before it are known where the cell's format has them (00000000)."""
    if abs(value) >= EXACT:
        return f"{value:.2E}"
    if value != int(value):
        return str(value)
    return str(int(value)).zfill(len(style) if re.fullmatch("0+", style or "") else 0)


def bytes_of(lines: Sequence[Sequence[str]]) -> bytes:
    """Return lines of texts as an XLSX file of one sheet; a text that begins with "=" stays a text."""
    book = Workbook()
    sheet = book.worksheets[0]
    for at, cells in enumerate(lines, 1):
        for column, text in enumerate(cells, 1):
            cell = sheet.cell(at, column, text)
            cell.data_type = "s"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
