"""A calendar for tests, with short words for asking it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from content.daylist import STARTER, read_days
from content.days import Calendar, Day

NOTICES = Path(__file__).parent / "holidays"
CALENDAR = Calendar(read_days(STARTER), known_to=2026)  # whatever year the installed package knows by now


def day(text: str, calendar: Calendar = CALENDAR) -> Day:
    return calendar.day(date.fromisoformat(text))


def year(calendar: Calendar, number: int) -> list[Day]:
    return [found for month in range(1, 13) for found in calendar.month(f"{number}-{month:02}")]
