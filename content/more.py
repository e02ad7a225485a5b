"""What an answer left over: the rest of its text, or the words that show its next part, until 更多 asks for it.

One row a sender, by the hash of the openid, so that readers have it too; it outlives a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Text, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from content.db import Base
from content.openids import hashed
from content.prepared import Prepared

KEPT = timedelta(hours=24)  # for which 更多 goes on


class More(Base):
    """What a sender has not been shown yet; `words`, where there are any, show it in the place of `text`."""

    __tablename__ = "more"
    __table_args__ = (UniqueConstraint("sender"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


_TABLE = More.__table__.c
_KEPT = Prepared(select(_TABLE.text, _TABLE.words, _TABLE.at).where(_TABLE.sender == bindparam("sender")))


@dataclass(frozen=True)
class Rest:
    """What follows an answer: a text, or the words of the command that shows it."""

    text: str = ""
    words: str = ""


def keep(session: Session, openid: str, rest: Rest, *, now: datetime) -> None:
    """Keep what follows for a sender, in the place of what was kept before."""
    forget(session, openid)
    session.add(More(sender=hashed(openid), text=rest.text, words=rest.words, at=now))
    session.flush()


def is_kept(connection: Connection, openid: str, rest: Rest, *, now: datetime) -> bool:
    """Say whether this is what is kept for a sender already."""
    row = _KEPT.first(connection, sender=hashed(openid))
    return row is not None and row[2] > now - KEPT / 2 and row[:2] == (rest.text, rest.words)


def take(session: Session, openid: str, *, now: datetime) -> Rest | None:
    """Return what follows for a sender and forget it; None when nothing does, or it is a day old."""
    taken = delete(More).where(More.sender == hashed(openid), More.at > now - KEPT)
    row = session.execute(taken.returning(More.text, More.words)).first()
    return Rest(row.text, row.words) if row else None


def forget(session: Session, openid: str) -> None:
    """Delete what is kept for a sender."""
    session.execute(delete(More).where(More.sender == hashed(openid)))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what nobody can ask for any more."""
    session.execute(delete(More).where(More.at <= now - KEPT))
