"""What counts for the contract, one by one: for each name of `counting.COUNTS` the rows that add up to its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Text, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from content.field_words import KINDS
from content.gazetteer import Gazetteer, everywhere
from content.paper import Evidence
from content.record_models import Record, RecordPlace
from scheduler.article_counts import articles, cases, pushed_articles, themes
from scheduler.behind import Row, Rows
from scheduler.interaction_rows import interactions
from scheduler.user_counts import registration_rows, user_rows


def records(kind: str, *, of_places: bool = False, is_stock: bool = False) -> Rows:
    """Return a function that gives the pieces of field work of a kind, as `counting.records` counts them.

    Who entered a piece owes what it lacks.
    """

    def rows(session: Session, first: date, last: date) -> list[Row]:
        since = date.min if is_stock else first
        there = (Record.kind == kind, Record.revoked_at.is_(None), Record.day.between(since, last))
        columns = (Record.id, Record.day, Record.by)
        found = session.execute(select(*columns).where(*there).order_by(Record.day, Record.id)).all()
        places, proofs, known = _places(session, kind), _proofs(session, kind), everywhere(session)
        made: list[Row] = []
        for number, day, by in found:
            names, lacks = _names(known, places.get(number, [])), KINDS[kind].lacks(proofs.get(number, 0))
            for name in names if of_places else ["、".join(names)]:
                made.append(Row(day, kind, name, 1, f"record:{number}", lacks, by))
        return made

    return rows


ROWS: Mapping[str, Rows] = {
    "articles": articles,
    "pushed_articles": pushed_articles,
    "themes": themes,
    "cases": cases,
    "visits": records("走访", of_places=True),
    "trainings": records("培训"),
    "events": records("活动"),
    "groups": records("群组", is_stock=True),
    "interactions": interactions,
    "users": user_rows,
    "registrations": registration_rows,
}


def _places(session: Session, kind: str) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(RecordPlace.record_id, RecordPlace.place_id).join(Record, Record.id == RecordPlace.record_id)
    for number, place in session.execute(query.where(Record.kind == kind)):
        found[number].append(place)
    return found


def _proofs(session: Session, kind: str) -> dict[int, int]:
    """Return how many pieces of evidence each record of a kind has, kept or on their way, the same content once."""
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    piece = func.coalesce(func.nullif(Evidence.sha256, ""), cast(Evidence.id, Text))
    belongs = Evidence.subject == literal("record:") + cast(Record.id, Text)
    query = select(Record.id, func.count(piece.distinct())).join(Evidence, belongs)
    return {row[0]: row[1] for row in session.execute(query.where(Record.kind == kind, good).group_by(Record.id))}


def _names(known: Gazetteer, places: list[int]) -> list[str]:
    spots = filter(None, map(known.by_id, places))
    return [known.full(spot) for spot in sorted(spots, key=lambda spot: spot.code)]
