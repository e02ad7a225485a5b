"""A ledger of field work taken back whole: what came in it is voided, and the same file may be brought again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import records
from content.assignments import EVERYWHERE
from content.clock import stamp
from content.closing_models import RecordFile
from content.errors import OpsError
from content.models import Person
from content.record_models import Record

NEWEST = 10  # ledgers that are listed


def undo(session: Session, number: int, why: str, person: Person, *, now: datetime) -> str:
    """Take back a ledger, by who brought it or an operator; return what was done. OpsError says why not."""
    query = select(RecordFile).where(RecordFile.id == min(number, 2**31 - 1)).with_for_update()
    brought = session.scalar(query)
    if brought is None or not _may(brought, person):
        raise OpsError(f"没有台账{number}，或者不是{person.name}导入的。")
    if brought.undone_at:
        raise OpsError(f"台账{number}（{brought.name}）在 {stamp(brought.undone_at)} 已经收回了。")
    if not why.strip():
        raise OpsError(f"收回要写原因，例如：wxops record import --undo {number} --why 传错了文件")
    brought.undone_at = now
    standing = select(Record).where(Record.file_id == brought.id, Record.revoked_at.is_(None)).order_by(Record.id)
    found = session.scalars(standing.with_for_update()).all()
    for record in found:
        records.void(session, record, f"收回台账{number}：{why.strip()}", person, now=now)
    return f"台账{number}（{brought.name}）已收回，作废 {len(found)} 条，经过留着；这个文件可以再导入。"


def listed(session: Session, person: Person) -> Sequence[RecordFile]:
    """Return the newest ledgers that stand and that a person may take back."""
    query = select(RecordFile).where(RecordFile.undone_at.is_(None)).order_by(RecordFile.id.desc())
    if person.role not in EVERYWHERE:
        query = query.where(RecordFile.by == person.name)
    return session.scalars(query.limit(NEWEST)).all()


def _may(brought: RecordFile, person: Person) -> bool:
    return person.role in EVERYWHERE or brought.by == person.name
