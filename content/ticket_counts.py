"""How many tickets were opened, closed and answered in a period, how many of them in time, and how long an answer took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from content.clock import day_start
from content.ticket_models import SENT, Ticket, TicketMessage
from content.tickets import WINDOW


@dataclass(frozen=True)
class TicketCounts:
    """What became of tickets: of those that were opened in the period, after how much time the answered ones were answered.

    open: at the period's end, whenever they were opened.
    """

    opened: int
    closed: int
    open: int
    answers: Sequence[timedelta]

    @property
    def in_time(self) -> int:
        """Return how many were answered within the 48 hours in which WeChat takes an answer (wechat-api.md §9)."""
        return sum(1 for took in self.answers if took <= WINDOW)

    @property
    def mean_hours(self) -> float | None:
        """Return after how many hours they were answered, on the average; None where none was."""
        if not self.answers:
            return None
        return sum(self.answers, timedelta()) / len(self.answers) / timedelta(hours=1)


def ticket_counts(session: Session, first: date, last: date) -> TicketCounts | None:
    """Count tickets from a day to a day, both included; None where there never was one.

    Answered is by the first answer that got through, or the first word that it was answered elsewhere.
    """
    if session.scalar(select(Ticket.id).limit(1)) is None:
        return None
    start, end = day_start(first), day_start(last + timedelta(days=1))
    opened = (Ticket.opened_at >= start, Ticket.opened_at < end)
    return TicketCounts(
        opened=_count(session, *opened),
        closed=_count(session, Ticket.closed_at >= start, Ticket.closed_at < end),
        open=_count(session, Ticket.opened_at < end, Ticket.closed_at.is_(None) | (Ticket.closed_at >= end)),
        answers=_answers(session, *opened),
    )


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Ticket).where(*where)) or 0


def _answers(session: Session, *opened: ColumnElement[bool]) -> list[timedelta]:
    through = (
        select(TicketMessage.ticket_id, func.min(TicketMessage.at, type_=TicketMessage.at.type).label("at"))
        .where(TicketMessage.by != "", TicketMessage.outcome == SENT)
        .group_by(TicketMessage.ticket_id)
        .subquery()
    )
    query = select(Ticket.opened_at, Ticket.answered_at, through.c.at).where(*opened)
    rows = session.execute(query.outerjoin(through, through.c.ticket_id == Ticket.id)).tuples().all()
    firsts: list[tuple[datetime, datetime | None]] = [
        (since, min(filter(None, (elsewhere, sent)), default=None)) for since, elsewhere, sent in rows
    ]
    return [at - since for since, at in firsts if at]
