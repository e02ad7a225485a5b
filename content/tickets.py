"""Tickets as readers make them: opened once, added to, never answered by a robot as if they were settled.

A reader has one live ticket at most; what they write while it is live is added to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.danger import is_danger
from content.errors import OpsError
from content.evidence import SentPicture
from content.models import Event
from content.openids import hashed
from content.paper import Evidence
from content.ticket_models import Ticket, TicketMessage, TicketState

WINDOW = timedelta(hours=48)  # after a reader's message; then WeChat takes no answer (wechat-api.md §9)
READER = "读者"  # who acts, in the trail: never an openid
KEPT_CHARACTERS, KEPT_MESSAGES = 2000, 100  # of one message; of one ticket: our own bounds
ASKED_AGAIN = 3  # messages after which nobody is asked for a telephone any more

MOVES: dict[tuple[TicketState, TicketState], str] = {
    (TicketState.OPEN, TicketState.ANSWERED): "a person has answered",
    (TicketState.ANSWERED, TicketState.OPEN): "the reader wrote again",
    (TicketState.OPEN, TicketState.CLOSED): "a person closed it",
    (
        TicketState.ANSWERED,
        TicketState.CLOSED,
    ): "a person closed it, or the reader had nothing more to say for 48 hours",
}
IN_WORDS = {TicketState.OPEN: "待答复", TicketState.ANSWERED: "已答复", TicketState.CLOSED: "已关闭"}

ASK = "请先留一个联系电话，方便工作人员联系您。"
URGENT = "遇到危险请马上拨打 110、119 或 120；也可以拨打 12345 市民热线。"
_PHONE = re.compile(
    r"(?<![\d*])(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8}|(?!20\d\d[- ]?[01]\d)[2-8]\d{3}[- ]?\d{4})(?![\d*])"
)
_THANKS = re.compile(
    r"(?:好的?|谢谢您?|多谢|感谢|收到|知道了|明白了?|嗯+|哦|ok|👌|🙏|[\s,.!~，。！～、])+", re.IGNORECASE
)


@dataclass(frozen=True)
class Told:
    """What a reader sent: words, perhaps with a picture; `place` is the place that they name, "" when none."""

    text: str
    place: str = ""
    picture: SentPicture | None = None


def live_of(session: Session, openid: str, *, hold: bool = False) -> Ticket | None:
    """Return the ticket of a sender that is not closed, or None. hold: no other transaction may change it meanwhile."""
    query = select(Ticket).where(Ticket.reader == hashed(openid), Ticket.closed_at.is_(None))
    return session.scalar(
        query.with_for_update().execution_options(populate_existing=True) if hold else query  # the lock is newer news
    )


def has_live(session: Session, openid: str) -> bool:
    """Say whether a sender has a ticket that is not closed."""
    mine = select(Ticket.id).where(Ticket.reader == hashed(openid), Ticket.closed_at.is_(None))
    return session.scalar(mine) is not None


def take(session: Session, openid: str, told: Told, *, now: datetime) -> str:
    """Open a ticket for what a reader sent, or add it to their live one; return what the reader is told."""
    live = live_of(session, openid, hold=True)
    ticket, is_new = (live, False) if live else _opened(session, openid, now)
    if phone := phone_in(told.text):
        ticket.phone = phone
    ticket.place = ticket.place or told.place
    ticket.openid, ticket.last_message_at = openid, now
    _add(session, ticket, told, now)
    if not is_new and ticket.state == TicketState.ANSWERED:
        if not told.picture and _THANKS.fullmatch(told.text):
            return "不客气。还有问题请直接发来，会附在原来的工单上。"
        ticket.waits_since, ticket.told_at = now, None
        move(session, ticket, TicketState.OPEN, by=READER, now=now, why="读者又来消息")
    answer = _welcome(ticket) if is_new else _added(session, ticket, phone)
    return f"{URGENT}\n{answer.removesuffix(URGENT).rstrip()}" if is_danger(told.text) else answer


def heard(session: Session, openid: str, *, now: datetime) -> None:
    """Let WeChat's 48 hours begin anew for a live ticket: its sender wrote what is no part of it (wechat-api.md §9)."""
    if ticket := live_of(session, openid, hold=True):
        ticket.openid, ticket.last_message_at = openid, now


def move(session: Session, ticket: Ticket, to: TicketState, *, by: str, now: datetime, why: str) -> None:
    """Move a ticket, unless someone else moved it since it was read; the event is in the same transaction.

    OpsError when the move does not exist or came too late.
    """
    old = ticket.state
    if (old, to) not in MOVES:
        raise OpsError(f"工单 {ticket.id} 现在是“{IN_WORDS[old]}”，不能变为“{IN_WORDS[to]}”。")
    changed = update(Ticket).where(Ticket.id == ticket.id, Ticket.state == old).values(state=to, state_since=now)
    result = session.execute(changed.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise OpsError(f"工单 {ticket.id} 刚刚被别人改动了，请再看一次：工单 {ticket.id}")
    session.refresh(ticket, ["state", "state_since"])
    subject = subject_of(ticket)
    session.add(Event(subject=subject, at=now, by=by, from_state=old.value, to_state=to.value, why=why))


def note(session: Session, ticket: Ticket, *, by: str, now: datetime, why: str) -> None:
    """Write down what happened to a ticket without moving it."""
    session.add(Event(subject=subject_of(ticket), at=now, by=by, why=why))


def forget(session: Session, openid: str, *, now: datetime) -> None:
    """Delete a sender from their tickets when they unsubscribe (wechat-api.md §2.4).

    A complaint is not over with that: what they wrote and the telephone that they left stay for the person who
    sees to it, who can only call them from now on.
    """
    mine = select(Ticket).where((Ticket.openid == openid) | (Ticket.reader == hashed(openid))).with_for_update()
    for ticket in session.scalars(mine).all():
        ticket.openid = ticket.reader = None
        if ticket.closed_at is None:
            note(session, ticket, by=READER, now=now, why="取消关注，微信号已删除，只能打电话答复")


def window_end(ticket: Ticket) -> datetime:
    """Return until when WeChat takes an answer to the reader."""
    return ticket.last_message_at + WINDOW


def subject_of(ticket: Ticket) -> str:
    """Return the name under which the trail and the evidence keep what belongs to a ticket: ticket:12."""
    return f"ticket:{ticket.id}"


def phone_in(text: str) -> str:
    """Return the first telephone number in a text, its figures alone; "" when there is none."""
    found = _PHONE.search(unicodedata.normalize("NFKC", text))
    return re.sub(r"\D", "", found[1]) if found else ""


def phone_masked(phone: str) -> str:
    """Return a telephone number that shows only its ends: 138****8000, 66****56."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 8 else f"{phone[:2]}****{phone[-2:]}" if phone else ""


def place_in(text: str, names: Collection[str]) -> str:
    """Return the longest name of a place that a text holds; "" when it names none."""
    return max((name for name in names if name in text), key=len, default="")


def _opened(session: Session, openid: str, now: datetime) -> tuple[Ticket, bool]:
    """Return a new ticket and True, or the one that another process has just opened for this reader and False."""
    ticket = Ticket(
        reader=hashed(openid), openid=openid, state_since=now, opened_at=now, waits_since=now, last_message_at=now
    )
    try:
        with session.begin_nested():  # the reader's other message may come in at the same moment
            session.add(ticket)
    except IntegrityError:
        other = live_of(session, openid, hold=True)
        assert other is not None
        return other, False
    note(session, ticket, by=READER, now=now, why="读者发来，开了工单")
    return ticket, True


def _add(session: Session, ticket: Ticket, told: Told, now: datetime) -> None:
    """Keep what was sent, within bounds: a flood is cut off, and the reader is answered all the same."""
    if _count(session, ticket) >= KEPT_MESSAGES:
        return
    if told.text:
        session.add(TicketMessage(ticket_id=ticket.id, at=now, text=told.text[:KEPT_CHARACTERS]))
    if told.picture:
        session.add(TicketMessage(ticket_id=ticket.id, at=now, text="（图片）"))
        session.add(
            Evidence(
                subject=subject_of(ticket),
                words=f"工单 {ticket.id}",
                by=READER,
                media_id=told.picture.media_id,
                pic_url=told.picture.url,
                sent_at=now,
                try_at=now,
            )
        )
    session.flush()


def _count(session: Session, ticket: Ticket) -> int:
    mine = select(func.count(TicketMessage.id)).where(TicketMessage.ticket_id == ticket.id, TicketMessage.by == "")
    return session.scalar(mine) or 0


def _welcome(ticket: Ticket) -> str:
    first = f"联系电话 {phone_masked(ticket.phone)} 已记下。" if ticket.phone else ASK
    return (
        f"您好，{first}\n您说的事已登记，编号 {ticket.id}，由工作人员在工作时间内答复您。"
        f"要补充情况或照片，请直接发来。\n{URGENT}"
    )


def _added(session: Session, ticket: Ticket, phone: str) -> str:
    if phone:
        return f"联系电话 {phone_masked(phone)} 已记下，编号 {ticket.id}，由工作人员在工作时间内答复您。"
    asked = ASK if not ticket.phone and _count(session, ticket) <= ASKED_AGAIN else ""
    return f"已补充到编号 {ticket.id}，由工作人员在工作时间内答复您。{asked}"
