"""A file of figures as sheets of rows of texts, row by row: XLSX, or CSV in whatever encoding and with whatever separator."""

from __future__ import annotations

import codecs
import csv
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile
from zlib import error as ZlibError  # noqa: N812 - it is a class

from content.tables import TableWrong, fault

Row = tuple[int, list[str]]
Span = tuple[int, int, int, int]  # first row, first column, last row, last column; columns count from 0
_OLD_EXCEL, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_SEPARATORS = ",\t;，；|"
_LOOKED_AT = 40  # lines by which the separator is found
MOST_BYTES = 2_000_000_000  # of one sheet when it is unpacked: more is no table but a trap
BROKEN = (
    BadZipFile,
    ZlibError,
    ExpatError,
    KeyError,
    IndexError,
    ValueError,
    SyntaxError,
    OSError,
    EOFError,
    csv.Error,
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name ("" of a CSV file), its merged cells, how many rows it says it has, and a way to read them."""

    name: str
    spans: Sequence[Span]
    length: int
    rows: Callable[[], Iterator[Row]]

    def cell(self, name: str) -> str:
        """Return a cell as people find it: 表1!C5, or C5 of a file with one unnamed sheet."""
        return f"{self.name}!{name}" if self.name else name


@dataclass(frozen=True)
class Table:
    """A file: its name, its sheets, and the names of those that are hidden, which are not read."""

    name: str
    sheets: Sequence[Sheet]
    hidden: Sequence[str]


@contextmanager
def opened(file: Path, name: str) -> Iterator[Table]:
    """Open a file for reading; TableWrong when it is no table, also where it breaks off while its rows are read."""
    with file.open("rb") as source:
        head = source.read(8)
    if head.startswith(_OLD_EXCEL):
        raise _wrong(name, "这是旧的 .xls 表或加了密码的表，读不出来。请另存为不加密码的 .xlsx 或“CSV UTF-8”。")
    if head.lstrip(codecs.BOM_UTF8).lstrip()[:1] == b"<":
        raise _wrong(name, "这是网页格式的 .xls，读不出来。请在表格软件里打开，另存为 .xlsx。")
    with ExitStack() as closing:
        try:
            table = _workbook(file, name, closing) if head.startswith(_ZIP) else _csv(file, name)
        except BROKEN as error:
            raise _broken(name) from error
        yield table


def _workbook(file: Path, name: str, closing: ExitStack) -> Table:
    from content.xlsx_rows import Book

    source = closing.enter_context(file.open("rb"))  # by its name openpyxl would judge it
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations that nobody reads here
        book = Book(source)
    closing.callback(book.close)
    if book.largest > MOST_BYTES:
        raise _wrong(name, "表太大，读不出来。请分成几个文件。")
    sheets = [Sheet(title, *book.shape(part), _guarded(name, partial(book.rows, part))) for title, part in book.sheets]
    return Table(name, sheets, book.hidden)


def _guarded(name: str, rows: Callable[[], Iterator[Row]]) -> Callable[[], Iterator[Row]]:
    """Return the way to read rows that says in words when the file breaks off."""

    def guarded() -> Iterator[Row]:
        try:
            yield from rows()
        except BROKEN as error:
            raise _broken(name) from error

    return guarded


def _csv(file: Path, name: str) -> Table:
    encoding = _encoding(file, name)
    with file.open(encoding=encoding, newline="") as source:
        first = list(islice(source, _LOOKED_AT))
    separator = _separator(first)

    def rows() -> Iterator[Row]:
        with file.open(encoding=encoding, newline="") as lines:
            reader = csv.reader(lines, delimiter=separator)
            for cells in reader:
                trimmed = [cell.strip().strip("\u3000") for cell in cells]
                if any(trimmed) and not (reader.line_num == 1 and trimmed[0].lower().startswith("sep=")):
                    yield reader.line_num, trimmed

    return Table(name, [Sheet("", (), _guessed_rows(file, first, encoding), _guarded(name, rows))], ())


def _encoding(file: Path, name: str) -> str:
    """Return the encoding in which the whole file can be read."""
    with file.open("rb") as source:
        head = source.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with file.open(encoding=encoding, newline="") as source:
                while source.read(1 << 20):
                    pass
            return encoding
        except UnicodeDecodeError:
            continue
    raise _wrong(name, "读不出文字，请在表格软件里另存为“CSV UTF-8”。")


def _separator(lines: Sequence[str]) -> str:
    """Return the sign that cuts most of the lines into the same number of cells, more than one."""

    def fits(sign: str) -> tuple[int, int]:
        widths = Counter(len(cells) for cells in csv.reader(lines, delimiter=sign) if any(cells))
        width, often = max(widths.items(), key=lambda one: (one[0] > 1, one[1], one[0]), default=(0, 0))
        return (often, width) if width > 1 else (0, 0)

    return max(_SEPARATORS, key=fits)


def _guessed_rows(file: Path, first: Sequence[str], encoding: str) -> int:
    size = sum(len(line.encode(encoding, "replace")) for line in first)
    return round(file.stat().st_size * len(first) / size) if size else 0


def _broken(name: str) -> TableWrong:
    return _wrong(name, "表读不出来，文件不完整或已经损坏。请在表格软件里打开，另存一次。")


def _wrong(name: str, message: str) -> TableWrong:
    return TableWrong(name, [fault(name, 1, "TABLE_UNREADABLE", message)])
