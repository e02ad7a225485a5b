"""Field work as rows behind a number: each with the evidence that it lacks, which whoever entered it owes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, Text, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from content.field_kinds import KINDS
from content.gazetteer import Gazetteer, everywhere
from content.groups import GROUP, standing
from content.paper import Evidence
from content.record_models import Record, RecordPlace
from scheduler.behind import Row, Rows


def records(kind: str, *, of_places: bool = False) -> Rows:
    """Return a function that gives the pieces of field work of a kind that were done in a period.

    of_places: a visit to three communities gives three.
    """

    def rows(session: Session, first: date, last: date) -> list[Row]:
        there = (Record.kind == kind, Record.revoked_at.is_(None), Record.day.between(first, last))
        return _rows(session, kind, *there, of_places=of_places)

    return rows


def groups(session: Session, first: date, last: date) -> list[Row]:
    """Return the groups that stand on the last day, whenever they began."""
    return _rows(session, GROUP, standing(last))


def _rows(session: Session, kind: str, *there: ColumnElement[bool], of_places: bool = False) -> list[Row]:
    columns = (Record.id, Record.day, Record.by)
    found = session.execute(select(*columns).where(*there).order_by(Record.day, Record.id)).all()
    places, proofs, known = places_of(session, kind), _proofs(session, kind), everywhere(session)
    made: list[Row] = []
    for number, day, by in found:
        names, lacks = in_words(known, places.get(number, [])), KINDS[kind].lacks(proofs.get(number, 0))
        for name in names if of_places else ["、".join(names)]:
            made.append(Row(day, kind, name, 1, f"record:{number}", lacks, by))
    return made


def places_of(session: Session, kind: str) -> Mapping[int, list[int]]:
    """Return the places of each record of a kind."""
    found: dict[int, list[int]] = defaultdict(list)
    query = select(RecordPlace.record_id, RecordPlace.place_id).join(Record, Record.id == RecordPlace.record_id)
    for number, place in session.execute(query.where(Record.kind == kind)):
        found[number].append(place)
    return found


def in_words(known: Gazetteer, places: list[int]) -> list[str]:
    """Return places by their full names, in the order of their codes."""
    spots = filter(None, map(known.by_id, places))
    return [known.full(spot) for spot in sorted(spots, key=lambda spot: spot.code)]


def _proofs(session: Session, kind: str) -> dict[int, int]:
    """Return how many pieces of evidence each record of a kind has, kept or on their way, the same content once."""
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    piece = func.coalesce(func.nullif(Evidence.sha256, ""), cast(Evidence.id, Text))
    belongs = Evidence.subject == literal("record:") + cast(Record.id, Text)
    query = select(Record.id, func.count(piece.distinct())).join(Evidence, belongs)
    return {row[0]: row[1] for row in session.execute(query.where(Record.kind == kind, good).group_by(Record.id))}
