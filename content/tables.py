"""Tables that people edit: CSV in UTF-8 or GBK, read whole, with every fault and its line."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.article import Level, Problem
from content.errors import FilesWrong

Columns = Mapping[str, Sequence[str]]  # column → the other names that its head may have


@dataclass(frozen=True)
class Row:
    """One line of a table: its number in the file, and its values without blanks around them."""

    line: int
    values: Mapping[str, str]


class TableWrong(FilesWrong):
    """A table has faults; `problems` are all of them, and nothing of it was taken."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        """Take the table's name and its faults, which the door shows one by one."""
        self.problems = problems
        super().__init__(f"{name} 有 {len(problems)} 处要改，没有收进来。")


def fault(name: str, line: int, code: str, message: str, fix: str = "") -> Problem:
    """Return a fault of a table, which always stops it."""
    return Problem(name, line, code, Level.ERROR, message, fix=fix)


def decoded(data: bytes, name: str) -> str:
    """Return the text of a file in UTF-8 or GBK, with "\\n" line ends; TableWrong when it is in neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise TableWrong(name, [fault(name, 1, "ENCODING", "读不出文字，请另存为 UTF-8 编码的文本或 CSV。")])


def rows_in(text: str, name: str, columns: Columns) -> list[Row]:
    """Return the lines of a table; TableWrong when its head lacks a column. Empty lines are left out."""
    reader = csv.reader(text.split("\n"))
    head = [_column(cell, columns) for cell in next(reader, [])]
    if missing := [column for column in columns if column not in head]:
        message = f"第一行缺少这些列：{'、'.join(missing)}。第一行应是 {','.join(columns)}。"
        raise TableWrong(name, [fault(name, 1, "TABLE_HEAD", message, fix=",".join(columns))])
    found = []
    for cells in reader:
        values = dict.fromkeys(columns, "") | dict(zip(head, (cell.strip() for cell in cells), strict=False))
        if any(values.values()):
            found.append(Row(reader.line_num, values))
    return found


def read_table(file: Path, columns: Columns) -> list[Row]:
    """Return the lines of a table in a file; TableWrong with its faults, OSError for a file that is not there."""
    return rows_in(decoded(file.read_bytes(), file.name), file.name, columns)


def _column(cell: str, columns: Columns) -> str:
    plain = cell.strip().lower()
    return next((column for column, others in columns.items() if plain == column or plain in others), plain)
