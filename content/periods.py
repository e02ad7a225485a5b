"""Periods as people say them: 昨天, 上周, 本月, 去年, 近30天, a day, a month, from a day to a day; in Shanghai days."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from content.errors import OpsError, WrongUse
from content.months import month_span, next_month
from content.saying import DAY, day_of

EXAMPLES = "昨天、上周、本月、上月、本年、12-01、12-01到12-05"
_DAY = re.compile(DAY)
_RANGE = re.compile(rf"(?P<first>{DAY})\s*(?:到|至|~|-|—|,|、|\s)\s*(?:(?P<last>{DAY})|(?P<only>\d{{1,2}})\s*[日号])")
_MONTH = re.compile(r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*月(?:份)?|(\d{4})[-/.](\d{1,2})")
_RECENT = re.compile(r"(?:最近|近|过去|前)?\s*(\d{1,3})\s*天")
_WITH_YEAR = re.compile(r"\d{4}")
_YEAR = re.compile(r"(\d{4})年?")
_TODAY = ("今天", "今日", "当天")
_HALF_YEAR = timedelta(days=183)


@dataclass(frozen=True)
class Period:
    """From one Shanghai day to another, both included, as people call it."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    def in_words(self, today: date) -> str:
        """Return its days: 12月1日—12月5日, with the years where they are not all of this one."""
        year = self.first.year != today.year
        if self.first == self.last:
            return day_in_words(self.first, year=year)
        until = day_in_words(self.last, year=year and self.last.year != self.first.year)
        return f"{day_in_words(self.first, year=year)}—{until}"

    def before(self) -> Period:
        """Return the period of as many days just before."""
        return Period("前一期", self.first - timedelta(days=self.days), self.first - timedelta(days=1))


def period(words: str, today: date) -> Period:
    """Return the period that words name, ending yesterday at the latest, since a day's figures come on the next.

    A day without its year is the last such day. OpsError where it has no complete day yet; WrongUse for
    words that are none.
    """
    text = unicodedata.normalize("NFKC", words).strip(" 。.!?吧的")
    if text in _TODAY:
        raise OpsError("今日数据明早8点后可查。昨天的请发：统计 昨天")
    found = _named("".join(text.split()), today) or _written(text, today)
    if found is None:
        raise WrongUse(f"时间“{text[:20]}”看不懂。可以写：{EXAMPLES}。")
    last = min(found.last, today - timedelta(days=1))
    if found.first > last:
        raise OpsError(f"{found.name}还没有完整的一天，数据要到第二天早上 8 点半以后才有。")
    return Period(found.name, found.first, last)


def day_in_words(day: date, *, year: bool = False) -> str:
    """Return a day as people read it."""
    return f"{f'{day.year}年' if year else ''}{day.month}月{day.day}日"


def last_week(today: date) -> Period:
    """Return the last whole week, from Monday to Sunday."""
    monday = today - timedelta(days=today.weekday() + 7)
    return Period("上周", monday, monday + timedelta(days=6))


def recent(days: int, today: date) -> Period:
    """Return the last days up to yesterday."""
    return Period(f"近 {days} 天", today - timedelta(days=days), today - timedelta(days=1))


def _named(text: str, today: date) -> Period | None:
    month = f"{today:%Y-%m}"
    known: dict[str, Callable[[], tuple[date, date]]] = {
        "昨天": lambda: (today - timedelta(days=1),) * 2,
        "前天": lambda: (today - timedelta(days=2),) * 2,
        "本周": lambda: (today - timedelta(days=today.weekday()), today),
        "上周": lambda: (last_week(today).first, last_week(today).last),
        "本月": lambda: month_span(month),
        "上月": lambda: month_span(next_month(month, -1)),
        "本年": lambda: (today.replace(month=1, day=1), today),
        "去年": lambda: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }
    name = _OTHER_NAMES.get(text, text)
    return Period(name, *known[name]()) if name in known else None


def _written(text: str, today: date) -> Period | None:
    try:
        if said := _RANGE.fullmatch(text):
            first, last = _range(said, today)
            return Period("这段时间", min(first, last), max(first, last))
        if _DAY.fullmatch(text):
            return Period("这一天", *(_day(text, today),) * 2)
        if said := _MONTH.fullmatch(text):
            return Period("这个月", *month_span(_month(said, today)))
        if (said := _RECENT.fullmatch(text)) and int(said[1]):
            return recent(int(said[1]), today)
        if said := _YEAR.fullmatch(text):
            return Period("这一年", date(int(said[1]), 1, 1), date(int(said[1]), 12, 31))
    except ValueError:  # 2月30日, 13月
        return None
    return None


def _range(said: re.Match[str], today: date) -> tuple[date, date]:
    """Return the days that a range names; one without its year goes by the other.

    An end without its year is the first such day from the beginning on, where that is within half a year:
    12-28到01-03 passes the new year, 12-05到12-01 is told the wrong way round. ValueError for a day that is none.
    """
    if said["only"]:
        first = _day(said["first"], today)
        last = first.replace(day=int(said["only"]))
        if last < first:
            raise ValueError(said[0])
        return first, last
    if _WITH_YEAR.match(said["last"]):
        last = _day(said["last"], today)
        return day_of(said["first"], min(last, today), ahead=False), last
    first = _day(said["first"], today)
    following = day_of(said["last"], first + _HALF_YEAR, ahead=False)
    return first, following if following >= first else day_of(said["last"], first, ahead=False)


def _day(text: str, today: date) -> date:
    return day_of(text, today, ahead=False)


def _month(said: re.Match[str], today: date) -> str:
    """Return the month; one without its year is the last such month."""
    number = date(2000, int(said[2] or said[4]), 1).month
    if year := said[1] or said[3]:
        return f"{int(year):04}-{number:02}"
    return f"{today.year - (number > today.month)}-{number:02}"


_OTHER_NAMES = {
    "昨日": "昨天", "前日": "前天", "这周": "本周", "这个星期": "本周", "本星期": "本周", "上个周": "上周", "上星期": "上周",
    "上个星期": "上周", "上一周": "上周", "这个月": "本月", "当月": "本月", "上个月": "上月", "今年": "本年", "全年": "本年",
    "年度": "本年", "上年": "去年",
}  # fmt: skip
