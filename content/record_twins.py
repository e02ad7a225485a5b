"""What makes two pieces of field work the same one: day and place, a link or article, or a group's name and place."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from content.field_kinds import KINDS
from content.field_words import Draft
from content.record_models import Record, RecordPlace

Key = tuple[str | int | date, ...]  # two records with one key in common are the same piece of work
REFERENCES = ("link", "article")  # facts that tell what exactly a case or a piece of content is
WORDS = {"place": "同一天同一地点", "reference": "同一链接或文章", "name": "同一地点同名"}  # of the flag


def keys_of(draft: Draft) -> frozenset[Key]:
    """Return the keys of a draft."""
    return _keys(draft.kind, draft.day, [spot.id for spot in draft.places], {"text": draft.text, **draft.more})


def twins_of(
    session: Session, draft: Draft, *, but: int = 0, known: Collection[Key] = ()
) -> list[tuple[Record, frozenset[Key]]]:
    """Return the standing records that are the same as a draft, each with the keys by which it is, oldest first.

    but: the record that is left out. known: keys of the draft by which nothing is looked for.
    """
    wanted = keys_of(draft) - frozenset(known)
    if not wanted:
        return []
    found = _with_keys(session, [draft.kind], _near(draft.kind, wanted))
    twins = [(number, keys & wanted) for number, keys in found.items() if keys & wanted and number != but]
    return [(session.get_one(Record, number), keys) for number, keys in sorted(twins)]


def twins_among(session: Session, records: Sequence[Record]) -> dict[int, set[int]]:
    """Return for each record the others that are the same."""
    kinds = {one.kind for one in records if one.kind in KINDS and KINDS[one.kind].twin}
    days = {one.day for one in records}
    by_day = [kind for kind in kinds if KINDS[kind].twin == "place"]
    found = _with_keys(session, by_day, Record.day.in_(days)) if by_day else {}
    if others := sorted(kinds.difference(by_day)):
        found |= _with_keys(session, others)
    holders: dict[Key, set[int]] = defaultdict(set)
    for number, keys in found.items():
        for key in keys:
            holders[key].add(number)
    return {one.id: {n for key in found.get(one.id, ()) for n in holders[key]} - {one.id} for one in records}


def _near(kind: str, keys: Iterable[Key]) -> ColumnElement[bool]:
    """Return what at least holds for the records with one of some keys."""
    twin = KINDS[kind].twin
    if twin == "reference":
        told = [f'"{key}": {json.dumps(value, ensure_ascii=False)}' for _, key, value in keys]
        return or_(*(Record.facts.contains(one, autoescape=True) for one in told))
    at = Record.id.in_(select(RecordPlace.record_id).where(RecordPlace.place_id.in_({key[1] for key in keys})))
    return and_(at, Record.day.in_({key[2] for key in keys})) if twin == "place" else at


def _with_keys(session: Session, kinds: Collection[str], *there: ColumnElement[bool]) -> dict[int, frozenset[Key]]:
    """Return the keys of the records of some kinds that stand; a group that was retired is the same as none."""
    columns = (Record.id, Record.kind, Record.day, Record.facts, RecordPlace.place_id)
    query = (
        select(*columns)
        .outerjoin(RecordPlace, RecordPlace.record_id == Record.id)
        .where(Record.kind.in_(kinds), Record.revoked_at.is_(None), Record.ended.is_(None), *there)
    )
    found: dict[int, frozenset[Key]] = {}
    for number, kind, day, facts, place in session.execute(query):
        keys = _keys(kind, day, [place] if place else [], json.loads(facts))
        found[number] = found.get(number, frozenset()) | keys
    return found


def _keys(kind: str, day: date | None, places: Sequence[int], facts: Mapping[str, object]) -> frozenset[Key]:
    twin = KINDS[kind].twin
    if twin == "place" and day:
        return frozenset((kind, place, day) for place in places)
    if twin == "reference":
        return frozenset((kind, key, str(facts[key])) for key in REFERENCES if facts.get(key))
    name = "".join(str(facts.get("text", "")).split())
    return frozenset((kind, place, name) for place in places) if twin == "name" and name else frozenset()
