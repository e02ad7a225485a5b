"""Field work as a workbook to take along: numbers masked, flags beside each, who took it out and when on the last line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter

from bot.wiring import Parts
from content.clock import stamp
from content.field_kinds import FACTS
from content.models import Event
from content.record_views import View
from content.watermark import line

HEAD = (
    "编号", "类别", "日期", "地点", "人数", "新增用户", "内容", *(fact.name for fact in FACTS.values()), "解散", "记录人", "公司",
    "录入时间", "材料", "要几份", "状态", "注意",
)  # fmt: skip
_WIDTHS = {"地点": 28, "内容": 48, "链接": 30, "见到": 16, "结果": 24, "录入时间": 17, "注意": 36}
SUBJECT = "export:records"  # under which the trail of exports is kept


def workbook(found: Sequence[View], name: str, now: datetime) -> bytes:
    """Return an XLSX of records with the watermark of the person `name`; texts are never taken for formulas."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("记录")
    bold, wrap = book.add_format({"bold": True, "bg_color": "#DDE6F0"}), book.add_format({"text_wrap": True})
    for at, head in enumerate(HEAD):
        sheet.write_string(0, at, head, bold)
        sheet.set_column(at, at, _WIDTHS.get(head, 10), wrap if head in _WIDTHS else None)
    for row, view in enumerate(found, 1):
        for at, value in enumerate(_cells(view)):
            if isinstance(value, int):
                sheet.write_number(row, at, value)
            elif value:
                sheet.write_string(row, at, value)
    sheet.write_string(len(found) + 2, 0, line(name, now))
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def log(parts: Parts, what: str, *, by: str) -> None:
    """Write down who took out what (domain.md §1c R9)."""
    with parts.store.transaction() as session:
        session.add(Event(subject=SUBJECT, at=parts.clock.now(), by=by, why=f"导出记录 {what}"))


def _cells(view: View) -> list[str | int | None]:
    return [
        view.number, view.kind, view.day.isoformat(), view.where, view.people, view.new_users, view.text,
        *(view.more.get(key, "") for key in FACTS), view.ended.isoformat() if view.ended else "", view.by, view.company,
        stamp(view.at), view.proofs, view.wanted, "已作废" if view.is_void else "材料已齐" if view.is_complete else "缺材料",
        "；".join(view.flags),
    ]  # fmt: skip
