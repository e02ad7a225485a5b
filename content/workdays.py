"""Workdays: how many days that are worked lie after a moment; a day that nobody knows counts as its weekday says."""

from __future__ import annotations

from datetime import date, datetime

from content.clock import days_between, local_day
from content.daybook import DayBook

_SATURDAY = 5


def workdays_since(moment: datetime, now: datetime, days: DayBook | None) -> int:
    """Return how many workdays after the Shanghai day of a moment have begun by now; without a day book, weekdays."""
    return sum(is_worked(day, days) for day in days_between(local_day(moment), local_day(now))[1:])


def is_worked(day: date, days: DayBook | None) -> bool:
    """Say whether people work on a day; one that nobody knows counts as its weekday says."""
    if days is None:
        return day.weekday() < _SATURDAY
    from content.days import Kind  # its packages take a tenth of a second to load

    kind = days.calendar().day(day).kind
    return day.weekday() < _SATURDAY if kind == Kind.UNKNOWN else kind in (Kind.WORKDAY, Kind.MAKE_UP)
