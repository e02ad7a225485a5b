"""自算WCI: the index of 清博 (V14.2) from our own figures, in two variants that are never compared with each other.

Both are public under the same number (domain.md §2.7): one of three measures, and a later one with 转发. Theirs is made of
times, rounded as the public sees them; ours is made of persons, each counted once an article, from the back office. So it
shows how one account goes on, and says nothing beside another account's index.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from scheduler.metrics import NotComparable

NAME = "自算WCI"
BASIS = "按后台的人数计算（不是次数），只和本号同一算法的数比，不和外面的榜单比"


class Variant(StrEnum):
    """Which of the two formulas a number was made by."""

    THREE = "V14.2 三项（阅读、在看、点赞）"
    SHARES = "V14.2 四项（加转发）"


@dataclass(frozen=True)
class Reach:
    """What some articles brought: reads, 在看 (today's 爱心赞), likes, shares; persons."""

    reads: int
    loves: int
    likes: int
    shares: int


@dataclass(frozen=True)
class Basis:
    """What the index is made of: the days, how many articles went out, what all of them brought, the headlines, and each best."""

    days: int
    articles: int
    total: Reach
    headlines: Reach
    best: Reach


@dataclass(frozen=True)
class Index:
    """An index with the variant it was made by; `value` is None where there is nothing to divide by."""

    value: float | None
    variant: Variant

    def less(self, other: Index) -> float | None:
        """Return by how much it is above another one, None where either is unknown; NotComparable across variants."""
        if self.variant != other.variant:
            raise NotComparable(f"{NAME}有两种算法，{self.variant}和{other.variant}的数不能相比。")
        return None if self.value is None or other.value is None else self.value - other.value


def index(basis: Basis, variant: Variant) -> Index:
    """Return the index by one formula, not rounded; unknown without an article or a day."""
    days, articles = basis.days, basis.articles
    if days < 1 or articles < 1:
        return Index(None, variant)
    mean = (
        0.6 * _spread(basis.total, days, variant)
        + 0.2 * _spread(basis.total, articles, variant)
        + 0.1 * _spread(basis.headlines, days, variant)
        + 0.1 * _spread(basis.best, 1, variant)
    )
    return Index(mean**2 * 1.2 * 10, variant)


def _spread(reach: Reach, among: int, variant: Variant) -> float:
    """Return one part of the formula, of the means by day or by article."""
    reads, loves, likes = math.log(reach.reads / among + 1), _tenfold(reach.loves, among), _tenfold(reach.likes, among)
    if variant == Variant.THREE:
        return 0.85 * reads + 0.09 * loves + 0.06 * likes
    return 0.70 * reads + 0.09 * loves + 0.06 * likes + 0.15 * _tenfold(reach.shares, among)


def _tenfold(value: int, among: int) -> float:
    return math.log(10 * value / among + 1)
