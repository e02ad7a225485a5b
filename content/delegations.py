"""代理: a 甲方 step passes to another person of 甲方 for some days, with its document; outside of the days nothing is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.models import Event, Person, Review, Revision
from content.paper import Delegation
from content.steps import CLIENT, Step, may_hold

RECORDERS = ("admin", "operator")  # who may write one down, beside whoever gives it
LONGEST_DAYS = 92  # our bound: whoever is away for longer has a successor


def delegate(
    session: Session, giver: Person, to: Person, first: date, last: date, document: str, *, by: Person, now: datetime
) -> Delegation:
    """Pass the steps of `giver` to another person from one day to another, both included; OpsError says why not.

    document: what says so, such as the number of a paper. The rules of the chain hold for both:
    whoever of them has held a step of a revision, or submitted it, is out for the other as well.
    """
    _check_people(giver, to, by)
    if not document.strip():
        raise WrongUse("请写代理的依据，例如文号：代理 甲 乙 12-01 12-05 京民函〔2026〕12号")
    if not first <= last or last < local_day(now) or (last - first).days >= LONGEST_DAYS:
        raise WrongUse(f"代理的日期不对：从 {first} 到 {last}。结束要在今天或以后，最长 {LONGEST_DAYS} 天。")
    for other in live(session, now=now):
        if other.person_id == giver.id and other.from_day <= last and first <= other.until_day:
            raise OpsError(
                f"{giver.name}这几天已经有代理（{in_words(session, other)}），请先结束它：代理 停 {other.id}"
            )
    made = Delegation(
        person_id=giver.id,
        delegate_id=to.id,
        from_day=first,
        until_day=last,
        document=document.strip(),
        by=by.name,
        at=now,
    )
    session.add(made)
    session.flush()
    _trail(session, made, f"登记代理：{in_words(session, made)}", by=by.name, now=now)
    return made


def end(session: Session, number: int, *, by: Person, now: datetime) -> str:
    """End a delegation before its time; return what people are told. What was judged under it stays."""
    made = session.get(Delegation, number)
    if made is None or made.ended_at or made.until_day < local_day(now):
        raise OpsError(f"没有正在生效的代理{number}。看有哪些，请发：代理")
    if by.role not in RECORDERS and by.id != made.person_id:
        raise OpsError(f"代理由本人、运营或管理员来停，{by.name}不能停。")
    made.ended_at, made.ended_by = now, by.name
    told = f"已停止代理{number}：{in_words(session, made)}。"
    _trail(session, made, told, by=by.name, now=now)
    return told


def live(session: Session, *, now: datetime) -> Sequence[Delegation]:
    """Return the delegations that hold today or will, soonest first."""
    query = select(Delegation).where(Delegation.ended_at.is_(None), Delegation.until_day >= local_day(now))
    return session.scalars(query.order_by(Delegation.from_day, Delegation.id)).all()


def standing_in(session: Session, step: Step, person: Person, *, now: datetime) -> tuple[Delegation, Person] | None:
    """Return in whose place, and by which delegation, a person may hold a 甲方 step today; None when in nobody's."""
    if step.party != CLIENT or person.party != CLIENT:
        return None
    today = local_day(now)
    rows = session.execute(
        select(Delegation, Person)
        .join(Person, Person.id == Delegation.person_id)
        .where(Delegation.delegate_id == person.id, Delegation.ended_at.is_(None), Person.revoked_at.is_(None))
        .where(Delegation.from_day <= today, Delegation.until_day >= today)
        .order_by(Delegation.id)
    )
    return next(((made, giver) for made, giver in rows if may_hold(step, giver)), None)


def held_by(session: Session, revision: Revision) -> list[tuple[str, str]]:
    """Return the names of those who have held a step of a revision, and in whose place they did, each with the step.

    By name: somebody who left and came back is the same person.
    """
    giver = aliased(Person)
    rows = session.execute(
        select(Review.step, Person.name, giver.name)
        .join(Person, Person.id == Review.person_id)
        .outerjoin(Delegation, Delegation.id == Review.delegation_id)
        .outerjoin(giver, giver.id == Delegation.person_id)
        .where(Review.revision_id == revision.id)
        .order_by(Review.id)
    )
    return [(name, step) for step, own, other in rows for name in (own, other) if name]


def told_of(session: Session, review: Review) -> str:
    """Return in whose place and by which document a verdict was given; "" when it is the person's own."""
    made = session.get(Delegation, review.delegation_id) if review.delegation_id else None
    return basis(session, made) if made else ""


def basis(session: Session, made: Delegation) -> str:
    """Return in whose place and by which document: 代理王局长，京民函〔2026〕12号."""
    return f"代理{session.get_one(Person, made.person_id).name}，{made.document}"


def in_words(session: Session, made: Delegation) -> str:
    """Return a delegation as people read it."""
    giver, to = session.get_one(Person, made.person_id), session.get_one(Person, made.delegate_id)
    return f"{giver.name} → {to.name}，{made.from_day} 到 {made.until_day}，{made.document}"


def _check_people(giver: Person, to: Person, by: Person) -> None:
    if by.role not in RECORDERS and by.id != giver.id:
        raise OpsError(f"代理由本人、运营或管理员来登记，{by.name}不能登记。")
    if giver.id == to.id or by.id == to.id:
        raise OpsError("代理人不能是本人，也不能自己给自己登记。")
    for person, who in ((giver, "委托人"), (to, "代理人")):
        if person.party != CLIENT:
            raise OpsError(f"{who}必须是甲方的人，{person.name}是{person.party}。")
    if to.role == "liaison":
        raise OpsError(f"{to.name}是联络员，不能审稿，不能做代理人。")


def _trail(session: Session, made: Delegation, why: str, *, by: str, now: datetime) -> None:
    for person in (made.person_id, made.delegate_id):
        session.add(Event(subject=f"person:{person}", at=now, by=by, why=why))
