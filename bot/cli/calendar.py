"""The calendar at the terminal: which days are listed, and how."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from content.clock import days_between
from content.days import KIND_WORDS, Day, Kind, Status, calendar_of
from content.errors import WrongUse
from content.folders import MONTH
from content.months import month_span

_ORDINARY = (Kind.WORKDAY, Kind.WEEKEND, Kind.UNKNOWN)


def days_in(workspace: Path, period: str | None, today: date) -> list[Day]:
    """Return all days of a month, or a year's that are more than ordinary; today's month without a period."""
    period = period or f"{today:%Y-%m}"
    calendar = calendar_of(workspace)
    if MONTH.fullmatch(period):
        return calendar.month(period)
    if not re.fullmatch(r"(19|20)\d\d", period):
        raise WrongUse(f"请写年份或月份，例如 2027 或 2027-02，写的是“{period}”。")
    first, last = month_span(f"{period}-01")[0], month_span(f"{period}-12")[1]
    found = (calendar.day(day) for day in days_between(first, last))
    return [day for day in found if day.kind not in _ORDINARY or day.marks or day.term]


def day_row(day: Day) -> dict[str, Any]:
    """Return a day as plain values."""
    return {
        "date": day.date.isoformat(),
        "kind": day.kind.value,
        "status": day.status.value,
        "name": day.name,
        "sensitive": day.sensitive,
        "term": day.term,
        "lunar": day.lunar,
        "days": [{"name": mark.name, "field": mark.field, "note": mark.note} for mark in day.marks],
    }


def day_line(day: Day) -> str:
    """Return a day as one line."""
    name = f"（{day.name}{'，推算' if day.status == Status.ESTIMATED else ''}）" if day.name else ""
    marks = [f"{mark.name}{f'［{mark.field}］' if mark.field else ''}" for mark in day.marks]
    words = "、".join([day.term, *marks] if day.term else marks)
    alert = "  加强审核" if day.sensitive else ""
    return f"{day.date}  {day.weekday}  {day.lunar}  {KIND_WORDS[day.kind]}{name}  {words}{alert}".rstrip()
