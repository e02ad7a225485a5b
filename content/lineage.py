"""Where places come from: what was split, merged and renamed, and figures that go on over such a day.

A street's total takes the figures of the old communities before the day and those of the new ones after it; until each
of the new ones has its first figure, the last one of the old stands for all of them. Nothing begins at 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.gazetteer import Spot, bare, everywhere, gazetteer
from content.lineage_models import PlaceChange
from content.place_models import Place
from content.place_table import COMMUNITY

SPLIT, MERGE, RENAME = "split", "merge", "rename"
KINDS = {SPLIT: "拆分", MERGE: "合并", RENAME: "改名"}
Known = Callable[
    [str, date], tuple[int, date] | None
]  # the newest figure of a place's code up to a day, and its own day; None for unknown
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """A place, and the days on which it is there: None for since ever and until further notice."""

    spot: Spot
    first: date | None
    last: date | None

    def holds(self, first: date, last: date) -> bool:
        """Say whether it is there on one of these days."""
        return (self.first is None or self.first <= last) and (self.last is None or self.last >= first)


@dataclass(frozen=True)
class Change:
    """What became of one place on a day: the rows of the old and the new one, their names then, and the document."""

    kind: str
    day: date
    old_id: int
    new_id: int
    old_name: str
    new_name: str
    document: str


@dataclass(frozen=True)
class Waiting:
    """Places that have not all a figure of their own since they came out of a change, and what stands for them meanwhile."""

    members: Sequence[Spot]
    olds: Sequence[Spot]
    since: date
    value: int | None  # of the old ones on the day before; None for unknown


@dataclass(frozen=True)
class _Group:
    """Places that came out of one change on a day, out of which, and all that came out of it."""

    places: Sequence[int]
    since: date
    olds: frozenset[int]
    made: set[int]


class Lineage:
    """All places that ever were, and what became of them up to a day."""

    def __init__(self, lives: Sequence[Life], changes: Sequence[Change], day: date) -> None:
        """Take the places, the changes up to a day in their order, and the day."""
        self.day, self.changes = day, changes
        self._lives = {life.spot.id: life for life in lives}
        self.made = [change for change in changes if change.kind != RENAME]

    def begins(self, place: int) -> Change | None:
        """Return the change that a place came out of last, also where it has the code of an old one; None where nothing changed."""
        return next((one for one in reversed(self.made) if one.new_id == place), None)

    def origin(self, place: int) -> str:
        """Return where a place comes from, as its trend begins: 由槐树里社区拆分（2027-01-01，文号）; "" where there is nothing to say."""
        change = self.begins(place)
        if change is None:
            return ""
        olds = dict.fromkeys(
            bare(one.old_name) for one in self.made if (one.new_id, one.day) == (place, change.day)
        )  # each once
        names = "、".join(f"{name}社区" for name in olds)
        return f"由{names}{KINDS[change.kind]}（{change.day}，{change.document}）"

    def name_on(self, place: int, day: date) -> str:
        """Return the official name that a place had on a day."""
        later = [one for one in self.changes if one.old_id == one.new_id == place and one.day > day]
        return later[0].old_name if later else self._lives[place].spot.name

    def code(self, place: int) -> str:
        """Return the code of a place."""
        return self._lives[place].spot.code

    def since(self, place: int, day: date) -> date:
        """Return since when a place is what it is on a day: the last change that it came out of; date.min where nothing changed."""
        return max((one.day for one in self.made if one.new_id == place and one.day <= day), default=date.min)

    def at(self, place: int, day: date) -> frozenset[int]:
        """Return the places whose figures of a day add up to those of a place: before a merge the ones that were merged.

        None of them before a split: nobody knows the share of one that came out of it.
        """
        return self._at(place, day, self.day)

    def before(self, place: int) -> set[int]:
        """Return the rows of a place and of all that it came from."""
        return self._reached({place}, lambda one: (one.new_id, one.old_id))

    def after(self, place: int) -> set[int]:
        """Return the rows of a place and of all that came from it."""
        return self._reached({place}, lambda one: (one.old_id, one.new_id))

    def members(self, street: str, day: date) -> list[Spot]:
        """Return the communities of a street, by its code, that are there on a day."""
        return self.ever(street, day, day)

    def ever(self, street: str, first: date, last: date) -> list[Spot]:
        """Return the communities of a street that are there on any day of a period: of these, what is counted by day adds up."""
        lives = (one for one in self._lives.values() if (one.spot.level, one.spot.parent) == (COMMUNITY, street))
        return sorted((one.spot for one in lives if one.holds(first, last)), key=lambda spot: spot.code)

    def total(self, places: Collection[Spot], day: date, known: Known) -> int | None:
        """Return what a stock (registered users …) comes to in places on a day; None where one of them is unknown.

        Communities that came out of one change and have not all a figure of their own yet count as those before it did.
        """
        found = [self._stock(group, day, known) for group in self._groups(places, day)]
        return None if None in found or not found else sum(value for value in found if value is not None)

    def waiting(self, places: Collection[Spot], day: date, known: Known) -> Iterator[Waiting]:
        """Yield those of some places for which the figures of the old ones stand on a day."""
        for group in self._groups(places, day):
            if group.made and not self._all_known(group, day, known):
                olds = [self._lives[place].spot for place in sorted(group.olds)]
                members = [self._lives[place].spot for place in group.places]
                yield Waiting(members, olds, group.since, self._stock(group, day, known))

    def _at(self, place: int, day: date, until: date) -> frozenset[int]:
        since = self.since(place, until)
        if since <= day:
            return frozenset([place])
        olds = {one.old_id for one in self.made if (one.new_id, one.day) == (place, since)}
        if any(one.old_id in olds and one.day == since and one.new_id != place for one in self.made):
            return frozenset()
        found = [self._at(old, day, since - _DAY) for old in sorted(olds)]
        return frozenset().union(*found) if all(found) else frozenset()

    def _stock(self, group: _Group, day: date, known: Known) -> int | None:
        values = [known(self._lives[place].spot.code, day) for place in group.places]
        if self._all_known(group, day, known):
            return sum(value[0] for value in values if value)
        if set(group.places) != group.made:  # one of them has changed again: what these are without it nobody knows
            return None
        return self.total([self._lives[place].spot for place in group.olds], group.since - _DAY, known)

    def _all_known(self, group: _Group, day: date, known: Known) -> bool:
        found = (known(self._lives[place].spot.code, day) for place in group.places)
        return all(value and value[1] >= group.since for value in found)

    def _groups(self, places: Collection[Spot], day: date) -> Iterator[_Group]:
        """Yield the places by the change that each of them came out of last; what never changed is alone."""
        together: dict[tuple[date, frozenset[int]], list[int]] = defaultdict(list)
        for spot in places:
            since = self.since(spot.id, day)
            olds = frozenset(one.old_id for one in self.made if (one.new_id, one.day) == (spot.id, since))
            together[since, olds or frozenset([-spot.id])].append(spot.id)
        for (since, olds), members in together.items():
            made = {one.new_id for one in self.made if one.day == since and one.old_id in olds}
            yield _Group(members, since, olds, made)

    def _reached(self, begun: set[int], edge: Callable[[Change], tuple[int, int]]) -> set[int]:
        found, more = set(begun), set(begun)
        while more:
            more = {to for at, to in map(edge, self.made) if at in more} - found
            found |= more
        return found


def lineage(session: Session, day: date) -> Lineage:
    """Return where all places come from, as it stands on a day: what is to change later has not changed yet."""
    places = session.scalars(select(Place).where(or_(Place.active_from.is_(None), Place.active_from <= day))).all()
    lives = [Life(spot_of(place), place.active_from, place.active_to) for place in places]
    rows = session.scalars(select(PlaceChange).where(PlaceChange.day <= day).order_by(PlaceChange.day, PlaceChange.id))
    return Lineage(
        lives,
        [Change(r.kind, r.day, r.old_id, r.new_id, r.old_name, r.new_name, r.document) for r in rows],
        day,
    )


def reached(session: Session, spots: Collection[Spot], day: date) -> set[int]:
    """Return the rows of places, of all that lies or ever lay below them, and of what they came from that is no more.

    For records of the past; an old community that goes on beside a new one has its own people.
    """
    ever, codes = everywhere(session), {spot.code for spot in spots}
    inside = {one.id for one in ever.places if any(above.code in codes for above in ever.above(one))}
    if not is_changed(session, day):
        return inside
    line, there = lineage(session, day), gazetteer(session, day)
    return inside | {old for place in inside for old in line.before(place) if there.by_id(old) is None}


def is_changed(session: Session, day: date) -> bool:
    """Say whether any place was split or merged up to a day; to read all of them takes long."""
    made = select(PlaceChange.id).where(PlaceChange.kind != RENAME, PlaceChange.day <= day)
    return session.scalar(made.limit(1)) is not None


def spot_of(place: Place) -> Spot:
    """Return a row of the table as the place that it is."""
    return Spot(place.id, place.code, place.level, place.name, place.parent, place.short)
