"""代理 as the terminal and the messages do it: from names and days as people write them to the one use case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from bot.recording import scan_of
from bot.wiring import Parts
from content import delegations, evidence
from content.clock import local_day
from content.errors import WrongUse
from content.models import Person
from content.people import person_named
from content.saying import day_of


def delegate(
    session: Session, giver: str, to: str, days: tuple[str, str], document: str, *, by: Person, now: datetime
) -> tuple[str, int]:
    """Pass the steps of one person to another; return what people are told, and the delegation's number."""
    first, last = (day_in(text, now=now) for text in days)
    made = delegations.delegate(
        session, person_named(session, giver), person_named(session, to), first, last, document, by=by, now=now
    )
    told = f"已登记代理{made.id}：{delegations.in_words(session, made)}。这几天该{giver}审的，{to}也可以审，记为代理。"
    return f"{told}提前结束请发：代理 停 {made.id}", made.id


def delegate_at_terminal(parts: Parts, giver: str, to: str, days: tuple[str, str], document: str, *, by: str) -> str:
    """Pass steps on; a document that is a file is kept as evidence and called by its name."""
    file, now = Path(document), parts.clock.now()
    path = scan_of(parts, file)[1] if file.is_file() else None
    with parts.store.transaction() as session:
        words = file.stem if path else document
        told, number = delegate(session, giver, to, days, words, by=person_named(session, by), now=now)
        if path:
            subject = f"delegation:{number}"
            evidence.hand_in(session, subject, path, name=file.name, words=f"代理{number}", by=by, now=now)
        return told


def listed(session: Session, *, now: datetime) -> Sequence[tuple[int, str]]:
    """Return the delegations that hold or will, by number, as people read them."""
    return [(made.id, delegations.in_words(session, made)) for made in delegations.live(session, now=now)]


def day_in(text: str, *, now: datetime) -> date:
    """Return a day as people write it: 2026-12-01, 12-01, 12月1日; without a year it is the nearest such day ahead."""
    try:
        return day_of(text, local_day(now), ahead=True)
    except ValueError as error:
        raise WrongUse(f"日期“{text[:20]}”看不懂，请写成 2026-12-01 或 12-01。") from error
