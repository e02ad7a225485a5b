"""Weeks from Monday to Sunday, how people name them, and which of them a contract has."""

from __future__ import annotations

from datetime import date

import pytest

from content.errors import WrongUse
from content.weeks import MOST, TOUCHED, Week, week_named, week_of, weeks_between

pytestmark = pytest.mark.one_database
TODAY = date(2026, 12, 14)


def test_a_contract_that_begins_on_a_tuesday_has_51_whole_weeks_touches_53_and_most_of_52() -> None:
    first, last = date(2022, 3, 15), date(2023, 3, 15)  # domain.md §1b T9
    whole, touched = weeks_between(first, last), weeks_between(first, last, TOUCHED)
    assert (len(whole), whole[0].first, whole[-1].last) == (51, date(2022, 3, 21), date(2023, 3, 12))
    assert (len(touched), touched[0].first, touched[-1].last) == (53, date(2022, 3, 14), date(2023, 3, 19))
    assert weeks_between(first, date(2022, 3, 20)) == []
    most = weeks_between(first, last, MOST)  # six days of the first week lie in it, three of the last
    assert (len(most), most[0].first, most[-1].last) == (52, date(2022, 3, 14), date(2023, 3, 12))


@pytest.mark.parametrize("words", ["2026-W49", "W49", "w49", "第49周", "2026年第49周", "2026-12-02"])
def test_people_name_a_week_in_several_ways(words: str) -> None:
    week = week_named(words, TODAY)
    assert week == week_of(date(2026, 12, 6)) == Week(date(2026, 11, 30))
    assert (week.name, week.in_words) == ("2026-W49", "2026年第49周（11月30日—12月6日）")


def test_a_week_without_its_year_is_the_last_such_week() -> None:
    assert week_named("W52", TODAY).name == "2025-W52"
    assert week_named("W50", TODAY).name == "2026-W50"
    assert week_named("第53周", date(2027, 1, 5)).name == "2026-W53"  # 2027 has none of its own


@pytest.mark.parametrize("words", ["", "上", "W60", "2026-W00", "2026-13-01", "49"])
def test_what_names_no_week_is_refused_with_examples(words: str) -> None:
    with pytest.raises(WrongUse, match="第49周"):
        week_named(words, TODAY)
