"""Whether every street and community has somebody, on a day and over a period (domain.md §1a 3); what is lacking in spans of days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.assignments import KINDS, holding
from content.clock import local_day
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import spot_of
from content.models import Person
from content.place_models import Assignment, Place
from content.place_table import DISTRICT

LIAISON, CONTACT = KINDS
RULE = (
    f"{LIAISON}：街道的联络员也管它的各个社区，社区也可以有自己的。{CONTACT}：每个街道、每个社区都要有自己的。"
    "只有备岗的也算有人，会写明。"
)
Span = tuple[date, date]  # the first and the last day, both included
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Held:
    """Who is there for a place on a day: names in the first place, then backups; `above` says whether they are there for its street."""

    names: Sequence[str]
    backups: Sequence[str]
    above: bool = False

    @property
    def in_words(self) -> str:
        """Return them as people read it: 小东（备岗 小西）; "" where nobody is there."""
        if not self.names:
            return f"只有备岗 {'、'.join(self.backups)}" if self.backups else ""
        backups = f"（备岗 {'、'.join(self.backups)}）" if self.backups else ""
        return "、".join(self.names) + backups


@dataclass(frozen=True)
class Covered:
    """A street or community on a day, and who is there for it of each kind."""

    spot: Spot
    held: Mapping[str, Held]

    def lacks(self) -> list[str]:
        """Return the kinds of which nobody is there."""
        return [kind for kind, held in self.held.items() if not held.in_words]


@dataclass(frozen=True)
class Gap:
    """A place of which nobody of a kind was there, from a day to a day, both included."""

    spot: Spot
    kind: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1


def covered(session: Session, day: date, known: Gazetteer | None = None) -> list[Covered]:
    """Return all streets and communities of a day with who is there for them."""
    known = known or gazetteer(session, day)
    there = {kind: holding(session, kind, day) for kind in KINDS}
    found = []
    for spot in known.places:
        if spot.level == DISTRICT:
            continue
        above = [one.id for one in known.above(spot)]
        held = {LIAISON: _held(there[LIAISON], above), CONTACT: _held(there[CONTACT], above[:1])}
        found.append(Covered(spot, held))
    return found


def in_charge(session: Session, name: str, day: date) -> str:
    """Return who is there for the place of a name on a day: 小东（乙方联络员）、小西（社区对接人）; "" where nobody knows."""
    known = gazetteer(session, day)
    found = known.at(name, 0)
    if found is None or found.end != len(name) or len(found.spots) != 1 or found.spots[0].level == DISTRICT:
        return ""
    (one,) = (one for one in covered(session, day, known) if one.spot == found.spots[0])
    return "、".join(f"{held.in_words}（{kind}）" for kind, held in one.held.items() if held.in_words)


def gaps(session: Session, first: date, last: date) -> list[Gap]:
    """Return for which places nobody was there in a period, by street, place and kind; only on days when the place itself was."""
    places = session.scalars(select(Place).where(Place.level != DISTRICT)).all()
    by_code = {place.code: place.id for place in session.scalars(select(Place))}
    parents = {place.code: place.parent for place in places}
    spans = _spans(session, first, last)
    found = []
    for place in sorted(places, key=lambda one: (one.parent if one.level == "community" else one.code, one.code)):
        life = max(first, place.active_from or first), min(last, place.active_to or last)
        above = _above(place.code, parents, by_code)
        for kind, ids in ((LIAISON, above), (CONTACT, above[:1])):
            there = [span for one in ids for span in spans[one, kind]]
            found += [Gap(spot_of(place), kind, *span) for span in without(life, there)]
    return found


def without(life: Span, there: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans of a life that none of some others holds."""
    at, end = life
    for first, last in sorted(there):
        if at > end:
            return
        if first > at:
            yield at, min(first - _DAY, end)
        at = max(at, last + _DAY) if last < date.max else date.max
        if last >= end:
            return
    if at <= end:
        yield at, end


def begun(session: Session) -> list[str]:
    """Return the kinds of which anybody was ever assigned: before that, nobody is missed yet."""
    there = set(session.scalars(select(Assignment.kind).distinct()))
    return [kind for kind in KINDS if kind in there]


def _held(there: Mapping[int, Sequence[tuple[Assignment, Person]]], ids: Sequence[int]) -> Held:
    """Return who is there for the nearest of some places that has anybody."""
    for place in ids:
        if people := there.get(place):
            first = [person.name for one, person in people if not one.backup]
            return Held(first, [person.name for one, person in people if one.backup], above=place != ids[0])
    return Held((), ())


def _spans(session: Session, first: date, last: date) -> Mapping[tuple[int, str], list[Span]]:
    """Return when somebody was there by place and kind; whoever is revoked is there to the day before."""
    lasts = or_(Assignment.to_day.is_(None), Assignment.to_day >= first)
    query = select(Assignment, Person.revoked_at).join(Person, Person.id == Assignment.person_id)
    found: dict[tuple[int, str], list[Span]] = defaultdict(list)
    for one, revoked_at in session.execute(query.where(lasts, Assignment.from_day <= last)).tuples():
        end = min(one.to_day or date.max, local_day(revoked_at) - _DAY if revoked_at else date.max)
        if end >= one.from_day:
            found[one.place_id, one.kind].append((one.from_day, end))
    return found


def _above(code: str, parents: Mapping[str, str], by_code: Mapping[str, int]) -> list[int]:
    """Return the rows of a place and of what stands above it."""
    found = []
    while code in by_code and by_code[code] not in found:
        found.append(by_code[code])
        code = parents.get(code, "")
    return found
