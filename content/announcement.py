"""The text of the State Council's notice on a year's holidays, read into its days.

国务院办公厅关于2026年部分节假日安排的通知 names each holiday in a paragraph: "二、春节：
2月15日（…、周日）至23日（…）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from content.article import Problem
from content.clock import days_between
from content.tables import fault

_YEAR = re.compile(r"关于\s*(\d{4})\s*年[\s\S]{0,12}?节假日")
_ITEM = re.compile(r"(?:(?<=[\s。])|^)[一二三四五六七八九十]+、\s*([^\s,。:]{2,16}?)\s*:")
_SENTENCE = re.compile(r"[^。\n]*(?:\n[^。\n]+)*")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]*)\))?")
_TO = re.compile(r"\s*(?:至|到|-|—|~)\s*")
_WEEKDAY = re.compile(r"(?:星期|周)([一二三四五六日天])")
_COUNT = re.compile(r"(?:共|放假)\s*(\d+)\s*天")


@dataclass(frozen=True)
class Told:
    """One day that a notice names: off or a make-up workday, for which holiday, in which line it stands."""

    day: date
    off: bool
    name: str
    line: int


class Notice:
    """The text of a notice while it is read; `days` and `problems` are what came of it."""

    def __init__(self, text: str, name: str) -> None:
        """Read a text; `name` is the file's, for the problems."""
        self.text = unicodedata.normalize("NFKC", text)
        self.name = name
        self.days: list[Told] = []
        self.problems: list[Problem] = []
        found = _YEAR.search(self.text)
        self.year = int(found[1]) if found else 0
        self._month = 0
        if found is None:
            self._add(0, "NOTICE_YEAR", "没有找到“关于某某年部分节假日安排的通知”这样的标题，不知道是哪一年。")
        else:
            self._read()

    def _read(self) -> None:
        items = list(_ITEM.finditer(self.text))
        ends = [*(item.start() for item in items), len(self.text)][1:]
        for item, end in zip(items, ends, strict=True):
            before = len(self.days)
            for sentence in _SENTENCE.finditer(self.text, item.end(), end):
                self._sentence(item[1], sentence)
            if not any(told.off for told in self.days[before:]):
                self._add(item.start(), "NOTICE_ITEM", f"“{item[1]}”这一条里没有读出放假的日期。")
        if not items:
            self._add(0, "NOTICE_ITEM", "没有找到“一、元旦：”这样的条目。请粘贴通知的全文，或改用 CSV。")

    def _sentence(self, name: str, sentence: re.Match[str]) -> None:
        off = "放假" in sentence[0]
        if not off and "上班" not in sentence[0]:
            return  # advice, such as to let people go home for the eve
        line = self.text.count("\n", 0, sentence.start()) + 1
        days = [day for span in self._spans(sentence) for day in days_between(*span)]
        self.days += [Told(day, off, name, line) for day in days]
        count = _COUNT.search(sentence[0])
        if off and days and count and int(count[1]) != len(days):
            message = f"“{name}”写着 {count[1]} 天，日期却是 {len(days)} 天，请核对。"
            self._add(sentence.start(), "NOTICE_COUNT", message)

    def _spans(self, sentence: re.Match[str]) -> Iterator[tuple[date, date]]:
        """Yield the spans of days that a sentence names; a date may leave its month to the one before it."""
        first: date | None = None
        end = 0
        for found in _DATE.finditer(sentence[0]):
            day = self._day(found, sentence.start())
            if first and day and _TO.fullmatch(sentence[0], end, found.start()):
                if day < first:
                    self._add(sentence.start(), "NOTICE_DATE", f"{first} 到 {day} 的先后反了。")
                else:
                    yield first, day
                first = None
            else:
                if first:
                    yield first, first
                first = day
            end = found.end()
        if first:
            yield first, first

    def _day(self, found: re.Match[str], at: int) -> date | None:
        self._month = int(found[2] or self._month)
        try:
            day = date(int(found[1] or self.year), self._month, int(found[3]))
        except ValueError:
            self._add(at, "NOTICE_DATE", f"没有这一天：“{found[0]}”。")
            return None
        said = _WEEKDAY.search(found[4] or "")
        if said and "一二三四五六日".index(said[1].replace("天", "日")) != day.weekday():
            right = "一二三四五六日"[day.weekday()]
            self._add(at, "NOTICE_WEEKDAY", f"“{found[0]}”与日历不符，{day} 是星期{right}。")
        return day

    def _add(self, at: int, code: str, message: str) -> None:
        self.problems.append(fault(self.name, self.text.count("\n", 0, at) + 1, code, message))
