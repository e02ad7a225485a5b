"""The sheet for checks by telephone: one visit in twenty, drawn by a seed that is printed, so that anybody can draw it again.

The draw needs no program of ours: the visits in the order of sha256("SEED:SUBJECT:PLACE"), the first of them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence

from content.books import Cell, Sheet, book
from scheduler.annexes import Detail
from scheduler.behind import Row

SHARE = 0.05  # of the visits (domain.md §1b T7: a sample of 5% is checked by telephone)
COLUMNS = (
    ("序号", 6), ("日期", 12), ("社区", 30), ("见到", 16), ("内容（号码已遮住）", 44), ("走访人", 12), ("编号", 14), ("核实结果", 16),
    ("核实人", 12), ("核实日期", 12),
)  # fmt: skip


def drawn(rows: Sequence[Row], seed: int) -> list[Row]:
    """Return 5 % of some visits, rounded up, in the order of their days; the same seed draws the same."""

    def rank(row: Row) -> str:
        return hashlib.sha256(f"{seed}:{row.subject}:{row.place}".encode()).hexdigest()

    chosen = sorted(rows, key=rank)[: math.ceil(len(rows) * SHARE)]
    return sorted(chosen, key=lambda row: (row.day, row.subject, row.place))


def workbook(rows: Sequence[Row], known: Mapping[str, Detail], *, seed: int, of: int, period: str) -> bytes:
    """Return the sheet of the visits that were drawn, of so many; what was heard is written in by hand."""
    shown: list[list[Cell]] = []
    for number, row in enumerate(rows, 1):
        detail = known.get(row.subject, Detail())
        shown.append(
            [
                number,
                str(row.day),
                row.place,
                detail.met or "",
                detail.text,
                detail.by or row.owner,
                row.subject,
                "",
                "",
                "",
            ]
        )
    below = [
        [f"从 {of:,} 次走访里抽 {len(rows):,} 次（5%，不足一次的进一）。抽样种子 {seed}。"],
        ["抽法：按 sha256(“种子:编号:社区”) 从小到大排，取前面的；同一个种子抽出的一样。"],
    ]
    return book(Sheet("电话抽查", f"走访电话抽查表（{period}）", COLUMNS, shown, below))
