"""Answers that take longer than a person waits: promised, then sent, or told with the person's next message.

The promise is a row before the work begins, and it ends in the transaction in which the work
is done. So a process that dies in between leaves a promise whose work certainly did not
happen, and the person hears that. What cannot be sent (nobody may write to who was silent for
48 hours, wechat-api.md §9) is owed: `person.owed` says so to whoever answers next.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Text, UniqueConstraint, delete, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from content.db import Base, Store
from content.models import Person
from scheduler.channels import WECHAT
from scheduler.models import Outbox, Received

PREPARING = "正在准备，好了发给您。"
GIVEN_UP_AFTER = timedelta(minutes=5)  # no answer takes so long: its process has died
IN_DOUBT_AFTER = timedelta(minutes=10)  # a message that was begun and of which nothing is known
KEPT = timedelta(days=7)
SHOWN = 20  # characters of what was asked
LETTER = "late"  # the outbox's key: late:, and the key of the message, which no other message ever has


class Late(Base):
    """A promised answer: `text` is empty until it is there; `owed`: it did not reach the person."""

    __tablename__ = "late"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)  # of the message, as in `received`
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text, default="")
    owed: Mapped[bool] = mapped_column(default=False)


class Abandoned(Exception):
    """The promise is gone: the person was told that nothing came of it, so nothing may."""


def promise(session: Session, key: str, person: Person, words: str, *, now: datetime) -> str:
    """Write down that a message will be answered, and return what is said until then."""
    asked = words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
    session.add(Late(key=key, person_id=person.id, words=asked, at=now))
    return PREPARING


def end(session: Session, key: str) -> None:
    """End a promise whose answer is given in time; Abandoned when it is there no more."""
    result = session.execute(delete(Late).where(Late.key == key, Late.text == ""))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise Abandoned


def send(session: Session, key: str, part: str, whole: str, *, now: datetime) -> None:
    """Keep a promise late; Abandoned when it is there no more.

    part: what one message holds. whole: all of it, for the case that it is told later.
    """
    row = session.scalar(select(Late).where(Late.key == key, Late.text == "").with_for_update())
    if row is None:
        raise Abandoned
    _send(session, row, part, whole, now)


def head(session: Session, key: str) -> str:
    """Return the line above a late answer, which says what was asked; Abandoned when nothing was promised any more."""
    words = session.scalar(select(Late.words).where(Late.key == key, Late.text == ""))
    if words is None:
        raise Abandoned
    return f"您问的“{words}”："


def is_late(key: str | None) -> bool:
    """Say whether a letter of the outbox with this key is a late answer."""
    return (key or "").startswith(f"{LETTER}:")


def owe(session: Session, row: Outbox) -> None:
    """Note that a late answer was not sent; other messages are passed over."""
    key = (row.key or "").partition(":")[2]
    late = session.scalar(select(Late).where(Late.key == key)) if is_late(row.key) else None
    if late is not None:
        _owe(session, late)


def bring(session: Session, person: Person) -> str:
    """Return the answers that a person is owed, and owe them nothing any more."""
    rows = session.execute(
        delete(Late).where(Late.person_id == person.id, Late.owed).returning(Late.id, Late.text)
    ).all()
    person.owed = False
    return "\n\n".join(text for _, text in sorted((number, text) for number, text in rows))


def follow_up(store: Store, now: datetime) -> None:
    """Tell of promises that nobody keeps any more, and owe what was perhaps not sent."""
    with store.transaction() as session:
        broken = select(Late).where(Late.text == "", Late.at <= now - GIVEN_UP_AFTER).with_for_update()
        for row in session.scalars(broken).all():
            said = f"“{row.words}”没有做完，请再发一次。"
            session.execute(update(Received).where(Received.key == row.key).values(answer=said))
            _send(session, row, said, said, now)
        doubtful = select(Outbox).where(
            Outbox.key.startswith(f"{LETTER}:"), Outbox.sent_at.is_(None), Outbox.tried_at <= now - IN_DOUBT_AFTER
        )
        for letter in session.scalars(doubtful).all():
            letter.sent_at, letter.failed = now, "不知道发出没有"
            owe(session, letter)
        session.execute(delete(Late).where(Late.at <= now - KEPT, or_(Late.text != "", Late.owed)))


def forget(session: Session, person: Person) -> None:
    """Delete what a person was promised."""
    session.execute(delete(Late).where(Late.person_id == person.id))
    person.owed = False


def _send(session: Session, row: Late, part: str, whole: str, now: datetime) -> None:
    """Write the letter; where one of this message stands already, the answer is owed, and no other is held up."""
    row.text = whole
    letter = Outbox(key=f"{LETTER}:{row.key}", channel=WECHAT, person_id=row.person_id, text=part, due=now)
    try:
        with session.begin_nested():
            session.add(letter)
    except IntegrityError:
        _owe(session, row)


def _owe(session: Session, row: Late) -> None:
    row.owed = True
    session.execute(update(Person).where(Person.id == row.person_id).values(owed=True))
    session.flush()
