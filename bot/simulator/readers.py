"""The made-up public: how many follow, and how many read what, day by day, always the same way.

Everything is drawn from the article's ids and the day, so two runs agree. Figures of
an article grow for 30 days, fast at first; a pushed article is read several times
more than a quiet one, and fewer people like, share or keep it than read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from math import exp

from bot.simulator.archive import Article
from bot.simulator.call import Json
from bot.simulator.chance import between, fraction

FIRST_DAY = date(2025, 11, 1)  # the first day the new article statistics know
DAYS = 30  # for so long an article's figures grow
SCENES = ("公众号消息", "聊天会话", "朋友圈", "公众号主页", "推荐", "搜一搜", "其他")
COUNTS = {  # what readers do -> lowest and highest share of them
    "share_user": (0.03, 0.09),
    "zaikan_user": (0.01, 0.04),
    "like_user": (0.02, 0.08),
    "comment_count": (0.002, 0.01),
    "collection_user": (0.005, 0.02),
}
SOURCES = (0, 1, 17, 30, 57)  # search, card, QR code, name inside an article


class Crowd:
    """The followers, as a number that changes each day."""

    def __init__(self, at_first: int) -> None:
        """Take how many followed on the first day."""
        self._sizes = {FIRST_DAY - timedelta(days=1): at_first}
        self._last = FIRST_DAY - timedelta(days=1)
        self.arrivals: dict[date, int] = {}  # people who came by the control, beyond the made-up ones
        self.departures: dict[date, int] = {}

    def size(self, day: date) -> int:
        """Return how many follow at the end of a day; before the first day, as many as on it."""
        while self._last < day:
            today = self._last + timedelta(days=1)
            change = sum(new - lost for _, new, lost in made_up_changes(today))
            self._sizes[today] = self._sizes[self._last] + change
            self._last = today
        real = sum(count for when, count in self.arrivals.items() if when <= day)
        gone = sum(count for when, count in self.departures.items() if when <= day)
        return self._sizes[max(day, FIRST_DAY - timedelta(days=1))] + real - gone

    def changes(self, day: date) -> list[tuple[int, int, int]]:
        """Return (user_source, new, cancelled) of a day."""
        rows = {source: (new, lost) for source, new, lost in made_up_changes(day)}
        new, lost = rows.get(0, (0, 0))
        rows[0] = (new + self.arrivals.get(day, 0), lost + self.departures.get(day, 0))
        return [(source, *rows[source]) for source in sorted(rows) if any(rows[source])]


def made_up_changes(day: date) -> list[tuple[int, int, int]]:
    """Return (user_source, new, cancelled) of the made-up followers on a day."""
    return [
        (source, int(between(0, 5, "new", source, day)), int(between(0, 2.2, "lost", source, day)))
        for source in SOURCES
    ]


@dataclass(frozen=True)
class Day:
    """What an article's figures grew by on one day."""

    reads: int
    sources: dict[str, int]
    counts: dict[str, int]


def days_of(article: Article) -> list[Day]:
    """Return the growth of each of an article's 30 days."""
    minute = article.at.hour * 60 + article.at.minute
    days = _days(article.mid, article.idx, article.pushed, article.audience, minute)
    if article.has_comments:
        return days
    return [replace(day, counts=day.counts | {"comment_count": 0}) for day in days]


@lru_cache(maxsize=4096)
def _days(mid: int, idx: int, pushed: bool, audience: int, minute: int) -> list[Day]:
    seed = (mid, idx)
    place = 1.0 if idx == 1 else 0.5 / idx**0.5
    share = between(0.08, 0.2, "reads", *seed) if pushed else between(0.015, 0.04, "quiet", *seed)
    total = max(1, round(audience * share * place))
    pace = between(1.0, 2.0, "pace", *seed) if pushed else between(3.0, 6.0, "pace", *seed)
    first = 1 - minute / 1440
    curve = [round(total * (1 - exp(-(first + day) / pace))) for day in range(DAYS)]
    weights = _weights(pushed, seed)
    rates = {name: between(low, high, name, *seed) for name, (low, high) in COUNTS.items()}
    days, before = [], 0
    for reads in curve:
        counts = {name: int(reads * rate) - int(before * rate) for name, rate in rates.items()}
        days.append(Day(reads - before, _split(reads - before, weights), counts))
        before = reads
    return days


def _weights(pushed: bool, seed: tuple[int, int]) -> dict[str, float]:
    base = dict(zip(SCENES, (5.0, 1.5, 2.5, 0.5, 0.6, 0.4, 0.3), strict=True))
    if not pushed:
        base["公众号消息"] = 0.2
    drawn = {name: weight * between(0.6, 1.4, name, *seed) for name, weight in base.items()}
    whole = sum(drawn.values())
    return {name: weight / whole for name, weight in drawn.items()}


def _split(count: int, weights: dict[str, float]) -> dict[str, int]:
    parts = {name: int(count * weight) for name, weight in weights.items()}
    parts[max(weights, key=lambda name: weights[name])] += count - sum(parts.values())
    return parts


def so_far(days: list[Day]) -> list[Day]:
    """Return the sums from the first day up to each day."""
    return list(accumulate(days, lambda left, right: total([left, right])))


def total(days: list[Day]) -> Day:
    """Return several days as one."""
    return Day(
        sum(day.reads for day in days),
        {scene: sum(day.sources[scene] for day in days) for scene in SCENES},
        {name: sum(day.counts[name] for day in days) for name in COUNTS},
    )


def source_rows(day: Day) -> list[Json]:
    """Return read_user_source: all first, then each scene that had readers, the largest first."""
    if not day.reads:
        return []
    rows = [(count, scene) for scene, count in day.sources.items() if count]
    rows.sort(key=lambda row: -row[0])
    return [{"user_count": count, "scene_desc": scene} for count, scene in [(day.reads, "全部"), *rows]]


def quality(article: Article) -> Json:
    """Return how an article was read: rates as fractions, the time in minutes."""
    seed = (article.mid, article.idx)
    finish = round(between(0.3, 0.7, "finish", *seed), 4)
    stays = [1 - (1 - finish) * step / 5 for step in range(6)]
    return {
        "praise_money": 0,
        "read_delivery_rate": round(between(0.03, 0.12, "delivery", *seed), 4) if article.pushed else 0,
        "read_finish_rate": finish,
        "read_avg_activetime": round(between(0.6, 2.5, "time", *seed), 2),
        "read_jump_position": [
            {"position": step, "rate": round(stays[step - 1] - stays[step], 4)} for step in range(1, 6)
        ],
    }


def subscribed_by_reading(article: Article, reads: int) -> int:
    """Return how many of the readers came to follow."""
    return int(reads * 0.02 * fraction("subscribe", article.mid, article.idx))
