"""Binding codes on paper, a street a page: new ones for who is not bound yet, since of the old ones only hashes are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from content.assignments import has_had, lasting
from content.clock import local_day
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Event, Person
from content.people import CODE_DAYS, new_code, people
from content.place_table import STREET

OTHERS = "没有分配地方的人"
_PLACES = 6  # that one line names


@dataclass(frozen=True)
class Line:
    """One person on a page: their name, what they are there for, and the code that binds them."""

    name: str
    places: str
    code: str


@dataclass(frozen=True)
class Sheet:
    """One page: the street, and its people."""

    street: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Printed:
    """All pages, until which day their codes are good, and how many people were left out because they are bound."""

    sheets: Sequence[Sheet]
    until: str
    bound: int

    @property
    def people(self) -> int:
        """Return how many people have a new code."""
        return len({line.name for sheet in self.sheets for line in sheet.lines})


def printed(session: Session, street: Spot | None, *, by: str, now: datetime) -> Printed:
    """Make new codes for the people of a street, or of all of them, who are not bound; the older ones are void.

    street: None for all, with those who have no place on the last page, but for liaisons who had one. Who has places in two streets stands
    on both pages with the same code.
    """
    day = local_day(now)
    known = gazetteer(session, day)
    streets = [street] if street else [spot for spot in known.places if spot.level == STREET]
    spots = {person.id: _spots(session, person, known, day) for person in people(session)}
    codes: dict[int, str] = {}
    bound: set[int] = set()

    def line(person: Person, own: Sequence[Spot]) -> Line:
        if person.id not in codes:
            codes[person.id] = new_code(session, person, now=now)
            session.add(Event(subject=f"person:{person.id}", at=now, by=by, why="打印新的绑定码，旧的作废"))
        return Line(person.name, _in_words(known, own), codes[person.id])

    sheets = []
    for one in streets:
        there = [p for p in people(session) if any(one in known.above(spot) for spot in spots[p.id])]
        bound |= {person.id for person in there if person.openid}
        lines = [line(p, [s for s in spots[p.id] if one in known.above(s)]) for p in there if not p.openid]
        sheets += [Sheet(one.name, lines)] if lines else []
    if street is None:
        left = [
            one
            for one in people(session)
            if one.id not in codes and not one.openid and not _has_left(session, one, day)
        ]
        sheets += [Sheet(OTHERS, [line(person, spots[person.id]) for person in left])] if left else []
        bound = {person.id for person in people(session) if person.openid}
    until = f"{local_day(now + timedelta(days=CODE_DAYS))}"
    return Printed(sheets, until, len(bound))


def _has_left(session: Session, person: Person, day: date) -> bool:
    """Say whether a liaison had places and has none any more: their binding ended, and no code brings it back."""
    return person.role == "liaison" and has_had(session, person) and not lasting(session, person, day)


def _spots(session: Session, person: Person, known: Gazetteer, day: date) -> list[Spot]:
    found = (known.by_id(one.place_id) for one in lasting(session, person, day))
    return [spot for spot in found if spot]


def _in_words(known: Gazetteer, spots: Sequence[Spot]) -> str:
    names = [spot.shown for spot in spots]
    return "、".join(names[:_PLACES]) + (f"等 {len(names)} 处" if len(names) > _PLACES else "")
