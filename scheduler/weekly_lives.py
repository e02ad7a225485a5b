"""The figures of communities that came out of a merge or split within a trend, each put to whom it belongs.

A code may go on as another community. Before a merge the old ones' figures add up to the new one's, where all of them
are known; before a split nobody knows a new one's share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.lineage import Lineage
from content.weekly_facts import TREND
from content.weeks import Week
from scheduler.models import Batch, Figure

PLACE = "place"
Series = dict[tuple[str, str], dict[int, int]]  # by metric and subject, by week of the trend


class _Row(NamedTuple):
    metric: str
    kind: str
    code: str
    rest: str
    day: date
    value: int


@dataclass(frozen=True)
class Lives:
    """What belongs to the places that came out of a change, under their own codes.

    codes: of these places. last: the last value of each thing in each week. summed: the sums of the days. days: on how
    many days of the last week something came, by code.
    """

    codes: Collection[str]
    last: Series
    summed: Series
    days: dict[str, int]


def lives(
    session: Session, week: Week, line: Lineage, at_once: Collection[str], daily: Collection[str]
) -> Lives | None:
    """Return it for the TREND weeks that end with a week and the one before them; None where nothing changed within."""
    first = week.back(TREND).first
    changed = [one for one in line.made if first < one.day <= week.last]
    if not changed:
        return None
    places = {one.new_id for one in changed}
    codes = {line.code(place) for one in changed for place in (one.old_id, one.new_id)}
    known = _Known(line, _rows(session, codes, (*at_once, *daily), first, week.last))
    last: Series = defaultdict(dict)
    summed: Series = defaultdict(dict)
    days = {}
    for place in places:
        known.ends_of(place, week, at_once, last)
        if count := known.days_of(place, week, daily, summed):
            days[line.code(place)] = count
    return Lives({line.code(place) for place in places}, last, summed, days)


@dataclass(frozen=True)
class _Known:
    """The figures of some places by their codes and days, and where the places come from."""

    line: Lineage
    rows: Mapping[tuple[str, date], list[_Row]]

    def ends_of(self, place: int, week: Week, metrics: Collection[str], found: Series) -> None:
        """Put the last values of a place in each week into what is found."""
        for n in range(TREND + 1):
            of = week.back(TREND - n)
            sources, newest = self.line.at(place, of.last), dict[tuple[str, ...], _Row]()
            for source in sources:
                since = max(of.first, self.line.since(source, of.last))
                newest |= {row[:4]: row for row in self._between(source, metrics, since, of.last)}
            for row in _complete([row._replace(day=of.last) for row in newest.values()], len(sources)):
                self._add(found, place, row, n)

    def days_of(self, place: int, week: Week, metrics: Collection[str], found: Series) -> int:
        """Put the sums of the days of each week into what is found; return on how many of the last one something came."""
        days: dict[tuple[str, str], set[date]] = defaultdict(set)
        for n in range(TREND + 1):
            parts: dict[frozenset[int], list[_Row]] = defaultdict(list)
            of = week.back(TREND - n)
            for day in _days(of.first, of.last):
                sources = self.line.at(place, day)
                parts[sources] += [row for one in sources for row in self._between(one, metrics, day, day)]
            for sources, rows in parts.items():
                for row in _complete(rows, len(sources)):
                    subject = self._add(found, place, row, n)
                    if n == TREND:
                        days[row.metric, subject].add(row.day)
        return max(map(len, days.values()), default=0)

    def _between(self, place: int, metrics: Collection[str], first: date, last: date) -> Iterator[_Row]:
        for day in _days(first, last):
            yield from (row for row in self.rows.get((self.line.code(place), day), ()) if row.metric in metrics)

    def _add(self, found: Series, place: int, row: _Row, n: int) -> str:
        subject = ":".join(filter(None, (row.kind, self.line.code(place), row.rest)))
        weeks = found[row.metric, subject]
        weeks[n] = weeks.get(n, 0) + row.value
        return subject


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _complete(rows: Sequence[_Row], count: int) -> Iterator[_Row]:
    """Yield what adds up over so many places: of each metric what is told of every one of them, totals day by day.

    Totals of some and nothing but the contents of others add up to nothing.
    """
    if count == 1:
        yield from rows
        return
    totals: dict[tuple[str, date], set[str]] = defaultdict(set)
    whole, parts = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for row in rows:
        (whole if row.kind == PLACE else parts)[row.metric].add(row.code)
        if row.kind == PLACE:
            totals[row.metric, row.day].add(row.code)
    for row in rows:
        told = totals[row.metric, row.day] if row.kind == PLACE else parts[row.metric]
        if len(told) == count and len(whole[row.metric]) in (0, count):
            yield row


def _rows(
    session: Session, codes: Collection[str], metrics: Collection[str], first: date, last: date
) -> Mapping[tuple[str, date], list[_Row]]:
    """Return all figures of some places and of what is in them, by code and day."""
    named = [Figure.subject.like(like) for code in sorted(codes) for like in (f"%:{code}", f"%:{code}:%")]
    query = select(Figure.metric, Figure.subject, Figure.day, Figure.value).join(Batch, Batch.id == Figure.batch_id)
    live = (Batch.undone_at.is_(None), Figure.superseded_by.is_(None))
    asked = (Figure.metric.in_(metrics), Figure.day.between(first, last), or_(*named))
    found: dict[tuple[str, date], list[_Row]] = defaultdict(list)
    for metric, subject, day, value in session.execute(query.where(*live, *asked)):
        kind, _, thing = subject.partition(":")
        code, _, rest = thing.partition(":")
        if code in codes:
            found[code, day].append(_Row(metric, kind, code, rest, day, int(value)))
    return found
