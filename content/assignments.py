"""Who is there for which place and when, and what a person therefore sees: their places and what lies below, nothing else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import reached
from content.models import Event, Person
from content.place_models import Assignment
from content.steps import CLIENT

KINDS = ("乙方联络员", "社区对接人")  # of the provider, and of the street or community itself (domain.md §1a 3)
FIELD = ("admin", "operator", "liaison")  # who has to do with field work
EVERYWHERE = ("admin", "operator")  # who sees all places without being assigned


def assign(
    session: Session,
    person: Person,
    spot: Spot,
    first: date,
    last: date | None,
    *,
    kind: str = "",
    backup: bool = False,
    by: str,
    now: datetime,
) -> Assignment:
    """Assign a person to a place from a day to a day, both included; WrongUse or OpsError says why not.

    last: None for until further notice. kind: one of KINDS; left empty it goes by the person's party.
    backup: they stand in for whoever is there in the first place (备岗).
    """
    kind = kind or KINDS[person.party == CLIENT]
    if kind not in KINDS:
        raise WrongUse(f"没有“{kind}”这一种，可以写：{'、'.join(KINDS)}。")
    if last and last < first:
        raise WrongUse(f"日期不对：从 {first} 到 {last}。")
    if person.role not in FIELD:
        raise OpsError(f"{person.name}的角色不管街道和社区，请先换成联络员。")
    session.refresh(person, with_for_update=True)  # of two at one moment, the second sees the first
    for other in _of(session, person):
        if other.place_id == spot.id and (last is None or other.from_day <= last) and _lasts(other, first):
            raise OpsError(f"{person.name}已经负责{spot.shown}（{span(other)}），要改请先结束它。")
    made = Assignment(person_id=person.id, place_id=spot.id, kind=kind, from_day=first, to_day=last, backup=backup)
    session.add(made)
    session.flush()
    _trail(session, person, f"负责{spot.shown}（{kind_words(made)}，{span(made)}）", by=by, now=now)
    return made


def end(session: Session, person: Person, spot: Spot, last: date, *, by: str, now: datetime) -> Assignment:
    """End a person's assignment to a place with a day, which still counts; OpsError when there is none to end.

    One that begins later is taken back: it ends before its first day.
    """
    live = [one for one in _of(session, person) if one.place_id == spot.id and _lasts(one, local_day(now))]
    if not live:
        raise OpsError(f"{person.name}没有负责{spot.shown}，不用结束。")
    live[0].to_day = last
    session.flush()
    _trail(session, person, f"不再负责{spot.shown}，到 {last}", by=by, now=now)
    return live[0]


def assigned(session: Session, person: Person, day: date) -> list[tuple[Assignment, Spot]]:
    """Return a person's assignments that hold on a day or later, with their places."""
    known = gazetteer(session, day)
    found = [(one, known.by_id(one.place_id)) for one in _of(session, person) if _lasts(one, day)]
    return [(one, spot) for one, spot in found if spot]


def lasting(session: Session, person: Person, day: date) -> list[Assignment]:
    """Return a person's assignments that hold on a day or later."""
    return [one for one in _of(session, person) if _lasts(one, day)]


def has_had(session: Session, person: Person) -> bool:
    """Say whether a person was ever assigned to a place."""
    return bool(_of(session, person))


def places_of(
    session: Session, person: Person, day: date, known: Gazetteer | None = None, *, kind: str = ""
) -> list[Spot]:
    """Return the places that a person is assigned to on a day, as one of KINDS or as any; of who sees all places, none."""
    known = known or gazetteer(session, day)
    held = (one for one in _of(session, person) if one.from_day <= day and _lasts(one, day))
    found = (known.by_id(one.place_id) for one in held if kind in ("", one.kind))
    return [spot for spot in found if spot]


def sees(session: Session, person: Person, spot: Spot, day: date) -> bool:
    """Say whether a place is a person's on a day: assigned to them, or below one that is; operators have all."""
    return not beyond(session, person, [spot], day)


def beyond(session: Session, person: Person, spots: Sequence[Spot], day: date) -> list[Spot]:
    """Return those of some places that are not a person's on a day."""
    if person.role in EVERYWHERE:
        return []
    if person.role not in FIELD:
        return list(spots)
    known = gazetteer(session, day)
    own = {spot.code for spot in places_of(session, person, day, known)}
    return [spot for spot in spots if not any(one.code in own for one in known.above(spot))]


def seen_ids(session: Session, person: Person, day: date) -> Collection[int] | None:
    """Return the rows of the places that a person sees on a day, and of what these came from; None for all."""
    if person.role in EVERYWHERE:
        return None
    if person.role not in FIELD:
        return ()
    return reached(session, places_of(session, person, day), day)


def holding(session: Session, kind: str, day: date) -> dict[int, list[tuple[Assignment, Person]]]:
    """Return who is there on a day by the rows of the places, those in the first place before the backups.

    Whoever is revoked is there no more from that day on.
    """
    query = (
        select(Assignment, Person)
        .join(Person, Person.id == Assignment.person_id)
        .where(Assignment.kind == kind, Assignment.from_day <= day)
        .where(or_(Assignment.to_day.is_(None), Assignment.to_day >= day))
        .order_by(Assignment.backup, Assignment.id)
    )
    found: dict[int, list[tuple[Assignment, Person]]] = {}
    for one, person in session.execute(query).tuples():
        if person.revoked_at is None or local_day(person.revoked_at) > day:
            found.setdefault(one.place_id, []).append((one, person))
    return found


def liaisons_of(session: Session, day: date) -> dict[int, list[int]]:
    """Return the rows of the 乙方联络员 of each place on a day; backups only where nobody is there in the first place."""
    return {
        place: [person.id for one, person in there if one.backup == there[0][0].backup]
        for place, there in holding(session, KINDS[0], day).items()
    }


def in_words(session: Session, person: Person, day: date) -> str:
    """Return what a person has to do with places, as a sentence."""
    if person.role in EVERYWHERE:
        return f"{person.name}看得到全部街道和社区。"
    known = gazetteer(session, day)
    lines = [_line(known, spot) for spot in places_of(session, person, day, known)]
    return "；".join(lines) + "。" if lines else f"{person.name}现在没有负责的街道和社区，请管理员分配。"


def kind_words(one: Assignment) -> str:
    """Return what somebody is there as: 乙方联络员, with 备岗 where they stand in."""
    return f"{one.kind}，备岗" if one.backup else one.kind


def span(one: Assignment) -> str:
    """Return from when to when an assignment holds."""
    return f"{one.from_day} 起" + (f"，到 {one.to_day}" if one.to_day else "")


def _line(known: Gazetteer, spot: Spot) -> str:
    below = [one for one in known.below(spot) if one != spot]
    return f"{known.full(spot)}（{len(below)} 个社区）" if below else known.full(spot)


def _of(session: Session, person: Person) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.person_id == person.id).order_by(Assignment.from_day, Assignment.id)
    whole = query.where(or_(Assignment.to_day.is_(None), Assignment.to_day >= Assignment.from_day))
    return session.scalars(whole).all()


def _lasts(one: Assignment, day: date) -> bool:
    return one.to_day is None or one.to_day >= day


def _trail(session: Session, person: Person, why: str, *, by: str, now: datetime) -> None:
    session.add(Event(subject=f"person:{person.id}", at=now, by=by, why=why))
