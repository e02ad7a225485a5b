"""Periods and days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from content.errors import OpsError, WrongUse
from content.periods import last_week, period
from content.saying import day_of

pytestmark = pytest.mark.one_database

TODAY = date(2026, 12, 9)  # a Wednesday

SAID = {
    "昨天": "12月8日", "昨日": "12月8日", "前天": "12月7日", "上周": "11月30日—12月6日", "上个星期": "11月30日—12月6日",
    "本周": "12月7日—12月8日", "本月": "12月1日—12月8日", "这个月": "12月1日—12月8日", "上月": "11月1日—11月30日",
    "本年": "1月1日—12月8日", "今年": "1月1日—12月8日", "去年": "2025年1月1日—12月31日", "近7天": "12月2日—12月8日",
    "最近 30 天": "11月9日—12月8日", "12-05": "12月5日", "１２月５日": "12月5日", "12.5": "12月5日", "12-28": "2025年12月28日",
    "2026-12-05": "12月5日", "12-01到12-05": "12月1日—12月5日", "12-05 12-01": "12月1日—12月5日",
    "12月1日—12月5日": "12月1日—12月5日", "12-01-12-05": "12月1日—12月5日", "2025-12-28至2026-01-03": "2025年12月28日—2026年1月3日",
    "上 周": "11月30日—12月6日", "上周?": "11月30日—12月6日", "近 7 天？": "12月2日—12月8日",
    "11月": "11月1日—11月30日", "12月份": "12月1日—12月8日", "2026-11": "11月1日—11月30日", "2025年": "2025年1月1日—12月31日",
}  # fmt: skip


@pytest.mark.parametrize(("words", "days"), SAID.items())
def test_a_period_is_understood_and_ends_yesterday(words: str, days: str) -> None:
    assert period(words, TODAY).in_words(TODAY) == days


OF_TWO_YEARS = [
    (date(2026, 12, 9), "2025-12-01到12-05", "2025年12月1日—12月5日"),
    (date(2026, 12, 9), "12-28到01-03", "2025年12月28日—2026年1月3日"),
    (date(2026, 12, 29), "12-28到01-03", "12月28日"),
    (date(2026, 12, 25), "11-25到01-05", "11月25日—12月24日"),
    (date(2027, 1, 10), "11-25到01-05", "2026年11月25日—2027年1月5日"),
    (date(2027, 1, 10), "12-20到2026-12-25", "2026年12月20日—12月25日"),
    (date(2026, 12, 9), "11月1日到30日", "11月1日—11月30日"),
    (date(2026, 12, 9), "12月1日至31号", "12月1日—12月8日"),
    (date(2029, 12, 9), "2月29日", "2028年2月29日"),
    (date(2028, 1, 10), "2月29日", "2024年2月29日"),
    (date(2028, 3, 10), "2月29日到3月3日", "2月29日—3月3日"),
]


@pytest.mark.parametrize(("today", "words", "days"), OF_TWO_YEARS)
def test_a_day_without_its_year_goes_by_the_other_end_and_by_the_calendar(today: date, words: str, days: str) -> None:
    assert period(words, today).in_words(today) == days


@pytest.mark.parametrize(
    "words",
    ["11月28日到3日", "11月1日到31日", "昨晚", "13月", "2月30日", "12-32", "三天", "0天", "本月上月", "12-01到"],
)
def test_what_is_no_period_is_asked_again(words: str) -> None:
    with pytest.raises(WrongUse, match="看不懂。可以写：昨天、上周"):
        period(words, TODAY)


def test_today_has_no_figures_yet() -> None:
    with pytest.raises(OpsError, match="今日数据明早8点后可查"):
        period("今天", TODAY)
    for words in ("12-09", "2027-01", "12-09到12-31"):
        with pytest.raises(OpsError, match="还没有完整的一天"):
            period(words, TODAY)
    with pytest.raises(OpsError, match="本周还没有完整的一天"):
        period("本周", date(2026, 12, 7))


def test_last_week_is_from_monday_to_sunday() -> None:
    assert [last_week(date(2026, 12, day)).in_words(TODAY) for day in (6, 7)] == [
        "11月23日—11月29日",
        "11月30日—12月6日",
    ]


def test_a_day_without_its_year_lies_ahead_or_behind_as_it_is_asked() -> None:
    assert day_of("1-5", TODAY, ahead=True) == date(2027, 1, 5)
    assert day_of("1月5日", TODAY, ahead=False) == date(2026, 1, 5)
    assert day_of("12-10", TODAY, ahead=False) == date(2025, 12, 10)
    assert day_of("明天", TODAY, ahead=True) == date(2026, 12, 10)
    with pytest.raises(ValueError, match="2-30"):
        day_of("2-30那天", TODAY, ahead=True)
