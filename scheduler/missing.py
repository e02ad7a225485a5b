"""缺件清单: what counts for the contract and still lacks evidence, by whoever owes it; told once a week, on Monday morning."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from content import control
from content.clock import local, local_day
from content.db import Store
from content.dossier_models import Dossier
from content.models import Person
from content.record_models import Record, RecordPlace
from content.succession import Begun, heirs
from content.weeks import week_of
from scheduler import late
from scheduler.behind import Row
from scheduler.contract import standings
from scheduler.counting import NAMES
from scheduler.night import TOLD_AT, is_night
from scheduler.proof import BY_PIECES
from scheduler.target_standing import Standing
from scheduler.targets import read_contract
from scheduler.telling import acting_people

TOLD = "missing-told"  # the control: the week of which everybody was told
KEY = "missing"
NOBODY = "不知道是谁"
SHOWN = 10  # lines of one message


@dataclass(frozen=True)
class Lack:
    """One thing that lacks evidence: of which target, what it is and where, what is missing, who owes it."""

    target: str
    subject: str
    day: date
    what: str
    place: str
    lacks: tuple[str, ...]
    owner: str

    @property
    def line(self) -> str:
        """Return it in one line, with its number."""
        kind, _, number = self.subject.partition(":")
        name = {"record": f"记录{number}", "article": f"文章{number}"}.get(kind, "")
        where = f" {self.place}" if self.place else ""
        what = f" {self.what}" if self.what not in (self.target, "") and kind != "record" else ""
        return f"{name or self.target} {self.day.month}月{self.day.day}日{where}{what}：缺{'、'.join(self.lacks)}"


def lacks(session: Session, found: Sequence[Standing], day: date) -> list[Lack]:
    """Return what lacks evidence, the oldest first; a visit to three places is one.

    What somebody owes who has left its place is owed by whoever is there on the day.
    """
    kept: dict[tuple[str, str], Lack] = {}
    for standing in found:
        for row in standing.rows or ():
            if row.lacks:
                key = (standing.target.id, row.subject or f"{row.day} {row.what} {row.place}")
                kept[key] = _joined(kept.get(key), standing.target.name, row)
    begun = _begun(session, {one.subject for one in kept.values()})
    names = heirs(session, begun, day)
    owed = (replace(one, owner=names.get(one.subject, one.owner)) for one in kept.values())
    return sorted(owed, key=lambda one: (one.day, one.target, one.subject))


def by_person(found: Sequence[Lack]) -> Mapping[str, Sequence[Lack]]:
    """Return the lacks by who owes them, whoever owes most first."""
    owed: dict[str, list[Lack]] = defaultdict(list)
    for one in found:
        owed[one.owner or NOBODY].append(one)
    return dict(sorted(owed.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def remind(store: Store, folder: Path, now: datetime) -> None:
    """Tell everybody who owes evidence, once a week from Monday morning on; and those who can act, who owes how much.

    All messages and the note that they are written stand in one transaction: they are written once or not at all.
    """
    if is_night(now) or (local(now).weekday() == 0 and local(now).time() < TOLD_AT):
        return
    week = week_of(local_day(now)).name
    with store.reading() as session:
        told = control.read(session, TOLD)
    contract = read_contract(folder, NAMES) if not told or told.value != week else None
    if contract is None or not contract.first <= local_day(now) <= contract.last + timedelta(days=31):
        return
    with store.transaction() as session:
        owed = by_person(lacks(session, standings(session, folder, local_day(now))[1], local_day(now)))
        control.write(session, TOLD, week, by="scheduler", now=now)
        people = {person.name: person for person in session.scalars(_reachable())}
        for name, found in owed.items():
            if name in people:
                _letter(session, people[name], week, letter(found, week), now)
        for person in acting_people(session) if owed else ():
            _letter(session, person, f"{week}:all", summary(owed, people, week), now)


def reachable(session: Session) -> set[str]:
    """Return the names of those who can be written to."""
    return {person.name for person in session.scalars(_reachable())}


def letter(found: Sequence[Lack], week: str) -> str:
    """Return what somebody is told of what they owe."""
    lines = [one.line for one in found[:SHOWN]]
    more = [f"……还有 {len(found) - SHOWN} 件，都列出来请发：缺件"] if len(found) > SHOWN else []
    record = next((one.subject.partition(":")[2] for one in found if one.subject.startswith("record:")), "")
    how = [f"补照片、签到表请发：照片 {record}，再把图片发来。"] if record else []
    return "\n".join(
        [f"缺件清单（{week}）：您有 {len(found)} 件还缺材料，缺材料的验收时不算。{BY_PIECES}。", *lines, *more, *how]
    )


def summary(owed: Mapping[str, Sequence[Lack]], reached: Collection[str], week: str = "") -> str:
    """Return who owes how much; reached: the names that can be written to."""
    total = sum(map(len, owed.values()))
    lines = [
        f"{name}：{len(found)} 件（{_kinds(found)}）{'' if name in reached or name == NOBODY else '，没有绑定微信，请转告'}"
        for name, found in owed.items()
    ]
    return "\n".join([f"缺件清单{f'（{week}）' if week else ''}：共 {total} 件。", *lines, "看一个人的请发：缺件 姓名"])


def _kinds(found: Sequence[Lack]) -> str:
    return "，".join(f"{target} {count}" for target, count in Counter(one.target for one in found).most_common())


def _begun(session: Session, subjects: Collection[str]) -> Mapping[str, Begun]:
    """Return of the records and files among some subjects who began each, and its places."""
    records, dossiers = (
        [int(number) for kind, _, number in (one.partition(":") for one in subjects) if kind == wanted]
        for wanted in ("record", "dossier")
    )
    at = select(Record.id, Record.person_id, RecordPlace.place_id).join(RecordPlace, RecordPlace.record_id == Record.id)
    found: dict[str, tuple[int, list[int]]] = {}
    for number, by, place in session.execute(at.where(Record.id.in_(records))) if records else ():
        found.setdefault(f"record:{number}", (by, []))[1].append(place)
    of = select(Dossier.id, Dossier.person_id, Dossier.place_id).where(Dossier.id.in_(dossiers))
    for number, by, place in session.execute(of.where(Dossier.place_id.is_not(None))) if dossiers else ():
        found[f"dossier:{number}"] = (by, [place])
    return found


def _joined(before: Lack | None, target: str, row: Row) -> Lack:
    places = [*(before.place.split("、") if before and before.place else []), *([row.place] if row.place else [])]
    return Lack(target, row.subject, row.day, row.what, "、".join(dict.fromkeys(places)), tuple(row.lacks), row.owner)


def _reachable() -> Select[tuple[Person]]:
    return select(Person).where(Person.revoked_at.is_(None), Person.openid.is_not(None))


def _letter(session: Session, person: Person, what: str, text: str, now: datetime) -> None:
    """Write a message that comes with the person's next words where WeChat does not let it through."""
    key = f"{KEY}:{what}:{person.id}"
    late.promise(session, key, person, "缺件清单", now=now)
    late.send(session, key, text, text, now=now)
