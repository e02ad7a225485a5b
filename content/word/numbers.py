"""Automatic numbers: Word counts them while it shows a document, and they stand nowhere in its text."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from content.word.looks import Looks
from content.word.ooxml import child, tag, value

LEVELS = 9  # what Word has
_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True)
class Number:
    """The number of one paragraph: as Word shows it, "" for a bullet; its level; the count behind it, the format."""

    text: str
    level: int
    count: int
    format: str

    @property
    def bullet(self) -> bool:
        """Whether it is a bullet."""
        return self.format == "bullet"


@dataclass
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # the level whose next number begins this one anew; None is any level above
    style: str = ""


@dataclass
class _Abstract:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """The numberings of one document, counted on with every paragraph asked about, in the order of the text."""

    def __init__(self, root: Element | None, looks: Looks) -> None:
        """Take the root of numbering.xml, or None, and the styles."""
        self._looks = looks
        found = root.findall(tag("w:abstractNum")) if root is not None else []
        self._abstracts = {one.get(tag("w:abstractNumId"), ""): _Abstract(_levels(one)) for one in found}
        self._links = {one.get(tag("w:abstractNumId"), ""): value(one, "w:numStyleLink") or "" for one in found}
        nums = root.findall(tag("w:num")) if root is not None else []
        self._nums = {one.get(tag("w:numId"), ""): one for one in nums}
        self._begun: set[tuple[str, int]] = set()

    def next_of(self, paragraph: Element) -> Number | None:
        """Return the paragraph's number and count on; None for a paragraph without one."""
        number, told = self._looks.of_paragraph(paragraph).number
        abstract = self._abstract(number) if number in self._nums else None
        if abstract is None:
            return None
        level = self._level(told, abstract, self._looks.style_of(paragraph))
        settings = abstract.levels.get(level, _Level())
        self._count(number, abstract, level, settings)
        if settings.format == "none" and not settings.text:
            return None
        text = "" if settings.format == "bullet" else _shown(abstract, settings.text)
        return Number(text, level, abstract.counts[level], settings.format)

    def _abstract(self, number: str) -> _Abstract | None:
        """Return what a numbering rests on; a linked one rests on that of a style."""
        for _ in range(3):
            name = value(self._nums.get(number), "w:abstractNumId") or ""
            if not self._links.get(name):
                return self._abstracts.get(name)
            number = self._looks.of_style(self._links[name]).number[0]
        return None

    def _level(self, told: str, abstract: _Abstract, style: str) -> int:
        if told.isdigit():
            return min(int(told), LEVELS - 1)
        return next((level for level, one in abstract.levels.items() if one.style and one.style == style), 0)

    def _count(self, number: str, abstract: _Abstract, level: int, settings: _Level) -> None:
        override = self._start_over(number, level)
        if override is not None and (number, level) not in self._begun:
            abstract.counts[level] = override
        elif level in abstract.counts:
            abstract.counts[level] += 1
        else:
            abstract.counts[level] = settings.start
        self._begun.add((number, level))
        for lower in [other for other in abstract.counts if other > level]:
            restart = abstract.levels.get(lower, _Level()).restart
            if restart is None or level < restart:
                del abstract.counts[lower]

    def _start_over(self, number: str, level: int) -> int | None:
        for one in self._nums[number].findall(tag("w:lvlOverride")):
            start = value(one, "w:startOverride") or ""
            if one.get(tag("w:ilvl")) == str(level) and start.isdigit():
                return int(start)
        return None


def _levels(abstract: Element) -> dict[int, _Level]:
    found = {}
    for one in abstract.findall(tag("w:lvl")):
        level, start, restart = one.get(tag("w:ilvl"), ""), value(one, "w:start") or "", value(one, "w:lvlRestart")
        if level.isdigit():
            found[int(level)] = _Level(
                value(one, "w:numFmt") or _choice(one) or "decimal",
                value(one, "w:lvlText") or "",
                int(start) if start.isdigit() else 1,
                int(restart) if restart and restart.isdigit() else None,
                value(one, "w:pStyle") or "",
            )
    return found


def _choice(level: Element) -> str:
    """Return a format that newer Word keeps beside an older one."""
    return value(child(level, "mc:AlternateContent", "mc:Fallback"), "w:numFmt") or ""


def _shown(abstract: _Abstract, text: str) -> str:
    for level in range(LEVELS):
        if f"%{level + 1}" in text:
            settings = abstract.levels.get(level, _Level())
            count = abstract.counts.setdefault(level, settings.start)
            text = text.replace(f"%{level + 1}", numeral(count, settings.format))
    return text


def numeral(count: int, format_: str) -> str:
    """Return a count as a numbering format of Word writes it; an unknown format is written in figures."""
    if "chinese" in format_.lower() or format_ in _LIKE_CHINESE:
        return _chinese(count, _LEGAL if "Legal" in format_ else _HAN)
    if format_.endswith("Letter"):
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1) if count > 0 else "0"
        return letters.upper() if format_.startswith("upper") else letters
    if format_.endswith("Roman"):
        return _roman(count).upper() if format_.startswith("upper") else _roman(count)
    if format_.startswith("ideographTraditional"):
        return _STEMS[(count - 1) % len(_STEMS)]
    if format_.startswith("ideographZodiac"):
        return _BRANCHES[(count - 1) % len(_BRANCHES)]
    if format_.startswith("decimalEnclosedCircle") and 1 <= count <= 20:
        return chr(0x2460 + count - 1)
    return f"{count:02d}" if format_ == "decimalZero" else "" if format_ == "none" else str(count)


_LIKE_CHINESE = frozenset(("japaneseCounting", "japaneseDigitalTenThousand", "ideographDigital", "taiwaneseCounting"))


def _roman(count: int) -> str:
    text = ""
    for number, letters in _ROMAN:
        text += letters * (min(count, 9999) // number if count > 0 else 0)
        count = count % number if count > 0 else count
    return text


def _chinese(count: int, digits: str) -> str:
    """Return 一, 十, 十二, 二十三, 一百零五; from 10,000 on in figures."""
    if not 0 <= count < 10000:
        return str(count)
    units = ("", "十", "百", "千") if digits == _HAN else ("", "拾", "佰", "仟")
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = count // 10**power % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + units[power]
        gap = not digit
    text = text or digits[0]
    return text.removeprefix("一") if 10 <= count < 20 and digits == _HAN else text
