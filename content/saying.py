"""Times as people say them in a message: 明天9点, 周五18:30, 12-05 20:00, 今晚8点半, and where the time ends."""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from datetime import date, datetime, time, timedelta

from content.clock import SHANGHAI, local
from content.errors import WrongUse
from content.numerals import CHINESE, NUMBER, number
from content.values import NotUnderstood, moment

EXAMPLES = "明天9点、周五18:30、12-05 20:00"
DAY = r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?"  # as digits; a pattern without groups
_PARTS = ("凌晨", "早上", "早晨", "上午", "中午", "下午", "傍晚", "晚上", "夜里", "早", "晚")
_AFTERNOON = ("下午", "傍晚", "晚上", "夜里", "晚")
_NIGHT, _MORNING = ("晚上", "夜里", "晚"), 5  # an hour before this one that is told as one of the night
_NEAR = {"大后天": 3, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "今": 0, "明": 1}
_WEEKDAYS = "一二三四五六日"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九十")} | {"两": 2}
_HOUR = r"(\d{1,2}|[零一二两三四五六七八九十]{1,3})"
_DAY = (
    r"(?:(?:(?P<near>大后天|今天|今日|明天|明日|后天|[今明](?=[早晚]))|(?P<week>下下?|本|这)?个?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])"
    r"|(?:(?P<month>\d{1,2})(?:\s*月\s*|[-/.])(?P<day>\d{1,2})\s*[日号]?)|(?P<only>\d{1,2})[日号])"
    r"(?:\s*\((?:周|星期|礼拜)(?P<called>[一二三四五六日天])\))?)"
)
_CLOCK = (
    rf"(?P<part>{'|'.join(_PARTS)})?\s*(?P<hour>{_HOUR[1:-1]})\s*(?:[:时点]\s*)"
    r"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>\d{1,2})分?|整)?"
)
_SAID = re.compile(  # blanks are never given back, or many of them would be tried in every division
    rf"\s*{_DAY}?\s*的?\s*{_CLOCK}(?:\s*(?:发布|发|推送))?".replace(r"\s*", r"\s*+")
)
_STARTS_WITH_DAY = re.compile(rf"\s*(?:\d{{4}}|{_DAY})")
_TO = re.compile(r"\s*+(?:那?就|还是|那)?\s*+(?:改?[到在至为]|定[在到于为])?\s*+")  # of 改期 3 到明天10点
_DATE_NUMBER = re.compile(rf"{CHINESE}(?=\s*+[月日号])")  # of 十二月五号
_FROM_NOW = re.compile(rf"\s*+(?:(半)|({NUMBER}))\s*+个?(半)?(小时|钟头|分钟)[之以]?后(?:发布?|推送)?[\s。.吧]*+")
_ONLY_DAY = re.compile(_DAY)
_STARTS_WITH_PART = re.compile("|".join(_PARTS))
_WHOLE = re.compile(r"\s*\d{4}\s*[-/.年].*?\d{1,2}\s*[:时点]\s*(?:半|\d{1,2}(?!\d))?\s*分?")


def when(words: str, now: datetime, *, on: date | None = None, part: str = "") -> datetime:
    """Return the moment that words say, which is the whole of them; WrongUse where they cannot be read.

    A weekday is the next one of that name whose time is ahead, 下周五 that of the coming calendar week. A day
    without its year is this year's, or next year's where it lies more than half a year back. What has passed
    is returned as it is: who sets a time must refuse it. 今晚1点 is not read: it may be meant of either day.
    on: the day of a time that names none itself, instead of today; part: the 下午 of one that names neither.
    """
    said = _without_to(words)
    if from_now := _from_now(said, now):
        return from_now
    if on and not _STARTS_WITH_DAY.match(said):
        now = datetime.combine(on, time(), SHANGHAI)
        said = said if _STARTS_WITH_PART.match(said.strip()) else f"{part}{said}"
    found = begins_with_time(said, now)
    if found is None or found[1].strip(" 。，,.!！吧谢了哈啊辛苦您你"):
        night = "可能是两天，半夜的请写哪一天凌晨，例如：12月6日凌晨1点" if _is_of_two_days(said) else ""
        raise WrongUse(f"时间看不懂：“{words.strip()[:30]}”{night}。请写成这样：{EXAMPLES}。")
    return found[0]


def day_alone(words: str, now: datetime, *, on: date | None = None) -> tuple[date, str] | None:
    """Return the day, and the part of it or "", that words say which name no hour; None for all others.

    Such are 后天, 周五, 2026-12-05, 后天下午, 今晚; 下午 alone is one of `on`, or of today.
    """
    text = _without_to(words).strip("。.吧 \t\n")
    part = next((part for part in _PARTS if text.endswith(part)), "")
    text, today = text.removesuffix(part).strip().removesuffix("的"), local(now)
    part = f"{part}上" if part in ("早", "晚") else part
    if not text:
        return (on or today.date(), part) if part else None
    try:
        return day_of(text, today.date(), ahead=True), part
    except ValueError:
        said = _ONLY_DAY.fullmatch(text)
    try:
        return (_day(said, time.max, today), part) if said else None
    except ValueError:  # 31号 in a month without one
        return None


def names_day(words: str) -> bool:
    """Say whether words about a time begin with a day."""
    return _STARTS_WITH_DAY.match(_without_to(words)) is not None


def day_of(words: str, today: date, *, ahead: bool) -> date:
    """Return the day that words say, such as 2026-12-01, 12-01, 12月1日, 明天; ValueError where they say none.

    ahead: without its year it is the nearest such day, looking half a year back; otherwise the last one up to today.
    """
    text = unicodedata.normalize("NFKC", words).strip()
    near = _NEAR.get(text, -1 if text in ("昨天", "昨日") else None)
    if near is not None:
        return today + timedelta(days=near)
    if not re.fullmatch(DAY, text):
        raise ValueError(words)
    *year, month, day = (int(number) for number in re.findall(r"\d+", text))
    if year:
        return date(year[0], month, day)
    if not ahead:
        return _last_of(month, day, today)
    there = date(today.year, month, day)
    return there.replace(year=today.year + 1) if (today - there).days > 183 else there


def _last_of(month: int, day: int, today: date) -> date:
    """Return the last such day up to today: 2月29日 is that of the last leap year; ValueError where no year has it."""
    date(2000, month, day)
    back = range(today.year, today.year - 9, -1)  # around 1900 and 2100 there are eight years between
    found = (date(year, month, day) for year in back if (month, day) != (2, 29) or isleap(year))
    return next(there for there in found if there <= today)


def begins_with_time(words: str, now: datetime) -> tuple[datetime, str] | None:
    """Return the moment that words begin with and what follows it; None where they begin with none."""
    plain = unicodedata.normalize("NFKC", words)
    if whole := _WHOLE.match(plain):
        try:
            at = moment(whole[0])
        except NotUnderstood:
            return None
        return (at, plain[whole.end() :]) if at else None
    said = _SAID.match(plain)
    if said is None:
        return None
    try:
        return _moment(said, local(now)), plain[said.end() :]
    except ValueError:  # 2月30日, 25点
        return None


def _without_to(words: str) -> str:
    """Return words, signs narrow and the numbers of a date as digits, without the 到 that they may begin with."""
    text = unicodedata.normalize("NFKC", words)
    text = _DATE_NUMBER.sub(lambda said: str(number(said[0])), text)
    to = _TO.match(text)
    return text[to.end() :] if to else text


def _from_now(words: str, now: datetime) -> datetime | None:
    """Return the minute that all of 半小时后 or 两个小时后 means; None for other words, and beyond a thousand."""
    said = _FROM_NOW.fullmatch(words)
    count = (0.5 if said[1] else number(said[2])) + (0.5 if said[3] else 0) if said else 0
    if said is None or not 0 < count < 1000:
        return None
    span = timedelta(minutes=count) if said[4] == "分钟" else timedelta(hours=count)
    return (now + span).replace(second=0, microsecond=0)


def _is_of_two_days(words: str) -> bool:
    """Say whether words begin with an hour after midnight that is told as one of the evening before."""
    said = _SAID.match(unicodedata.normalize("NFKC", words))
    return said is not None and _after_midnight(said["part"] or "", _number(said["hour"]))


def _after_midnight(part: str, hour: int) -> bool:
    return (part in _NIGHT and (hour == 12 or hour < _MORNING)) or (part == "凌晨" and hour == 12)


def _moment(said: re.Match[str], now: datetime) -> datetime:
    part = said["part"] or ""
    hour, minute = _number(said["hour"]), int(said["minute"] or 0)
    minute = 30 if said["half"] else {"一": 15, "三": 45}.get(said["quarter"] or "", minute)
    if _after_midnight(part, hour):
        raise ValueError("an hour of the night belongs to two days")
    late = part in _AFTERNOON or (part == "中午" and hour < 10)
    at = time(hour + 12 if late and hour < 12 else hour, minute)
    return datetime.combine(_day(said, at, now), at, SHANGHAI)


def _day(said: re.Match[str], at: time, now: datetime) -> date:
    day = _named_day(said, at, now)
    if said["called"] and _WEEKDAYS.index(said["called"].replace("天", "日")) != day.weekday():
        raise ValueError("a date and the weekday of another")
    return day


def _named_day(said: re.Match[str], at: time, now: datetime) -> date:
    today = now.date()
    if said["near"]:
        return today + timedelta(days=_NEAR[said["near"]])
    if said["weekday"]:
        return _weekday(said["week"] or "", _WEEKDAYS.index(said["weekday"].replace("天", "日")), at, now)
    if said["month"]:
        return day_of(f"{said['month']}-{said['day']}", today, ahead=True)
    if said["only"]:
        there = today.replace(day=int(said["only"]))
        following = today.replace(day=28) + timedelta(days=4)
        return there if there >= today else following.replace(day=there.day)
    return today


def _weekday(which: str, weekday: int, at: time, now: datetime) -> date:
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    if which in ("本", "这"):
        return monday + timedelta(days=weekday)
    if which:
        return monday + timedelta(days=7 * len(which) + weekday)
    there = today + timedelta(days=(weekday - today.weekday()) % 7)
    return there + timedelta(days=7) if there == today and at <= now.time() else there


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _DIGITS[text] if len(text) == 1 else -1
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
