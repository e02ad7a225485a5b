"""The reports of the whole contract as the doors make them: gathered first, then written and kept at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.wiring import Parts
from content import watermark
from content.clock import local_day
from content.word.filling import filled, form
from scheduler import acceptance, plan_report, report_desk
from scheduler import archive as archives
from scheduler.acceptance import Facts
from scheduler.acceptance_words import values
from scheduler.archive import Archived, Progress
from scheduler.models import Report


def make_acceptance(parts: Parts, as_of: date | None, seed: int | None, *, by: str) -> tuple[Report, Facts]:
    """Make the 执行成果报告 of a day, of today where none is given; return its row and what it tells.

    seed: of the draw of visits; that of the period's first version where none is given, and first of all the day as a number.
    """
    now = parts.clock.now()
    day = as_of or local_day(now)
    with parts.store.reading() as session:
        report_desk.demand_maker(session, by)
        one = acceptance.gather(session, parts.workspace, day, today=local_day(now), seed=seed)
    text = filled(form(parts.workspace, "acceptance"), values(one.facts))
    with parts.store.transaction() as session:
        return acceptance.keep(session, parts.workspace, one, text, by=by, now=now), one.facts


def make_archive(parts: Parts, out: Path, *, by: str, progress: Progress | None = None) -> Archived:
    """Write the year's archive and return what went into it."""
    now = parts.clock.now()
    with parts.store.reading() as session:
        report_desk.demand_maker(session, by)
    wish = archives.Wish(out, parts.config.account.name, by, watermark.line(by, now))
    return archives.write(parts.store, parts.workspace, parts.library.pictures, wish, now=now, progress=progress)


def make_plan(parts: Parts, *, by: str) -> Report:
    """Make the 项目实施方案 and return its row."""
    now = parts.clock.now()
    with parts.store.reading() as session:
        report_desk.demand_maker(session, by)
        one = plan_report.gather(session, parts.workspace, local_day(now))
    text = filled(form(parts.workspace, "plan"), one.as_values())
    with parts.store.transaction() as session:
        return plan_report.keep(session, parts.workspace, one, text, by=by, now=now)
