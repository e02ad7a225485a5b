"""How many tickets were opened, closed and answered in a period, and how many of them in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import day_start
from content.ticket_models import SENT, Ticket, TicketMessage
from content.tickets import WINDOW


@dataclass(frozen=True)
class TicketCounts:
    """What became of tickets: `answered` and `in_time` are of those that were opened in the period."""

    opened: int
    closed: int
    answered: int
    in_time: int

    @property
    def share_in_time(self) -> float | None:
        """Return the share of the opened ones that were answered in time; None where none was opened."""
        return self.in_time / self.opened if self.opened else None


def ticket_counts(session: Session, first: date, last: date) -> TicketCounts:
    """Count tickets from a day to a day, both included.

    In time is within the 48 hours in which WeChat takes an answer (wechat-api.md §9), by the first answer that got through
    or the first word that it was answered elsewhere.
    """
    start, end = day_start(first), day_start(last + timedelta(days=1))
    closed = select(func.count()).select_from(Ticket).where(Ticket.closed_at >= start, Ticket.closed_at < end)
    through = (
        select(TicketMessage.ticket_id, func.min(TicketMessage.at, type_=TicketMessage.at.type).label("at"))
        .where(TicketMessage.by != "", TicketMessage.outcome == SENT)
        .group_by(TicketMessage.ticket_id)
        .subquery()
    )
    query = select(Ticket.opened_at, Ticket.answered_at, through.c.at).outerjoin(
        through, through.c.ticket_id == Ticket.id
    )
    rows = session.execute(query.where(Ticket.opened_at >= start, Ticket.opened_at < end)).all()
    answers = [(opened, min(filter(None, (answered, sent)), default=None)) for opened, answered, sent in rows]
    return TicketCounts(
        opened=len(answers),
        closed=session.scalar(closed) or 0,
        answered=sum(1 for _, at in answers if at),
        in_time=sum(1 for opened, at in answers if at and at - opened <= WINDOW),
    )
