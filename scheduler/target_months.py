"""What a target brought in each month of the contract that has begun."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from scheduler.agreement import Span
from scheduler.behind import Row
from scheduler.counting import INTERACTIONS
from scheduler.interactions import UNKNOWN, by_day
from scheduler.target_standing import Standing


def dated(session: Session, standing: Standing, rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows that say by their days when a number came about: one of interactions is a thing with all of the period."""
    if standing.target.count != INTERACTIONS:
        return rows
    contract, last = standing.contract, standing.counted.known_to or min(standing.today, standing.contract.last)
    found = by_day(session, contract.interactions, contract.first, last)
    return [Row(day, "", "", value) for day, value in found.items()]


def by_month(standing: Standing, rows: Sequence[Row]) -> list[tuple[Span, int]]:
    """Return how much of the rows lies in each month of the contract that has begun."""
    begun = [span for span in standing.contract.month_spans() if span.first <= standing.today]
    return [(span, sum(row.value for row in rows if span.first <= row.day <= span.last)) for span in begun]


def mean(standing: Standing, months: Sequence[tuple[Span, int]]) -> str:
    """Return the months one by one with the mean of those that are over and whole; the one that runs is told apart."""
    over = [(span, value) for span, value in months if span.last <= standing.today]
    whole = [value for span, value in over if not span.is_part]
    usual = f"{sum(whole) / len(whole):.1f} {standing.target.unit}" if whole else UNKNOWN
    each = f"，各月依次 {' '.join(str(value) for _, value in over)}" if over else ""
    running = "".join(f"；这个月到现在 {value} {standing.target.unit}" for _, value in months[len(over) :])
    return f"平均每月 {usual}（满 {len(whole)} 个月）{each}{running}"
