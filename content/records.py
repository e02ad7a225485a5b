"""Field work written down once for all doors: added, corrected, voided, found; each by who may, and never deleted."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, false, or_, select
from sqlalchemy.orm import Session

from content import closing, evidence
from content.assignments import EVERYWHERE, FIELD, seen_ids
from content.clock import local_day
from content.day_names import demand_there
from content.errors import OpsError
from content.field_kinds import FACTS, KINDS
from content.field_words import Draft
from content.gazetteer import Spot, gazetteer
from content.lint.privacy import masked
from content.models import Event, Person
from content.months import month_span
from content.place_models import Place
from content.record_checks import Twice, at_any, check, check_facts, demand_not_taken_down, hold_places
from content.record_credit import Credit
from content.record_models import Record, RecordPlace
from content.record_twins import keys_of, twins_of
from content.record_words import subject
from content.succession import goes_on

NONE = "没有写"


def add(
    session: Session, person: Person, draft: Draft, *, now: datetime, again: bool = False, credit: Credit | None = None,
    file: int | None = None,
) -> Record:  # fmt: skip
    """Record a piece of field work by a person; refused as `check` refuses it.

    credit: whose work it was, where not theirs. file: the ledger that it came in.
    """
    hold_places(session, draft.places)  # of two messages at one moment, the second sees the first
    draft = check(session, person, draft, now=now, again=again)
    assert draft.day is not None
    credit = credit or Credit(person, person.company, ())
    made = Record(
        kind=draft.kind, day=draft.day, facts=_facts(draft), person_id=credit.person.id, by=credit.person.name,
        company=credit.company, at=now, file_id=file,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _put(session, made, draft.places)
    whose = f"，台账上是{'、'.join(credit.names)}" if credit.names else ""
    note(session, made, f"记下：{draft.kind}{whose}{_reason(draft)}", by=person.name, now=now)
    return made


def correct(session: Session, record: Record, told: Draft, person: Person, *, now: datetime) -> str:
    """Change what was told of a record; return what was changed, with private numbers masked; the trail has them whole.

    OpsError where nothing is changed, or it may not be.
    """
    demand_own(record, person)
    if told.unclear:
        raise OpsError(f"“{told.word}”有几个：{'、'.join(spot.shown for spot in told.unclear)}。请写全名再发。")
    if told.word and not told.places:
        raise OpsError(gazetteer(session, told.day or record.day).unknown(told.word))
    before = draft_of(session, record)
    if any(closing.is_closed(session, day) for day in (record.day, told.day) if day):
        told = closing.apart(told)
    after = replace(
        before,
        why=told.why,
        places=told.places or before.places,
        day=told.day or before.day,
        people=before.people if told.people is None else told.people,
        new_users=before.new_users if told.new_users is None else told.new_users,
        text=told.text or before.text,
        more={**before.more, **told.more},
    )
    if after.day and (told.places or told.day):  # what was recorded once at a place that has ended may stay there
        demand_there(session, after.places, after.day)
    check_facts(session, person, after, now)
    demand_not_taken_down(session, told)
    _refuse_twin(session, record, before, after, person)
    changes = _changes(before, after)
    if not changes or after.day is None:
        raise OpsError(f"没有看出要改什么。请写改后的内容，例如：{record.kind} 更正 {record.id} 12月3日 4人")
    closing.reasoned(session, replace(after, text=""), [record.day, after.day])  # an old reason is none for this change
    record.day, record.facts = after.day, _facts(after)
    session.execute(delete(RecordPlace).where(RecordPlace.record_id == record.id))
    _put(session, record, after.places)
    note(session, record, f"更正：{changes}{_reason(after)}", by=person.name, now=now)
    return masked(changes)


def demand_reason(session: Session, record: Record, why: str, person: Person, *, now: datetime) -> None:
    """Keep why evidence is put to a record; MonthClosed where its month is closed and there is no reason."""
    if why := closing.demanded(session, why, [record.day]):
        note(session, record, f"补材料{closing.marked(session, record.day)}。原因：{why}", by=person.name, now=now)


def void(session: Session, record: Record, why: str, person: Person, *, now: datetime) -> None:
    """Void a record with a reason; it counts no more, and stays with its trail. OpsError where it may not be."""
    demand_own(record, person)
    if not why.strip():
        raise OpsError(f"请写作废的原因，例如：作废 {record.id} 重复记了")
    record.revoked_at = now
    evidence.unwanted(session, subject(record))
    note(session, record, f"作废{closing.marked(session, record.day)}：{why.strip()}", by=person.name, now=now)


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
        query = query.where(at_any(places))
    if own:
        query = query.where(Record.person_id == person.id)
    return query.order_by(Record.day.desc(), Record.id.desc())


def may_change(record: Record, person: Person) -> bool:
    """Say whether a person may correct, void or prove a record: who entered it, or an operator."""
    return record.revoked_at is None and (person.role in EVERYWHERE or record.person_id == person.id)


def may_prove(session: Session, record: Record, person: Person, *, now: datetime) -> bool:
    """Say whether a person may put evidence to a record: who may change it, or who follows them at one of its places."""
    if may_change(record, person):
        return True
    places = session.scalars(select(RecordPlace.place_id).where(RecordPlace.record_id == record.id)).all()
    return record.revoked_at is None and goes_on(session, person, (record.person_id, places), local_day(now))


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
        text=facts.get("text", ""), more={key: facts[key] for key in FACTS if key in facts},
    )  # fmt: skip


def _seen_by(session: Session, person: Person, now: datetime) -> ColumnElement[bool]:
    """Return what holds for the records that a person sees: at their places today, or entered by themselves."""
    if person.role not in FIELD:
        return false()
    ids = seen_ids(session, person, local_day(now))
    return Record.id.is_not(None) if ids is None else or_(Record.person_id == person.id, at_any(ids))


def demand_own(record: Record, person: Person) -> None:
    """Raise OpsError where a record is void, or not this person's to change."""
    if record.revoked_at:
        raise OpsError(f"记录{record.id}已经作废，不能再改。")
    if not may_change(record, person):
        raise OpsError(f"记录{record.id}是{record.by}记的，由本人或运营来改。")


def _refuse_twin(session: Session, record: Record, before: Draft, after: Draft, person: Person) -> None:
    """Raise OpsError where a correction makes a record the same as another one that it was not the same as before."""
    hold_places(session, after.places)
    if twins := twins_of(session, after, but=record.id, known=keys_of(before)):
        twice = Twice(person, after, twins)
        raise OpsError(f"{twice}没有改。确实又办了一次，请先作废记录{record.id}，再重新记一条。")


def _put(session: Session, record: Record, places: Sequence[Spot]) -> None:
    session.add_all(RecordPlace(record_id=record.id, place_id=spot.id) for spot in places)
    session.flush()


def _facts(draft: Draft) -> str:
    told = {"people": draft.people, "new_users": draft.new_users, "text": draft.text, **draft.more}
    return json.dumps({key: value for key, value in told.items() if value not in (None, "")}, ensure_ascii=False)


def _reason(draft: Draft) -> str:
    return f"。原因：{draft.why}" if draft.why else ""


def _changes(before: Draft, after: Draft) -> str:
    """Return what differs between two drafts, what was and what is."""
    names = ("、".join(sorted(spot.shown for spot in draft.places)) for draft in (before, after))
    pairs = [
        ("地点", *names),
        ("日期", str(before.day), str(after.day)),
        ("人数", _or_none(before.people), _or_none(after.people)),
        ("新增用户", _or_none(before.new_users), _or_none(after.new_users)),
        (KINDS[after.kind].label, before.text, after.text),
        *((FACTS[key].name, before.more.get(key) or NONE, after.more[key]) for key in after.more),
    ]
    return "；".join(f"{name} {was}→{is_}" for name, was, is_ in pairs if was != is_)


def _or_none(number: int | None) -> str:
    return NONE if number is None else str(number)


def note(session: Session, record: Record, why: str, *, by: str, now: datetime) -> None:
    """Write into a record's trail what happened to it."""
    session.add(Event(subject=subject(record), at=now, by=by, why=why))
