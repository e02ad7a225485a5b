"""Months by their names, such as 2026-12."""

from __future__ import annotations

from datetime import date, timedelta

from content.errors import WrongUse
from content.folders import MONTH


def month_named(text: str) -> str:
    """Return a month as a person named it; WrongUse when it is not written as 2027-01."""
    if not MONTH.fullmatch(text):
        raise WrongUse(f"月份应写成 2027-01 这样，写的是“{text}”。")
    return text


def month_span(month: str) -> tuple[date, date]:
    """Return the first and the last day of a month such as 2026-12."""
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def next_month(month: str, months: int = 1) -> str:
    """Return the month that comes so many months later; earlier for a negative number."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def day_of(month: str, number: int) -> date:
    """Return a day of a month such as 2026-02; the last one where the month is too short for it."""
    first, last = month_span(month)
    return first.replace(day=min(number, last.day))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the last one of a month that is too short: 05-31, 06-30, 07-31."""
    return day_of(next_month(f"{day:%Y-%m}", months), day.day)
