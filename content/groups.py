"""Service groups that are retired (群组解散): which of them stand on a day (domain.md §1b T6)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from content import closing, records
from content.clock import local_day
from content.errors import OpsError
from content.models import Person
from content.record_models import Record
from content.record_words import day_words

GROUP = "群组"


def retire(session: Session, record: Record, day: date, why: str, person: Person, *, now: datetime) -> None:
    """Retire a group on a day, from which it stands no more; OpsError where it is none, or it may not be."""
    records.demand_own(record, person)
    if record.kind != GROUP:
        raise OpsError(f"记录{record.id}是{record.kind}，只有群组可以解散。不算数请发：作废 {record.id} 原因")
    if record.ended:
        raise OpsError(f"群组{record.id}已经在{day_words(record.ended)}解散了。")
    if not why.strip():
        raise OpsError(f"请写解散的原因，例如：群组 解散 {record.id} 长期没有人说话 12月3日")
    if not record.day <= day <= local_day(now):
        raise OpsError(f"解散的日期应从{day_words(record.day)}（建群）到今天，写的是{day_words(day)}。")
    record.ended = day
    records.note(
        session, record, f"解散（{day}）{closing.marked(session, day)}：{why.strip()}", by=person.name, now=now
    )


def standing(day: date) -> ColumnElement[bool]:
    """Return what holds for the groups that stand on a day: begun by then, and not retired."""
    lasts = or_(Record.ended.is_(None), Record.ended > day)
    return and_(Record.kind == GROUP, Record.revoked_at.is_(None), Record.day <= day, lasts)
