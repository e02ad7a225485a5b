"""How one target stands on a day: done, with complete evidence, share, pace, forecast, what is short, its traffic light.

What adds up over the days is forecast linearly; what stands on a day (users, groups) by its growth of the last
ninety days. Both methods are named beside the number.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from scheduler.agreement import DAYS_A_WEEK, Contract, Target
from scheduler.behind import Row
from scheduler.counting import Counted

LINEAR = "预计按天数线性推算：已完成 ÷ 已过天数 × 全期天数"
BY_GROWTH = "预计按最近 {days} 天的净增推算到合同最后一天"
GROWTH_DAYS = 90
ENOUGH, ALMOST = 1.0, 0.9  # of the target, as it is forecast
SETTLING_DAYS = 14  # of a contract that has just begun: what is forecast from so few says little
EVIDENCE_SHARE = 0.9  # of what is done that must have its evidence
STALE_DAYS = 35  # without new figures; a file of each month comes within so many days


class Light(StrEnum):
    """The traffic light of a target."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"

    @property
    def in_words(self) -> str:
        """Return it as people read it: never by colour alone."""
        return {"green": "正常", "amber": "注意", "red": "落后", "none": "尚无数据"}[self.value]

    @property
    def colour(self) -> str:
        """Return the colour's name."""
        return {"green": "绿", "amber": "黄", "red": "红", "none": "灰"}[self.value]


LIGHT_RULE = (
    "绿（正常）：已达到，或预计到期能达到，且材料齐的占九成以上；"
    "黄（注意）：预计到期能完成九成以上，或材料齐的不到九成，或合同开始不满 14 天，或数据五周没有更新；"
    "红（落后）：预计不到九成，或数目够了但还缺街道，或到期没有达到。"
)


@dataclass(frozen=True)
class Exempt:
    """Days on which a target could not be worked for (force majeure, 六(二)、九): from, to, why; targets: ids, none for all."""

    first: date
    last: date
    why: str
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """How much of a stock there was on an earlier day."""

    day: date
    value: int


@dataclass(frozen=True)
class Standing:
    """One target as it stands `today`; `counted.value` is None where nothing counts it or no data is there.

    proven: how much of it has the evidence that is asked for; None where none is asked for, or nobody knows.
    rows: what is behind the number, where it was listed on the way.
    earlier: of a stock, from which its growth is taken. exempt: the exceptions that concern it.
    """

    contract: Contract
    target: Target
    counted: Counted
    today: date
    proven: int | None = None
    rows: Sequence[Row] | None = None
    earlier: Earlier | None = None
    exempt: Sequence[Exempt] = ()

    @property
    def is_over(self) -> bool:
        """Say whether the last day of the contract is past; the figures may end before it, on a day of no data."""
        return self.today > self.contract.last

    @cached_property  # asked a dozen times for one line, and a year's weeks are counted for it
    def total(self) -> int:
        """Return what is to be reached by the end of the contract."""
        return self.contract.total(self.target)

    @property
    def days_behind(self) -> int:
        """Return how many days of the contract have passed of which there are no figures; 0 where there never were any."""
        known = self.counted.known_to
        return max(0, (min(self.today, self.contract.last) - known).days) if known else 0

    @property
    def days(self) -> int:
        """Return how many days of the contract are counted."""
        known = self.counted.known_to
        return (min(known, self.contract.last) - self.contract.first).days + 1 if known else 0

    @property
    def elapsed(self) -> float:
        """Return the share of the contract's days that are counted."""
        return self.days / self.contract.days

    @property
    def share(self) -> float | None:
        """Return the share of the target that is done."""
        return None if self.counted.value is None else self.counted.value / self.total

    @property
    def is_reached(self) -> bool:
        """Say whether there is enough: as much as the target, more than it where it must be exceeded."""
        return self.counted.value is not None and self.counted.value >= self.total + self.target.exceed

    @property
    def complete(self) -> int | None:
        """Return how much of what is done has all its evidence; None for unknown, and where none is asked for."""
        if not self.target.evidence:
            return None
        if self.rows is None:
            return self.proven
        return sum(row.value for row in self.rows if not row.lacks)

    @property
    def lacking(self) -> Counter[str]:
        """Return how many of the counted things lack which evidence."""
        return Counter(lack for row in self.rows or () for lack in row.lacks)

    @property
    def method(self) -> str:
        """Return how the forecast is made, "" where there is none."""
        if self.forecast is None:
            return ""
        if self.earlier and self.counted.known_to:
            return BY_GROWTH.format(days=(self.counted.known_to - self.earlier.day).days)
        return LINEAR

    @property
    def forecast(self) -> int | None:
        """Return what there will be at the end if it goes on as it went so far."""
        value, known = self.counted.value, self.counted.known_to
        if value is None or known is None or self.days < 1:
            return None
        if not self.counted.is_stock:
            return round(value * self.contract.days / self.days)
        if self.earlier is None or known <= self.earlier.day:
            return None
        a_day = (value - self.earlier.value) / (known - self.earlier.day).days
        return max(0, round(value + a_day * max(0, (self.contract.last - known).days)))

    @property
    def a_week(self) -> int | None:
        """Return how much each week that is left needs, rounded up; None where nothing is left to do, or no time."""
        left = self.contract.days - self.days
        short = self.total + self.target.exceed - (self.counted.value or 0)
        if self.counted.value is None or self.is_over or short <= 0 or left < 1:
            return None
        if self.counted.is_stock and self.earlier is None:
            return None
        return math.ceil(short / max(left / DAYS_A_WEEK, 1))

    @property
    def light(self) -> Light:
        """Return the traffic light by LIGHT_RULE."""
        if self.counted.value is None:
            return Light.NONE
        if self.is_reached:
            return Light.RED if self.counted.lacks else self._good()
        if self.is_over:
            return Light.RED
        expected = self.forecast if self.forecast is not None else self.counted.value
        if expected >= self.total + self.target.exceed:
            return self._good()
        return Light.AMBER if expected >= ALMOST * self.total or self.days < SETTLING_DAYS else Light.RED

    @property
    def exempt_days(self) -> tuple[int, int]:
        """Return how many days of the contract are exempt for this target, and how many of them are counted already."""
        known = self.counted.known_to
        days = {day for one in self.exempt for day in _ordinals(self.contract, one)}
        return len(days), sum(1 for day in days if known and day <= known.toordinal())

    @property
    def elapsed_without(self) -> float | None:
        """Return the share of the days that are counted when the exempt days are left out; None where there are none."""
        exempt, passed = self.exempt_days
        left = self.contract.days - exempt
        return (self.days - passed) / left if exempt and left else None

    @property
    def total_without(self) -> int | None:
        """Return the target in proportion to the days that are not exempt, rounded up; None where all are counted.

        What stands on a day is not reduced: the days do not make it.
        """
        exempt = self.exempt_days[0]
        if not exempt or self.counted.is_stock:
            return None
        return math.ceil(self.total * (self.contract.days - exempt) / self.contract.days)

    @property
    def share_without(self) -> float | None:
        """Return the share of that smaller target that is done; None where there is none, or nobody knows."""
        done, total = self.counted.value, self.total_without
        return None if done is None or not total else done / total

    @property
    def points_without(self) -> float | None:
        """Return by how many percentage points that share is ahead of the days that are not exempt."""
        share, elapsed = self.share_without, self.elapsed_without
        return None if share is None or elapsed is None else (share - elapsed) * 100

    def _good(self) -> Light:
        """Return green, amber where much of it lacks its evidence or the figures are old; what was reached by adding up stays so."""
        value, complete = self.counted.value, self.complete
        if value and complete is not None and complete < EVIDENCE_SHARE * value:
            return Light.AMBER
        may_change = self.counted.is_stock or not self.is_reached
        return Light.AMBER if may_change and self.days_behind > STALE_DAYS else Light.GREEN


def _ordinals(contract: Contract, one: Exempt) -> range:
    first, last = max(one.first, contract.first), min(one.last, contract.last)
    return range(first.toordinal(), last.toordinal() + 1)
