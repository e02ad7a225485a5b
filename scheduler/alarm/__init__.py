"""Alarms: what people must hear until it is over. They begin, change, are taken and end here; telling is next door."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.models import Event
from scheduler.models import Alarm

log = logging.getLogger(__name__)


def ring(session: Session, key: str, text: str, *, now: datetime) -> None:
    """Begin an alarm, or change its text; an alarm that rings already does not ring again."""
    begun = Alarm(key=key, text=text, since=now)
    if _change(session, key, text):
        return
    try:
        with session.begin_nested():  # another process may ring at the same moment; the caller's work must stand
            session.add(begun)
        log.warning("alarm %s begins", key)
    except IntegrityError:
        _change(session, key, text)


def ring_anew(session: Session, key: str, text: str, *, since: datetime, now: datetime) -> None:
    """Ring as `ring` does; an alarm that rings since before a moment is over, and people are told once more."""
    old = update(Alarm).where(Alarm.key == key, Alarm.ended.is_(None), Alarm.since < since)
    session.execute(old.values(ended=now))
    ring(session, key, text, now=now)


def is_settled(session: Session, key: str, *, since: datetime) -> bool:
    """Say whether a person has said of an alarm that began at a moment or later that it is seen to."""
    begun = session.scalars(select(Alarm.id).where(Alarm.key == key, Alarm.since >= since, Alarm.ended.is_not(None)))
    settled = select(Event.id).where(Event.subject.in_([f"alarm:{number}" for number in begun])).limit(1)
    return session.scalar(settled) is not None


def _change(session: Session, key: str, text: str) -> bool:
    alarm = session.scalar(select(Alarm).where(Alarm.key == key, Alarm.ended.is_(None)))
    if alarm is not None:
        alarm.text = text
        session.flush()
    return alarm is not None


def end(session: Session, *keys: str, now: datetime) -> None:
    """End the alarms of these keys, if they ring."""
    session.execute(update(Alarm).where(Alarm.key.in_(keys), Alarm.ended.is_(None)).values(ended=now))


def end_others(session: Session, kinds: Collection[str], named: Collection[str], *, now: datetime) -> None:
    """End what rings of some kinds (the first part of the key) and is no longer named."""
    for alarm in ringing(session):
        if alarm.key.partition(":")[0] in kinds and alarm.key not in named:
            alarm.ended = now


def ringing(session: Session) -> Sequence[Alarm]:
    """Return the alarms that are not over, oldest first."""
    return session.scalars(select(Alarm).where(Alarm.ended.is_(None)).order_by(Alarm.id)).all()


def take(session: Session, number: int, *, by: str, now: datetime) -> Alarm | None:
    """Note that a person sees to an alarm, so that nobody is told of it any more; None when it does not ring.

    It rings on until it is over. Whoever takes it first is the one.
    """
    alarm = _that_rings(session, number)
    if alarm is not None and alarm.taken_at is None:
        alarm.taken_at, alarm.taken_by = now, by
        session.add(Event(subject=f"alarm:{number}", at=now, by=by, why="收到"))
    return alarm


def settle(session: Session, number: int, *, by: str, now: datetime) -> Alarm | None:
    """End one alarm by its number, as a person who has seen to it says; None when it does not ring."""
    alarm = _that_rings(session, number)
    if alarm is not None:
        alarm.ended = now
        session.add(Event(subject=f"alarm:{number}", at=now, by=by, why="记为处理完"))
    return alarm


def _that_rings(session: Session, number: int) -> Alarm | None:
    return session.scalar(select(Alarm).where(Alarm.id == number, Alarm.ended.is_(None)).with_for_update())
