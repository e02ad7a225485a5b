"""Reviewers: told once when it is their turn, and reminded twice before the post's time; never at night, never spammed.

Where WeChat lets us write them nothing, the operators get a text to forward.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.delegations import basis, standing_in
from content.models import Person, Review, Revision
from content.posts import UNSENT
from content.reviews import in_review, is_turn_of
from content.steps import CLIENT, Chain, Step, may_hold
from scheduler.channels import WECHAT
from scheduler.models import Outbox
from scheduler.night import is_night, not_at_night
from scheduler.telling import acting_people

REMIND_BEFORE = (timedelta(hours=24), timedelta(hours=4))
PRESSING = timedelta(hours=12)  # with less time than this, people are told at night as well
NOT_NEEDED = "已经不用审了"
WINDOW_CLOSED = frozenset({45015, 45047})  # silent for 48 hours, or all messages that this opened are used up


def queue(session: Session, chain: Chain, *, now: datetime) -> None:
    """Write into the outbox what reviewers must be told by now: once a step and revision, and each reminder once.

    What has not left yet and is somebody's turn no more is let go of.
    """
    turns = list(_turns(session, chain, now))
    wanted: dict[str | None, Outbox] = {row.key: row for turn in turns for row in _rows(session, turn, now)}
    there = set(session.scalars(select(Outbox.key).where(Outbox.key.in_(wanted))))
    session.add_all(row for key, row in wanted.items() if key not in there)
    _let_go(session, {turn.key for turn in turns}, now)


def offer_to_forward(session: Session, row: Outbox, errcode: int, *, now: datetime) -> bool:
    """Give those who can act a reviewer's text to forward, once a turn, when WeChat does not let us write to them.

    Return whether somebody has it, now or from an earlier letter of this turn.
    """
    if not (turn := _turn_in(row)) or errcode not in WINDOW_CLOSED or row.person_id is None:
        return False
    reviewer = session.get_one(Person, row.person_id)
    why = "48 小时内没有给公众号发过消息" if errcode == 45015 else "收到的消息条数到了微信的上限"
    text = (
        f"{reviewer.name}{why}，微信不让公众号写给他。请把下面的话转发给他：\n"
        f"{reviewer.name}，{row.text}\n（请在公众号里发，不是回复这条消息）"
    )
    others = [person for person in acting_people(session) if person.id != reviewer.id]
    for person in others:
        key = f"forward:{turn}:{person.id}"
        if session.scalar(select(Outbox.id).where(Outbox.key == key)) is None:
            session.add(Outbox(key=key, channel=WECHAT, person_id=person.id, text=text, due=now))
    return bool(others)


@dataclass(frozen=True)
class _Turn:
    """One person who may judge one revision now."""

    revision: Revision
    step: Step
    person: Person
    standing: str  # in whose place and by which document; "" in their own

    @property
    def key(self) -> str:
        return f"{self.revision.id}:{self.step.name}:{self.person.id}"

    def row(self, kind: str, word: str, due: datetime | None, now: datetime, more: str = "") -> Outbox:
        text = f"{word}{self.standing}{_text(self.revision, self.step, due)}"
        return Outbox(key=f"{kind}:{self.key}{more}", channel=WECHAT, person_id=self.person.id, text=text, due=now)


def _turns(session: Session, chain: Chain, now: datetime) -> Iterator[_Turn]:
    waiting = in_review(session, chain)
    if not waiting:
        return
    bound = select(Person).where(Person.openid.is_not(None), Person.revoked_at.is_(None)).order_by(Person.id)
    everybody = session.scalars(bound).all()
    for revision, step in waiting:
        for person in everybody:
            mine = may_hold(step, person) or step.party == person.party == CLIENT  # a delegate, perhaps
            if mine and is_turn_of(session, revision, person, chain, now=now):
                yield _Turn(revision, step, person, _in_place_of(session, step, person, now))


def _in_place_of(session: Session, step: Step, person: Person, now: datetime) -> str:
    found = None if may_hold(step, person) else standing_in(session, step, person, now=now)
    return f"（{basis(session, found[0])}）" if found else ""


def _rows(session: Session, turn: _Turn, now: datetime) -> Iterator[Outbox]:
    """Yield what a person must have been told of a turn by now."""
    due = _due(turn.revision)
    began, urgent = _began(session, turn.revision), turn.revision.article.urgent
    told_at = began if urgent else _told_at(began, due)
    if now < told_at or (_told_at(now, due) > now and not urgent):
        return
    yield turn.row("turn", "急稿，轮到您审" if urgent else "轮到您审", due, now)
    if due is None or now >= due:
        return
    passed = [before for before in REMIND_BEFORE if told_at < due - before <= now]
    if passed:  # after a standstill the last one says it all
        yield turn.row("remind", "还等您审", due, now, f"@{stamp(due)} {passed[-1]}")


def _turn_in(row: Outbox) -> str:
    """Return the turn that a message is about, or "" when it is about none."""
    kind, _, rest = (row.key or "").partition(":")
    return rest.partition("@")[0] if kind in ("turn", "remind") else ""


def _let_go(session: Session, turns: Collection[str], now: datetime) -> None:
    waiting = select(Outbox).where(Outbox.sent_at.is_(None), Outbox.tried_at.is_(None), Outbox.key.is_not(None))
    for row in session.scalars(waiting).all():
        if _turn_in(row) and _turn_in(row) not in turns:
            row.sent_at, row.failed = now, NOT_NEEDED


def _told_at(moment: datetime, due: datetime | None) -> datetime:
    """Return when people hear of what came up at a moment: then, or in the morning, or when it becomes pressing."""
    if not is_night(moment):
        return moment
    morning = not_at_night(moment)
    return min(morning, max(due - PRESSING, moment)) if due and moment < due else morning


def _due(revision: Revision) -> datetime | None:
    post = revision.article.post
    return post.due_at if post and post.state in UNSENT else None


def _began(session: Session, revision: Revision) -> datetime:
    """Return since when it is the present step's turn: the last verdict, or the submission."""
    last = select(Review.at).where(Review.revision_id == revision.id).order_by(Review.at.desc()).limit(1)
    return session.scalar(last) or revision.made_at


def _text(revision: Revision, step: Step, due: datetime | None) -> str:
    name = f"{revision.article_id}-{revision.number}"
    when = f"，定在 {stamp(due)} 发" if due else ""
    return (
        f"《{revision.title}》（{name}，{step.name}{when}）。看稿请发：看 {revision.article_id}\n"
        f"看过后请发：同意 {name}；有问题请发：退回 {name} 原因"
    )
