"""The pages of tickets: the list, and one ticket with all that was written, the end of the window, and its forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from bot.console.pages import page
from bot.login import demand, go
from bot.wiring import Parts
from content import evidence
from content.clock import local_day, stamp
from content.coverage import in_charge
from content.errors import OpsError, WrongUse
from content.lint.privacy import masked
from content.lint.tables import tables
from content.models import Event, Person
from content.ticket_models import SENT, WAITING, Ticket, TicketMessage, TicketState
from content.tickets import subject_of, window_end
from scheduler import ticket_desk as desk
from scheduler.comment_wishes import Unfit

NEWEST = 100
HOW = "确实要这样答复，请在“理由”里写明，再按一次“答复”。"
HALF = "表格没有送全，没有照办。请刷新以后再试。"
_MESSAGE = re.compile(r"[0-9]{1,18}")
REPLY, ELSEWHERE, CLOSE = "reply", "elsewhere", "close"
SAID = {  # what an address may let the page say; nothing else of an address is shown
    REPLY: "答复马上发给读者，发到没发到，一两分钟后在这一页上看。",
    ELSEWHERE: "记为已在后台回复，已关闭。",
    CLOSE: "已关闭。",
}


@dataclass(frozen=True)
class Line:
    """A ticket in the list."""

    number: int
    brief: str
    place: str
    since: str
    state: str
    is_open: bool
    window: str


@dataclass(frozen=True)
class Said:
    """One message of a ticket: who, when, what; of an answer of ours also what became of it."""

    who: str
    at: str
    text: str
    ours: bool
    outcome: str
    is_bad: bool


def add_tickets(console: Blueprint, parts: Parts) -> None:
    """Add the pages and the targets of their forms."""

    @console.get("/tickets")
    def tickets() -> Response:
        demand(desk.READERS)
        everything = "all" in request.args
        with parts.store.reading() as session:
            found = desk.latest(session, limit=NEWEST) if everything else desk.open_ones(session, limit=NEWEST)
            lines = [_line(parts, session, ticket) for ticket in found]
            total = desk.count_open(session)
        return page("tickets", lines=lines, total=total, everything=everything, newest=NEWEST)

    @console.get("/tickets/<int:number>")
    def ticket(number: int) -> Response:
        return _show(parts, number, demand(desk.READERS), said=SAID.get(request.args.get("said", ""), ""))

    @console.post("/tickets/<int:number>")
    def act_on_ticket(number: int) -> Response:
        person = demand(desk.READERS)
        desk.demand_handler(person)
        try:
            deed = _act(parts, number, person.name, request.form)
        except OpsError as error:
            return _show(parts, number, person, error=error, typed=request.form, status=422)
        return go(f"/console/tickets/{number}?said={deed}")


def _act(parts: Parts, number: int, by: str, form: Mapping[str, str]) -> str:
    """Do what the form wishes, and return the wish; OpsError says why not."""
    deed, now, seen = form.get("deed", ""), parts.clock.now(), form.get("seen", "")
    if not _MESSAGE.fullmatch(seen):
        raise WrongUse(HALF)
    words = tables(parts.workspace) if deed == REPLY else None
    with parts.store.transaction() as session:
        if words:
            answer = desk.Answer(form.get("text", ""), by, form.get("reason", ""), HOW, int(seen))
            desk.reply(session, number, answer, words, now=now)
        elif deed == ELSEWHERE:
            desk.answered_elsewhere(session, number, by=by, now=now, seen=int(seen))
        elif deed == CLOSE:
            desk.close(session, number, form.get("why", ""), by=by, now=now, seen=int(seen))
        else:
            raise WrongUse(HALF)
    return deed


def _line(parts: Parts, session: Session, ticket: Ticket) -> Line:
    return Line(
        number=ticket.id,
        brief=desk.brief(session, ticket, 60),
        place=ticket.place,
        since=stamp(ticket.waits_since),
        state=desk.state_in_words(session, ticket),
        is_open=ticket.state == TicketState.OPEN,
        window=desk.window_in_words(ticket, parts.clock.now()),
    )


def _show(
    parts: Parts,
    number: int,
    person: Person,
    *,
    said: str = "",
    error: OpsError | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    now, whole = parts.clock.now(), desk.may_handle(person)
    with parts.store.reading() as session:
        ticket = desk.by_number(session, number)
        written = desk.messages(session, ticket)
        may_reply = whole and ticket.openid is not None and now < window_end(ticket)
        return page(
            "ticket", status=status, line=_line(parts, session, ticket), opened=stamp(ticket.opened_at),
            phone=desk.phone_of(ticket, whole=whole), messages=[_said(one, whole) for one in written],
            seen=written[-1].id if written else 0, people=in_charge(session, ticket.place, local_day(now)),
            pictures=_pictures(session, ticket), trail=_trail(session, ticket, whole),
            may_handle=whole and ticket.state != TicketState.CLOSED, may_reply=may_reply, limit=desk.REPLY_LENGTH,
            said=said, error=str(error) if error else "", needs_reason=isinstance(error, Unfit) and error.needs_reason,
            typed=typed or {},
        )  # fmt: skip


def _said(message: TicketMessage, whole: bool) -> Said:
    words = {"": "", SENT: "已发到", WAITING: "正在发"}
    outcome = words.get(message.outcome, f"没有发到：{message.outcome}")
    text = message.text if whole else masked(message.text)
    return Said(message.by or "读者", stamp(message.at), text, bool(message.by), outcome, message.outcome not in words)


def _pictures(session: Session, ticket: Ticket) -> list[tuple[int, str]]:
    """Return the reader's pictures: the number of each, and why it cannot be shown yet, "" when it can."""
    found = evidence.of(session, subject_of(ticket))
    return [(one.id, "" if one.path else "正在取" if one.try_at else "取不到了") for one in found]


def _trail(session: Session, ticket: Ticket, whole: bool) -> list[tuple[str, str, str]]:
    events = session.query(Event).where(Event.subject == subject_of(ticket)).order_by(Event.id)
    return [(stamp(event.at), event.by, event.why if whole else masked(event.why)) for event in events]
