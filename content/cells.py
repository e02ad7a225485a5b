"""What stands in a cell of somebody's table: a count as people spell it, a day as people write it, or no data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from content.values import NotUnderstood

NO_DATA = frozenset(
    ("", "-", "--", "---", "—", "——", "–", "/", "\\", "无", "暂无", "无数据", "暂无数据", "缺", "缺报", "未报", "未统计",
     "n/a", "na", "#n/a", "nan", "null", "none", "nil", "*", "…", "...")
)  # fmt: skip
NOT_WORKED_OUT = "#未计算"  # what the reader puts where a formula has no result in the file
LONG_AGO = 300  # days
MOST = 10**15  # Excel keeps 15 digits, and nothing that we count comes near
_SCALES = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_UNITS = "人次|人|次|个|条|篇|场|户|票|名"
_COUNT = re.compile(rf"(\d+|\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?: \d{{3}})+)(\.\d+)? ?([千万亿kw]?) ?({_UNITS})?")
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
_SERIAL_FROM, _SERIALS = date(1899, 12, 30), range(36_526, 73_051)  # Excel's days of the years 2000 to 2099
_FULL = (  # the same sign twice: 2026年1-11月 is a span of months, and no day
    r"(?P<year>20\d\d)\s*(?:(?:(?P<sign>[-/._])|年)\s*(?P<month>\d{1,2})\s*(?(sign)(?P=sign)|月)\s*(?P<day>\d{1,2})"
    r"|(?P<compact>\d{4}))(?!\d|\s*月)\s*[日号]?"
)
_MONTHS = r"20\d\d\s*[-/._年]\s*\d{1,2}\s*月?份?\s*[-—–~至到、和./]+\s*(?:0?[1-9]|1[0-2])\s*月(?!\s*\d)"
_SHORT = r"(?<![\d年])(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]"
_IN_TEXT = re.compile(rf"(?<!\d)(?:(?P<months>{_MONTHS})|{_FULL})|{_SHORT}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*[-/._年]")
_UNTIL = re.compile(
    r"\s*(?:[-—–~至到]+)\s*(?:(20\d\d)\s*[-/.年])?\s*(?:(\d{1,2})\s*[-/.月])?\s*(\d{1,2})(?:[日号]|(?!\d|\s*[月个条人次户]))"
)
_UNCLEAR = re.compile(
    r"\s*(?:[至到]|[-—–~]+\s*(?:今|\d{1,2}\s*月)|以来|起)"
)  # what follows the first day of a span without a last one
_WHOLE = re.compile(rf"{_FULL}(?:\s*\(?(?:周|星期)[一二三四五六日天]\)?)?(?:[\sT]+\d{{1,2}}:\d\d(?::\d\d(?:\.\d+)?)?)?")
_BARE = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_CUT = re.compile(r"\d{1,2}\.[123]")  # a table keeps 11.10 as 11.1
_AS_OF = re.compile(r"截[至止](?:到|于|日期)?\s*[::]?\s*$")
_MADE = re.compile(r"(?:制表|填表|填报|打印|导出|更新|下载|报送|上报)(?:日期|时间|日|于)?\s*[::]?\s*$")


def count(text: str, scale: int = 1) -> int | None:
    """Return the whole number that a cell says, None where it says that there are no data; NotUnderstood says why not.

    1,234, 1.2万, ２３４, "1234人" and 12.0 are numbers; a percentage, a fraction and a number below 0 are none here.
    scale: what the head of the column multiplies by (10,000 under "注册用户（万人）") where the cell names no unit itself.
    """
    if text.isdecimal() and text.isascii() and len(text) < 16:
        return int(text) * scale
    plain = plain_text(text).lower().lstrip("'")
    if plain in NO_DATA:
        return None
    found = _COUNT.fullmatch(plain)
    if found is None:
        raise NotUnderstood(_why_not(plain))
    digits = re.sub("[, ]", "", found[1]) + (found[2] or "")
    value = Decimal(digits) * (_SCALES[found[3]] if found[3] or found[4] else scale)
    if value != value.to_integral_value():
        raise NotUnderstood("不是整数")
    if value >= MOST:
        raise NotUnderstood("太大，不会是这里的数")
    return int(value)


def slack(text: str) -> int:
    """Return by how much a count may be off since it is rounded: half of the last digit of 1.7万, 0 where all digits stand."""
    found = _COUNT.fullmatch(plain_text(text).lower().lstrip("'"))
    if found is None or not found[3]:
        return 0
    digits = len(found[2] or ".") - 1
    return int(Decimal(_SCALES[found[3]]).scaleb(-digits) / 2)


def day(text: str, today: date) -> date | None:
    """Return the day that a cell says, None for an empty one; NotUnderstood for anything else.

    A day without a year is the last such day up to today; a number of five digits is a day of Excel's. 11.1 is no day:
    a table that takes it for a number keeps 11.10 as the same.
    """
    plain = plain_text(text)
    if plain.lower() in NO_DATA:
        return None
    if plain.isdecimal() and int(plain) in _SERIALS and len(plain) == 5:
        return _SERIAL_FROM + timedelta(days=int(plain))
    if found := _WHOLE.fullmatch(plain):
        return _full(found)
    if _CUT.fullmatch(plain):
        raise NotUnderstood(f"看不出是几号（表里的 {plain}0 也会变成 {plain}），请写成 2026-11-30 这样")
    if found := _BARE.fullmatch(plain):
        return _last(found[1], found[2], today)
    raise NotUnderstood("的日期看不懂，请写成 2026-11-30 这样")


def day_in(text: str, today: date) -> date | None:
    """Return the one day that a title, a sheet's name or a file's name tells; None where it is none, or not clear.

    Of a period its end counts, and one without a last day (1-11月) is not clear; 截至… goes before other days, and the
    day on which a table was made after them.
    """
    plain = plain_text(text)
    if found := re.fullmatch(r"(\d{1,2})[-.](\d{1,2})", plain):
        return _or_none(_last, found[1], found[2], today)
    told: dict[int, set[date | None]] = {}
    for rank, value in _days(plain, today):
        told.setdefault(rank, set()).add(value)
    best = told[min(told)] if told else set[date | None]()
    return next(iter(best)) if len(best) == 1 else None


def plain_text(text: str) -> str:
    """Return a text without what no eye sees, its blanks as single ones, its full-width signs as usual ones."""
    return " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).split())


def _why_not(plain: str) -> str:
    if plain.endswith(("%", "‰")):
        return "是百分比，不是数目"
    if plain.startswith("#"):
        return "是公式没有算出来的结果，请在表格软件里打开，算好以后另存一次"
    if re.fullmatch(r"-[\d,.]+", plain):
        return "是负数"
    if re.fullmatch(r"[\d.]+e[+-]?\d+", plain):
        return "被表格软件改成了科学计数，原来的数字可能丢了"
    if re.search(r"\d.*(?:\+$|以上|多|余)|^(?:约|超)", plain):
        return "是约数，请写准确的数"
    return "不是数"


def _days(text: str, today: date) -> Iterator[tuple[int, date | None]]:
    """Yield the days of a text with their ranks: 0 as of, 1 said, 2 made on; None for one that is told and not clear."""
    at = 0
    while found := _IN_TEXT.search(text, at):
        before, at = text[: found.start()], found.end()
        rank = 0 if _AS_OF.search(before) else 2 if _MADE.search(before) else 1
        first = None if found["months"] else _or_none(_of, found, today)
        if found["months"] or (first and _is_of_another_year(found, first, text)):
            yield rank, None
        elif first and (until := _UNTIL.match(text, at)):
            at = until.end()
            yield rank, _or_none(_end, first, until)
        elif first:
            yield rank, None if _UNCLEAR.match(text, at) else first


def _is_of_another_year(found: re.Match[str], day: date, text: str) -> bool:
    """Say whether a day that was told without a year got another one than those that the text names."""
    named = {int(year) for year in _YEAR.findall(text)}
    return not found["year"] and bool(named) and day.year not in named


def _of(found: re.Match[str], today: date) -> date:
    return _full(found) if found["year"] else _last(found["m"], found["d"], today)


def _full(found: re.Match[str]) -> date:
    compact = found["compact"] or ""
    return _made(found["year"], found["month"] or compact[:2], found["day"] or compact[2:])


def _end(first: date, until: re.Match[str]) -> date:
    """Return the last day of a span: of the next year where its month and day come before those of the first one."""
    month, number = int(until[2] or first.month), int(until[3])
    turns = not until[1] and until[2] and (month, number) < (first.month, first.day)
    last = _made(until[1] or first.year + bool(turns), month, number)
    if last < first:
        raise NotUnderstood("在开始以前")
    return last


def _made(year: str | int, month: str | int, number: str | int) -> date:
    try:
        return date(int(year), int(month), int(number))
    except ValueError as error:
        raise NotUnderstood("不是日历上有的日子") from error


def _last(month: str, number: str, today: date) -> date:
    """Return the last such day that is not after today; one of long ago is more likely a day to come, and asks for its year."""
    years = (today.year, today.year - 1)
    ago = [found for year in years if (found := _or_none(_made, year, month, number))]
    past = [found for found in ago if found <= today]
    if not ago:
        raise NotUnderstood("不是日历上有的日子")
    if not past or (today - past[0]).days > LONG_AGO:
        raise NotUnderstood("没有写年份，看不出是哪一年，请写成 2026-11-30 这样")
    return past[0]


def _or_none(read: Callable[..., date], *of: object) -> date | None:
    try:
        return read(*of)
    except NotUnderstood:
        return None
