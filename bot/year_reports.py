"""The reports of the whole contract as the doors make them: gathered first, then written and kept at once."""

from __future__ import annotations

from datetime import date

from bot.wiring import Parts
from content.clock import local_day
from content.word.filling import filled, form
from scheduler import acceptance
from scheduler.acceptance import Facts
from scheduler.acceptance_words import values
from scheduler.models import Report


def make_acceptance(parts: Parts, as_of: date | None, seed: int | None, *, by: str) -> tuple[Report, Facts]:
    """Make the 执行成果报告 of a day, of today where none is given; return its row and what it tells.

    seed: of the draw of visits; the day as a number where none is given.
    """
    now = parts.clock.now()
    day = as_of or local_day(now)
    with parts.store.reading() as session:
        one = acceptance.gather(
            session, parts.workspace, day, today=local_day(now), seed=int(f"{day:%Y%m%d}") if seed is None else seed
        )
    text = filled(form(parts.workspace, "acceptance"), values(one.facts))
    with parts.store.transaction() as session:
        return acceptance.keep(session, parts.workspace, one, text, by=by, now=now), one.facts
