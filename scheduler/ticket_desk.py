"""Tickets as the people see to them: the list, the answer by WeChat, answered elsewhere, closed.

Who may: administrators and operators act and see telephones whole; reviewers and chiefs
read, with private numbers masked. All doors come here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.lint.privacy import masked
from content.lint.tables import Tables
from content.models import Person
from content.reviews import ROLES
from content.ticket_models import SENT, WAITING, Ticket, TicketMessage, TicketState
from content.tickets import IN_WORDS, move, note, phone_masked, window_end
from scheduler import ticket_seen
from scheduler.channels import WECHAT
from scheduler.comment_wishes import demand_fit
from scheduler.models import Outbox
from scheduler.outbox import TEXT_BYTES

HANDLERS = ("admin", "operator")
READERS = (*HANDLERS, "reviewer", "chief")
REPLY_LENGTH = 600  # so many Chinese characters fit, with what stands around them, into one customer message
APART = frozenset({"MOBILE_NUMBER", "DATE_RELATIVE"})  # a telephone and 今天 are no mistakes in a message of today


@dataclass(frozen=True)
class Answer:
    """An answer to a reader: its text, who gives it, and the reason why warnings pass, with how to give one here.

    seen: the reader's newest message that its writer was shown; None where nobody knows.
    """

    text: str
    by: str
    reason: str = ""
    how: str = ""
    seen: int | None = None


def may_handle(person: Person) -> bool:
    """Say whether a person may answer and close tickets and see telephones."""
    return person.role in HANDLERS


def demand_handler(person: Person) -> None:
    """OpsError unless the person may act on tickets."""
    if not may_handle(person):
        raise OpsError(f"{person.name}，工单由运营或管理员答复，不归{ROLES[person.role]}。")


def open_ones(session: Session, *, limit: int | None = None) -> Sequence[Ticket]:
    """Return the tickets that wait for an answer, the longest waiting first."""
    query = select(Ticket).where(Ticket.state == TicketState.OPEN).order_by(Ticket.waits_since, Ticket.id)
    return session.scalars(query.limit(limit)).all()


def count_open(session: Session) -> int:
    """Return how many tickets wait for an answer."""
    return session.scalar(select(func.count(Ticket.id)).where(Ticket.state == TicketState.OPEN)) or 0


def latest(session: Session, *, limit: int) -> Sequence[Ticket]:
    """Return the newest tickets, whatever became of them."""
    return session.scalars(select(Ticket).order_by(Ticket.id.desc()).limit(limit)).all()


def by_number(session: Session, number: int, *, hold: bool = False) -> Ticket:
    """Return ticket N; OpsError when there is none. hold: no other transaction may change it meanwhile."""
    ticket = session.get(Ticket, number, with_for_update=hold or None) if 0 < number < 2**31 else None
    if ticket is None:
        raise OpsError(f"没有工单 {number}。请发“工单”看编号。")
    return ticket


def messages(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """Return what was written about a ticket, oldest first."""
    query = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id).order_by(TicketMessage.id)
    return session.scalars(query).all()


def reply(session: Session, number: int, answer: Answer, tables: Tables, *, now: datetime) -> str:
    """Answer a reader by a customer message of the next tick; return what people are told.

    OpsError where WeChat would not take it any more, or the reader has written since; Unfit when the
    check of words finds something.
    """
    ticket, text = _standing(session, number, answer.seen), answer.text.replace("\r\n", "\n").strip()
    if not text:
        raise WrongUse(f"请写答复的文字，例如：工单 {number} 回复 您好，……")
    if len(text) > REPLY_LENGTH:
        raise WrongUse(f"答复有 {len(text)} 字，请缩短到 {REPLY_LENGTH} 字以内。")
    if ticket.openid is None or now >= window_end(ticket):
        raise OpsError(f"工单 {number} 不能从公众号答复了：{window_in_words(ticket, now)}{_instead(number)}")
    sent = f"您好，您反映的事（编号 {ticket.id}）答复如下：\n{text}"
    if (size := len(sent.encode(errors="replace"))) > TEXT_BYTES:
        raise WrongUse(f"答复和它前面的编号一共 {size} 字节，微信一条只收 {TEXT_BYTES} 字节，请缩短，或少用表情。")
    passed = demand_fit(text, tables, answer.reason.strip(), answer.how, now, apart_from=APART)
    message = TicketMessage(ticket_id=ticket.id, at=now, by=answer.by, text=text, outcome=WAITING)
    session.add(message)
    session.flush()
    session.add(Outbox(key=f"ticket:{message.id}", channel=WECHAT, reply_id=message.id, text=sent, due=now))
    let_pass = f"；放行的提醒：{passed}；理由：{answer.reason.strip()}" if passed else ""
    note(session, ticket, by=answer.by, now=now, why=f"答复“{text}”{let_pass}")
    return f"工单 {number} 的答复马上发给读者；发到没发到，会告诉您。"


def answered_elsewhere(session: Session, number: int, *, by: str, now: datetime, seen: int | None = None) -> str:
    """Close a ticket that a person has answered in the back office or by telephone; return what people are told.

    seen: as in Answer; OpsError when the reader has written since, or an answer is on its way.
    """
    ticket = _to_close(session, number, seen)
    if ticket.state == TicketState.OPEN:
        ticket.answered_at, ticket.answered_by = now, by
        move(session, ticket, TicketState.ANSWERED, by=by, now=now, why="已在后台回复")
    close_with(session, ticket, "已在后台回复", by=by, now=now)
    return f"工单 {number} 记为已在后台回复，已关闭。"


def close(session: Session, number: int, reason: str, *, by: str, now: datetime, seen: int | None = None) -> str:
    """Close a ticket for a reason; return what people are told.

    seen: as in Answer; OpsError when the reader has written since, or an answer is on its way.
    """
    ticket, reason = _to_close(session, number, seen), " ".join(reason.split())
    if not reason:
        raise WrongUse(f"关闭工单要写原因，例如：工单 {number} 关闭 已电话答复，居民没有别的要求")
    close_with(session, ticket, reason, by=by, now=now)
    return f"工单 {number} 已关闭：{reason}"


def close_with(session: Session, ticket: Ticket, how: str, *, by: str, now: datetime) -> None:
    """Close a ticket and delete the reader's openid, which is needed no more."""
    move(session, ticket, TicketState.CLOSED, by=by, now=now, why=how)
    ticket.openid, ticket.closed_at, ticket.closed_by, ticket.how = None, now, by, how


def is_being_sent(session: Session, ticket: Ticket) -> bool:
    """Say whether an answer is on its way to the reader."""
    query = select(TicketMessage.id).where(TicketMessage.ticket_id == ticket.id, TicketMessage.outcome == WAITING)
    return session.scalar(query.limit(1)) is not None


def window_in_words(ticket: Ticket, now: datetime) -> str:
    """Return until when WeChat takes an answer, as a sentence; "" for a closed ticket."""
    if ticket.state == TicketState.CLOSED:
        return ""
    if ticket.reader is None:
        return "读者已取消关注，只能打电话。"
    end = window_end(ticket)
    if ticket.openid is None or now >= end:
        return f"微信的 48 小时已在 {stamp(end)} 过了，公众号不能主动答复；等读者再来消息，或打电话。"
    left = end - now
    hours = f"{left.days * 24 + left.seconds // 3600} 小时 {left.seconds % 3600 // 60} 分"
    return f"{stamp(end)} 前可以从公众号答复，还有 {hours}。"


def told_by(message: TicketMessage, *, whole: bool) -> str:
    """Return a message as a line: who, when, what, and what became of an answer; whole: with private numbers."""
    text = message.text if whole else masked(message.text)
    outcome = {"": "", SENT: "（已发到）", WAITING: "（正在发）"}.get(
        message.outcome, f"（没有发到：{message.outcome}）"
    )
    return f"{stamp(message.at)} {message.by or '读者'}：{text}{outcome}"


def phone_of(ticket: Ticket, *, whole: bool) -> str:
    """Return the reader's telephone, masked unless it is shown whole."""
    return ticket.phone if whole else phone_masked(ticket.phone)


def brief(session: Session, ticket: Ticket, length: int = 30) -> str:
    """Return the beginning of what the reader wrote, in one line, without private numbers."""
    query = select(TicketMessage.text).where(TicketMessage.ticket_id == ticket.id, TicketMessage.by == "")
    first = session.scalar(query.order_by(TicketMessage.id).limit(1)) or ""
    text = " ".join(masked(first).split())
    return text if len(text) <= length else f"{text[:length]}……"


def state_in_words(session: Session, ticket: Ticket) -> str:
    """Return how a ticket stands, with who answered or closed it and how."""
    word = IN_WORDS[ticket.state]
    if ticket.state == TicketState.CLOSED:
        return f"{word}：{ticket.how}（{ticket.closed_by}，{stamp(ticket.closed_at or ticket.state_since)}）"
    if ticket.state == TicketState.ANSWERED:
        return f"{word}（{ticket.answered_by}，{stamp(ticket.answered_at or ticket.state_since)}）"
    return f"{word}（正在发答复）" if is_being_sent(session, ticket) else word


def _standing(session: Session, number: int, seen: int | None) -> Ticket:
    ticket = by_number(session, number, hold=True)
    if ticket.state == TicketState.CLOSED:
        raise OpsError(f"工单 {number} 已经关闭了：{ticket.how}（{ticket.closed_by}）。")
    ticket_seen.demand(session, ticket, seen)
    return ticket


def _to_close(session: Session, number: int, seen: int | None) -> Ticket:
    """Return a ticket that may be closed: without the openid, what is on its way would reach nobody."""
    ticket = _standing(session, number, seen)
    if is_being_sent(session, ticket):
        raise OpsError(f"工单 {number} 的答复正在发给读者，没有关闭。发到没发到会告诉您，请之后再关闭。")
    return ticket


def _instead(number: int) -> str:
    return f"办完请发：工单 {number} 已在后台回复；或：工单 {number} 关闭 原因"
