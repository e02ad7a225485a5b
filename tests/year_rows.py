"""A contract year made up from a fixed seed: raw rows of what happened, and plain sums of them.

It imports nothing of the product, so that both cannot be wrong in the same way. The contract runs from the 15th
to the 14th, as the one of domain.md §0.2 does; 48 articles, 263 communities, 52 weeks.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

PLACES = Path(__file__).resolve().parent.parent / "content" / "starter" / "places.csv"
FIRST, LAST = date(2026, 1, 15), date(2027, 1, 14)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SEED = 7
ACTS = ("views", "likes", "comments", "shares")
PERSONS = {
    "read_user": 1.0, "like_user": 0.05, "zaikan_user": 0.03, "share_user": 0.08, "comment_count": 0.01,
    "collection_user": 0.02,
}  # fmt: skip
STRANGE, TAKEN_DOWN = 5, 9  # the articles that somebody published in the back office, and that was taken down
STATISTICS_DAYS = 30  # wechat-api.md §7.2


@dataclass(frozen=True)
class Spot:
    """A community: its code, short name and street, and how people call it in the field."""

    code: str
    name: str
    street: str
    called: str


@dataclass(frozen=True)
class Piece:
    """An article: its number in the year, when it went out, and how many persons read it in all."""

    number: int
    day: date
    title: str
    is_case: bool
    is_push: bool
    readers: int

    @property
    def counts(self) -> bool:
        """Say whether it counts for the contract: what was taken down does not."""
        return self.number != TAKEN_DOWN

    def persons(self, metric: str, day: date) -> int:
        """How many had done something by the end of a day: half of the rest each day, for 30 days."""
        age = min((day - self.day).days, STATISTICS_DAYS - 1)
        return int(self.readers * PERSONS[metric] * (1 - 0.5 ** (age + 1)))

    def times(self, metric: str, day: date) -> int:
        """How often it was read or shared by the end of a day, as the back office's export counts."""
        return self.persons(metric, day) * 3 // 2 + 5


@dataclass(frozen=True)
class Work:
    """A piece of field work, in the words in which it is told."""

    kind: str
    day: date
    places: tuple[Spot, ...]
    words: str


class Year:
    """The raw rows of the first weeks of the contract year, 52 for all of it."""

    def __init__(self, weeks: int = 52, seed: int = SEED) -> None:
        self.weeks, self._seed = weeks, seed
        self.spots = list(_spots())
        self.sundays = [FIRST + 3 * DAY + week * WEEK for week in range(weeks)]
        self.last = self.sundays[-1]
        self.lost = {5: self._pick("lost", 3)}  # of these communities the file of a week says nothing
        self.users = [self._users(week) for week in range(weeks)]
        self.platform = [self._platform(week) for week in range(weeks)]
        self.monthly = [week for week in range(weeks) if week % 4 == 3]
        self.groups = {week: self._groups(week) for week in self.monthly}
        self.topics = {week: self._topics(week) for week in self.monthly}
        self.pieces = [piece for piece in self._pieces() if piece.day <= self.last]
        self.works = sorted((work for work in self._works() if work.day <= self.last), key=lambda work: work.day)

    # plain sums -----------------------------------------------------------------------------------------------------

    def truth(self) -> dict[str, int]:
        """What the contract counts to the last day, by the names of its counts."""
        out = [piece for piece in self.pieces if piece.counts]
        days: dict[str, int] = defaultdict(int)
        for work in self.works:
            days[work.kind] += len(work.places) if work.kind == "走访" else 1
        return {
            "articles": len(out),
            "pushed_articles": sum(piece.is_push for piece in out),
            "cases": sum(piece.is_case for piece in out),
            "themes": len({month_of(piece.day) for piece in out if piece.number != STRANGE}),
            "visits": days["走访"],
            "trainings": days["培训"],
            "events": days["活动"],
            "groups": days["群组"],
            "interactions": self.interactions(self.last),
            "users": sum(self.newest(code, self.last)[1] for code in self.codes),
            "registrations": self.grown_months(self.last),
        }

    @property
    def codes(self) -> list[str]:
        return [spot.code for spot in self.spots]

    def newest(self, code: str, day: date) -> tuple[int, int]:
        """The registered and real-name users of a community that were last told of."""
        return next(rows[code] for sunday, rows in self._back(self.users) if sunday <= day and code in rows)

    def grown_months(self, day: date) -> int:
        """In how many months that are over the registered users grew; nobody knows it of the first."""
        ends = [_month_begin(month) - DAY for month in range(1, 13)]
        told = [sum(self.newest(code, end)[0] for code in self.codes) for end in ends if end <= day]
        return sum(later > earlier for earlier, later in pairwise(told))

    def followers(self, day: date) -> int:
        return 4_000 + sum(sum(self.changes(FIRST + n * DAY)) for n in range((day - FIRST).days + 1))

    def changes(self, day: date) -> tuple[int, int]:
        """New followers of a day, and lost ones as a negative number."""
        dice = self._dice("followers", day)
        return dice.randint(5, 60), -dice.randint(0, 12)

    def interactions(self, day: date) -> int:
        """What readers and users did to the end of a day, by the usual rule: by times where they are told, else by persons."""
        return sum(self.of_article(piece, day) for piece in self.pieces) + self.of_platform(day) + self.of_topics(day)

    def exported(self, day: date) -> date | None:
        """The day of the newest export of articles up to a day."""
        return max((self.sundays[week] for week in self.monthly if self.sundays[week] <= day), default=None)

    def of_article(self, piece: Piece, day: date) -> int:
        told, found = self.exported(day), 0
        for metric in PERSONS:
            now = piece.persons(metric, day)
            if metric in ("read_user", "share_user") and told and piece.day <= told:
                now = piece.times(metric, told) + now - piece.persons(metric, told)
            found += now
        return found

    def of_platform(self, day: date) -> int:
        """What each community's totals rose by since the first file that told of them: what was before is not the contract's."""
        rows = [rows for sunday, rows in zip(self.sundays, self.platform, strict=True) if sunday <= day]
        told = [[row[code] for row in rows if code in row] for code in self.codes]
        return sum(sum(found[-1]) - sum(found[0]) for found in told)

    def of_topics(self, day: date) -> int:
        rows = [self.topics[week] for week in self.monthly if self.sundays[week] <= day]
        return sum(sum(rows[-1][code][1:]) - sum(rows[0][code][1:]) for code in self.codes) if rows else 0

    # raw rows ---------------------------------------------------------------------------------------------------------

    def _users(self, week: int) -> dict[str, tuple[int, int]]:
        rows = {}
        for spot in self.spots:
            dice = self._dice("users", spot.code)
            registered = dice.randint(900, 1_500) + week * dice.randint(3, 12)
            rows[spot.code] = (registered, registered * dice.randint(70, 95) // 100 + week)
        return {code: row for code, row in rows.items() if code not in self.lost.get(week, ())}

    def _platform(self, week: int) -> dict[str, tuple[int, ...]]:
        rows = {}
        for spot in self.spots:
            dice = self._dice("platform", spot.code)
            begun, grows = dice.randint(0, 5_000), dice.randint(20, 140)
            rows[spot.code] = tuple(
                begun // part + (week * grows + week % 3) // part for part in (1, 10, 30, 20)
            )  # of ACTS
        return rows

    def _groups(self, week: int) -> dict[str, tuple[int, int]]:
        dice = self._dice("groups", week)
        return {spot.code: (1 + week // 20, dice.randint(60, 300)) for spot in self.spots}

    def _topics(self, week: int) -> dict[str, tuple[int, ...]]:
        """Topics, comments and votes of each community, cumulative."""
        return {spot.code: (1 + week // 4, 3 * week + n % 5, 11 * week + n % 7) for n, spot in enumerate(self.spots)}

    def _pieces(self) -> Iterator[Piece]:
        """Four articles a contract month, 48 and one that is taken down."""
        number = 0
        for month in range(12):
            begin = _month_begin(month)
            for place in range(5 if month == 1 else 4):
                number += 1
                dice = self._dice("article", number)
                yield Piece(
                    number, begin + timedelta(days=2 + 6 * place), f"第{number}篇：社区里的事", number % 5 in (1, 3),
                    place % 2 == 0, dice.randint(800, 6_000),
                )  # fmt: skip

    def _works(self) -> Iterator[Work]:
        """1,052 visits, a community each quarter, some ways to two of them; trainings, events, groups, one a street."""
        for quarter in range(4):
            for at in range(0, len(self.spots), 2):
                pair = tuple(spot for spot in self.spots[at : at + 2] if spot.street == self.spots[at].street)
                rest = () if len(pair) == len(self.spots[at : at + 2]) else self.spots[at + 1 : at + 2]
                day = FIRST + timedelta(days=91 * quarter + (at * 88) // len(self.spots))
                yield Work("走访", day, pair, "3人 讲解平台注册")
                yield from (Work("走访", day, (one,), "2人 讲解平台注册") for one in rest)
        for n, street in enumerate(dict.fromkeys(spot.street for spot in self.spots)):
            spot = next(spot for spot in self.spots if spot.street == street)
            yield Work("培训", FIRST + timedelta(days=6 + 17 * n), (spot,), f"{30 + n}人 平台使用")
            yield Work("活动", FIRST + timedelta(days=10 + 19 * n), (spot,), f"新增用户 {20 + n} 重阳敬老")
            yield Work("群组", FIRST + timedelta(days=12 + 15 * n), (spot,), f"便民服务{n + 1}群 {100 + n}人")

    def _pick(self, what: str, count: int) -> list[str]:
        return self._dice(what).sample(self.codes, count)

    def _back(self, rows: list[dict[str, tuple[int, int]]]) -> Iterator[tuple[date, dict[str, tuple[int, int]]]]:
        return zip(reversed(self.sundays), reversed(rows), strict=True)

    def _dice(self, *what: object) -> Random:
        return Random(" ".join(map(str, (self._seed, *what))))


def month_of(day: date) -> int:
    """The contract's month of a day, from 0 on."""
    return (day.year - FIRST.year) * 12 + day.month - FIRST.month - (day.day < FIRST.day)


def _month_begin(month: int) -> date:
    return date(FIRST.year + month // 12, month % 12 + 1, FIRST.day)


def _spots() -> Iterator[Spot]:
    with PLACES.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    streets = {row["code"]: row["name"] for row in rows if row["level"] == "street"}
    there = [row for row in rows if row["level"] == "community"]
    often = Counter(row["name"] for row in there)
    for row in there:
        name, street = row["name"], streets[row["parent_code"]]
        called = name if often[name] == 1 else f"{street}{name}"
        yield Spot(row["code"], name.removesuffix("社区居委会"), street, called)
