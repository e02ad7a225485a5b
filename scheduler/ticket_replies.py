"""What became of an answer to a reader: sent, refused or in doubt; whoever gave it is told.

WeChat's message is sent at most once (see `outbox`): what may have arrived is never sent
again, a person looks in the back office.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import Person
from content.ticket_models import SENT, Ticket, TicketMessage, TicketState
from content.tickets import move, note
from scheduler import ticket_seen
from scheduler.channels import WECHAT
from scheduler.models import Outbox
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.reviewers import WINDOW_CLOSED

LOST_AFTER = timedelta(minutes=5)  # a call has ended by then, or its process died
DOUBT = "微信没有回答，不知道发没发到"
NOBODY = "读者已取消关注，或工单已关闭"


def was_sent(session: Session, row: Outbox, *, now: datetime) -> None:
    """Record that WeChat took an answer: the ticket is answered, unless the reader has written since."""
    message, ticket = _of(session, row)
    message.outcome = SENT
    told = f"工单 {ticket.id} 的答复已发给读者。"
    is_newest = ticket_seen.newest(session, ticket) < message.id
    if is_newest and ticket.state != TicketState.CLOSED:
        ticket.answered_at, ticket.answered_by = now, message.by
    if is_newest and ticket.state == TicketState.OPEN:
        move(session, ticket, TicketState.ANSWERED, by=message.by, now=now, why="答复已发给读者")
    elif ticket.state == TicketState.OPEN:
        told += f"读者之后又来了消息，请看：工单 {ticket.id}"
    _tell(session, message, ticket, told, now)


def was_not_sent(session: Session, row: Outbox, trouble: OpsError | None, *, now: datetime) -> None:
    """Record that an answer did not get through, or perhaps; the ticket stays open. None: there is nobody to write to."""
    message, ticket = _of(session, row)
    message.outcome = _why(trouble)
    note(session, ticket, by="scheduler", now=now, why=f"答复没有发到：{message.outcome}")
    what = "请到后台看一看，发到了" if isinstance(trouble, Unsure) else "请在后台回复（或打电话），再"
    _tell(
        session,
        message,
        ticket,
        f"工单 {ticket.id} 的答复：{message.outcome}。{what}发：工单 {ticket.id} 已在后台回复",
        now,
    )


def settle_lost(session: Session, *, now: datetime) -> None:
    """Record what a process left behind that died while it sent, and what waits for nobody any more."""
    waiting = select(Outbox).where(Outbox.reply_id.is_not(None), Outbox.sent_at.is_(None))
    for row in session.scalars(waiting.where(Outbox.tried_at < now - LOST_AFTER)).all():
        _end(session, row, Unsure(DOUBT), now)
    gone = waiting.join(TicketMessage, TicketMessage.id == Outbox.reply_id).join(Ticket)
    for row in session.scalars(gone.where(Outbox.tried_at.is_(None), Ticket.openid.is_(None))).all():
        _end(session, row, None, now)


def _end(session: Session, row: Outbox, trouble: OpsError | None, now: datetime) -> None:
    mine = update(Outbox).where(Outbox.id == row.id, Outbox.sent_at.is_(None))
    session.execute(mine.values(sent_at=now, failed=_why(trouble)))
    was_not_sent(session, row, trouble, now=now)


def _of(session: Session, row: Outbox) -> tuple[TicketMessage, Ticket]:
    message = session.get_one(TicketMessage, row.reply_id)
    return message, session.get_one(Ticket, message.ticket_id, with_for_update=True)


def _why(trouble: OpsError | None) -> str:
    if trouble is None:
        return NOBODY
    if isinstance(trouble, Refused) and trouble.errcode in WINDOW_CLOSED:
        return "微信没有发，48 小时已过" if trouble.errcode == 45015 else "微信没有发，给这位读者的消息条数用完了"
    if isinstance(trouble, NotSent | Refused):
        return f"微信没有发（{str(trouble).rstrip('。')}）"
    return DOUBT


def _tell(session: Session, message: TicketMessage, ticket: Ticket, text: str, now: datetime) -> None:
    """Tell whoever gave the answer, where they are somebody who can be written to; else those who may act see it listed."""
    person = session.scalar(select(Person).where(Person.name == message.by, Person.revoked_at.is_(None)))
    if person and person.openid:
        key = f"ticket-told:{message.id}"
        session.add(Outbox(key=key, channel=WECHAT, person_id=person.id, text=text, due=now))
