"""The rows of a sheet of an XLSX file as texts, read in one pass from its XML: large sheets in little time and memory.

openpyxl opens the file and knows its styles and strings; its own reader of cells makes an object of each, and looks
through the whole sheet beforehand where that does not say its size, which takes three times as long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZipFile

from openpyxl import Workbook
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel

from content.cells import NOT_WORKED_OUT

Row = tuple[int, list[str]]  # its number, and its cells from column A on
Span = tuple[int, int, int, int]  # first row, first column, last row, last column; columns count from 0
_CHUNK = 1 << 16
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_ROW = re.compile(rb"<(?:\w+:)?row[ >]")
_TAIL = 80  # bytes that an element which we look for may take across two chunks


class Doctype(ValueError):
    """An XML that declares entities: no spreadsheet does."""


class Book:
    """An XLSX file that is open: its sheets with their parts in the archive, its strings and its styles."""

    def __init__(self, source: IO[bytes]) -> None:
        """Read everything but the sheets; BadZipFile, KeyError, ValueError … when the file is damaged."""
        reader: Any = ExcelReader(source, read_only=True, data_only=True, keep_links=False)
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        self._archive: ZipFile = reader.archive
        self._strings = [str(text).strip().strip("\u3000") for text in reader.shared_strings]
        self._wording = _wording(reader.wb)
        sheets = [(sheet, part) for sheet, part in reader.parser.find_sheets() if "chartsheet" not in part.Type]
        self.sheets: list[tuple[str, str]] = [(one.name, part.target) for one, part in sheets if one.state == "visible"]
        self.hidden: list[str] = [one.name for one, _ in sheets if one.state != "visible"]

    @property
    def largest(self) -> int:
        """Return the bytes of the largest part when it is unpacked."""
        return max(part.file_size for part in self._archive.infolist())

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def rows(self, part: str) -> Iterator[Row]:
        """Yield the rows of a sheet in which something stands; expat.ExpatError and ValueError when it is damaged.

        A number is as typed, a day 2026-11-30 (11月30日 where its format shows no year), a share 98.5%, a truth 是 or
        否, and a formula without a result NOT_WORKED_OUT.
        """
        cells = _Cells(self._strings, self._wording)
        with self._archive.open(part) as source:
            while chunk := source.read(_CHUNK):
                cells.parser.Parse(chunk)
                yield from cells.taken()
            cells.parser.Parse(b"", True)
        yield from cells.taken()

    def shape(self, part: str) -> tuple[list[Span], int]:
        """Return the merged cells of a sheet and how many rows it has: it is looked through for them, since they stand at its end."""
        found: dict[Span, None] = {}
        rows, kept = 0, b""
        with self._archive.open(part) as source:
            while chunk := source.read(_CHUNK):
                text = kept + chunk
                for one in _MERGED.finditer(text):
                    span = (int(one[2]), column(one[1].decode()), int(one[4]), column(one[3].decode()))
                    found[span] = None
                rows += len(_ROW.findall(chunk))  # one that lies across two chunks is not counted: it is a guess
                kept = text[-_TAIL:]
        return list(found), rows


@lru_cache(maxsize=20_000)
def column(letters: str) -> int:
    """Return the number of a column, from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


class _Cells:
    """What the parser tells, put together to rows."""

    def __init__(self, strings: Sequence[str], wording: Callable[[str, str], str]) -> None:
        self._strings, self._wording = strings, wording
        self._rows: list[Row] = []
        self._row, self._cells = 0, [""]
        self._at, self._type, self._style, self._text, self._formula = -1, "", "", "", False
        self._listening = False
        self._prefix = 0  # characters of the namespace's prefix before each name
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._root
        parser.StartDoctypeDeclHandler = self._doctype

    def taken(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def _doctype(self, *_: object) -> None:
        raise Doctype("DOCTYPE")

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self._prefix = len(name) - len(name.rpartition(":")[2])
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name[self._prefix :] if self._prefix else name
        if name == "c":
            reference = attributes.get("r", "")
            self._at = column(reference.rstrip("0123456789")) if reference else self._at + 1
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._text, self._formula = "", False
        elif name == "v" or name == "t":
            self._listening = True
        elif name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._cells, self._at = [], -1
        elif name == "f":
            self._formula = True
        elif name == "rPh":  # how a word is pronounced stands beside it as text
            self._type = "phonetic" if not self._text else self._type
            self.parser.CharacterDataHandler = None

    def _end(self, name: str) -> None:
        name = name[self._prefix :] if self._prefix else name
        if name == "c":
            self._listening = False
            if self._text or self._formula:
                cells = self._cells
                while len(cells) < self._at:
                    cells.append("")
                cells.append(self._said())
        elif name == "t":
            self._listening = False
        elif name == "row":
            if self._cells:
                self._rows.append((self._row, self._cells))
        elif name == "rPh":
            self.parser.CharacterDataHandler = self._data

    def _data(self, text: str) -> None:
        if self._listening:
            self._text += text

    def _said(self) -> str:
        text, kind = self._text, self._type
        if kind == "s":
            return self._strings[int(text)]
        if kind == "n":
            return self._wording(self._style, text) if text else NOT_WORKED_OUT
        if kind == "b":
            return "是" if text == "1" else "否"
        return text[:10] if kind == "d" else text.strip().strip("\u3000")


def _wording(book: Workbook) -> Callable[[str, str], str]:
    """Return how a number with a style is told: as it is, as a day, or as a share."""
    formats: dict[str, str] = {}

    @lru_cache(maxsize=5_000)  # a table has few days and shares, and each of them often
    def in_words(shown: str, text: str) -> str:
        if shown == "%":
            return f"{_plain(str(round(float(text) * 100, 10)))}%"
        return _plain(text).zfill(len(shown)) if shown.startswith("0") else _day(text, shown, book)

    def told(style: str, text: str) -> str:
        shown = formats.get(style)
        if shown is None:
            shown = formats[style] = _format(book, int(style))
        if shown:
            return in_words(shown, text)
        return text if text.isdecimal() else _plain(text)

    return told


def _format(book: Any, style: int) -> str:
    """Return what matters of a style's format: "" for a plain number, "%", "00000000", or the format of a day."""
    number = book._cell_styles[style].numFmtId if style < len(book._cell_styles) else 0
    shown = BUILTIN_FORMATS.get(number) or (book._number_formats[number - 164] if number >= 164 else "General")
    if is_date_format(shown):
        return str(shown)
    if re.fullmatch("0{2,}", shown):
        return str(shown)
    return "%" if "%" in re.sub(r'"[^"]*"', "", shown) else ""


def _plain(text: str) -> str:
    """Return a number as it was typed: 12000.000000000002 was 12000."""
    value = float(text)
    if value == int(value) and abs(value) < 10**15:
        return str(int(value))
    return f"{value:.15g}"


def _day(text: str, shown: str, book: Workbook) -> str:
    value = from_excel(float(text), book.epoch)
    if value is None or isinstance(value, timedelta) or not hasattr(value, "year"):
        return text
    years = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", shown).lower()
    return f"{value:%Y-%m-%d}" if "y" in years or "e" in years else f"{value.month}月{value.day}日"
