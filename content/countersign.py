"""补签单: all 线下审签 of a month on one sheet, and the signed scan that closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import evidence, recorded
from content.approval import BACK, PASSED
from content.clock import day_start, local_day, stamp
from content.delegations import told_of
from content.errors import OpsError
from content.models import Event, Person, Review, Revision
from content.months import month_span, next_month


@dataclass(frozen=True)
class Line:
    """One verdict that is to be signed: on which text, in which step, whose, how it came, who recorded it, and its proof."""

    name: str
    title: str
    step: str
    verdict: str
    comment: str
    person: str
    party: str
    way: str
    recorded: str
    at: str
    evidence: str


@dataclass(frozen=True)
class Countersign:
    """The facts of a month's sheet, all as people read them; `lacking` of its lines have no evidence."""

    month: str
    made_on: str
    lines: tuple[Line, ...]
    count: int
    lacking: int

    def as_values(self) -> dict[str, object]:
        """Return the facts by name, as a template takes them."""
        return asdict(self)


def countersign_of(session: Session, month: str, *, now: datetime) -> Countersign:
    """Return the facts of a month such as 2026-12; OpsError when nothing was signed outside of the system in it."""
    found = recorded.between(session, *_span(month))
    if not found:
        raise OpsError(f"{in_words(month)}没有线下审签，不用补签单。")
    has = evidence.proven(session, [one.subject for one in found])
    lines = tuple(_line(session, one, proven=one.subject in has) for one in found)
    lacking = sum(one.subject not in has for one in found)
    return Countersign(in_words(month), str(local_day(now)), lines, len(lines), lacking)


def close(session: Session, month: str, scan: Path, name: str, *, by: Person, now: datetime) -> str:
    """Close a month with its signed scan, which `evidence.keep` has kept; return what people are told.

    name: how the file was called. OpsError while the month lasts, when there is
    nothing to sign, or this is not for `by` to do.
    """
    if by.role not in recorded.RECORDERS:
        raise OpsError(f"补签单由运营或管理员收回，{by.name}不能登记。")
    if month_span(month)[1] >= local_day(now):
        raise OpsError(f"{in_words(month)}还没有过完，可能还有线下审签。请在下月初再签。")
    sheet = countersign_of(session, month, now=now)
    evidence.hand_in(session, subject_of(month), scan, name=name, words=f"{in_words(month)}补签单", by=by.name, now=now)
    session.add(Event(subject=subject_of(month), at=now, by=by.name, why=f"签好的补签单已收回：{name}"))
    return f"{in_words(month)}补签单已收回，{sheet.count} 条线下审签补签完毕。"


def months(session: Session) -> list[tuple[str, bool]]:
    """Return the months in which something was signed outside of the system, oldest first, and whether each is closed."""
    moments = session.scalars(select(Review.at).where(Review.way != "")).all()
    found = sorted({f"{local_day(moment):%Y-%m}" for moment in moments})
    closed = evidence.proven(session, [subject_of(month) for month in found])
    return [(month, subject_of(month) in closed) for month in found]


def open_months(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the months that are over and whose sheet has not come back signed, oldest first."""
    present = f"{local_day(now):%Y-%m}"
    return [month for month, is_closed in months(session) if month < present and not is_closed]


def subject_of(month: str) -> str:
    """Return the name under which a month's signed scans are kept."""
    return f"countersign:{month}"


def in_words(month: str) -> str:
    """Return a month such as 2026-12 as people say it."""
    first: date = month_span(month)[0]
    return f"{first.year}年{first.month}月"


def _span(month: str) -> tuple[datetime, datetime]:
    return day_start(month_span(month)[0]), day_start(month_span(next_month(month))[0])


def _line(session: Session, one: recorded.Recorded, *, proven: bool) -> Line:
    review = one.review
    person = session.get_one(Person, review.person_id)
    return Line(
        name=f"{one.article}-{one.number}",
        title=session.get_one(Revision, review.revision_id).title,
        step=review.step,
        verdict=PASSED if review.verdict == "pass" else BACK,
        comment=review.comment,
        person=f"{person.name}，{told}" if (told := told_of(session, review)) else person.name,
        party=person.company or person.party,
        way=review.way,
        recorded=review.recorded_by,
        at=stamp(review.at),
        evidence="有" if proven else "无",
    )
