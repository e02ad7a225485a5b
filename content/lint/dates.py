"""Rules for dates: against the weekday, impossible ones, ranges that run backwards, 今年 in a scheduled piece."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content.article import Level, Problem
from content.clock import local, local_day
from content.lint.example import Example
from content.lint.look import Look, Rule
from content.lint.reading import Piece

WEEKDAYS = "一二三四五六日"
_WEEKDAY = r"(?:[ ]*(?P<open>[（(])?[ ]*(?:星期|周|礼拜)(?P<weekday>[一二三四五六日天])(?![一二三四五六日天至到、—~－-])(?(open)[)）]?))?"
_DATE = re.compile(
    r"(?=[\d今明去前后])(?<![\d.])(?:"  # the first says at once where no date can begin
    r"(?:(?:(?P<y1>\d{4})[ ]*年|(?P<said>今年|明年|去年|前年|后年))[ ]*)?(?P<m1>\d{1,2})[ ]*月[ ]*(?P<d1>\d{1,2})[ ]*[日号](?!线|楼|院|馆|店|门|厅|桌|机|口|库|段|井|文|刊)"
    r"|(?P<y2>\d{4})[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2})(?![\d.])"
    r"|(?P<m3>\d{1,2})[./](?P<d3>\d{1,2})(?=[ ]*[（(][ ]*(?:星期|周)[一二三四五六日天])"
    rf"){_WEEKDAY}"
)
_TO = r"[ ]*(?:至|到|—{1,2}|－|–|~|～|-)[ ]*"
_DAYS = re.compile(
    rf"(?:(?P<y>\d{{4}})年)?(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?(?:[（(][^（）()\n]{{0,8}}[)）])?{_TO}"
    r"(?:(?P<y2>\d{4})年)?(?:(?P<m2>\d{1,2})月)?(?P<d2>\d{1,2})[日号](?!楼|院|馆|店|线)"
)
_YEARS = re.compile(rf"(?<!\d)(?P<a>(?:19|20)\d\d)年?{_TO}(?P<b>(?:19|20)\d\d)年")
_HOURS = re.compile(rf"(?<![\d:：])(?P<h>\d{{1,2}})[:：](?P<n>\d\d){_TO}(?P<h2>\d{{1,2}})[:：](?P<n2>\d\d)(?![\d:：])")
_NOW_WORDS = re.compile(
    r"(?<![当如而现古])今年(?![轻幼老长迈少纪（(])|(?<![次来])明年|去年|(?<![日基根原])本(?:周(?![边围全期转年岁密])|月)"
    r"|(?:(?<![以之向])[下上]周)(?![边围期转全密到详知游])|[上下]月(?![份饼球])|(?:今|明|昨|后)[天日](?=上午|下午|中午|晚|凌晨|起|举行|召开|举办|\d)"
)
_SPOKEN = re.compile(r"“[^“”\n]*”|「[^「」\n]*」")


@dataclass(frozen=True)
class Day:
    """A date as it stands in a text: where, its parts (year 0: not written), the weekday from 0, -1 when not written."""

    span: tuple[int, int]
    text: str
    year: int
    month: int
    day: int
    weekday: int

    def years(self, base: date) -> tuple[int, ...]:
        """Return the years that may be meant, seen from the day of publication; a year that is written is the one."""
        if self.year:
            return (self.year,)
        near = (base.year + 1,) if self.month < base.month else (base.year - 1,) if self.month > base.month else ()
        return (base.year, *near)

    def on(self, year: int) -> date | None:
        """Return the day in a year, or None where the calendar has none."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def days_in(text: str, base: date) -> Iterator[Day]:
    """Yield the dates of a text; 今年, 明年 and 去年 are told from the day of publication."""
    shifts = {"前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
    for found in _DATE.finditer(text):
        year = int(found["y1"] or found["y2"] or (base.year + shifts[found["said"]] if found["said"] else 0))
        month, day = int(found["m1"] or found["m2"] or found["m3"]), int(found["d1"] or found["d2"] or found["d3"])
        weekday = "一二三四五六日".index(found["weekday"].replace("天", "日")) if found["weekday"] else -1
        yield Day(found.span(), found[0].strip(), year, month, day, weekday)


def base_day(look: Look) -> date:
    """Return the day an article is read from: that of publication, else in its folder's month, else today."""
    if look.facts.publish_at is not None:
        return local_day(look.facts.publish_at)
    month = look.facts.month or look.context.month
    try:
        return date(int(month[:4]), int(month[5:7]), 1)
    except ValueError:
        return local_day(look.context.now)


def weekdays_agree(look: Look) -> Iterator[Problem]:
    """A date and its weekday must be of one day: readers come on the wrong one."""
    base = base_day(look)
    for piece in look.pieces:
        for day in (
            days_in(piece.text, base) if "周" in piece.text or "星期" in piece.text or "礼拜" in piece.text else ()
        ):
            meant = [found for year in day.years(base) if (found := day.on(year))]
            if day.weekday >= 0 and meant and all(found.weekday() != day.weekday for found in meant):
                yield look.found(piece, day.span, "DATE_WEEKDAY", Level.ERROR, _weekday_message(day, meant[0]))


def _weekday_message(day: Day, meant: date) -> str:
    offset = (day.weekday - meant.weekday() + 3) % 7 - 3
    other = meant + timedelta(days=offset)
    year = "" if day.year else f"如果说的不是{meant.year}年，请写上年份；"
    return (
        f"“{day.text}”对不上：{meant.year}年{meant.month}月{meant.day}日是星期{WEEKDAYS[meant.weekday()]}，"
        f"离它最近的星期{WEEKDAYS[day.weekday]}是{other.month}月{other.day}日。{year}请核对日期和星期。"
    )


def dates_exist(look: Look) -> Iterator[Problem]:
    """2月30日 and 13月1日 are in no calendar."""
    base = base_day(look)
    for piece in look.pieces:
        for day in days_in(piece.text, base):
            if not any(day.on(year) for year in day.years(base)) and (day.year or day.on(2024) is None):
                year = f"{day.year}年" if day.year else ""
                message = f"没有“{year}{day.month}月{day.day}日”这一天，请核对。"
                yield look.found(piece, day.span, "DATE_IMPOSSIBLE", Level.ERROR, message)


def ranges_run_forward(look: Look) -> Iterator[Problem]:
    """A range that ends before it begins has a wrong end or a wrong beginning."""
    for piece in look.pieces:
        for pattern, backwards in ((_DAYS, _days_backwards), (_YEARS, _years_backwards), (_HOURS, _hours_backwards)):
            for found in pattern.finditer(piece.text):
                if backwards(found):
                    message = f"“{found[0]}”的结束在开始之前，请核对前后两个数。"
                    yield look.found(piece, found.span(), "RANGE_BACKWARDS", Level.ERROR, message)


def _days_backwards(found: re.Match[str]) -> bool:
    """Without a year, December to January is the turn of the year, and no mistake."""
    month, last = int(found["m"]), int(found["m2"] or found["m"])
    if found["y2"]:
        return bool(found["y"]) and (int(found["y2"]), last, int(found["d2"])) < (
            int(found["y"]),
            month,
            int(found["d"]),
        )
    if month != last:
        return bool(found["y"]) and last < month and month - last < 6
    return int(found["d2"]) < int(found["d"])


def _years_backwards(found: re.Match[str]) -> bool:
    return int(found["b"]) < int(found["a"])


def _hours_backwards(found: re.Match[str]) -> bool:
    """A night's watch ends on the next morning."""
    hour, last = int(found["h"]), int(found["h2"])
    overnight = hour >= 17 and last <= 10
    return max(hour, last) <= 24 and not overnight and (last, int(found["n2"])) < (hour, int(found["n"]))


def words_hold_on_the_day(look: Look) -> Iterator[Problem]:
    """今年, 本周 and 明天 are read on the day of publication, not on the day of writing."""
    if look.facts.publish_at is None:
        return
    out = local(look.facts.publish_at)
    for piece in look.pieces:
        seen: set[str] = set()
        spoken = [found.span() for found in _SPOKEN.finditer(piece.text)]
        for found in _NOW_WORDS.finditer(piece.text):
            if found[0] in seen or any(start <= found.start() < end for start, end in spoken) or _dated(piece, found):
                continue
            seen.add(found[0])
            message = (
                f"“{found[0]}”要从发布那天（{out.year}年{out.month}月{out.day}日）算起，定时发布的稿子容易错。"
                f"请写明年月日，例如“{_example(found[0], out.date())}”。"
            )
            yield look.found(piece, found.span(), "DATE_RELATIVE", Level.WARN, message)


def _dated(piece: Piece, found: re.Match[str]) -> bool:
    """今年12月5日（2026年） and the like say the day themselves."""
    return re.match(r"[（(]?\d{4}年", piece.text[found.end() :]) is not None


def _example(word: str, out: date) -> str:
    if word.endswith("年"):
        return f"{out.year + {'今': 0, '明': 1, '去': -1}[word[0]]}年"
    if "月" in word:
        first = out.replace(day=15) + timedelta(days={"本": 0, "上": -30, "下": 30}[word[0]])
        return f"{first.year}年{first.month}月"
    shift = {"昨": -1, "明": 1, "后": 2}.get(word[0], 0)
    day = out + timedelta(days=shift)
    return f"{day.month}月{day.day}日"


RULES: tuple[Rule, ...] = (weekdays_agree, dates_exist, ranges_run_forward, words_hold_on_the_day)

EXAMPLES = (
    Example(
        "DATE_WEEKDAY", "日期和星期要对得上；没有写年份的，按发布时间推算。",
        "义诊定于12月5日（星期五）上午举行。", "义诊定于12月5日（星期六）上午举行。",
    ),
    Example("DATE_IMPOSSIBLE", "日期要真的存在。", "报名截止到2月30日。", "报名截止到2月28日。"),
    Example("RANGE_BACKWARDS", "起止时间要先早后晚。", "展览时间为12月15日至3日。", "展览时间为12月3日至15日。"),
    Example(
        "DATE_RELATIVE", "定时发布的稿子里，今年、本周、明天要写成年月日。",
        "今年以来，议事会开了十二次。", "2026年以来，议事会开了十二次。",
    ),
)  # fmt: skip
