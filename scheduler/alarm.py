"""Alarms: what people must hear until it is over, each told once to each person who can act."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.clock import stamp
from content.db import Store
from content.models import Event, Person
from scheduler.hold import WHOLE_ACCOUNT
from scheduler.models import Alarm, Outbox, Told
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

ACTING_ROLES = ("admin", "operator")
WECHAT = "wechat"


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


def settle(session: Session, number: int, *, by: str, now: datetime) -> Alarm | None:
    """End one alarm by its number, as a person who has seen to it says; None when it does not ring."""
    alarm = session.get(Alarm, number)
    if alarm is None or alarm.ended:
        return None
    alarm.ended = now
    session.add(Event(subject=f"alarm:{number}", at=now, by=by, why="记为处理完"))
    return alarm


def queue(session: Session, *, now: datetime) -> None:
    """Put a message for everybody who can act into the outbox, once for each alarm."""
    acting = session.scalars(
        select(Person).where(Person.role.in_(ACTING_ROLES), Person.openid.is_not(None), Person.revoked_at.is_(None))
    ).all()
    for alarm in ringing(session):
        told = set(session.scalars(select(Told.person_id).where(Told.alarm_id == alarm.id, Told.channel == WECHAT)))
        for person in acting:
            if person.id not in told:
                session.add(Told(alarm_id=alarm.id, channel=WECHAT, person_id=person.id, at=now))
                text = f"告警{alarm.id}（{stamp(alarm.since)}）：{alarm.text}"
                session.add(Outbox(person_id=person.id, text=text, due=now))


def deliver(store: Store, wechat: WeChat, now: datetime) -> None:
    """Send what waits in the outbox, each message at most once.

    The try is written before the call. A message that certainly did not leave, or
    that no person can get while WeChat refuses the account, is tried again later;
    one that may have arrived, or that WeChat refuses for this person, is not.
    """
    for outbox_id, openid, text in _waiting(store, now):
        if not _claim(store, outbox_id, now):
            continue
        failed = ""
        try:
            wechat.send_text(openid, text)
        except (NotSent, Refused, Unsure) as trouble:
            if again := _again_after(trouble):
                with store.transaction() as session:
                    later = update(Outbox).where(Outbox.id == outbox_id).values(tried_at=None, due=now + again)
                    session.execute(later)
                return
            failed = str(trouble)
            log.warning("outbox %s was not delivered: %s", outbox_id, trouble)
        with store.transaction() as session:
            session.execute(update(Outbox).where(Outbox.id == outbox_id).values(sent_at=now, failed=failed))


def _again_after(trouble: NotSent | Refused | Unsure) -> timedelta | None:
    """Return when to try again a message that reached nobody, or None when it was this person's last."""
    if isinstance(trouble, NotSent):
        return timedelta(seconds=10)
    refused = isinstance(trouble, Refused) and trouble.errcode in WHOLE_ACCOUNT
    return timedelta(minutes=10) if refused else None


def _waiting(store: Store, now: datetime) -> Iterable[tuple[int, str, str]]:
    with store.reading() as session:
        rows = session.execute(
            select(Outbox.id, Person.openid, Outbox.text)
            .join(Person, Person.id == Outbox.person_id)
            .where(Outbox.tried_at.is_(None), Outbox.due <= now, Person.openid.is_not(None))
            .order_by(Outbox.id)
            .limit(20)
        ).all()
        return [(row[0], row[1] or "", row[2]) for row in rows]


def _claim(store: Store, outbox_id: int, now: datetime) -> bool:
    with store.transaction() as session:
        result = session.execute(
            update(Outbox).where(Outbox.id == outbox_id, Outbox.tried_at.is_(None)).values(tried_at=now)
        )
        assert isinstance(result, CursorResult)
        return result.rowcount == 1
