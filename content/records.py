"""Field work written down once for all doors: added, corrected, voided, found; each by who may, and never deleted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, false, func, or_, select
from sqlalchemy.orm import Session

from content import evidence
from content.assignments import EVERYWHERE, FIELD, beyond, seen_ids
from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.field_words import KINDS, Draft
from content.gazetteer import Spot, gazetteer
from content.lint.privacy import masked
from content.models import Event, Person
from content.months import month_span
from content.place_models import Place
from content.place_table import COMMUNITY
from content.record_models import Record, RecordPlace

LATE_DAYS = 7  # what is entered later is taken, and flagged
LONGEST = 1000  # characters of what was done
MOST = 100_000  # people: what is more was mistyped
GROUP = "群组"


class Missing(WrongUse):
    """Something must still be told of a piece of field work; `what` are its names."""

    def __init__(self, draft: Draft) -> None:
        """Say what is missing, with an example."""
        self.what = draft.missing()
        super().__init__(f"还差：{'、'.join(self.what)}，例如：{KINDS[draft.kind].example}")


class Twice(OpsError):
    """The same was recorded already for the same place and day, whoever did: `other`; is_own: the person did."""

    def __init__(self, other: Record, *, is_own: bool) -> None:
        """Say which record it is, and whose."""
        self.other = other
        who = "您" if is_own else other.by
        super().__init__(f"{day_words(other.day)}的这次{other.kind}{who}已经记过了（记录{other.id}）。")


def check(session: Session, person: Person, draft: Draft, *, now: datetime, again: bool = False) -> Draft:
    """Return a draft that may be recorded by a person, today's where no day was said; OpsError says why not.

    Missing names what must still be told, Twice the record that is already there; again: it was done twice that day.
    """
    draft = replace(draft, day=draft.day or local_day(now))
    _check_draft(session, person, draft, now)
    if draft.missing() or draft.unclear:
        raise Missing(draft)
    other = None if again else _same(session, draft)
    if other:
        raise Twice(other, is_own=other.person_id == person.id)
    return draft


def add(session: Session, person: Person, draft: Draft, *, now: datetime, again: bool = False) -> Record:
    """Record a piece of field work by a person; refused as `check` refuses it."""
    _hold_places(session, draft.places)  # of two messages at one moment, the second sees the first
    draft = check(session, person, draft, now=now, again=again)
    assert draft.day is not None
    made = Record(
        kind=draft.kind, day=draft.day, facts=_facts(draft), person_id=person.id, by=person.name,
        company=person.company, at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _put(session, made, draft.places)
    _trail(session, made, f"记下：{draft.kind}", by=person.name, now=now)
    return made


def correct(session: Session, record: Record, told: Draft, person: Person, *, now: datetime) -> str:
    """Change what was told of a record; return what was changed, with private numbers masked; the trail has them whole.

    OpsError where nothing is changed, or it may not be.
    """
    _may_change(record, person)
    if told.unclear:
        raise OpsError(f"“{told.word}”有几个：{'、'.join(spot.shown for spot in told.unclear)}。请写全名再发。")
    if told.word and not told.places:
        raise OpsError(gazetteer(session, local_day(now)).unknown(told.word))
    before = draft_of(session, record)
    after = replace(
        before,
        places=told.places or before.places,
        day=told.day or before.day,
        people=before.people if told.people is None else told.people,
        new_users=before.new_users if told.new_users is None else told.new_users,
        text=told.text or before.text,
    )
    _check_draft(session, person, after, now)
    changes = _changes(before, after)
    if not changes or after.day is None:
        raise OpsError(f"没有看出要改什么。请写改后的内容，例如：{record.kind} 更正 {record.id} 12月3日 4人")
    record.day, record.facts = after.day, _facts(after)
    session.execute(delete(RecordPlace).where(RecordPlace.record_id == record.id))
    _put(session, record, after.places)
    _trail(session, record, f"更正：{changes}", by=person.name, now=now)
    return masked(changes)


def void(session: Session, record: Record, why: str, person: Person, *, now: datetime) -> None:
    """Void a record with a reason; it counts no more, and stays with its trail. OpsError where it may not be."""
    _may_change(record, person)
    if not why.strip():
        raise OpsError(f"请写作废的原因，例如：作废 {record.id} 重复记了")
    record.revoked_at = now
    evidence.unwanted(session, subject(record))
    _trail(session, record, f"作废：{why.strip()}", by=person.name, now=now)


def named(session: Session, number: int, person: Person, *, now: datetime, hold: bool = False) -> Record:
    """Return the record of a number; OpsError, the same for one that is not there and one that is not the person's.

    hold: nobody else may change it before this transaction ends.
    """
    query = select(Record).where(Record.id == min(number, 2**31 - 1), _seen_by(session, person, now))
    record = session.scalar(query.with_for_update() if hold else query)
    if record is None:
        raise OpsError(f"没有记录{number}，或者不在您负责的地方。看有哪些请发：记录")
    return record


def listed(
    session: Session,
    person: Person,
    *,
    now: datetime,
    kind: str = "",
    month: str = "",
    places: Collection[int] = (),
    own: bool = False,
) -> Select[tuple[Record]]:
    """Return the query of the records that a person sees, newest first.

    kind, month ("2026-12"), places (rows of the table) and own (what they entered) leave others out.
    """
    query = select(Record).where(_seen_by(session, person, now))
    if kind:
        query = query.where(Record.kind == kind)
    if month:
        query = query.where(Record.day.between(*month_span(month)))
    if places:
        query = query.where(_at_any(places))
    if own:
        query = query.where(Record.person_id == person.id)
    return query.order_by(Record.day.desc(), Record.id.desc())


def may_change(record: Record, person: Person) -> bool:
    """Say whether a person may correct, void or prove a record: who entered it, or an operator."""
    return record.revoked_at is None and (person.role in EVERYWHERE or record.person_id == person.id)


def draft_of(session: Session, record: Record) -> Draft:
    """Return what a record says."""
    facts = json.loads(record.facts)
    columns = (Place.id, Place.code, Place.level, Place.name, Place.parent, Place.short)
    rows = session.execute(
        select(*columns)
        .join(RecordPlace, RecordPlace.place_id == Place.id)
        .where(RecordPlace.record_id == record.id)
        .order_by(Place.code)
    )
    places = tuple(Spot(*row) for row in rows)
    return Draft(
        record.kind, places, day=record.day, people=facts.get("people"), new_users=facts.get("new_users"),
        text=facts.get("text", ""),
    )  # fmt: skip


def count(session: Session, kind: str, first: date, last: date) -> int:
    """Return how many there were of a kind from a day to a day, both included, without what was voided.

    Visits are counted by community, so that one way to three of them is three (domain.md §1b T7).
    """
    counted = func.count(RecordPlace.id) if KINDS[kind].by_community else func.count(Record.id.distinct())
    query = select(counted).select_from(Record).join(RecordPlace, RecordPlace.record_id == Record.id)
    lasts = and_(Record.kind == kind, Record.day.between(first, last), Record.revoked_at.is_(None))
    return session.scalar(query.where(lasts)) or 0


def subject(record: Record) -> str:
    """Return the name under which a record's trail and evidence are kept: record:12."""
    return f"record:{record.id}"


def day_words(day: date) -> str:
    """Return a day as a sentence names it: 12月3日."""
    return f"{day.month}月{day.day}日"


def _seen_by(session: Session, person: Person, now: datetime) -> ColumnElement[bool]:
    """Return what holds for the records that a person sees: at their places today, or entered by themselves."""
    if person.role not in FIELD:
        return false()
    ids = seen_ids(session, person, local_day(now))
    return Record.id.is_not(None) if ids is None else or_(Record.person_id == person.id, _at_any(ids))


def _at_any(places: Collection[int]) -> ColumnElement[bool]:
    return Record.id.in_(select(RecordPlace.record_id).where(RecordPlace.place_id.in_(places)))


def _check_draft(session: Session, person: Person, draft: Draft, now: datetime) -> None:
    """Refuse what cannot be: a day ahead, somebody else's place, a street for a visit, a count without end."""
    if person.role not in FIELD:
        raise OpsError(f"{draft.kind}由联络员、运营或管理员来记，{person.name}不能记。")
    day, today = draft.day or local_day(now), local_day(now)
    if day > today:
        raise OpsError(f"{day_words(day)}还没有到，办过以后再记。")
    if others := beyond(session, person, draft.places, day):
        names = "、".join(spot.shown for spot in others)
        raise OpsError(f"{names}在{day_words(day)}不归{person.name}负责，没有记。您负责哪里请发：我的社区")
    if KINDS[draft.kind].by_community:
        for spot in draft.places:
            if spot.level != COMMUNITY:
                raise OpsError(f"{draft.kind}按社区记：请写是{spot.shown}的哪个社区，例如：{KINDS[draft.kind].example}")
    if max(draft.people or 0, draft.new_users or 0) > MOST:
        raise OpsError(f"人数超过 {MOST}，请核对后重新发。")
    if len(draft.text) > LONGEST:
        raise OpsError(f"内容有 {len(draft.text)} 个字，最多 {LONGEST} 个字，请写短些；长的材料请上传。")


def _hold_places(session: Session, places: Sequence[Spot]) -> None:
    """Keep everybody else from recording anything at these places before this transaction ends."""
    wanted = select(Place.id).where(Place.id.in_([spot.id for spot in places])).order_by(Place.id)
    session.execute(wanted.with_for_update())


def _same(session: Session, draft: Draft) -> Record | None:
    """Return what was recorded of the same kind, day and place; two people who went together both enter it."""
    if draft.kind == GROUP:
        return None
    query = select(Record).where(Record.kind == draft.kind, Record.day == draft.day)
    at_one = _at_any([spot.id for spot in draft.places])
    return session.scalars(query.where(Record.revoked_at.is_(None), at_one).order_by(Record.id)).first()


def _may_change(record: Record, person: Person) -> None:
    if record.revoked_at:
        raise OpsError(f"记录{record.id}已经作废，不能再改。")
    if not may_change(record, person):
        raise OpsError(f"记录{record.id}是{record.by}记的，由本人或运营来改。")


def _put(session: Session, record: Record, places: Sequence[Spot]) -> None:
    session.add_all(RecordPlace(record_id=record.id, place_id=spot.id) for spot in places)
    session.flush()


def _facts(draft: Draft) -> str:
    told = {"people": draft.people, "new_users": draft.new_users, "text": draft.text}
    return json.dumps({key: value for key, value in told.items() if value not in (None, "")}, ensure_ascii=False)


def _changes(before: Draft, after: Draft) -> str:
    """Return what differs between two drafts, what was and what is."""
    names = ("、".join(sorted(spot.shown for spot in draft.places)) for draft in (before, after))
    pairs = [
        ("地点", *names),
        ("日期", str(before.day), str(after.day)),
        ("人数", _or_none(before.people), _or_none(after.people)),
        ("新增用户", _or_none(before.new_users), _or_none(after.new_users)),
        ("内容", before.text, after.text),
    ]
    return "；".join(f"{name} {was}→{is_}" for name, was, is_ in pairs if was != is_)


def _or_none(number: int | None) -> str:
    return "没有写" if number is None else str(number)


def _trail(session: Session, record: Record, why: str, *, by: str, now: datetime) -> None:
    session.add(Event(subject=subject(record), at=now, by=by, why=why))
