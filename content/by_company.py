"""Field work split by the company that did it, so that figures can be told apart when the provider changes (domain.md §1a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.field_kinds import KINDS
from content.record_models import Record, RecordPlace

NOT_TOLD = "没有写单位"


@dataclass(frozen=True)
class Share:
    """How much of a kind a company did in a period; visits are counted by community, so that the shares add up to the count."""

    kind: str
    company: str
    count: int


def by_company(session: Session, first: date, last: date) -> Sequence[Share]:
    """Return what each company did from a day to a day, both included, without what was voided, by kind and company.

    A record keeps the company that its person had when it was entered.
    """
    held = (Record.day.between(first, last), Record.revoked_at.is_(None))
    whole = select(Record.kind, Record.company, func.count(Record.id)).where(*held)
    placed = select(Record.kind, Record.company, func.count(RecordPlace.id)).where(*held)
    by_place = [kind for kind, told in KINDS.items() if told.by_community]
    rows = [
        *session.execute(whole.where(Record.kind.not_in(by_place)).group_by(Record.kind, Record.company)).tuples(),
        *session.execute(
            placed.join(RecordPlace, RecordPlace.record_id == Record.id)
            .where(Record.kind.in_(by_place))
            .group_by(Record.kind, Record.company)
        ).tuples(),
    ]
    order = list(KINDS)
    shares = [Share(kind, company or NOT_TOLD, count) for kind, company, count in rows]
    return sorted(shares, key=lambda one: (order.index(one.kind) if one.kind in order else len(order), one.company))
