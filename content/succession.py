"""Unfinished work of who has left a place: whoever is there for it today goes on with it; what was done keeps its name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assignments import FIELD, KINDS, holding, seen_ids
from content.gazetteer import gazetteer
from content.models import Person

Begun = tuple[int, Collection[int]]  # who began something, and the rows of the places that it is about


def goes_on(session: Session, person: Person, begun: Begun, day: date) -> bool:
    """Say whether a liaison may go on with what somebody of their side began: it is their place today, and the other's no more."""
    by, places = begun
    if person.role != "liaison" or _has_left(session, person, places, day):
        return False
    old = session.get_one(Person, by)
    return old.party == person.party and _has_left(session, old, places, day)


def heirs(session: Session, begun: Mapping[str, Begun], day: date) -> Mapping[str, str]:
    """Return for what was begun by somebody who has left its place the name of the 乙方联络员 who is there today, if one is."""
    ids = {by for by, _ in begun.values()}
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}
    seen = {one.id: _seen(session, one, day) for one in people.values()}
    there, found = _there(session, day), dict[str, str]()
    for key, (by, places) in begun.items():
        own = seen[by]
        if own is None or own.intersection(places):
            continue
        new = (one.name for place in places for one in there.get(place, ()) if one.party == people[by].party)
        if name := next(new, ""):
            found[key] = name
    return found


def _has_left(session: Session, old: Person, places: Collection[int], day: date) -> bool:
    own = _seen(session, old, day)
    return own is not None and not own.intersection(places)


def _seen(session: Session, person: Person, day: date) -> set[int] | None:
    """Return the places that somebody sees on a day, none once they are revoked; None for all, or for no field work at all."""
    if person.revoked_at is not None:
        return set()
    if person.role not in FIELD:
        return None
    found = seen_ids(session, person, day)
    return None if found is None else set(found)


def _there(session: Session, day: date) -> Mapping[int, list[Person]]:
    """Return the 乙方联络员 of each place on a day, its own before its street's, backups last."""
    known, held = gazetteer(session, day), holding(session, KINDS[0], day)
    return {
        spot.id: [person for above in known.above(spot) for _, person in held.get(above.id, ())]
        for spot in known.places
    }
