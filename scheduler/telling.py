"""Telling: who hears of an alarm, when, by which channels and how often; each message is written down once.

What is not urgent is told once to everybody who can act, in the morning when it
began at night. What is urgent is told at any hour and again, first to whoever is on
duty and after each half hour to the next, until somebody takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.clock import stamp
from content.models import Person
from scheduler.alarm import ringing
from scheduler.alarm_kinds import Kind, kind_of
from scheduler.channels import MAIL, ROBOT, WECHAT, WECHAT_ALONE, Channels
from scheduler.models import Alarm, Outbox
from scheduler.night import not_at_night

ACTING_ROLES = ("admin", "operator")
SOON, SOON_REPEATS = timedelta(minutes=15), 4
LATER = timedelta(hours=1)
NEXT_ON_DUTY = timedelta(minutes=30)
REPEATED = "后来又提醒了一次"


def queue(session: Session, *, now: datetime, channels: Channels = WECHAT_ALONE) -> None:
    """Write what must be told by now into the outbox, once for each alarm, round, channel and person."""
    acting = acting_people(session)
    wanted: dict[str | None, Outbox] = {}
    for alarm in ringing(session):
        if alarm.taken_at is None:
            wanted |= {row.key: row for row in _rows(alarm, acting, channels, now)}
    there = set(session.scalars(select(Outbox.key).where(Outbox.key.in_(wanted))))
    for row in wanted.values():
        if row.key not in there:
            _instead_of_earlier(session, row, now)
            session.add(row)


def acting_people(session: Session) -> Sequence[Person]:
    """Return those who can act and can be written to."""
    can_act = select(Person).where(Person.role.in_(ACTING_ROLES), Person.revoked_at.is_(None))
    return session.scalars(can_act.where(Person.openid.is_not(None)).order_by(Person.id)).all()


def round_after(elapsed: timedelta) -> int:
    """Return how often an urgent alarm has been repeated by then: each quarter of the first hour, then each hour."""
    return min(elapsed // SOON, SOON_REPEATS) + max(elapsed // LATER - 1, 0)


def _rows(alarm: Alarm, acting: Sequence[Person], channels: Channels, now: datetime) -> Iterator[Outbox]:
    """Yield the messages that are due now; an alarm's first round is number 0."""
    kind = kind_of(alarm.key)
    begin = alarm.since if kind.urgent else not_at_night(alarm.since)
    if now < begin:
        return
    repeats = kind.urgent and not kind.once
    round_ = round_after(now - begin) if repeats else 0
    hearing = _on_duty(acting, channels, now - begin) if repeats else acting
    text, key = _text(alarm, kind, round_), f"alarm:{alarm.id}:{round_}"
    for person in hearing:
        yield Outbox(
            key=f"{key}:{person.id}", channel=WECHAT, person_id=person.id, to="", alarm_id=alarm.id, text=text, due=now
        )
    for address in channels.mailboxes:
        yield Outbox(key=f"{key}:{address}", channel=MAIL, to=address, alarm_id=alarm.id, text=text, due=now)
    if channels.robot:
        yield Outbox(key=f"{key}:{ROBOT}", channel=ROBOT, to="", alarm_id=alarm.id, text=text, due=now)


def _on_duty(acting: Sequence[Person], channels: Channels, elapsed: timedelta) -> Sequence[Person]:
    """Return whose turn it is: one after the other on the list, after its end all on it, without a list everybody."""
    by_name = {person.name: person for person in acting}
    duty = [by_name[name] for name in channels.on_duty if name in by_name]
    turn = elapsed // NEXT_ON_DUTY
    return duty[turn : turn + 1] or duty or acting


def _text(alarm: Alarm, kind: Kind, round_: int) -> str:
    again = f" 起，第 {round_ + 1} 次提醒" if round_ else ""
    lines = [f"告警{alarm.id}（{stamp(alarm.since)}{again}）：{alarm.text}", kind.ending(alarm.key, alarm.id)]
    if kind.urgent and not kind.once:
        lines.append(f"有人处理了就不再提醒，请在公众号回复：收到 {alarm.id}")
    return "\n".join(filter(None, lines))


def _instead_of_earlier(session: Session, row: Outbox, now: datetime) -> None:
    """Let go of what still waits of earlier rounds, so that a channel that comes back tells each alarm once."""
    earlier = update(Outbox).where(Outbox.alarm_id == row.alarm_id, Outbox.sent_at.is_(None))
    same = (Outbox.channel == row.channel, Outbox.person_id == row.person_id, Outbox.to == row.to)
    session.execute(earlier.where(*same).values(sent_at=now, failed=REPEATED))
