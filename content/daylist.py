"""The editor's own days: what each line of days.csv means in a year."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from content.article import Problem
from content.lunar import TERMS, lunar_days, new_years_eve, solar_terms
from content.tables import Row, TableWrong, fault, read_table, there

COLUMNS = {
    "rule": ("规则", "日期"),
    "name": ("名称",),
    "field": ("领域",),
    "kind": ("类别",),
    "note": ("备注",),
}
STARTER = Path(__file__).parent / "starter" / "days.csv"
HOW = "可以写：3月5日、3月3日至3月15日、2027年3月5日、3月第3个星期二、农历9月9日、除夕、节气清明、5月"

Span = tuple[date, date]  # first and last day
_WEEKDAYS = "一二三四五六日"
_MONTH_DAY = r"(\d{1,2})\s*[-/月]\s*(\d{1,2})\s*日?"
_FIXED = re.compile(rf"{_MONTH_DAY}(?:\s*[~至]\s*{_MONTH_DAY})?")
_ONCE = re.compile(rf"(\d{{4}})\s*[-/年]\s*{_MONTH_DAY}(?:\s*[~至]\s*(\d{{4}})\s*[-/年]\s*{_MONTH_DAY})?")
_NTH = re.compile(r"(\d{1,2})月第([1-5一二三四五])个(?:星期|周)([一二三四五六日天])")
_LUNAR = re.compile(rf"农历\s*{_MONTH_DAY}")
_TERM = re.compile(r"节气\s*(..)")
_MONTH = re.compile(r"(\d{1,2})月")


class MarkKind(StrEnum):
    """What a line of days.csv is: a day, a whole month, or a time of stricter review."""

    DAY = "day"
    MONTH = "month"
    SENSITIVE = "sensitive"


_KINDS = {
    "day": MarkKind.DAY, "日": MarkKind.DAY, "": MarkKind.DAY, "month": MarkKind.MONTH, "月": MarkKind.MONTH,
    "sensitive": MarkKind.SENSITIVE, "敏感": MarkKind.SENSITIVE, "加强审核": MarkKind.SENSITIVE,
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """One of the editor's days in a year; `field` may name several fields, with 、 between them."""

    name: str
    field: str
    kind: MarkKind
    note: str
    first: date
    last: date

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields of work that the day belongs to."""
        return tuple(part for part in re.split(r"[、，,;；\s]+", self.field) if part)


@dataclass(frozen=True)
class DayRule:
    """One line of days.csv."""

    rule: str
    name: str
    field: str
    kind: MarkKind
    note: str

    def marks(self, year: int) -> list[Mark]:
        """Return the days of a year that the rule means, soonest first."""
        return [Mark(self.name, self.field, self.kind, self.note, *span) for span in spans(self.rule, year)]


def read_days(file: Path) -> tuple[DayRule, ...]:
    """Return the rules of a days.csv, or of the .xlsx beside it; of the starter's where the workspace has none. TableWrong with all faults."""
    file = found if (found := there(file)).is_file() else STARTER
    rules, problems = [], []
    for row in read_table(file, COLUMNS):
        if trouble := list(_troubles(row, file.name)):
            problems += trouble
        else:
            told = row.values
            rules.append(DayRule(told["rule"], told["name"], told["field"], _KINDS[told["kind"].lower()], told["note"]))
    if problems:
        raise TableWrong(file.name, problems)
    return tuple(rules)


@lru_cache(maxsize=64)
def marks_of(rules: tuple[DayRule, ...], year: int) -> tuple[Mark, ...]:
    """Return all the editor's days of a year, soonest first."""
    found = [mark for rule in rules for mark in rule.marks(year)]
    return tuple(sorted(found, key=lambda mark: (mark.first, mark.last)))


def spans(rule: str, year: int) -> list[Span]:
    """Return the spans of a year that a rule means; ValueError when it is no rule, none where it has none this year."""
    plain = unicodedata.normalize("NFKC", rule).strip()
    if plain == "除夕":
        return _single([new_years_eve(year)])
    if found := _FIXED.fullmatch(plain):
        return _fixed(found, year)
    if found := _ONCE.fullmatch(plain):
        return _once(found, year)
    if found := _NTH.fullmatch(plain):
        return _single(_nth(year, int(found[1]), _number(found[2]), _WEEKDAYS.index(found[3].replace("天", "日"))))
    if found := _LUNAR.fullmatch(plain):
        return _single(lunar_days(year, _within(found[1], 12), _within(found[2], 30)))
    if (found := _TERM.fullmatch(plain)) and found[1] in TERMS:
        return _single([solar_terms(year)[found[1]]])
    if found := _MONTH.fullmatch(plain):
        return [(first := date(year, int(found[1]), 1), _month_end(first))]
    raise ValueError(rule)


def _troubles(row: Row, name: str) -> Iterator[Problem]:
    if not row.values["name"]:
        yield fault(name, row.line, "DAY_NAME", "没有写名称（name）。")
    if row.values["kind"].lower() not in _KINDS:
        message = f"类别（kind）应是 day、month 或 sensitive，写的是“{row.values['kind']}”。"
        yield fault(name, row.line, "DAY_KIND", message, fix="day")
    try:
        spans(row.values["rule"], 2028)  # a leap year, so that the 29th of February passes
    except ValueError:
        yield fault(name, row.line, "DAY_RULE", f"看不懂规则“{row.values['rule']}”。{HOW}。")


def _single(days: Sequence[date]) -> list[Span]:
    return [(day, day) for day in days]


def _fixed(found: re.Match[str], year: int) -> list[Span]:
    first, last = (int(found[1]), int(found[2])), (int(found[3] or found[1]), int(found[4] or found[2]))
    if not isleap(year) and first == last == (2, 29):
        return []
    return [_ordered(_clamped(year, *first), _clamped(year, *last))]


def _clamped(year: int, month: int, day: int) -> date:
    """Return a day; the 28th for the 29th of February in a year without one."""
    return date(year, month, 28 if (month, day) == (2, 29) and not isleap(year) else day)


def _once(found: re.Match[str], year: int) -> list[Span]:
    first = date(int(found[1]), int(found[2]), int(found[3]))
    last = date(int(found[4]), int(found[5]), int(found[6])) if found[4] else first
    return [span for span in [_ordered(first, last)] if year in (first.year, last.year)]


def _ordered(first: date, last: date) -> Span:
    if last < first:
        raise ValueError(f"{first} is after {last}")
    return first, last


def _nth(year: int, month: int, number: int, weekday: int) -> list[date]:
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
    return [day] if day.month == month else []


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else "一二三四五".index(text) + 1


def _within(text: str, limit: int) -> int:
    if not 1 <= int(text) <= limit:
        raise ValueError(text)
    return int(text)


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
