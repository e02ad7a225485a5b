"""The interactions of a period under the written rule: by source and act, each time or each person, with their rows.

domain.md §0.3 and §1b T12: several sources with provenance, nothing twice, the written definition beside the number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, bindparam, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from content.periods import day_in_words
from content.prepared import Prepared
from scheduler import ledger, metrics
from scheduler.gain_models import Gain
from scheduler.gained import gains
from scheduler.interaction_rule import ACCOUNT, ACTS, SOURCES, Rule
from scheduler.models import Batch, Figure

UNKNOWN = "—"
OFTEN = 7  # days between two files of a week
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
    sums, known = _sums(session, first, last)
    rows: dict[str, list[tuple[str, int, int, int]]] = defaultdict(list)
    for source, act, times, persons, starts, _ in sums:
        if (source, act) in rule.counts and source in known:
            rows[source].append((act, int(times), int(persons), int(starts)))
    return Total(rule, [_part(source, rows[source], known[source]) for source in SOURCES.values() if rows[source]])


def by_thing(session: Session, rule: Rule, first: date, last: date) -> dict[str, dict[str, int]]:
    """Return what each thing (article, place, object, topic) gained in a period, by act; they add up to the total."""
    _, known = _sums(session, first, last)
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
    _, known = _sums(session, first, last)
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


def reaching_back(session: Session, rule: Rule, first: date, last: date) -> Iterator[str]:
    """Yield how much of a total came about since a reading of long before the period, so that a part may lie before it.

    Of the platform and the topics, whose readings come with files; the account's come day by day.
    """
    at = _GAIN.c.day
    days = select(
        _GAIN.c.source, func.max(case((at < first, at)), type_=Date), func.min(case((at >= first, at)), type_=Date)
    )
    counts = tuple_(_GAIN.c.source, _GAIN.c.act).in_(sorted(rule.counts))
    held = (_GAIN.c.source != ACCOUNT, at <= last, counts)
    for source, before, came in session.execute(days.where(*held).group_by(_GAIN.c.source).order_by(_GAIN.c.source)):
        if before and came and (first - before).days > OFTEN:
            value = sum(part.value for part in total(session, rule, came, came).parts if part.source == source)
            if value:
                yield f"{source}的 {value:,} 次是 {before} 以后到 {came} 增加的，一部分可能在期前"


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


def _sums(session: Session, first: date, last: date) -> tuple[Sequence[tuple[Any, ...]], dict[str, date]]:
    """Return the sums of a period by source and act, and the last day with data of each source.

    Of the account, it is the last day that is complete or was exported, and what came later is left out.
    """
    asked = {"first": first, "last": last}
    sums = _SUMS.rows(session.connection(), **asked, account_last=last)
    known: dict[str, date] = {}
    for source, *_, day in sums:
        known[source] = max(day, known.get(source, day))
    newest = known.pop(ACCOUNT, None)
    if newest and (to := _account_known_to(session, first, last)):
        known[ACCOUNT] = to
        sums = _SUMS.rows(session.connection(), **asked, account_last=to) if to < newest else sums
    return sums, known


def _account_known_to(session: Session, first: date, last: date) -> date | None:
    complete = ledger.complete_of(metrics.WECHAT, first, last)
    [(name, exported)] = _ACCOUNT_KNOWN_TO.rows(session.connection(), first=first, last=last, **complete)
    return max((day for day in (ledger.day_named(name), exported) if day), default=None)


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
        func.max(_GAIN.c.day, type_=Date),
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
_EXPORTED_TO = (
    select(func.max(Figure.day, type_=Date))
    .join(Batch, Batch.id == Figure.batch_id)
    .where(Figure.metric == EXPORTED, Figure.day.between(_FIRST, _LAST), Batch.undone_at.is_(None))
)
_ACCOUNT_KNOWN_TO = Prepared(select(ledger.LAST_COMPLETE.scalar_subquery(), _EXPORTED_TO.scalar_subquery()))
