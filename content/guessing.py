"""Guessing at binding codes: who was wrong how often within an hour, by the hash of the openid, and who may try again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Text, UniqueConstraint, delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Mapped, Session, mapped_column

from content.db import Base
from content.openids import hashed

WRONG = 5  # codes in an hour lock a sender
ALTOGETHER = 30  # of all senders: from then on each has one try, so that a right code still binds
LOCKED = timedelta(hours=1)


class Guess(Base):
    """A sender's wrong codes: how many, and when the last one came."""

    __tablename__ = "guess"
    __table_args__ = (UniqueConstraint("sender"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(Text)
    wrong: Mapped[int]
    at: Mapped[datetime]


def may_try(session: Session, openid: str, *, now: datetime) -> bool:
    """Say whether a sender's code is looked at: not for an hour after five wrong ones."""
    row = session.scalar(select(Guess).where(Guess.sender == hashed(openid), Guess.at > now - LOCKED))
    return row is None or row.wrong < (1 if altogether(session, now=now) >= ALTOGETHER else WRONG)


def note_wrong(session: Session, openid: str, *, now: datetime) -> int:
    """Count a wrong code and return how many the sender has had within the hour."""
    row = session.scalar(select(Guess).where(Guess.sender == hashed(openid)).with_for_update())
    if row is None:
        row = Guess(sender=hashed(openid), wrong=0, at=now)
        session.add(row)
    row.wrong = row.wrong + 1 if row.at > now - LOCKED else 1
    row.at = now
    session.flush()
    return row.wrong


def altogether(session: Session, *, now: datetime) -> int:
    """Return how many wrong codes everybody has sent of late."""
    return session.scalar(select(func.sum(Guess.wrong)).where(Guess.at > now - LOCKED)) or 0


def locked(session: Session, *, now: datetime) -> int:
    """Return how many senders may not bind for now because of five wrong codes."""
    query = select(func.count(Guess.id)).where(Guess.wrong >= WRONG, Guess.at > now - LOCKED)
    return session.scalar(query) or 0


def forget(session: Session, openid: str) -> None:
    """Delete what was counted of a sender."""
    session.execute(delete(Guess).where(Guess.sender == hashed(openid)))


def forget_all(session: Session) -> int:
    """Delete what was counted, and return of how many senders."""
    result = session.execute(delete(Guess))
    assert isinstance(result, CursorResult)
    return result.rowcount


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what counts no more."""
    session.execute(delete(Guess).where(Guess.at <= now - LOCKED))
