"""The weekly report of a community as a page for a phone: one HTML file that needs nothing beside it."""

from __future__ import annotations

from dataclasses import dataclass

from content.sparks import NOT_FROM_ZERO, chart
from content.templates import render
from content.weekly_book import names_of, title, unit_of
from content.weekly_facts import ACTS, COUNTING, STOCK_RULE, STOCKS, TOTAL, USERS, Facts, number, sentences
from content.weeks import Week

WIDE, TALL = 320, 56  # of a chart, in units of its own


@dataclass(frozen=True)
class Tile:
    """One figure of the page: its name, the week's value, how it differs, its own last weeks as bars and when these begin."""

    name: str
    unit: str
    value: str
    change: str
    svg: str
    first: str


def page(facts: Facts, line: str, *, again: str = "", seen: str = "") -> str:
    """Return the page; `line` is the watermark at its foot.

    again: that there is a newer version, "" where this is the newest. seen: the address that says it was opened, "" for none.
    """
    names = names_of(facts)
    tiles = [_tile(facts, name, names[name]) for name in (*USERS, TOTAL, "groups", "topics")]
    rows = [
        (names[name], unit_of(name), number(facts.now(name)), number(facts.change(name), signed=True))
        for name in names
        if name in ACTS or name in STOCKS or name.startswith("work:")
    ]
    told = {
        "title": title(facts), "facts": facts, "said": sentences(facts), "tiles": tiles, "rows": rows, "line": line, "again": again,
        "seen": seen, "not_from_zero": NOT_FROM_ZERO, "rules": [facts.rule_in_words, facts.contract, STOCK_RULE, COUNTING],
    }  # fmt: skip
    return render("reports/weekly.html", told)


def _tile(facts: Facts, name: str, word: str) -> Tile:
    values = facts.of(name)
    begun, known = (
        facts.weeks[0],
        next((w for w, v in zip(facts.weeks, values, strict=True) if v is not None), facts.week),
    )
    svg = chart(values, width=WIDE, height=TALL, title=f"{word}，{known.in_words}以来") if _is_trend(values) else ""
    change = number(facts.change(name), signed=True)
    first = f"{_day(begun)}起" if known == begun else f"{_day(begun)}起，{_day(known)}起有数"
    return Tile(word, unit_of(name), number(facts.now(name)), change, svg, first)


def _day(week: Week) -> str:
    return f"{week.first.month}月{week.first.day}日"


def _is_trend(values: object) -> bool:
    assert isinstance(values, (list, tuple))
    return sum(value is not None for value in values) > 1
