"""The figures of all communities for a week and the weeks before it, in two statements whatever their number, where none was split or merged.

A stock is the last value that came within a week. What is done on the platform is the sum of the days of a week where
they came day by day, else what a running number gained; a community's own number goes before the sum of its contents,
so that nothing is counted twice (domain.md §0.3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from content.lineage import Lineage
from content.weekly_facts import ACTS, STOCKS, TOTAL, TREND, USERS
from content.weeks import Week
from scheduler.models import Batch, Figure
from scheduler.weekly_lives import PLACE, lives

Values = Mapping[tuple[str, str], Mapping[int, int]]  # by metric and subject, by week; 0 is the one before the trend
_DAILY = tuple(f"platform_{act}_day" for act in ACTS)
_RUNNING = tuple(f"platform_{act}" for act in ACTS)
_AT_ONCE = (*USERS, *STOCKS, *_RUNNING)
_GROUP, _TOPIC, _PARTICIPANTS = "group", "topic", "topic_participants"


@dataclass
class Own:
    """What is known of one community: its series of TREND weeks, the running numbers that fell, those without a reading
    of the week before, and on how many days of the week something came day by day, None where it does not come so.
    """

    series: dict[str, list[int | None]] = field(default_factory=dict)
    fell: list[str] = field(default_factory=list)
    baseless: list[str] = field(default_factory=list)
    days: int | None = None


def figures_of(session: Session, week: Week, line: Lineage) -> dict[str, Own]:
    """Return what is known of each community, by its code, for the TREND weeks that end with a week.

    line: where the communities of its Sunday come from; one that was made of others within the trend goes by their sums,
    or begins with the change.
    """
    last, (summed, days) = _last_values(session, week), _daily_sums(session, week)
    if changed := lives(session, week, line, (*_AT_ONCE, _PARTICIPANTS), _DAILY):
        last, summed = _without(last, changed.codes) | changed.last, _without(summed, changed.codes) | changed.summed
        days = {code: count for code, count in days.items() if code not in changed.codes} | changed.days
    found: dict[str, Own] = defaultdict(Own)
    by_code = _by_code(last)
    daily = _by_code(summed)
    for code in by_code.keys() | daily.keys():
        own = found[code]
        values = by_code.get(code, {})
        for name in USERS:
            own.series[name] = _stock(values.get((name, PLACE), []))
        own.series["groups"] = _number_of(values, "groups", _GROUP, "group_members")
        own.series["group_members"] = _stock_sum(values, "group_members", _GROUP)
        own.series["topics"] = _number_of(values, "topics", _TOPIC, _PARTICIPANTS, running=True)
        for act in ACTS:
            own.series[act] = _act(own, act, values, daily.get(code, {}))
        own.series[TOTAL] = _totals([own.series[act] for act in ACTS])
        own.days = days.get(code)
    return dict(found)


def _without(values: Values, codes: Collection[str]) -> dict[tuple[str, str], Mapping[int, int]]:
    return {key: by_week for key, by_week in values.items() if _code(key[1])[1] not in codes}


def _last_values(session: Session, week: Week) -> Values:
    """Return the last value of each thing in each week."""
    number = _week_number(week)
    of_weeks = (
        _live(Figure.metric, Figure.subject, number.label("week"), func.max(Figure.day).label("day"))
        .where(Figure.metric.in_([*_AT_ONCE, _PARTICIPANTS]), _in_trend(week))
        .group_by(Figure.metric, Figure.subject, number)
        .subquery()
    )
    same = (Figure.metric == of_weeks.c.metric, Figure.subject == of_weeks.c.subject, Figure.day == of_weeks.c.day)
    query = _live(Figure.metric, Figure.subject, of_weeks.c.week, Figure.value).join(
        of_weeks, (same[0] & same[1] & same[2])
    )
    return _collected(session.execute(query).all())


def _daily_sums(session: Session, week: Week) -> tuple[Values, Mapping[str, int]]:
    """Return the sums of the days of each week, and on how many days of the last one each place has any."""
    number = _week_number(week)
    query = _live(Figure.metric, Figure.subject, number, func.sum(Figure.value), func.count(Figure.day.distinct()))
    query = query.where(Figure.metric.in_(_DAILY), _in_trend(week))
    rows = session.execute(query.group_by(Figure.metric, Figure.subject, number)).all()
    days: dict[str, int] = {}
    for _, subject, of, _, count in rows:
        if of == TREND:
            code = _code(subject)[1]
            days[code] = max(count, days.get(code, 0))
    return _collected([row[:4] for row in rows]), days


def _collected(rows: Sequence[Any]) -> Values:
    found: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for metric, subject, number, value in rows:
        found[metric, subject][number] = int(value)
    return found


def _live(*columns: Any) -> Select[Any]:
    """Select from the figures that count: of a batch that is not undone, and not replaced by another one."""
    query = select(*columns).join(Batch, Batch.id == Figure.batch_id)
    return query.where(Batch.undone_at.is_(None), Figure.superseded_by.is_(None))


def _in_trend(week: Week) -> Any:
    return Figure.day.between(week.back(TREND).first, week.last)


def _week_number(week: Week) -> Any:
    """Return the number of a day's week, from 0 for the one before the trend, as both databases can work it out."""
    ends: list[tuple[Any, int]] = [(Figure.day <= week.back(TREND - n).last, n) for n in range(TREND)]
    return case(*ends, else_=TREND)


Grouped = Mapping[tuple[str, str], list[Mapping[int, int]]]  # by metric and kind of thing


def _by_code(values: Values) -> dict[str, dict[tuple[str, str], list[Mapping[int, int]]]]:
    """Return values by the place that their subjects name: place:1101, object:1101:…, group:1101:…."""
    found: dict[str, dict[tuple[str, str], list[Mapping[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for (metric, subject), by_week in values.items():
        kind, code = _code(subject)
        found[code][metric, kind].append(by_week)
    return found


def _code(subject: str) -> tuple[str, str]:
    """Return of what kind a thing is, and the code of its place."""
    kind, _, rest = subject.partition(":")
    return kind, rest.partition(":")[0]


def _stock(things: Sequence[Mapping[int, int]]) -> list[int | None]:
    """Return what was there at the end of each week; None for a week in which nothing came."""
    return [things[0].get(n) if things else None for n in range(1, TREND + 1)]


def _stock_sum(values: Grouped, metric: str, kind: str) -> list[int | None]:
    """Return the place's own stock, else the sum over its things."""
    whole, parts = values.get((metric, PLACE), []), values.get((metric, kind), [])
    return _stock(whole) if whole else [_sum([one.get(n) for one in parts]) for n in range(1, TREND + 1)]


def _number_of(values: Grouped, metric: str, kind: str, by: str, *, running: bool = False) -> list[int | None]:
    """Return the place's own number of things, else how many of them came with figures; running: up to each week."""
    whole, parts = values.get((metric, PLACE), []), values.get((by, kind), [])
    if whole:
        return _stock(whole)
    weeks = range(1, TREND + 1)
    if running:
        begun = [min(one) for one in parts if one]
        return [sum(first <= n for first in begun) if any(n in one for one in parts) else None for n in weeks]
    return [sum(n in one for one in parts) or None for n in weeks]


def _act(own: Own, act: str, values: Grouped, daily: Grouped) -> list[int | None]:
    """Return what was done in each week: the days' sum where days came, else what the running number gained."""
    days, running = f"platform_{act}_day", f"platform_{act}"
    objects = {kind for metric, kind in (*values, *daily) if metric in (days, running)} - {PLACE}
    found: list[int | None] = []
    for n in range(1, TREND + 1):
        value = _own_or_parts(daily, days, objects, n, _in_week)
        if value is None:
            value = _own_or_parts(values, running, objects, n, _gained)
            if value is not None and value < 0:
                value = None
                if n == TREND:
                    own.fell.append(act)
            elif value is None and n == TREND and any(n in one for one in _things(values, running, {PLACE, *objects})):
                own.baseless.append(act)
        found.append(value)
    return found


def _own_or_parts(values: Grouped, metric: str, kinds: set[str], n: int, of: Any) -> int | None:
    own = of(values.get((metric, PLACE), []), n)
    if own is not None:
        return int(own)
    found: int | None = of(_things(values, metric, kinds), n)
    return found


def _things(values: Grouped, metric: str, kinds: set[str]) -> list[Mapping[int, int]]:
    return [thing for kind in sorted(kinds) for thing in values.get((metric, kind), [])]


def _in_week(things: Sequence[Mapping[int, int]], n: int) -> int | None:
    return _sum([one.get(n) for one in things])


def _gained(things: Sequence[Mapping[int, int]], n: int) -> int | None:
    """Return what running numbers gained in a week; None where nothing was read in the week before, or not of all.

    What several weeks gained is told as no single one's. A thing that is new counts whole where others of the same
    place were read in the week before.
    """
    there = [one for one in things if n in one]
    gapped = [one for one in there if n - 1 not in one and any(week < n for week in one)]
    if not there or gapped or not any(n - 1 in one for one in things):
        return None
    return sum(one[n] - one.get(n - 1, 0) for one in there)


def _totals(series: Sequence[Sequence[int | None]]) -> list[int | None]:
    return [_sum(list(values)) for values in zip(*series, strict=True)]


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
