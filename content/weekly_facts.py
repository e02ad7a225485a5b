"""What the weekly report of one community tells: its figures beside its own last weeks, as JSON and as sentences.

Only its own past, no other community and no place in a ranking (domain.md §0.5); what nobody knows is None and shown
as "—". Two versions are told apart by `key`: names, articles, and the trend before the last week are no part of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from content.periods import day_in_words
from content.weeks import RULES, Week, week_of

UNKNOWN = "—"
TREND = 13  # weeks that the trend shows, the report's own included
RECENT = 8  # of them make the usual change a week
USERS = {"registered": "注册用户", "real_name": "实名认证用户"}
ACTS = {"views": "浏览", "likes": "点赞", "comments": "评论", "shares": "转发", "collections": "收藏", "votes": "投票"}
STOCKS = {"groups": "服务群", "group_members": "群成员", "topics": "议题（累计）"}
UNITS = {"registered": "人", "real_name": "人", "comments": "条", "groups": "个", "group_members": "人", "topics": "个"}
TOTAL = "interactions"  # the sum of ACTS
COUNTING = "平台互动是浏览、点赞、评论、转发、收藏、投票之和，有当日数的按当日数相加，没有的按累计数和上一周之差，不重复计；不含公众号文章。"
STOCK_RULE = "用户、群、议题是当周最后一次报来的数；增减和上一周最后一次报来的数比。"

Series = Sequence[int | None]


@dataclass(frozen=True)
class Work:
    """One piece of field work of the week: its kind, its day, what was done (masked), and how many people.

    wide: it was for the whole street, and not for the community alone.
    """

    kind: str
    day: str
    text: str
    people: int | None = None
    wide: bool = False


class Usual(NamedTuple):
    """A mean over those of the RECENT weeks before that are known, and how many these are."""

    mean: float
    weeks: int

    @property
    def in_words(self) -> str:
        """Return over which weeks it is: 前 8 周平均, 前 8 周中 4 周平均."""
        return f"前 {RECENT} 周平均" if self.weeks == RECENT else f"前 {RECENT} 周中 {self.weeks} 周平均"


@dataclass(frozen=True)
class Facts:
    """One community's week.

    monday: of the week. from_day, to_day: the part of it that the contract has. rule: of weeks.RULES. origin: what
    the community was made of, "" for one that was there before. since: its first day, "" for long ago. merged: its past
    is the sum of the communities that it was made of. series: of TREND weeks, oldest first, by the names of USERS, ACTS, STOCKS, TOTAL and "work:走访". missing: what did not come
    in, as sentences. articles: day and title of the account's articles of the week. means: of all communities, only
    where the settings ask for them.
    """

    code: str
    name: str
    official: str
    street: str
    street_code: str
    monday: str
    from_day: str
    to_day: str
    rule: str
    contract: str = ""
    origin: str = ""
    since: str = ""
    merged: bool = False
    series: Mapping[str, Series] = field(default_factory=dict)
    work: Sequence[Work] = ()
    missing: Sequence[str] = ()
    articles: Sequence[Sequence[str]] = ()
    means: Mapping[str, float] = field(default_factory=dict)

    @property
    def week(self) -> Week:
        """Return its week."""
        return week_of(date.fromisoformat(self.monday))

    @property
    def weeks(self) -> list[Week]:
        """Return the weeks of the trend, oldest first."""
        return [self.week.back(n) for n in range(TREND - 1, -1, -1)]

    @property
    def shown(self) -> str:
        """Return the community with its street."""
        return f"{self.street}{self.name}"

    @property
    def rule_in_words(self) -> str:
        """Return which weeks count, as every report prints it."""
        return f"周报按周一至周日；{RULES[self.rule]}。"

    @property
    def kinds_of_work(self) -> list[str]:
        """Return the kinds of field work that the trend has."""
        return [name.removeprefix("work:") for name in self.series if name.startswith("work:")]

    @property
    def past_in_words(self) -> str:
        """Return what the weeks before its beginning are."""
        return "以前的数是合并前各社区之和" if self.merged else "以前的数不补零"

    def of(self, name: str) -> Series:
        """Return a series, all unknown where there is none."""
        return self.series.get(name) or (None,) * TREND

    def now(self, name: str) -> int | None:
        """Return the week's own value."""
        return self.of(name)[-1]

    def alike(self, name: str) -> Series:
        """Return what of a series compares with the week's own value: of a sum only the weeks in which the same acts are known."""
        values = self.of(name)
        if name != TOTAL:
            return values
        known = [[self.of(act)[n] is not None for act in ACTS] for n in range(len(values))]
        return [value if parts == known[-1] else None for value, parts in zip(values, known, strict=True)]

    def change(self, name: str) -> int | None:
        """Return by how much the week's value differs from the last week's; None where one of them is unknown."""
        before, now = self.alike(name)[-2:]
        return None if before is None or now is None else now - before

    def usual_change(self, name: str) -> Usual | None:
        """Return the mean change a week of the RECENT weeks before this one; None with fewer than two of them."""
        values = self.of(name)[-RECENT - 2 : -1]
        return _usual([b - a for a, b in pairwise(values) if a is not None and b is not None])

    def usual(self, name: str) -> Usual | None:
        """Return the mean of the RECENT weeks before this one; None with fewer than two of them."""
        return _usual([value for value in self.alike(name)[-RECENT - 1 : -1] if value is not None])

    def to_json(self) -> str:
        """Return it as JSON."""
        return json.dumps(self._told(), ensure_ascii=False, separators=(",", ":"))

    def key(self) -> str:
        """Return what makes another version where it differs, as JSON."""
        told = self._told()
        for name in ("name", "official", "street", "articles", "means", "contract"):
            told.pop(name)
        told["series"] = {
            name: list(values[-2:])
            for name, values in self.series.items()
            if any(values[-2:])
            or not name.startswith("work:")  # that a kind was first recorded elsewhere is no news here
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True)

    def _told(self) -> dict[str, object]:
        return {**vars(self), "work": [vars(one) for one in self.work]}


def facts_of(text: str) -> Facts:
    """Return what `to_json` has written; ValueError, KeyError or TypeError where it is something else."""
    told = json.loads(text)
    told["work"] = [Work(**one) for one in told["work"]]
    return Facts(**told)


def number(value: float | None, *, signed: bool = False) -> str:
    """Return a number as people read it, "—" for an unknown one; means have one digit behind the point."""
    if value is None:
        return UNKNOWN
    sign = "+" if signed and value else ""
    return f"{value:{sign},}" if isinstance(value, int) else f"{value:{sign},.1f}"


def sentences(facts: Facts) -> list[str]:
    """Return the week as sentences that say what the numbers say, and nothing more."""
    told = (
        [
            f"{facts.name}{facts.origin}，{_since(facts)}起{'合并' if facts.merged else '单独'}统计，{facts.past_in_words}。"
        ]
        if facts.origin
        else []
    )
    told += [_stock(facts, name) for name in USERS]
    told += [_interactions(facts), _groups(facts), _work(facts), *facts.missing]
    return [one for one in told if one]


def _usual(known: Sequence[int]) -> Usual | None:
    return Usual(sum(known) / len(known), len(known)) if len(known) > 1 else None


def _since(facts: Facts) -> str:
    return day_in_words(date.fromisoformat(facts.since), year=True) if facts.since else "成立"


def _stock(facts: Facts, name: str) -> str:
    now, change, usual = facts.now(name), facts.change(name), facts.usual_change(name)
    if now is None:
        return ""  # that it is missing is said below
    less = "" if change is None else f"，比上周{_moved(change)}"
    past = f"；{usual.in_words}每周变化 {number(usual.mean, signed=True)} 人" if usual else ""
    return f"{USERS[name]} {number(now)} 人{less}{past}。"


def _moved(change: int) -> str:
    if not change:
        return "没有变化"
    return f"增加 {change:,} 人" if change > 0 else f"减少 {-change:,} 人"


def _interactions(facts: Facts) -> str:
    total = facts.now(TOTAL)
    if total is None:
        return ""
    parts = [f"{word} {number(value)}" for act, word in ACTS.items() if (value := facts.now(act)) is not None]
    usual = facts.usual(TOTAL)
    past = f"；{usual.in_words}每周 {number(usual.mean)}" if usual else ""
    return f"平台互动 {number(total)}（{'、'.join(parts)}）{past}。"


def _groups(facts: Facts) -> str:
    told = [
        f"{word} {number(value)} {UNITS[name]}"
        for name, word in STOCKS.items()
        if (value := facts.now(name)) is not None
    ]
    return f"{'，'.join(told)}。" if told else ""


def _work(facts: Facts) -> str:
    own = [one for one in facts.work if not one.wide]
    counts = {kind: sum(1 for one in own if one.kind == kind) for kind in dict.fromkeys(one.kind for one in own)}
    told = "、".join(f"{kind} {count} 次" for kind, count in counts.items())
    wide = len(facts.work) - len(own)
    more = f"；面向全街道的 {wide} 次" if wide else ""
    return f"本周实地工作：{told or '本社区没有记录'}{more}。"
