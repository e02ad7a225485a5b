"""Records as people see them: in words, with their evidence, and with what is odd about them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.field_kinds import FACTS, FREE, KINDS
from content.gazetteer import everywhere
from content.lint.privacy import masked
from content.paper import Evidence
from content.record_models import Record, RecordPlace
from content.record_twins import WORDS, twins_among
from content.record_words import day_words, subject
from content.shared_proofs import shared

UNKNOWN = "—"
IN_COUNTS = ("score", "rate", "code")  # facts that stand beside the numbers
LATE_DAYS = 7  # what is entered later is taken, and flagged


@dataclass(frozen=True)
class View:
    """A record in words; `proofs` pieces of evidence are there of the `wanted`, `flags` say what is odd."""

    number: int
    kind: str
    day: date
    places: tuple[str, ...]
    spots: tuple[str, ...]  # the same without their streets
    people: int | None
    new_users: int | None
    text: str
    label: str  # what the text is: 内容, 主题, 群名, 题目
    more: Mapping[str, str]  # the facts of field_kinds.FACTS
    ended: date | None
    by: str
    company: str
    at: datetime
    proofs: int
    wanted: int
    flags: tuple[str, ...]
    is_void: bool

    @property
    def where(self) -> str:
        """Return its places as a sentence names them."""
        return "、".join(self.places)

    @property
    def counts(self) -> str:
        """Return its numbers as a sentence names them; "" where there are none."""
        people = f"{self.people} 人" if self.people is not None else ""
        added = f"新增用户 {self.new_users} 人" if self.new_users is not None else ""
        more = [self._number(key, value) for key, value in self.more.items() if key in IN_COUNTS]
        ended = f"{day_words(self.ended)}已解散" if self.ended else ""
        return "，".join(filter(None, [people, added, *more, ended]))

    def _number(self, key: str, value: str) -> str:
        """Return a fact beside the numbers; a rate of which nobody knows how many answered is "—"."""
        if key == "rate" and not self.people:
            return f"{FACTS[key].name} {UNKNOWN}（没有写多少人作答）"
        return FACTS[key].shown(value)

    @property
    def told(self) -> list[tuple[str, str]]:
        """Return its other facts, by what they are called."""
        return [(FACTS[key].name, value) for key, value in self.more.items() if key not in IN_COUNTS]

    @property
    def is_complete(self) -> bool:
        """Say whether it has all the evidence that its kind needs."""
        return self.proofs >= self.wanted

    @property
    def evidence(self) -> str:
        """Return how its evidence stands: 材料已齐, or what it has and needs."""
        if not (self.wanted or self.proofs):
            return "不用附材料"
        return f"材料已齐（{self.proofs} 份）" if self.is_complete else f"材料 {self.proofs}/{self.wanted}"


def views(session: Session, records: Sequence[Record], *, full: bool = False) -> list[View]:
    """Return records in words; private numbers in what was done are masked unless `full`."""
    at, proofs, same = (
        _places(session, records),
        _proofs(session, records),
        shared(session, {subject(one) for one in records}),
    )
    twins, known = twins_among(session, records), everywhere(session)
    found = []
    for record in records:
        facts = json.loads(record.facts)
        text = facts.get("text", "")
        spots = [spot for spot in known.places if spot.id in at[record.id]]
        flags = [
            f"晚于 {LATE_DAYS} 天录入" if local_day(record.at) - record.day > timedelta(days=LATE_DAYS) else "",
            _twin_flag(record, twins[record.id]),
            same.get(subject(record), ""),
        ]
        found.append(
            View(
                number=record.id, kind=record.kind, day=record.day,
                places=tuple(known.full(spot) for spot in spots),
                spots=tuple(spot.shown for spot in spots), people=facts.get("people"), new_users=facts.get("new_users"), text=text if full else masked(text),
                label=KINDS[record.kind].label if record.kind in KINDS else "内容",
                more={key: facts[key] if full or key not in FREE else masked(facts[key]) for key in FACTS if key in facts}, ended=record.ended,
                by=record.by, company=record.company, at=record.at, proofs=len(proofs[record.id]),
                wanted=KINDS[record.kind].proofs if record.kind in KINDS else 1,
                flags=tuple(filter(None, flags)) if record.revoked_at is None else (),
                is_void=record.revoked_at is not None,
            )
        )  # fmt: skip
    return found


def line(view: View) -> str:
    """Return a record as a line of a message: 12 12月3日 德胜街道新风社区 3 人，材料 0/1."""
    told = [" ".join(filter(None, [str(view.number), day_words(view.day), view.where, view.text])), view.counts]
    told += [f"{name} {value}" for name, value in view.told]
    return "，".join(filter(None, [*told, "已作废" if view.is_void else view.evidence, *view.flags]))


def _places(session: Session, records: Sequence[Record]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = select(RecordPlace.record_id, RecordPlace.place_id)
    for number, place in session.execute(query.where(RecordPlace.record_id.in_([record.id for record in records]))):
        found[number].append(place)
    return found


def _proofs(session: Session, records: Sequence[Record]) -> dict[int, set[str]]:
    """Return the pieces of evidence of each record that are kept or on their way, the same content once."""
    found: dict[int, set[str]] = defaultdict(set)
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    of_these = Evidence.subject.in_([subject(record) for record in records])
    query = select(Evidence.subject, Evidence.sha256, Evidence.id).where(of_these, good)
    for of, sha256, number in session.execute(query):
        found[_number(of)].add(sha256 or str(number))
    return found


def _twin_flag(record: Record, twins: set[int]) -> str:
    return f"{WORDS[KINDS[record.kind].twin]}还有记录{_numbers(twins)}" if twins else ""


def _number(of: str) -> int:
    return int(of.partition(":")[2])


def _numbers(numbers: set[int]) -> str:
    return "、".join(str(number) for number in sorted(numbers))
