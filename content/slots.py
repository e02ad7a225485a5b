"""On which days of a month articles go out: no gap over seven days, on workdays, away from sensitive days.

The choice is the cheapest path through the days of the month: each day has its
price, so has each gap, and one slot more than wanted is paid for too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from content.daylist import MarkKind
from content.days import Calendar, Day, Kind
from content.months import month_span

LONGEST_GAP = 7  # days; an inspection fails an account after 14 days of silence, half of it is our rule

# What a day or a slot costs, beside the square of each gap in days, which spreads the slots evenly.
_TOO_LONG = 10_000  # for each day over the longest gap
_ONE_MORE = 60  # for each slot beyond the wanted ones
_SENSITIVE, _HOLIDAY = 1_000, 1_000  # taken only where no other day keeps the gap
_WEEKEND, _DOUBTFUL, _MAKE_UP = 45, 12, 3
_HOLIDAYS = 14  # days: no holiday is longer
_WORTH_IT = 30  # what an ordinary day is worth that stands in the editor's list


def spread(
    calendar: Calendar,
    month: str,
    *,
    wanted: int,
    fixed: Collection[date] = (),
    start: date | None = None,
    before: date | None = None,
    after: date | None = None,
) -> list[date]:
    """Return the days of the month's slots, the `fixed` ones among them.

    wanted: at least so many slots, as far as there are days. start: the first day
    that can still be met. before, after: the last slot before the month and the
    first one after it; without them the neighbours are left room to keep the gaps,
    and the first slot waits until a holiday is over.
    """
    first, last = month_span(month)
    start = max(start or first, first)
    days = [day for day in calendar.month(month) if day.date >= start or day.date in fixed]
    begin = before or _begin(calendar, start, fixed)
    end = after or first_good_day(calendar, last + timedelta(days=1), within=LONGEST_GAP)
    wanted = min(max(wanted, len(set(fixed))), len(days))
    most = min(len(days), max(wanted, (end - begin).days // LONGEST_GAP) + 3)
    prices = [0 if day.date in fixed else price(day) - _worth(day) for day in days]
    found = _paths([day.date for day in days], prices, frozenset(fixed), begin, end, most)
    return list(min(found[wanted:], key=lambda path: path[0] + _ONE_MORE * len(path[1]))[1])


def _begin(calendar: Calendar, start: date, fixed: Collection[date]) -> date:
    """Return the day from which the first gap is counted where nothing was out before: a holiday may pass first."""
    over = first_good_day(calendar, start, within=_HOLIDAYS) - timedelta(days=LONGEST_GAP)
    return min([max(start - timedelta(days=1), over), *(day - timedelta(days=1) for day in fixed)])


def first_good_day(calendar: Calendar, start: date, *, within: int) -> date:
    """Return the first ordinary day of so many days; the start itself when there is none."""
    days = [calendar.day(start + timedelta(days=n)) for n in range(within)]
    return next((day.date for day in days if is_ordinary(day)), start)


def price(day: Day) -> int:
    """Return how bad a day is for a slot; 0 for an ordinary workday, or what is one as far as anybody knows."""
    cost = _SENSITIVE if day.sensitive else 0
    if day.kind == Kind.HOLIDAY:
        cost += _HOLIDAY
    elif day.date.weekday() >= 5 and day.kind != Kind.MAKE_UP:
        cost += _WEEKEND
    elif day.kind == Kind.MAKE_UP:
        cost += _MAKE_UP
    elif day.may_shift:
        cost += _DOUBTFUL
    return cost


def is_ordinary(day: Day) -> bool:
    """Say whether a day is one to choose: a workday as far as anybody knows, and no sensitive one."""
    return price(day) <= _DOUBTFUL


def gaps(days: Collection[date], month: str) -> list[tuple[date, date]]:
    """Return the neighbouring days around a month that lie farther apart than the longest gap.

    Where nothing goes out before or after the month, it counts as if something did
    on the day before it and on the day after it.
    """
    first, last = month_span(month)
    edges = [] if any(day < first for day in days) else [first - timedelta(days=1)]
    edges += [] if any(day > last for day in days) else [last + timedelta(days=1)]
    pairs = pairwise(sorted({*days, *edges}))
    return [(a, b) for a, b in pairs if (b - a).days > LONGEST_GAP and b >= first and a <= last]


def gap_words(here: date, there: date) -> str:
    """Return what to say of a gap that is too long."""
    return f"{here} 到 {there} 有 {(there - here).days} 天没有文章，超过 {LONGEST_GAP} 天。"


def _worth(day: Day) -> int:
    named = any(mark.kind == MarkKind.DAY and mark.fields for mark in day.marks)
    return _WORTH_IT if named and is_ordinary(day) else 0


def _paths(
    days: Sequence[date], prices: Sequence[int], fixed: frozenset[date], begin: date, end: date, most: int
) -> list[tuple[float, tuple[date, ...]]]:
    """Return for each number of slots from 0 to `most` the cheapest choice of days, with its cost."""

    @cache
    def onward(index: int, left: int) -> tuple[float, tuple[date, ...]]:
        """Return the cheapest way from the day before `index` to the end with so many slots left."""
        here = days[index - 1] if index else begin
        if left == 0:
            skips = any(day in fixed for day in days[index:])
            return (float("inf") if skips else _gap(here, end)), ()
        best: tuple[float, tuple[date, ...]] = (float("inf"), ())
        for at in range(index, len(days)):
            cost, rest = onward(at + 1, left - 1)
            cost += prices[at] + _gap(here, days[at])
            if cost < best[0]:
                best = cost, (days[at], *rest)
            if days[at] in fixed:
                break  # a slot that stands is not passed by
        return best

    return [onward(0, number) for number in range(most + 1)]


def _gap(here: date, there: date) -> int:
    length = (there - here).days
    return length * length + _TOO_LONG * max(0, length - LONGEST_GAP)
