"""The tables of tickets: what a reader wants a person to see to, and what was written about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from content.db import Base


class TicketState(StrEnum):
    """Where a ticket stands; `tickets.MOVES` says what may follow what."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


STATE = Enum(
    TicketState, native_enum=False, length=16, values_callable=lambda states: [state.value for state in states]
)

WAITING, SENT = "waiting", "sent"  # outcomes of an answer; any other one says why it did not get through


class Ticket(Base):
    """A reader's complaint, request or report; its id is the number that people say.

    `reader` is the hash of the sender, for as long as they follow us: a reader has one live
    ticket. `openid` is kept because WeChat takes an answer for nothing else; it is deleted
    with the 48-hour window, at closing and when the reader unsubscribes.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index(
            "uq_ticket_live_reader",
            "reader",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_ticket_closed_at", "closed_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[TicketState] = mapped_column(STATE, default=TicketState.OPEN)
    state_since: Mapped[datetime]
    reader: Mapped[str | None] = mapped_column(Text)
    openid: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    waits_since: Mapped[datetime]  # the first message that nobody has answered
    last_message_at: Mapped[datetime]  # WeChat's 48 hours count from here
    told_at: Mapped[datetime | None]  # when those on duty were told of it
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(Text, default="")
    how: Mapped[str] = mapped_column(Text, default="")


class TicketMessage(Base):
    """One message of a ticket: the reader's (`by` is empty), or an answer of ours with what became of it."""

    __tablename__ = "ticket_message"
    __table_args__ = (Index("ix_ticket_message_ticket_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text, default="")


class TicketSeen(Base):
    """How far a person was shown a ticket by message: the reader's newest message then, 0 for none."""

    __tablename__ = "ticket_seen"
    __table_args__ = (UniqueConstraint("ticket_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    message_id: Mapped[int]
