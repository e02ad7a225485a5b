"""The contract as data: its days, months and weeks, its targets in their versions, the rules of counting, the payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from content.months import month_span, months_after
from content.weeks import Week, weeks_between
from scheduler.counting_rules import USUAL, CountingRules
from scheduler.interaction_rule import DEFAULT, Rule

DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Span:
    """A month or a week of the contract, with the name that people read; is_part: a month of the calendar that is no whole one."""

    first: date
    last: date
    name: str
    is_part: bool = False


@dataclass(frozen=True)
class Proof:
    """A kind of evidence that each counted thing needs, and how many pieces of it."""

    name: str
    count: int = 1

    @property
    def in_words(self) -> str:
        """Return it as people say it: 签到表, 照片 2 份."""
        return self.name if self.count == 1 else f"{self.name} {self.count} 份"


@dataclass(frozen=True)
class Target:
    """One target: `value` of `unit` in each `per` (month or week) of the contract, or in all of it.

    count: which counting function says what is done. rule: what is counted, as people agreed on it. evidence: what
    each counted thing needs at acceptance. exceed: it must be more than the value (突破). steps: from which day on
    which value holds, where supplements have changed it; one that a supplement has brought begins with 0. document: the paper in which it stands now. line: its service
    line where it is another one than usual (scheduler/service_lines.py).
    """

    id: str
    name: str
    value: int
    unit: str
    count: str
    clause: str = ""
    rule: str = ""
    per: str = ""
    phase: str = ""
    line: str = ""
    evidence: tuple[Proof, ...] = ()
    exceed: bool = False
    document: str = ""
    steps: tuple[tuple[date, int], ...] = ()

    def value_on(self, day: date) -> int:
        """Return how much is wanted of a period that begins on a day."""
        held = [value for since, value in self.steps if since <= day]
        return held[-1] if held else self.value


@dataclass(frozen=True)
class Supplement:
    """A paper that changes the contract (domain.md §1c R11): its name, its reference, from when it holds, what it changes."""

    name: str
    document: str
    since: date
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Milestone:
    """Something that must be done by a day: the baseline. `start` is where work on it was to begin, `after` what comes first."""

    name: str
    due: date
    start: date | None = None
    phase: str = ""
    clause: str = ""
    owner: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Payment:
    """A sum in fen that 甲方 owes: due on a day, or `within` so many days after all of `after` is done."""

    name: str
    amount: int
    due: date | None = None
    within: int = 0
    clause: str = ""
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """The contract as it holds on a day: its first and last day, the paper that the targets stand in, and the targets.

    amount: what it pays in all, in fen; None where the file does not say it. late: of what is paid late, so many
    ten-thousandths a day (六(一)).
    """

    first: date
    last: date
    name: str
    version: str
    targets: tuple[Target, ...]
    rules: CountingRules = USUAL
    interactions: Rule = DEFAULT
    supplements: tuple[Supplement, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    payments: tuple[Payment, ...] = ()
    amount: int | None = None
    late: int = 1
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)  # where each target stands in the file

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """Return how many whole months it has, at least one."""
        end = date.fromordinal(self.last.toordinal() + 1)
        months = (end.year - self.first.year) * 12 + end.month - self.first.month
        return max(1, months - (months_after(self.first, months) > end))

    @property
    def weeks(self) -> int:
        """Return how many weeks it has by its own rule, at least one."""
        return max(1, len(self.week_spans()))

    @property
    def week_rule(self) -> str:
        """Return which weeks at its ends count, of content.weeks.RULES."""
        return self.rules.weeks

    def month_spans(self) -> Sequence[Span]:
        """Return its months as they are listed: whole ones, or those of the calendar with the parts at its ends."""
        return self._calendar_months() if self.rules.months == "calendar" else self.whole_months()

    def whole_months(self) -> Sequence[Span]:
        """Return its months: from its first day's date to the day before (15th to 14th, 31st to 29th), by which targets go.

        The days that are left over at the end belong to the last month.
        """
        begins = [months_after(self.first, number) for number in range(self.months)]
        ends = [*(begin - timedelta(days=1) for begin in begins[1:]), self.last]
        return [Span(first, last, f"{first:%Y-%m-%d} 起") for first, last in zip(begins, ends, strict=True)]

    @property
    def all_weeks(self) -> list[Week]:
        """Return its weeks by its rule, oldest first."""
        return weeks_between(self.first, self.last, self.week_rule)

    def week_spans(self) -> Sequence[Span]:
        """Return its weeks, Monday to Sunday; the rule says what becomes of the first and the last one."""
        return [Span(week.first, week.last, week.name) for week in self.all_weeks]

    def total(self, target: Target) -> int:
        """Return what a target comes to in the whole contract; a month or week goes by the value that holds at its beginning."""
        if not target.per:
            return target.value
        weeks = [week.first for week in self.week_spans()] or [self.first]
        begins = [month.first for month in self.whole_months()] if target.per == "month" else weeks
        return sum(target.value_on(max(begin, self.first)) for begin in begins)

    def _calendar_months(self) -> list[Span]:
        spans, first = [], self.first
        while first <= self.last:
            month = month_span(f"{first:%Y-%m}")
            last = min(month[1], self.last)
            spans.append(Span(first, last, f"{first:%Y-%m}", is_part=(first, last) != month))
            first = last + timedelta(days=1)
        return spans
