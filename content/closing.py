"""Months whose field work is closed: what is added, corrected or voided afterwards needs a reason, which the trail keeps."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import local_day, stamp
from content.closing_models import ClosedMonth
from content.dossier_models import DossierStep
from content.errors import OpsError
from content.field_words import Draft
from content.models import Event, Person
from content.months import month_named, month_span
from content.paper import EvidenceWanted
from content.record_models import Record

CLOSERS = ("admin",)
_REASON = re.compile(r"(?:^|(?<=[\s，,；;。]))(?:补录|补记|更正)?原因\s*[:：]\s*(?P<why>\S.*)$", re.DOTALL)


class MonthClosed(OpsError):
    """The `month` is closed, and no reason was given."""

    def __init__(self, closed: ClosedMonth) -> None:
        """Say by whom and when it was closed, and what to do."""
        self.month = closed.month
        super().__init__(
            f"{in_words(closed.month)}的记录已经封存（{closed.by}，{stamp(closed.at)}），补记和更正要写原因："
            "在最后加上“原因：为什么”再发一次；在终端加 --why。"
        )


def close(session: Session, month: str, person: Person, *, now: datetime) -> str:
    """Close a month that is over; return what people are told. OpsError where it may not be closed."""
    _demand_closer(person)
    if month_span(month_named(month))[1] >= local_day(now):
        raise OpsError(f"{in_words(month)}还没有过完，不能封存。")
    if found := _closed(session, month):
        raise OpsError(f"{in_words(month)}已经封存了（{found.by}，{stamp(found.at)}）。")
    session.add(ClosedMonth(month=month, at=now, by=person.name))
    _end_wishes(session, month)
    session.add(Event(subject=subject(month), at=now, by=person.name, why="封存"))
    return f"{in_words(month)}的记录已封存，以后补记、更正、作废都要写原因。"


def reopen(session: Session, month: str, why: str, person: Person, *, now: datetime) -> str:
    """Open a closed month again, with a reason; return what people are told."""
    _demand_closer(person)
    found = _closed(session, month_named(month))
    if found is None:
        raise OpsError(f"{in_words(month)}没有封存。")
    if not why.strip():
        raise OpsError("重新打开要写原因。")
    session.delete(found)
    session.add(Event(subject=subject(month), at=now, by=person.name, why=f"重新打开：{why.strip()}"))
    return f"{in_words(month)}的记录重新打开了。"


def closed_months(session: Session) -> dict[str, ClosedMonth]:
    """Return the months that are closed now."""
    return {one.month: one for one in session.scalars(select(ClosedMonth).order_by(ClosedMonth.month))}


def trail(session: Session, month: str) -> list[tuple[str, str, str]]:
    """Return when, by whom and why a month was closed and opened."""
    query = select(Event).where(Event.subject == subject(month)).order_by(Event.id)
    return [(stamp(event.at), event.by, event.why) for event in session.scalars(query)]


def reasoned(session: Session, draft: Draft, days: Collection[date]) -> Draft:
    """Return a draft whose reason stands in `why`, taken off its text where the text ends with one.

    days: which it touches. MonthClosed where one of their months is closed and there is no reason. In an open month a
    text that ends with 原因：… stays as it is.
    """
    text, why = reasoned_words(session, draft.text, draft.why, days)
    return replace(draft, text=text, why=why)


def reasoned_words(session: Session, text: str, why: str, days: Collection[date]) -> tuple[str, str]:
    """Return what was done and its reason, as `reasoned` does for a draft."""
    closed = closed_months(session)
    month = next((one for one in sorted({f"{day:%Y-%m}" for day in days}) if one in closed), "")
    if not month:
        return text, why
    text, why = (text, why) if why else parted(text)
    if not why:
        raise MonthClosed(closed[month])
    return text, why


def demanded(session: Session, why: str, days: Collection[date]) -> str:
    """Return the reason of a change that touches some days, as `reasoned` does for a draft."""
    return reasoned_words(session, "", why.strip(), days)[1]


def apart(draft: Draft) -> Draft:
    """Return a draft with the reason that its text ends with in `why`."""
    text, why = (draft.text, draft.why) if draft.why else parted(draft.text)
    return replace(draft, text=text, why=why)


def is_closed(session: Session, day: date) -> bool:
    """Say whether the month of a day is closed."""
    return _closed(session, f"{day:%Y-%m}") is not None


def subject(month: str) -> str:
    """Return the name under which the trail of a month is kept."""
    return f"record-month:{month}"


def in_words(month: str) -> str:
    """Return a month such as 2026-12 as people say it."""
    return f"{month[:4]}年{int(month[5:])}月"


def marked(session: Session, *days: date) -> str:
    """Return what the trail says of a change where one of the days is in a closed month, "" otherwise."""
    return "（已封存的月份）" if closed_months(session).keys() & {f"{day:%Y-%m}" for day in days} else ""


def _end_wishes(session: Session, month: str) -> None:
    """Wait for no more pictures of what a month has: from now on they come with a reason."""
    for wish in session.scalars(select(EvidenceWanted)):
        kind, _, number = wish.subject.partition(":")
        day = None
        if kind == "record":
            day = session.scalar(select(Record.day).where(Record.id == int(number)))
        elif kind == "step":
            day = session.scalar(select(DossierStep.day).where(DossierStep.id == int(number)))
        if day and f"{day:%Y-%m}" == month:
            session.delete(wish)


def parted(text: str) -> tuple[str, str]:
    """Return a text and the reason that it ends with, "" for none."""
    found = _REASON.search(text)
    return (text[: found.start()].strip(" ，,；;"), found["why"].strip()) if found else (text, "")


def _closed(session: Session, month: str) -> ClosedMonth | None:
    return session.scalar(select(ClosedMonth).where(ClosedMonth.month == month))


def _demand_closer(person: Person) -> None:
    if person.role not in CLOSERS:
        raise OpsError(f"封存和重新打开由管理员来做，{person.name}不能做。")
