"""The calendar: what is known of a day, what is estimated, and what nobody knows yet.

Days off are known where the State Council's notice is: from chinesecalendar for
its years, from the workspace's holidays.csv for what was imported, which wins.
In a year without a notice the statutory days are estimated by rule; a weekend
that no holiday is near stays a weekend; whether any other day is worked is
unknown, and the answer is never "workday".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from content.clock import days_between
from content.daylist import DayRule, Mark, MarkKind, marks_of, read_days
from content.holidays import PACKAGE_FIRST, PACKAGE_LAST, Official, from_package, may_shift, statutory
from content.lunar import lunar_words, solar_terms
from content.months import month_span
from content.official import HOLIDAYS_FILE, read_official

DAYS_FILE = "days.csv"
WEEKDAYS = "一二三四五六日"


class Kind(StrEnum):
    """What a day is for those who work."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up workday"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """How well that is known."""

    ANNOUNCED = "announced"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


KIND_WORDS = {
    Kind.WORKDAY: "工作日",
    Kind.WEEKEND: "周末",
    Kind.HOLIDAY: "放假",
    Kind.MAKE_UP: "调休上班",
    Kind.UNKNOWN: "未公布",
}


@dataclass(frozen=True)
class Day:
    """A day; `name` is the holiday it belongs to, `marks` are the editor's days on it, months left out.

    `may_shift`: the notice is not there yet, and may make it a day off or a make-up workday.
    """

    date: date
    kind: Kind
    name: str
    status: Status
    sensitive: bool
    marks: tuple[Mark, ...] = ()
    term: str = ""
    may_shift: bool = False

    @property
    def lunar(self) -> str:
        """Return the day as the lunar calendar names it."""
        return lunar_words(self.date)

    @property
    def weekday(self) -> str:
        """Return the day of the week: 星期一 to 星期日."""
        return f"星期{WEEKDAYS[self.date.weekday()]}"


@dataclass(frozen=True)
class Calendar:
    """One workspace's calendar; `known_to` is the last year whose notice the package has."""

    rules: tuple[DayRule, ...] = ()
    official: Mapping[date, Official] = field(default_factory=dict)
    known_to: int = PACKAGE_LAST
    known_from: int = PACKAGE_FIRST

    def announced(self, year: int) -> bool:
        """Say whether the year's notice is known."""
        return self.known_from <= year <= self.known_to or year in self._notices

    def day(self, when: date) -> Day:
        """Return what is known of a day."""
        kind, name, status = self._kind(when)
        marks = tuple(m for m in self.marks(when.year) if m.kind != MarkKind.MONTH and m.first <= when <= m.last)
        return Day(
            date=when,
            kind=kind,
            name=name,
            status=status,
            sensitive=any(mark.kind == MarkKind.SENSITIVE for mark in marks),
            marks=marks,
            term=next((term for term, day in solar_terms(when.year).items() if day == when), ""),
            may_shift=status != Status.ANNOUNCED and may_shift(when),
        )

    def month(self, month: str) -> list[Day]:
        """Return all days of a month such as 2026-12."""
        return [self.day(when) for when in days_between(*month_span(month))]

    def marks(self, year: int) -> tuple[Mark, ...]:
        """Return all the editor's days of a year, soonest first."""
        return marks_of(self.rules, year)

    def _kind(self, when: date) -> tuple[Kind, str, Status]:
        if when in self.official:
            return _told(self.official[when])
        if when.year in self._notices:
            return _ordinary(when), "", Status.ANNOUNCED
        if self.known_from <= when.year <= self.known_to:
            said = from_package(when)
            return _told(said) if said else (_ordinary(when), "", Status.ANNOUNCED)
        if name := statutory(when.year).get(when):
            return Kind.HOLIDAY, name, Status.ESTIMATED
        if when.weekday() >= 5 and when.year > self.known_to and not may_shift(when):
            return Kind.WEEKEND, "", Status.ESTIMATED
        return Kind.UNKNOWN, "", Status.UNKNOWN

    @cached_property
    def _notices(self) -> frozenset[int]:
        return frozenset(said.notice for said in self.official.values())


def calendar_of(workspace: Path) -> Calendar:
    """Return a workspace's calendar; TableWrong when its days.csv or holidays.csv has faults."""
    return Calendar(read_days(workspace / DAYS_FILE), read_official(workspace / HOLIDAYS_FILE))


def sensitive_days(workspace: Path) -> Calendar:
    """Return a workspace's calendar with the sensitive ones of the editor's days alone; TableWrong as `calendar_of`."""
    calendar = calendar_of(workspace)
    return replace(calendar, rules=tuple(rule for rule in calendar.rules if rule.kind == MarkKind.SENSITIVE))


def in_words(day: date) -> str:
    """Return a day as texts name it: 12月5日（星期六）."""
    return f"{day.month}月{day.day}日（星期{WEEKDAYS[day.weekday()]}）"


def _told(said: Official) -> tuple[Kind, str, Status]:
    return (Kind.HOLIDAY if said.off else Kind.MAKE_UP), said.name, Status.ANNOUNCED


def _ordinary(when: date) -> Kind:
    return Kind.WEEKEND if when.weekday() >= 5 else Kind.WORKDAY
