"""Tables that people edit: CSV in UTF-8 or GBK, or XLSX, read whole, with every fault and its cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.article import Level, Problem
from content.errors import FilesWrong

Columns = Mapping[str, Sequence[str]]  # column → the other names that its head may have
Line = tuple[int, list[str]]  # its number in the file, and its cells without blanks around them

XLSX = ".xlsx"
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DAMAGED = re.compile(r"[-+]?\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)  # what Excel makes of a long code


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file, and its values without blanks around them."""

    line: int
    values: Mapping[str, str]


class TableWrong(FilesWrong):
    """A table has faults; `problems` are all of them, and nothing of it was taken."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        """Take the table's name and its faults, which the door shows one by one."""
        self.name, self.problems = name, problems
        super().__init__(f"{name} 有 {len(problems)} 处要改，没有收进来。")


def fault(name: str, line: int, code: str, message: str, fix: str = "") -> Problem:
    """Return a fault of a table, which always stops it."""
    return Problem(name, line, code, Level.ERROR, message, fix=fix)


def there(file: Path) -> Path:
    """Return the file in which a table really is: the XLSX beside the CSV that is named, where there is one."""
    other = file.with_suffix(XLSX)
    return other if other.is_file() else file


def twice(file: Path) -> list[Problem]:
    """Return what to say where a table is there as CSV and as XLSX: which of them counts."""
    other = file.with_suffix(XLSX)
    if not (file.is_file() and other.is_file()):
        return []
    message = f"{file.name} 和 {other.name} 都在，用的是 {other.name}，{file.name} 没有用上。请删去或移走其中一个。"
    return [Problem(other.name, 1, "TABLE_TWICE", Level.WARN, message)]


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8 or GBK, with "\\n" line ends; TableWrong when it is in neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise TableWrong(name, [fault(name, 1, "ENCODING", "读不出文字，请另存为 UTF-8 编码的文本或 CSV。")])


def lines_in(data: bytes, name: str) -> list[Line]:
    """Return the lines of a table, whatever its name says it is; TableWrong when it cannot be read. Empty ones are out."""
    if data.startswith(_ZIP):
        return _sheet(data, name)
    if data.startswith(_OLD_EXCEL):
        message = "这是旧的 .xls 表或加了密码的表，读不出来。请另存为不加密码的 .xlsx 或“CSV UTF-8”。"
        raise TableWrong(name, [fault(name, 1, "TABLE_UNREADABLE", message)])
    return csv_lines(decoded(data, name), name)


def csv_lines(text: str, name: str) -> list[Line]:
    """Return the lines of a CSV text that are not empty, each with the number it begins on; TableWrong when it is no CSV."""
    reader = csv.reader(io.StringIO(text))  # whole, since a cell may hold line ends
    found, line = [], 1
    try:
        for cells in reader:
            found.append((line, [cell.strip().strip("\u3000") for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        message = "格式不是 CSV。请在表格软件里另存为“CSV UTF-8”。"
        raise TableWrong(name, [fault(name, reader.line_num, "TABLE_UNREADABLE", message)]) from error
    return [(number, cells) for number, cells in found if any(cells)]


def damaged(line: Line, name: str) -> list[Problem]:
    """Return the codes of a line that Excel has made numbers of: what they were cannot be guessed back."""
    number, cells = line
    return [
        fault(
            name,
            number,
            "TABLE_DAMAGED",
            f"{cell_name(at, number)} 的“{cell}”被表格软件改坏了，原来的数字已经丢失。请把这一列设为“文本”，重新填写。",
        )
        for at, cell in enumerate(cells)
        if _DAMAGED.fullmatch(cell)
    ]


def rows_of(lines: Sequence[Line], name: str, columns: Columns) -> list[Row]:
    """Return the rows of a table; TableWrong when its head lacks a column, or a code is damaged."""
    head = [_column(cell, columns) for cell in lines[0][1]] if lines else []
    if missing := [column for column in columns if column not in head]:
        message = f"第一行缺少这些列：{'、'.join(missing)}。第一行应是 {','.join(columns)}。"
        raise TableWrong(name, [fault(name, 1, "TABLE_HEAD", message, fix=",".join(columns))])
    if problems := [problem for line in lines[1:] for problem in damaged(line, name)]:
        raise TableWrong(name, problems)
    rows = (
        Row(number, dict.fromkeys(columns, "") | dict(zip(head, cells, strict=False))) for number, cells in lines[1:]
    )
    return [row for row in rows if any(row.values.values())]


def read_table(file: Path, columns: Columns) -> list[Row]:
    """Return the rows of a table in a file; TableWrong with its faults, OSError for a file that is not there."""
    return rows_of(lines_in(file.read_bytes(), file.name), file.name, columns)


def cell_name(column: int, line: int) -> str:
    """Return a cell as spreadsheets call it; the column counts from 0: (0, 5) is A5."""
    name = ""
    while column >= 0:
        name = chr(ord("A") + column % 26) + name
        column = column // 26 - 1
    return f"{name}{line}"


def _sheet(data: bytes, name: str) -> list[Line]:
    from content.spreadsheet import NoSpreadsheet, lines_of  # openpyxl, only where there is one

    try:
        return list(lines_of(data))
    except NoSpreadsheet as error:
        message = "表读不出来，文件不完整或不是 .xlsx。请在表格软件里打开，另存一次。"
        raise TableWrong(name, [fault(name, 1, "TABLE_UNREADABLE", message)]) from error


def _column(cell: str, columns: Columns) -> str:
    plain = cell.strip().lower()
    return next((column for column, others in columns.items() if plain == column or plain in others), plain)
