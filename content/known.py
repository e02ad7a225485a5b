"""What the planner is told of the past: figures, records, what is lacking, the best hour, times that stand.

Plain values, so that planning asks no database. None is unknown, and never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

CASES = "典型案例"  # the name by which a shortfall of case studies is known


@dataclass(frozen=True)
class Figure:
    """One figure of the month before the planned one, and of the month before that."""

    name: str
    unit: str
    value: int | None
    before: int | None = None

    @property
    def change(self) -> str:
        """Return the comparison as people read it; "不作比较" where a value is missing."""
        if self.value is None or self.before is None:
            return "不作比较"
        difference = self.value - self.before
        if not difference:
            return "持平"
        word = "增加" if difference > 0 else "减少"
        share = f"（{abs(difference) / self.before:.1%}）" if self.before > 0 else ""
        return f"{word} {abs(difference)} {self.unit}{share}"


@dataclass(frozen=True)
class Record:
    """One piece of field work that may become a case study: its day, what it was, where, and what was written down."""

    day: date
    kind: str
    places: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Shortfall:
    """What is still lacking by now of a target: its name, how much is missing, and the unit."""

    name: str
    missing: int
    unit: str = "篇"


@dataclass(frozen=True)
class BestHour:
    """The hour (0 to 23, Shanghai) whose articles were read most, how many articles say so, of how many hours."""

    hour: int
    articles: int
    hours: int = 2


@dataclass(frozen=True)
class Timed:
    """A time that stands: of an article's file (its path in the workspace), or "" of something published elsewhere."""

    name: str
    at: datetime
    push: bool


@dataclass(frozen=True)
class Known:
    """All that is handed to the planner; what is left out is written into the drafts as 待补充."""

    figures: tuple[Figure, ...] = ()
    records: tuple[Record, ...] = ()
    shortfall: tuple[Shortfall, ...] = ()
    best_hour: BestHour | None = None
    times: tuple[Timed, ...] = ()
