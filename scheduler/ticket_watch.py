"""Tickets watched: those on duty hear of new ones, alarms ring for what waits too long, and openids do not outlive their use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.db import Store
from content.ticket_models import Ticket, TicketState
from content.tickets import WINDOW, window_end
from content.workdays import workdays_since
from scheduler import alarm
from scheduler import ticket_desk as desk
from scheduler.channels import MAIL, ROBOT, WECHAT, WECHAT_ALONE, Channels
from scheduler.models import Outbox
from scheduler.night import is_night
from scheduler.rules import Rules
from scheduler.telling import acting_people
from scheduler.ticket_replies import settle_lost

WINDOW_KIND, WAITING = "ticket", "tickets"  # the kinds of the alarms
WARN_BEFORE = timedelta(hours=6)
WORKDAYS = 1  # of silence before it rings, whatever the window says
TOGETHER = timedelta(minutes=30)  # new tickets of so long are told in one message
SHOWN = 5
BY_ITSELF = "已答复，48 小时内没有再来消息"


def watch(store: Store, rules: Rules, now: datetime) -> None:
    """Ring for what waits too long, end what is answered, and forget whom WeChat lets nobody answer any more."""
    with store.transaction() as session:
        settle_lost(session, now=now)
        _end_the_answered(session, now)
        waiting = desk.open_ones(session)
        ringing = {
            f"{WINDOW_KIND}:ticket:{one.id}": _closing(session, one, now) for one in waiting if _presses(one, now)
        }
        late = [one for one in waiting if workdays_since(one.waits_since, now, rules.days) > WORKDAYS]
        if late:
            ringing[f"{WAITING}:late"] = _late(session, late)
        alarm.end_others(session, (WINDOW_KIND, WAITING), ringing, now=now)
        for key, text in ringing.items():
            alarm.ring(session, key, text, now=now)


def queue(session: Session, *, now: datetime, channels: Channels = WECHAT_ALONE) -> None:
    """Tell whoever is on duty of new tickets: together, at most each half hour, and not at night."""
    new = [one for one in desk.open_ones(session) if one.told_at is None]
    last = session.scalar(select(func.max(Ticket.told_at)))
    if not new or is_night(now) or (last is not None and now - last < TOGETHER):
        return
    rows = list(_rows(session, new, channels, now))
    session.add_all(rows)
    for one in new if rows else ():
        one.told_at = now


def _rows(session: Session, new: Sequence[Ticket], channels: Channels, now: datetime) -> Iterator[Outbox]:
    """Yield the messages; what a reader wrote goes to people alone, not to mailboxes and groups."""
    key = f"tickets:{new[-1].id}:{int(now.timestamp())}"
    people = acting_people(session)
    by_name = {person.name: person for person in people}
    on_duty = [by_name[name] for name in channels.on_duty if name in by_name][:1] or people
    lines = [f"{one.id} {desk.brief(session, one)}" for one in new[:SHOWN]]
    more = [f"……还有 {len(new) - SHOWN} 张。"] if len(new) > SHOWN else []
    text = "\n".join([f"新工单 {len(new)} 张：", *lines, *more, f"看请发：工单 {new[0].id}；都列出来：工单"])
    for person in on_duty:
        yield Outbox(key=f"{key}:{person.id}", channel=WECHAT, person_id=person.id, text=text, due=now)
    short = f"新工单 {len(new)} 张（{'、'.join(str(one.id) for one in new)}），请在公众号里看：工单"
    for address in channels.mailboxes:
        yield Outbox(key=f"{key}:{address}", channel=MAIL, to=address, text=short, due=now)
    if channels.robot:
        yield Outbox(key=f"{key}:{ROBOT}", channel=ROBOT, text=short, due=now)


def _presses(one: Ticket, now: datetime) -> bool:
    """Say whether the window ends within six hours or has ended; what would be told at night is told in the evening."""
    if one.reader is None:
        return True
    begin = window_end(one) - WARN_BEFORE
    while is_night(begin):
        begin -= timedelta(minutes=30)
    return now >= begin


def _closing(session: Session, one: Ticket, now: datetime) -> str:
    return (
        f"工单 {one.id} 还没有人答复：“{desk.brief(session, one)}”。{desk.window_in_words(one, now)}请发：工单 {one.id}"
    )


def _late(session: Session, late: Sequence[Ticket]) -> str:
    oldest = late[0]
    return (
        f"有 {len(late)} 张工单过了 {WORKDAYS} 个工作日还没有答复，最早的 {stamp(oldest.waits_since)}："
        f"“{desk.brief(session, oldest)}”。请发：工单 {oldest.id}"
    )


def _end_the_answered(session: Session, now: datetime) -> None:
    """When the window is over, no openid is kept: nothing could be sent to it.

    What was answered is closed when the reader has had as long to say that it is not settled.
    """
    over = select(Ticket).where(Ticket.closed_at.is_(None), Ticket.last_message_at <= now - WINDOW)
    for one in session.scalars(over.with_for_update()).all():
        if one.state == TicketState.ANSWERED and (one.answered_at or one.state_since) <= now - WINDOW:
            desk.close_with(session, one, BY_ITSELF, by="scheduler", now=now)
        elif not desk.is_being_sent(session, one):
            one.openid = None
