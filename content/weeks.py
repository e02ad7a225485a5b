"""Weeks as reports count them: Monday to Sunday, named 2026-W49, and which of them belong to a contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from content.errors import WrongUse
from content.periods import day_in_words

MOST, WHOLE, TOUCHED = "most", "whole", "touched"
MOST_DAYS = 4  # ISO 8601 gives a week to the year in which most of its days lie
RULES: Mapping[str, str] = {  # domain.md §1b T9: choose and print the rule
    MOST: "周一至周日为一周，首尾两周有四天以上在合同期内的才算",
    WHOLE: "只算周一至周日七天都在合同期内的整周",
    TOUCHED: "合同期碰到的周都算，首尾两周不满七天也算",
}
_NAME = re.compile(r"(?:(\d{4})\s*(?:-|年)?\s*)?(?:W|第)\s*(\d{1,2})\s*周?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Week:
    """A week by its Monday."""

    first: date

    @property
    def last(self) -> date:
        """Return its Sunday."""
        return self.first + timedelta(days=6)

    @property
    def name(self) -> str:
        """Return its name by ISO 8601: 2026-W49."""
        year, number, _ = self.first.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def in_words(self) -> str:
        """Return it as people read it: 2026年第49周（11月30日—12月6日）."""
        year, number, _ = self.first.isocalendar()
        return f"{year}年第{number}周（{day_in_words(self.first)}—{day_in_words(self.last)}）"

    def back(self, weeks: int = 1) -> Week:
        """Return the week so many weeks before."""
        return Week(self.first - timedelta(weeks=weeks))


def week_of(day: date) -> Week:
    """Return the week that a day lies in."""
    return Week(day - timedelta(days=day.weekday()))


def week_named(words: str, today: date) -> Week:
    """Return the week that words name: 2026-W49, W49, 第49周 (the last such week), or a day in it; WrongUse for others."""
    text = words.strip()
    try:
        if said := _NAME.fullmatch(text):
            return _numbered(int(said[1]), int(said[2])) if said[1] else _last_numbered(int(said[2]), today)
        return week_of(date.fromisoformat(text))
    except ValueError:
        raise WrongUse(f"“{words[:20]}”不是一个周。可以写 2026-W49、W49、第49周，或其中一天 2026-12-02。") from None


def _numbered(year: int, number: int) -> Week:
    return Week(date.fromisocalendar(year, number, 1))


def _last_numbered(number: int, today: date) -> Week:
    """Return the last week of a number that has begun; not each year has a 53rd one. ValueError where there is none."""
    year = today.isocalendar().year
    try:
        found = _numbered(year, number)
    except ValueError:
        return _numbered(year - 1, number)
    return found if found.first <= today else _numbered(year - 1, number)


def weeks_between(first: date, last: date, rule: str = WHOLE) -> list[Week]:
    """Return the weeks of a span of days by a rule, oldest first."""
    least = {TOUCHED: 1, MOST: MOST_DAYS, WHOLE: 7}[rule]
    begun = week_of(first)
    touched = [begun.back(-n) for n in range(max(0, -(-((last - begun.first).days + 1) // 7)))]
    return [week for week in touched if (min(week.last, last) - max(week.first, first)).days + 1 >= least]
