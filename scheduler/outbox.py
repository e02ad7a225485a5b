"""The outbox, emptied: each message by its own channel; one that fails is tried again and stops no other.

The try is written before the sending and the outcome after it, in transactions of their
own. WeChat's message is sent at most once: after a crash or a doubt it is not tried
again; one that was refused comes with the person's next message (`owed`). An e-mail or a robot's message is sent at least once: it is never sent again after
a success that was written down, but after a crash between sending and writing, or an
answer that was lost, it comes a second time. Hearing twice is better than not at all.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from content.db import Store
from content.models import Person
from content.ticket_models import Ticket, TicketMessage
from scheduler import alarm, late, owed, reviewers, ticket_replies
from scheduler.again import again_at
from scheduler.calls import NamedCalls
from scheduler.channels import MAIL, ROBOT, WECHAT, WECHAT_ALONE, Channels, MailServer, Undelivered
from scheduler.models import Alarm, Outbox
from scheduler.refusals import NotSent, Reaction, Refused, Trouble, Unsure

log = logging.getLogger(__name__)

TEXT_BYTES = 2048  # the limit of WeChat's and WeCom's text messages
END_BYTES = 600  # of it for the end, where the words to send are
SUBJECT_LENGTH = 40
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))  # after each try; then no more
AT_ONCE = 20  # letters a tick


@dataclass(frozen=True)
class Letter:
    """What is sent, read beforehand: `to` is an openid, a mailbox, or nothing for the robot."""

    id: int
    key: str
    to: str
    text: str
    tries: int
    has_other_way: bool = False  # an operator, or the person's next message, brings it where WeChat refuses


def deliver(store: Store, wechat: NamedCalls, now: datetime, channels: Channels = WECHAT_ALONE) -> None:
    """Send what waits in the outbox by every channel that there is."""
    _by_wechat(store, wechat, now)
    deliver_beside_wechat(store, now, channels)


def deliver_beside_wechat(store: Store, now: datetime, channels: Channels) -> None:
    """Send what waits for mailboxes and the robot; what waits for WeChat stays."""
    if channels.robot:
        _by(store, ROBOT, lambda letter: alarm.send_to_robot(channels.robot, fitted(letter.text)), now)
    if channels.server:
        _by(store, MAIL, partial(_mail, channels.server, now), now)


def fitted(text: str) -> str:
    """Return a text that fits into one message: what is too long loses its middle, not the words at its end."""
    whole = text.encode(errors="replace")
    if len(whole) <= TEXT_BYTES:
        return text
    head, tail = whole[: TEXT_BYTES - END_BYTES - 6], whole[-END_BYTES:]
    return f"{head.decode(errors='ignore')}……{tail.decode(errors='ignore')}"


# WeChat: at most once ------------------------------------------------------------------------------------------


def _by_wechat(store: Store, wechat: NamedCalls, now: datetime) -> None:
    """Send each message at most once.

    A message that certainly did not leave, or that no person can get while WeChat
    refuses the account, is tried again later; so is one that met the limit per
    minute, and the others wait with it. One that may have arrived is not; nor is one
    that comes another way sooner, as what WeChat refuses for this person does.
    """
    for letter in _waiting(store, _to_people(), now):
        if not _claim(store, letter.id, now):
            continue
        try:
            wechat.send_text(letter.to, fitted(letter.text))
        except (NotSent, Refused, Unsure) as trouble:
            if again := _again_at(letter, trouble, now):
                _write(store, letter.id, tried_at=None, due=again)
                if isinstance(trouble, Refused) and trouble.reaction is Reaction.MINUTE:
                    _hold(store, WECHAT, again)
                return
            log.warning("outbox %s was not delivered: %s", letter.id, trouble)
            _give_up(store, letter.id, trouble, now)
        else:
            _sent(store, letter.id, now)


def _sent(store: Store, outbox_id: int, now: datetime) -> None:
    with store.transaction() as session:
        row = session.get_one(Outbox, outbox_id)
        if row.sent_at is None and row.reply_id:
            ticket_replies.was_sent(session, row, now=now)
        row.sent_at = now


def _again_at(letter: Letter, trouble: Trouble, now: datetime) -> datetime | None:
    """Return when to try again a message that reached nobody, or None when it was its last try."""
    if isinstance(trouble, NotSent):
        return now + timedelta(seconds=10)
    if not isinstance(trouble, Refused):
        return None
    long = trouble.reaction in (Reaction.DAY, Reaction.ACCOUNT)
    waits = trouble.reaction is Reaction.MINUTE or (long and not letter.has_other_way)
    return again_at(trouble, 1, now) if waits else None


def _give_up(store: Store, outbox_id: int, trouble: Refused | Unsure | NotSent, now: datetime) -> None:
    with store.transaction() as session:
        row = session.get_one(Outbox, outbox_id)
        if row.sent_at is None and row.reply_id:
            ticket_replies.was_not_sent(session, row, trouble, now=now)
        elif isinstance(trouble, Refused) and _waits(session, row, trouble, now):
            owed.keep(session, row, trouble)
            return
        row.sent_at, row.failed = now, str(trouble)
        late.owe(session, row)


def _waits(session: Session, row: Outbox, refusal: Refused, now: datetime) -> bool:
    """Say whether a letter that WeChat refused waits for its person's next message: where no other way brings it."""
    if row.sent_at or row.person_id is None or late.is_late(row.key):
        return False
    return not reviewers.offer_to_forward(session, row, refusal.errcode, now=now)


def _claim(store: Store, outbox_id: int, now: datetime) -> bool:
    with store.transaction() as session:
        result = session.execute(
            update(Outbox)
            .where(Outbox.id == outbox_id, Outbox.tried_at.is_(None), Outbox.sent_at.is_(None))
            .values(tried_at=now)
        )
        assert isinstance(result, CursorResult)
        return result.rowcount == 1


# mail and robot: at least once ---------------------------------------------------------------------------------


def _by(store: Store, channel: str, send: Callable[[Letter], None], now: datetime) -> None:
    """Send what waits for one channel; when the channel itself fails, the rest waits with the letter that found out."""
    for letter in _waiting(store, _by_channel(channel), now):
        pause = PAUSES[min(letter.tries, len(PAUSES) - 1)]
        # the next try is written before this one, so that a crash postpones it and nothing more
        _write(store, letter.id, tried_at=now, tries=letter.tries + 1, due=now + pause)
        try:
            send(letter)
        except Undelivered as trouble:
            log.warning("outbox %s was not delivered: %s", letter.id, trouble)
            given_up = {"sent_at": now} if letter.tries + 1 >= len(PAUSES) else {}
            _write(store, letter.id, failed=str(trouble), **given_up)
            if not trouble.only_this:
                _hold(store, channel, now + pause)
                return
        else:
            _write(store, letter.id, sent_at=now, failed="")


def _mail(server: MailServer, now: datetime, letter: Letter) -> None:
    alarm.send_mail(server, letter.to, _subject(letter.text), letter.text, name=f"wxops-outbox-{letter.id}", now=now)


def _subject(text: str) -> str:
    """Return 【wxops】告警12：… for a text that begins 告警12（2026-12-01 09:00）：…."""
    first = re.sub(r"（.*?）", "", text.partition("\n")[0], count=1)
    return f"【wxops】{first[:SUBJECT_LENGTH]}{'…' if len(first) > SUBJECT_LENGTH else ''}"


def _hold(store: Store, channel: str, until: datetime) -> None:
    with store.transaction() as session:
        waiting = update(Outbox).where(Outbox.channel == channel, Outbox.sent_at.is_(None), Outbox.due < until)
        owed_ = and_(Outbox.channel == WECHAT, Outbox.tried_at.is_not(None))
        session.execute(waiting.where(~owed_).values(due=until))


# both ----------------------------------------------------------------------------------------------------------


def _to_people() -> Select[Any]:
    openid = func.coalesce(Person.openid, Ticket.openid)
    found = select(Outbox.id, Outbox.key, openid, Outbox.text, Outbox.tries, Outbox.reply_id)
    found = found.outerjoin(Person, Person.id == Outbox.person_id)
    found = found.outerjoin(TicketMessage, TicketMessage.id == Outbox.reply_id)
    found = found.outerjoin(Ticket, Ticket.id == TicketMessage.ticket_id).where(openid.is_not(None))
    return found.where(Outbox.channel == WECHAT, Outbox.tried_at.is_(None))


def _by_channel(channel: str) -> Select[Any]:
    found = select(Outbox.id, Outbox.key, Outbox.to, Outbox.text, Outbox.tries, Outbox.reply_id)
    return found.where(Outbox.channel == channel)


def _waiting(store: Store, rows: Select[Any], now: datetime) -> Sequence[Letter]:
    """Return what is due, what was tried least first; of alarms only those that ring and that nobody has taken."""
    still = or_(Outbox.alarm_id.is_(None), and_(Alarm.ended.is_(None), Alarm.taken_at.is_(None)))
    due = rows.outerjoin(Alarm, Alarm.id == Outbox.alarm_id).where(still, Outbox.sent_at.is_(None), Outbox.due <= now)
    with store.reading() as session:
        found = session.execute(due.order_by(Outbox.tries, Outbox.id).limit(AT_ONCE)).all()
        return [
            Letter(id_, key or "", to or "", text, n, bool(reply) or late.is_late(key))
            for id_, key, to, text, n, reply in found
        ]


def _write(store: Store, outbox_id: int, **values: object) -> None:
    with store.transaction() as session:
        session.execute(update(Outbox).where(Outbox.id == outbox_id).values(**values))
