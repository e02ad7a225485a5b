"""The rows of a file that were not taken in, as a CSV file of the same kind: mended, it can be brought again."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from content.sheets import Table
from scheduler.file_kinds import DAY, STREET, TEXTS, column_name
from scheduler.file_rows import filled
from scheduler.intake import Read

ENDING = "-没收进的行"


def lines(table: Table, read: Read) -> Iterator[str]:
    """Yield the lines of the file, its head first; each ends with the reasons and with where the row stood."""
    columns = _columns(read)
    yield "\ufeff" + _line([*(column_name(column) for column in columns), "原因", "位置"])
    wrong: dict[tuple[int, int], list[str]] = defaultdict(list)
    for bad in read.spool.bad():
        wrong[bad.sheet, bad.line].append(bad.why)
    for head in read.heads:
        sheet, at = table.sheets[head.sheet], {name: column for column, name in head.columns.items()}
        for line, row in filled(sheet, [column for name, column in at.items() if name in TEXTS]):
            if reasons := wrong.get((head.sheet, line)):
                told = {name: row[column] if column < len(row) else "" for name, column in at.items()}
                told = {STREET: head.street, DAY: str(head.day or "")} | told
                yield _line(
                    [*(told.get(column, "") for column in columns), "；".join(reasons), sheet.cell(f"第 {line} 行")]
                )


def write(table: Table, read: Read, beside: Path) -> Path:
    """Write the rows into a new file beside the one they stood in, and return it; none that is there is overwritten."""
    number, target = 1, beside.with_name(f"{beside.stem}{ENDING}.csv")
    while target.exists():
        number += 1
        target = beside.with_name(f"{beside.stem}{ENDING}-{number}.csv")
    with target.open("x", encoding="utf-8", newline="") as file:
        file.writelines(lines(table, read))
    return target


def _columns(read: Read) -> list[str]:
    there = {name for head in read.heads for name in head.columns.values()}
    there |= {DAY} | ({STREET} if any(head.street for head in read.heads) else set())
    return [column for column in read.kind.columns if column in there]


def _line(values: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
