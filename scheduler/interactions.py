"""The interactions of a period under the written rule: by source and act, each time or each person, with their rows.

domain.md §0.3 and §1b T12: several sources with provenance, nothing twice, the written definition beside the number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, case, func, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from content.periods import day_in_words
from content.prepared import Prepared
from scheduler import ledger, metrics
from scheduler.gain_models import Gain
from scheduler.gained import gains
from scheduler.interaction_rule import ACCOUNT, ACTS, SOURCES, Rule
from scheduler.models import Batch, Figure

UNKNOWN = "—"
EXPORTED = "read_count"  # what each export of articles has


@dataclass(frozen=True)
class Part:
    """What one source brought in a period: by act, each time and each person; `known_to` its last day with data.

    starts: how many first readings of an act are not in it, since a part of them may lie before the period.
    """

    source: str
    acts: Mapping[str, int]
    times: int
    persons: int
    starts: int
    known_to: date

    @property
    def value(self) -> int:
        """Return the sum, a lower bound where persons are among it."""
        return self.times + self.persons


@dataclass(frozen=True)
class Total:
    """The interactions of a period by source; the sources without any data are left out."""

    rule: Rule
    parts: Sequence[Part]

    @property
    def value(self) -> int | None:
        """Return the sum over the sources; None while nothing is known."""
        return sum(part.value for part in self.parts) if self.parts else None

    @property
    def times(self) -> int:
        """Return how much of it is counted each time."""
        return sum(part.times for part in self.parts)

    @property
    def persons(self) -> int:
        """Return how much of it counts each person once, and is a lower bound."""
        return sum(part.persons for part in self.parts)

    @property
    def known_to(self) -> date | None:
        """Return the last day of which any source is known."""
        return max((part.known_to for part in self.parts), default=None)


def total(session: Session, rule: Rule, first: date, last: date) -> Total:
    """Return the interactions of a period, both days included, from the sums by the day."""
    known = _known(session, first, last)
    if not known:
        return Total(rule, [])
    rows: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    asked = {"first": first, "last": last, "account_last": known.get(ACCOUNT, last)}
    for source, act, times, persons, starts in _SUMS.rows(session.connection(), **asked):
        if (source, act) in rule.counts and source in known:
            rows[source].append((act, int(times), int(persons), int(starts)))
    return Total(rule, [_part(source, rows[source], known[source]) for source in SOURCES.values() if rows[source]])


def by_thing(session: Session, rule: Rule, first: date, last: date) -> dict[str, dict[str, int]]:
    """Return what each thing (article, place, object, topic) gained in a period, by act; they add up to the total."""
    known = _known(session, first, last)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for act in ACTS:
        if (act.source, act.name) in rule.counts and act.source in known:
            for gain in gains(session, act, first, min(last, known[act.source])):
                if gain.since >= first:
                    acts = found[gain.thing]
                    acts[act.name] = acts.get(act.name, 0) + gain.times + gain.persons
    return dict(found)


def by_day(session: Session, rule: Rule, first: date, last: date) -> dict[date, int]:
    """Return what the readings of each day of a period brought, a day without any left out; they add up to the total."""
    known = _known(session, first, last)
    found: dict[date, int] = defaultdict(int)
    asked = {"first": first, "last": last, "account_last": known.get(ACCOUNT, last)}
    for day, source, act, gained in _BY_DAY.rows(session.connection(), **asked):
        if (source, act) in rule.counts and source in known:
            found[day] += int(gained)
    return dict(found)


def told(found: Total) -> Iterator[str]:
    """Yield the lines that stand below a total: by source and act, the shares of times and persons, the written rule."""
    for part in found.parts:
        acts = "，".join(f"{name} {value:,}" for name, value in part.acts.items())
        yield f"　{part.source} {part.value:,}（到 {day_in_words(part.known_to)}）：{acts}"
    for line in shares(found):
        yield f"　{line}"
    if words := behind(found):
        yield f"　注意：{words}，那以后的还不在里面"
    if found.parts:
        yield f"　口径：{found.rule.words}"


def behind(found: Total) -> str:
    """Return which sources are known to an earlier day than the newest one, and to which; "" where all go as far."""
    late = (part for part in found.parts if part.known_to != found.known_to)
    return "，".join(f"{part.source}的数只到 {day_in_words(part.known_to)}" for part in late)


def shares(found: Total) -> Iterator[str]:
    """Yield how much is counted each time and how much each person, and how many first readings are a beginning only."""
    if found.value:
        yield f"其中按次 {_share(found.times, found.value)}，按人 {_share(found.persons, found.value)}（按人的是次数的下限）"
    if starts := sum(part.starts for part in found.parts):
        yield f"{starts:,} 项以第一次的数为起点，那以前的不计"


def at_least(found: Total) -> str:
    """Return a total in words: 至少 1,234 次, or 1,234 次 where each time was counted."""
    if found.value is None:
        return UNKNOWN
    return f"{'至少 ' if found.persons else ''}{found.value:,} 次"


def facts(found: Total) -> dict[str, object]:
    """Return a total as JSON tells it, with its rule."""
    return {
        "value": found.value,
        "times": found.times,
        "persons": found.persons,
        "rule": found.rule.words,
        "sources": {
            part.source: {
                "value": part.value, "times": part.times, "persons": part.persons, "known_to": part.known_to,
                "first_readings": part.starts, "acts": dict(part.acts),
            }
            for part in found.parts
        },
    }  # fmt: skip


def _part(source: str, rows: Sequence[tuple[str, int, int, int]], known_to: date) -> Part:
    acts = {act: times + persons for act, times, persons, _ in rows}
    # below 0: an export of the period tells of times where the one before counted persons of this act
    times = sum(row[1] + min(row[2], 0) for row in rows)
    persons = sum(max(row[2], 0) for row in rows)
    ordered = {act.name: acts[act.name] for act in ACTS if act.source == source and act.name in acts}
    return Part(source, ordered, times, persons, max(row[3] for row in rows), known_to)


def _known(session: Session, first: date, last: date) -> dict[str, date]:
    """Return the last day with data of each source; of the account, the last one that is complete or was exported."""
    found = {source: day for source, day in _NEWEST.rows(session.connection(), first=first, last=last) if day}
    exported = found.pop(EXPORTED, None)
    if found.pop(ACCOUNT, None):
        days = [day for day in (ledger.last_complete_day(session, metrics.WECHAT, first, last), exported) if day]
        found |= {ACCOUNT: max(days)} if days else {}
    return found


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}"


_GAIN = Gain.__table__
_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_SURE = _GAIN.c.since >= _FIRST
_SUMS = Prepared(
    select(
        _GAIN.c.source,
        _GAIN.c.act,
        func.sum(case((_SURE, _GAIN.c.times), else_=0)),
        func.sum(case((_SURE, _GAIN.c.persons), else_=0)),
        func.sum(case((_SURE, 0), else_=_GAIN.c.starts)),
    )
    .where(_GAIN.c.day.between(_FIRST, _LAST))
    .where(or_(_GAIN.c.source != ACCOUNT, _GAIN.c.day <= bindparam("account_last", type_=Date)))
    .group_by(_GAIN.c.source, _GAIN.c.act)
)
_BY_DAY = Prepared(
    select(_GAIN.c.day, _GAIN.c.source, _GAIN.c.act, func.sum(_GAIN.c.times + _GAIN.c.persons))
    .where(_GAIN.c.day.between(_FIRST, _LAST), _SURE)
    .where(or_(_GAIN.c.source != ACCOUNT, _GAIN.c.day <= bindparam("account_last", type_=Date)))
    .group_by(_GAIN.c.day, _GAIN.c.source, _GAIN.c.act)
)
_NEWEST = Prepared(
    union_all(
        select(_GAIN.c.source, func.max(_GAIN.c.day, type_=Date))
        .where(_GAIN.c.day.between(_FIRST, _LAST))
        .group_by(_GAIN.c.source),
        select(literal_column(f"'{EXPORTED}'"), func.max(Figure.day, type_=Date))
        .join(Batch, Batch.id == Figure.batch_id)
        .where(Figure.metric == EXPORTED, Figure.day.between(_FIRST, _LAST), Batch.undone_at.is_(None)),
    )
)
