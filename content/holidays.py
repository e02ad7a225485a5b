"""Statutory holidays: by the State Council's notice where one is known, by rule where none is yet.

The rule gives the thirteen days of the law (全国年节及纪念日放假办法, in force since
2025); which days are shifted around them is known from the notice alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chinese_calendar import constants, get_holiday_detail

from content.lunar import lunar_days, new_years_eve, solar_terms

LAW_OF = 2025  # the first year of the thirteen days
STATUTORY_DAYS = 13
NAMES = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
PACKAGE_FIRST, PACKAGE_LAST = min(constants.holidays).year, max(constants.holidays).year
# Days: since 2014 none that was shifted lay farther from a statutory day (but for the single holiday of 2015-09-03).
_REACH_OF_REST, _REACH_OF_WORK = 5, 10
_SHORT = {name[:2]: name for name in NAMES}


@dataclass(frozen=True)
class Official:
    """What the notice says of a day: off or a make-up workday, for which holiday, in the notice of which year."""

    off: bool
    name: str
    notice: int


@lru_cache(maxsize=16)
def statutory(year: int) -> Mapping[date, str]:
    """Return the statutory days of a year by rule, with their names; none for the years before the law of 2025."""
    if year < LAW_OF:
        return {}
    new_year = lunar_days(year, 1, 1)[0]
    named = [
        ("元旦", [date(year, 1, 1)]),
        ("春节", [new_years_eve(year), *(new_year + timedelta(days=n) for n in range(3))]),
        ("清明节", [solar_terms(year)["清明"]]),
        ("劳动节", [date(year, 5, 1), date(year, 5, 2)]),
        ("端午节", lunar_days(year, 5, 5)),
        ("国庆节", [date(year, 10, day) for day in (1, 2, 3)]),
        ("中秋节", lunar_days(year, 8, 15)),
    ]
    found: dict[date, str] = {}
    for name, days in named:
        for day in days:
            found[day] = f"{found[day]}、{name}" if day in found else name
    return dict(sorted(found.items()))


def may_shift(day: date) -> bool:
    """Say whether a day lies so near to a statutory day that the notice may make it a day off, or a workday."""
    reach = timedelta(days=_REACH_OF_WORK if day.weekday() >= 5 else _REACH_OF_REST)
    years = range((day - reach).year, (day + reach).year + 1)
    return any(abs(day - other) <= reach for year in years for other in statutory(year))


def from_package(day: date) -> Official | None:
    """Return what chinesecalendar knows of a day in its years; None for an ordinary one."""
    off, english = get_holiday_detail(day)
    if english is None:
        return None
    chinese = constants.Holiday(english).chinese
    return Official(off, _SHORT.get(chinese[:2], chinese), day.year)
