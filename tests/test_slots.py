"""Slots: no gap over seven days, on workdays, away from sensitive days as far as the gaps allow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from days_kit import CALENDAR
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_kit import gaps

from content.days import Calendar, Kind
from content.months import month_span, next_month
from content.slots import LONGEST_GAP, is_ordinary, price, spread


@settings(deadline=None, max_examples=40)
@given(
    first=st.integers(0, 71), count=st.integers(1, 4), wanted=st.integers(1, 9), known_to=st.sampled_from([2024, 2026])
)
def test_no_gap_is_longer_than_a_week_from_month_to_month(first: int, count: int, wanted: int, known_to: int) -> None:
    calendar, month = Calendar(CALENDAR.rules, known_to=known_to), next_month("2025-01", first)
    found: list[date] = []
    for _ in range(count):
        days = spread(calendar, month, wanted=wanted, before=found[-1] if found else None)
        assert len(days) >= wanted
        assert all(f"{day:%Y-%m}" == month for day in days)
        found, month = found + days, next_month(month)
    assert max(gaps(found), default=0) <= LONGEST_GAP
    start, end = month_span(next_month("2025-01", first))[0], month_span(next_month(month, -1))[1]
    waited = [calendar.day(start + timedelta(days=n)) for n in range((found[0] - start).days)]
    assert len(waited) < LONGEST_GAP or not any(is_ordinary(day) for day in waited), "it waits for a holiday to end"
    assert (end - found[-1]).days < LONGEST_GAP


@settings(deadline=None, max_examples=30)
@given(first=st.integers(0, 71), before=st.integers(1, 7), after=st.integers(1, 7), data=st.data())
def test_what_stands_already_stays_and_the_gaps_to_it_are_kept(
    first: int, before: int, after: int, data: st.DataObject
) -> None:
    month = next_month("2025-01", first)
    start, end = month_span(month)
    fixed = data.draw(st.sets(st.dates(start, end), max_size=3))
    last, coming = start - timedelta(days=before), end + timedelta(days=after)
    days = spread(CALENDAR, month, wanted=4, fixed=fixed, before=last, after=coming)
    assert fixed <= set(days)
    assert max(gaps([last, *days, coming])) <= LONGEST_GAP


@pytest.mark.parametrize("month", [next_month("2025-01", n) for n in range(72)])
def test_slots_lie_on_workdays_unless_the_gap_leaves_no_other(month: str) -> None:
    """The holiday weeks and the two sessions are longer than a gap may be; everywhere else there is a workday."""
    days = [CALENDAR.day(day) for day in spread(CALENDAR, month, wanted=4)]
    if month[5:] != "03":  # a Sunday before and after the sessions is better than two days in them
        assert not [d.date for d in days if d.date.weekday() >= 5 and d.kind not in (Kind.MAKE_UP, Kind.HOLIDAY)]
    bad = [day.date for day in days if day.sensitive or day.kind == Kind.HOLIDAY]
    assert len(bad) <= (month[5:] in ("01", "02", "03")), (
        "the spring festival and the two sessions are longer than a gap"
    )


@pytest.mark.parametrize("month", [next_month("2025-01", n) for n in range(72)])
def test_the_first_slot_is_an_ordinary_day_while_nothing_was_out_before(month: str) -> None:
    assert is_ordinary(CALENDAR.day(spread(CALENDAR, month, wanted=4)[0])) or month[5:] == "03"


def test_a_sensitive_day_is_passed_by_for_one_more_slot() -> None:
    days = spread(CALENDAR, "2026-10", wanted=4, before=date(2026, 9, 30))
    bad = [day for day in days if CALENDAR.day(day).sensitive or CALENDAR.day(day).kind == Kind.HOLIDAY]
    assert len(bad) == 1, "the seven days of the holiday leave no other choice, and one day is enough"


def test_an_ordinary_workday_costs_nothing_and_a_sensitive_holiday_most() -> None:
    prices = [price(CALENDAR.day(date(2026, *day))) for day in ((12, 7), (9, 20), (12, 5), (9, 25), (10, 1))]
    assert prices[0] == 0
    assert prices == sorted(prices)
    assert len(set(prices)) == len(prices)
