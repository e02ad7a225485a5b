"""The lunar calendar and the 24 solar terms, by lunar-python; its lists of festivals are not used.

Dates are given for a year of the Gregorian calendar. A lunar day of the eleventh
or twelfth month may fall into it twice, or not at all.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from lunar_python import LunarYear, Solar

TERMS = (
    "小寒", "大寒", "立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至",
    "小暑", "大暑", "立秋", "处暑", "白露", "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至",
)  # fmt: skip
_LATE_NAMES = {"DONG_ZHI": "冬至", "DA_XUE": "大雪"}  # what the table calls the terms of the year before and after


@lru_cache(maxsize=16)
def solar_terms(year: int) -> dict[str, date]:
    """Return the 24 solar terms of a year with their days, in order."""
    table = Solar.fromYmd(year, 6, 1).getLunar().getJieQiTable()
    days = ((_LATE_NAMES.get(name, name), _day(solar)) for name, solar in table.items())
    found = {name: day for name, day in days if day.year == year and name in TERMS}
    return {name: found[name] for name in TERMS}


def lunar_words(day: date) -> str:
    """Return a day as the lunar calendar names it: 正月初一, 闰四月十五."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"


def lunar_days(year: int, month: int, day: int) -> list[date]:
    """Return the days of a year that are this day of the lunar calendar (no leap months); none, one or two."""
    found = (_converted(lunar_year, month, day) for lunar_year in (year - 1, year))
    return [one for one in found if one and one.year == year]


def new_years_eve(year: int) -> date:
    """Return 除夕, the day before the lunar new year that falls into this year."""
    return lunar_days(year, 1, 1)[0] - timedelta(days=1)


def _converted(lunar_year: int, month: int, day: int) -> date | None:
    found = _year(lunar_year).getMonth(month)
    if day > found.getDayCount():
        return None  # a short month has no thirtieth
    return _day(Solar.fromJulianDay(found.getFirstJulianDay())) + timedelta(days=day - 1)


@lru_cache(maxsize=16)
def _year(lunar_year: int) -> LunarYear:
    """Return a lunar year; the package reckons it anew each time, which takes some milliseconds."""
    return LunarYear.fromYear(lunar_year)


def _day(solar: Solar) -> date:
    return date.fromisoformat(solar.toYmd())
