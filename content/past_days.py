"""Days as people say them of what is done: 今天, 昨天, 12月3日, 十二月三日, 3号, 周三, 上周五; the last one that fits."""

from __future__ import annotations

import re
from datetime import date, timedelta

from content.errors import OpsError
from content.numerals import CHINESE, number

_NEAR = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3, "明天": -1, "后天": -2}
_WEEKDAYS = "一二三四五六日"
_HALF_YEAR = 183
_LONGEST_MONTH = 31
_NO_HOUSE = "(?!楼|院|门)"
_UNIT = r"[余多]?[人名位户个次栋层岁份场]|小时|公里|号[楼院门]"
_UNIT_APART = r"人(?![次民员工口力家大小])|[人名位户个次](?![\u4e00-\u9fff])|小时|号[楼院门]"  # not 12-3 户外宣传
_COUNTED = rf"(?:{_UNIT}|\s+(?:{_UNIT_APART}))"  # 5-6人 and 1.5 小时 are no days
_APART = r"(?=\s|[，,。；;、：:!！?？()（）]|$|[到去在赴]|[上下中]午|早上|晚上)"
_SAID = re.compile(
    r"(?P<near>大前天|今天|今日|昨天|昨日|前天|明天|后天)"
    r"|(?P<year>20\d{2})\s*[-/.年]\s*(?P<ymonth>\d{1,2})\s*[-/.月]\s*(?P<yday>\d{1,2})\s*[日号]?"
    r"|(?P<compact>20\d{6})(?!\d)"
    rf"|(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})(?:\s*[日号]{_NO_HOUSE}|(?!\d|{_COUNTED}))"
    rf"|(?P<cmonth>{CHINESE})月(?P<cday>{CHINESE})[日号]{_NO_HOUSE}"
    rf"|(?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:[日号]{_NO_HOUSE})?(?![\d.]|{_COUNTED}){_APART}"
    rf"|(?P<only>\d{{1,2}})[日号]{_NO_HOUSE}"
    r"|(?P<week>上上?|下下?|本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
)

_TO = re.compile(r"\s*(?:[-~～—–]+|至|到|(?P<list>[、和及与]))\s*")
_DAY_NUMBER = re.compile(r"\d{1,2}(?=\s|[，,。；;、]|$)")
_MONTH, _DAY_OF_MONTH = "(?:1[0-2]|0?[1-9])", r"(?:3[01]|[12]\d|0?[1-9])"
_SPAN = re.compile(  # 11.16-11.18, 11-16至11-18
    rf"{_MONTH}[./]{_DAY_OF_MONTH}\s*[-~～—–至到]+\s*{_MONTH}[./]{_DAY_OF_MONTH}{_APART}"
    rf"|{_MONTH}-{_DAY_OF_MONTH}\s*[~～—–至到]+\s*{_MONTH}-{_DAY_OF_MONTH}{_APART}"
)


def days_at(text: str, start: int, today: date) -> str:
    """Return the words of more than one day that stand at a place of a text: 11月16日-18日, 昨天和今天; "" for others."""
    if span := _SPAN.match(text, start):
        return span[0]
    first = day_at(text, start, today)
    sign = _TO.match(text, first[1]) if first else None
    if first is None or sign is None:
        return ""
    following = day_at(text, sign.end(), today)
    number = None if following or sign["list"] else _DAY_NUMBER.match(text, sign.end())  # 11月16-18
    end = following[1] if following else number.end() if number else 0
    return text[start:end]


def day_at(text: str, start: int, today: date) -> tuple[date, int] | None:
    """Return the day that is said at a place of a text, and where its words end; None where none is said.

    text: with narrow figures. A day without its year is this year's, or the last year's where this year's lies
    more than half a year ahead; a day of the month or of the week is the last one. What is ahead is returned as it is.
    OpsError for what is said as a day and is none, such as 11月31日: it must not pass for today.
    """
    said = _SAID.match(text, start)
    if said is None:
        return None
    try:
        return _day(said, today), said.end()
    except ValueError as error:  # 2月30日
        if said["m"] or int(said["only"] or 0) > _LONGEST_MONTH:  # 13-2 and 99号 are houses
            return None
        raise OpsError(f"没有“{said[0].strip()}”这一天，请核对日期，写上月和日，例如：12月3日。") from error


def day_within(text: str, today: date) -> tuple[date | None, str]:
    """Return the day that stands as a word of its own in a text, None where there is none, and the text without it."""
    for word in re.finditer(r"[^\s，,；;。]+", text):
        said = day_at(word[0], 0, today)
        if said and said[1] == len(word[0]):
            return said[0], f"{text[: word.start()]} {text[word.end() :]}".strip(" ，,；;。")
    return None, text.strip(" ，,；;。")


def _day(said: re.Match[str], today: date) -> date:
    if said["near"]:
        return today - timedelta(days=_NEAR[said["near"]])
    if said["year"]:
        return date(int(said["year"]), int(said["ymonth"]), int(said["yday"]))
    if said["compact"]:
        return date(int(said["compact"][:4]), int(said["compact"][4:6]), int(said["compact"][6:]))
    if said["weekday"]:
        return _weekday(said["week"] or "", _WEEKDAYS.index(said["weekday"].replace("天", "日")), today)
    if said["only"]:
        return _last_of_number(int(said["only"]), today)
    month, day = said["month"] or said["m"] or said["cmonth"], said["day"] or said["d"] or said["cday"]
    there = date(today.year, number(month), number(day))
    return there.replace(year=today.year - 1) if (there - today).days > _HALF_YEAR else there


def _weekday(which: str, weekday: int, today: date) -> date:
    monday = today - timedelta(days=today.weekday())
    if which:
        weeks = which.count("下") - which.count("上")
        return monday + timedelta(days=7 * weeks + weekday)
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def _last_of_number(number: int, today: date) -> date:
    if number <= today.day:
        return today.replace(day=number)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=number)
