"""The page of visits: what is late, due this week and done of a quarter, what is to be caught up, and the streets by quarters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from bot.console.pages import page
from bot.login import demand
from bot.wiring import Parts
from content.assignments import EVERYWHERE, FIELD
from content.clock import local_day
from content.errors import OpsError
from content.gazetteer import Gazetteer, gazetteer
from content.models import Person
from content.visits import DONE, DUE, LATE, Quarter, Visit, coverage, to_catch_up
from scheduler.contract import UNKNOWN
from scheduler.counting import NAMES
from scheduler.targets import read_contract
from scheduler.visit_plan import RULE, quarters, seen


@dataclass(frozen=True)
class Line:
    """A visit as the page shows it."""

    place: str
    planned: str
    person: str
    done: str
    latest: str
    state: str


def add_visits(console: Blueprint, parts: Parts) -> None:
    """Add the page."""

    @console.get("/visits")
    def visits() -> Response:
        person = demand(FIELD)
        number = request.args.get("quarter", "")
        with parts.store.reading() as session:
            try:
                return _show(session, parts, person, int(number) if number.isdecimal() and len(number) < 4 else None)
            except OpsError as error:
                return page("trouble", heading="还看不了走访计划", text=str(error))


def _show(session: Session, parts: Parts, person: Person, number: int | None) -> Response:
    now = parts.clock.now()
    quarter, found = seen(session, parts.workspace, person, now=now, number=number)
    known = gazetteer(session, min(max(local_day(now), quarter.first), quarter.last))
    by_day = sorted(found, key=lambda one: (one.planned or quarter.last, one.spot.code))
    return page(
        "visits",
        quarter=quarter,
        quarters=_quarters(parts),
        rule=RULE,
        due=[_line(known, one) for one in by_day if one.state in (DUE, LATE)],
        left=[_line(known, one) for one in to_catch_up(found)],
        done=[_line(known, one) for one in by_day if one.state == DONE],
        total=len(found),
        table=_table(session, parts, known) if person.role in EVERYWHERE else [],
    )


def _table(session: Session, parts: Parts, known: Gazetteer) -> list[tuple[str, list[str]]]:
    """Return each street with what was visited of it in each quarter; one that has not begun is unknown."""
    now = parts.clock.now()
    nobody = Person(name="", role="admin", party="")
    cells: dict[str, list[str]] = {}
    for quarter in _quarters(parts):
        found = seen(session, parts.workspace, nobody, now=now, number=quarter.number)[1]
        begun = quarter.first <= local_day(now)
        for cover in coverage(found, known):
            cells.setdefault(cover.street.name, []).append(f"{cover.done}/{cover.of}" if begun else UNKNOWN)
    return list(cells.items())


def _quarters(parts: Parts) -> Sequence[Quarter]:
    contract = read_contract(parts.workspace, NAMES)
    return quarters(contract) if contract else ()


def _line(known: Gazetteer, one: Visit) -> Line:
    days = (day.isoformat() if day else UNKNOWN for day in (one.planned, one.done, one.latest))
    planned, done, latest = days
    return Line(known.full(one.spot), planned, one.person or "没有人", done, latest, one.state)
