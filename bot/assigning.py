"""Assigning people to places as the terminal does it: words and days are read, then the one use case is called."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.delegating import day_in
from bot.wiring import Parts
from content import assignments
from content.clock import local_day
from content.errors import WrongUse
from content.gazetteer import gazetteer
from content.people import person_named
from scheduler.handover import Swap, hand_over


def assign_at_terminal(
    parts: Parts, name: str, place: str, days: tuple[str, str], kind: str, *, by: str, backup: bool = False
) -> str:
    """Assign a person to a place; return what was done. days: the first and the last one, "" for today and for open."""
    now = parts.clock.now()
    first, last = (_day(days[0]) or local_day(now)), _day(days[1])
    with parts.store.transaction() as session:
        known = gazetteer(session, local_day(now))
        spot, person = known.named(place), person_named(session, name)
        made = assignments.assign(session, person, spot, first, last, kind=kind, backup=backup, by=by, now=now)
        return f"{person.name}负责{known.full(spot)}（{assignments.kind_words(made)}，{assignments.span(made)}）。"


def end_at_terminal(parts: Parts, name: str, place: str, last: str, *, by: str) -> str:
    """End a person's assignment to a place; return what was done."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        known = gazetteer(session, local_day(now))
        spot, person = known.named(place), person_named(session, name)
        made = assignments.end(session, person, spot, _day(last) or local_day(now), by=by, now=now)
        return f"{person.name}负责{known.full(spot)}到 {made.to_day} 为止。"


def replace_at_terminal(parts: Parts, old: str, new: str, place: str, day: str, *, by: str) -> list[str]:
    """Give a place from one person to another; return what was done, line by line."""
    now = parts.clock.now()
    first = day_in(day, now=now)
    with parts.store.transaction() as session:
        spot = gazetteer(session, max(first, local_day(now))).named(place)
        swap = Swap(spot, person_named(session, old), person_named(session, new), first)
        return hand_over(session, swap, by=by, now=now)


def rows(parts: Parts, name: str) -> list[dict[str, Any]]:
    """Return a person's assignments that hold today or later, as plain values."""
    today = local_day(parts.clock.now())
    with parts.store.reading() as session:
        known = gazetteer(session, today)
        found = assignments.assigned(session, person_named(session, name), today)
        return [
            {
                "place": known.full(spot),
                "code": spot.code,
                "kind": one.kind,
                "backup": one.backup,
                "words": assignments.kind_words(one),
                "from": one.from_day.isoformat(),
                "to": one.to_day.isoformat() if one.to_day else "",
            }
            for one, spot in found
        ]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(f"日期看不懂：“{text}”。请写成 2026-12-01 这样。") from error
