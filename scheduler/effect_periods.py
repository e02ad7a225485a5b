"""The periods of the effect analysis: a month, quarter or year, of the calendar or of the contract.

A contract that begins on the 15th has months from the 15th to the 14th; each is called by the month in which it begins,
and so is its quarter by the quarter of the calendar, and its year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from content.errors import OpsError, WrongUse
from content.months import day_of, next_month
from content.periods import day_in_words
from scheduler.targets import CONTRACT_FILE, Contract

MONTHLY, QUARTERLY, YEARLY = "monthly", "quarterly", "yearly"  # kinds of reports
KINDS = {MONTHLY: 1, QUARTERLY: 3, YEARLY: 12}  # months
KIND_WORDS = {MONTHLY: "月度分析", QUARTERLY: "季度分析", YEARLY: "年度分析"}
CALENDAR, CONTRACT = "calendar", "contract"
_WRITTEN = {
    MONTHLY: (re.compile(r"(\d{4})-(0[1-9]|1[0-2])"), "2026-12"),
    QUARTERLY: (re.compile(r"(\d{4})-[Qq]([1-4])"), "2026-Q4"),
    YEARLY: (re.compile(r"(\d{4})()"), "2026"),
}
_IN_WORDS = {CALENDAR: "自然周期", CONTRACT: "合同周期"}


@dataclass(frozen=True)
class Span:
    """One period: its kind, the month in which it begins, and the day of that month (1 for the calendar)."""

    kind: str
    month: str
    day: int = 1
    basis: str = CALENDAR

    @property
    def name(self) -> str:
        """Return its name: 2026-12, 2026-Q4 or 2026."""
        year, month = self.month.split("-")
        return {MONTHLY: self.month, QUARTERLY: f"{year}-Q{(int(month) + 2) // 3}", YEARLY: year}[self.kind]

    @property
    def first(self) -> date:
        """Return its first day; a month that is too short for it begins with its last one."""
        return day_of(self.month, self.day)

    @property
    def last(self) -> date:
        """Return its last day."""
        return self.moved(KINDS[self.kind]).first - timedelta(days=1)

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    @property
    def in_words(self) -> str:
        """Return it as people read it: 2026年12月（12月1日至12月31日，自然周期）."""
        year, month = self.month.split("-")
        said = {MONTHLY: f"{int(month)}月", QUARTERLY: f"第{'一二三四'[(int(month) - 1) // 3]}季度", YEARLY: ""}
        until = day_in_words(self.last, year=self.last.year != self.first.year)
        return f"{year}年{said[self.kind]}（{day_in_words(self.first)}至{until}，{_IN_WORDS[self.basis]}）"

    def moved(self, months: int) -> Span:
        """Return the period of the same kind that begins so many months later."""
        return Span(self.kind, next_month(self.month, months), self.day, self.basis)

    def before(self) -> Span:
        """Return the period just before."""
        return self.moved(-KINDS[self.kind])

    def year_before(self) -> Span:
        """Return the same period of the year before."""
        return self.moved(-12)

    def months(self) -> list[Span]:
        """Return its months."""
        return [Span(MONTHLY, next_month(self.month, n), self.day, self.basis) for n in range(KINDS[self.kind])]


def span(kind: str, name: str, basis: str, contract: Contract | None) -> Span:
    """Return the period of a kind and name, such as 2026-12, 2026-Q4 or 2026; WrongUse when it is written otherwise.

    basis: CALENDAR, or CONTRACT, which needs a contract (OpsError without one).
    """
    pattern, example = _WRITTEN[kind]
    match = pattern.fullmatch(name.strip())
    if match is None or match[1] < "2000":
        raise WrongUse(f"{KIND_WORDS[kind]}的时间应写成 {example} 这样，写的是“{name[:20]}”。")
    if basis == CONTRACT and contract is None:
        raise OpsError(f'[report] basis = "contract" 要有 {CONTRACT_FILE}，才知道合同月从哪天开始。')
    begin = contract.first if basis == CONTRACT and contract else date(2000, 1, 1)
    return Span(kind, f"{match[1]}-{_month(kind, match[2], begin.month):02}", begin.day, basis)


def last_month(today: date, basis: str, contract: Contract | None) -> Span:
    """Return the newest month that is over."""
    found = span(MONTHLY, f"{today:%Y-%m}", basis, contract)
    while found.last >= today:
        found = found.before()
    return found


def _month(kind: str, said: str, begin: int) -> int:
    """Return the month in which a period begins: said, or by its quarter and the month in which the contract begins."""
    if kind == MONTHLY:
        return int(said)
    return (int(said) - 1) * 3 + 1 + (begin - 1) % 3 if kind == QUARTERLY else begin
