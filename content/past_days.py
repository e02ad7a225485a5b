"""Days as people say them of what is done: 今天, 昨天, 12月3日, 3号, 周三, 上周五; always the last one that fits."""

from __future__ import annotations

import re
from datetime import date, timedelta

_NEAR = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3, "明天": -1, "后天": -2}
_WEEKDAYS = "一二三四五六日"
_HALF_YEAR = 183
_SAID = re.compile(
    r"(?P<near>大前天|今天|今日|昨天|昨日|前天|明天|后天)"
    r"|(?P<year>20\d{2})\s*[-/.年]\s*(?P<ymonth>\d{1,2})\s*[-/.月]\s*(?P<yday>\d{1,2})\s*[日号]?"
    r"|(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]?"
    r"|(?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?![\d.])"
    r"|(?P<only>\d{1,2})[日号](?!楼|院|门)"
    r"|(?P<week>上|本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)


def day_at(text: str, start: int, today: date) -> tuple[date, int] | None:
    """Return the day that is said at a place of a text, and where its words end; None where none is said.

    text: with narrow figures. A day without its year is this year's, or the last year's where this year's lies
    more than half a year ahead; a day of the month or of the week is the last one. What is ahead is returned as it is.
    """
    said = _SAID.match(text, start)
    if said is None:
        return None
    try:
        return _day(said, today), said.end()
    except ValueError:  # 2月30日
        return None


def _day(said: re.Match[str], today: date) -> date:
    if said["near"]:
        return today - timedelta(days=_NEAR[said["near"]])
    if said["year"]:
        return date(int(said["year"]), int(said["ymonth"]), int(said["yday"]))
    if said["weekday"]:
        return _weekday(said["week"] or "", _WEEKDAYS.index(said["weekday"].replace("天", "日")), today)
    if said["only"]:
        return _last_of_number(int(said["only"]), today)
    there = date(today.year, int(said["month"] or said["m"]), int(said["day"] or said["d"]))
    return there.replace(year=today.year - 1) if (there - today).days > _HALF_YEAR else there


def _weekday(which: str, weekday: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if which == "上":
        return monday + timedelta(days=weekday - 7)
    if which:
        return monday + timedelta(days=weekday)
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def _last_of_number(number: int, today: date) -> date:
    if number <= today.day:
        return today.replace(day=number)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=number)
