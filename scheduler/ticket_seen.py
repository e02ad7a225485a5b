"""How far somebody has read a ticket: nobody answers or closes what they have not seen.

A page's form carries the last message that it showed; for those who write by message it is kept here.
"""

from __future__ import annotations

from sqlalchemy import Function, Select, func, select
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import Person
from content.ticket_models import Ticket, TicketMessage, TicketSeen


def newest(session: Session, ticket: Ticket) -> int:
    """Return the id of the reader's newest message; 0 when there is none."""
    return session.scalar(_of_reader(func.max(TicketMessage.id), ticket.id)) or 0


def note(session: Session, ticket: Ticket, person: Person) -> None:
    """Write down that a person is shown everything that the reader has written until now."""
    row, last = _row(session, ticket.id, person), newest(session, ticket)
    if row is None:
        session.add(TicketSeen(ticket_id=ticket.id, person_id=person.id, message_id=last))
    else:
        row.message_id = last


def up_to(session: Session, number: int, person: Person) -> int:
    """Return the id of the newest message of ticket N that a person was shown; at least the first, of which all are told."""
    row = _row(session, number, person)
    return row.message_id if row else session.scalar(_of_reader(func.min(TicketMessage.id), number)) or 0


def demand(session: Session, ticket: Ticket, seen: int | None) -> None:
    """OpsError when the reader has written since message `seen`; None asks nothing. The ticket is held."""
    if seen is not None and newest(session, ticket) > seen:
        raise OpsError(f"读者又来了消息，没有照办。请先看：工单 {ticket.id}，再决定怎么办。")


def _row(session: Session, number: int, person: Person) -> TicketSeen | None:
    mine = (TicketSeen.ticket_id == number, TicketSeen.person_id == person.id)
    return session.scalar(select(TicketSeen).where(*mine))


def _of_reader(what: Function[int], number: int) -> Select[tuple[int]]:
    return select(what).where(TicketMessage.ticket_id == number, TicketMessage.by == "")
