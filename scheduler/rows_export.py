"""The rows behind a target's number as a workbook: one row each, the sum, and the line of who took it out."""

from __future__ import annotations

from collections.abc import Sequence

from content.books import Sheet, book
from content.lint.privacy import masked
from scheduler.behind import Row
from scheduler.contract import told
from scheduler.target_standing import Standing

COLUMNS = (("日期", 12), ("内容", 40), ("地点", 30), ("计数", 10), ("缺的材料", 24), ("谁来补", 12), ("编号", 14))
_KINDS = {"record": "记录", "article": "文章", "theme": "专题", "report": "报告"}


def workbook(standing: Standing, rows: Sequence[Row], mark: str) -> bytes:
    """Return a workbook (XLSX) of a target's rows; private numbers are masked. mark: the watermark, its last line."""
    lines = [
        (
            row.day, masked(row.what), row.place, row.value, "、".join(row.lacks), row.owner if row.lacks else "",
            number(row),
        )
        for row in rows
    ]  # fmt: skip
    sum_ = ("合计", "", "", sum(row.value for row in rows))
    below = [sum_, ("",), *((line,) for line in told(standing)), ("",), (mark,)]
    return book(Sheet("明细", standing.target.name, COLUMNS, lines, below))


def number(row: Row) -> str:
    """Return what people call the thing by its number: 记录12; "" for a figure."""
    kind, _, id_ = row.subject.partition(":")
    return f"{_KINDS.get(kind, kind)}{id_}" if id_ else ""
