"""What a cell says: counts and days in every spelling that people use, and no data."""

from __future__ import annotations

from datetime import date

import pytest

from content.cells import count, day, day_in
from content.values import NotUnderstood

pytestmark = pytest.mark.one_database
TODAY = date(2026, 12, 1)
DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2万", 12_000), ("1,234", 1234), ("２３４", 234), ("１．２万", 12_000), ("1，234", 1234), ("12人", 12), ("12.0", 12),
        ("1 234", 1234), ("1.2w", 12_000), ("'007", 7), ("\u200b8\u3000", 8), ("0", 0), ("3亿", 300_000_000), ("1.5千次", 1500),
        ("", None), ("-", None), ("——", None), ("暂无", None), ("N/A", None), ("／", None),
    ],
)  # fmt: skip
def test_a_count_is_read_as_it_was_meant(text: str, value: int | None) -> None:
    assert count(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("1.2", 12_000), ("600人", 600), ("600 个", 600), ("1.2万人", 12_000), ("3千次", 3_000)]
)
def test_a_cell_with_a_unit_of_its_own_goes_before_its_head(text: str, value: int) -> None:
    assert count(text, 10_000) == value


@pytest.mark.parametrize(
    "text", ["98%", "1.5", "-3", "#REF!", "10万+", "约100", "1.2e5", "1,23", "12,3456", "一百", "9" * 17]
)
def test_what_is_no_count_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        count(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30", "2026/11/30", "2026.11.30", "2026年11月30日", "20261130", "11月30日", "11.30", "11/30", "46356",
        "2026-11-30 08:00:00", "2026/11/30（周一）", "２０２６年１１月３０日",
    ],
)  # fmt: skip
def test_a_day_has_many_forms(text: str) -> None:
    assert day(text, TODAY) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "30/11/2026",
        "12月5日",
        "13月1日",
        "上周",
        "123",
        "2026-11",
        "2026年1-11",
        "2026-1-11月",
        "2026/11.30",
    ],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood):
        day(text, TODAY)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("西城家园注册用户（截至2026年11月30日）制表日期：2026-12-01", DAY), ("2026年11月1日至30日互动", DAY),
        ("2026-11-01~2026-11-30", DAY), ("11月1日-11月30日", DAY), ("11.30", DAY), ("注册用户20261130", DAY), ("11月30日", DAY),
        ("Sheet1", None), ("2026年11月", None), ("2026-11-29 和 2026-11-30", None), ("编号 110102001000", None),
    ],
)  # fmt: skip
def test_the_one_day_of_a_title_is_found(text: str, found: date | None) -> None:
    assert day_in(text, TODAY) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026年1-11月平台互动情况统计表", None), ("2026年7-9月", None), ("2026年8—10月份", None), ("2026.1-11月", None),
        ("2026-1-11月", None), ("2026年1月-11月", None), ("2026年7、8月", None), ("2026年1-11", None), ("2026.07-09", None),
        ("2026年1-11月（截至2026年11月30日）", DAY), ("2026年1-11月30日", DAY), ("2026年1月至11月30日", DAY),
        ("2026年1-11月（制表日期：2026-12-01）", None), ("2026年1月1日-11月", None), ("2026年6月1日至今", None), ("2026年11月30日——平台互动", DAY),
        ("2026年6月1日以来", None), ("2025年1月至11月30日", None), ("1月1日-11月30日", DAY),
    ],
)  # fmt: skip
def test_a_span_of_months_in_a_title_is_no_day(text: str, found: date | None) -> None:
    assert day_in(text, TODAY) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2025年12月28日-1月3日", date(2026, 1, 3)), ("2025年12月28日至2026年1月3日", date(2026, 1, 3)),
        ("2025.12.28-1.3", date(2026, 1, 3)), ("2026年11月24日-30日", DAY), ("2025年12月28日-3日", None),
        ("2026年11月30日-2025年11月1日", None), ("2026年11月1日-31日", None), ("2026-11-30-1", None),
        ("2026-11-30-15个街道", DAY),
    ],
)  # fmt: skip
def test_a_period_ends_after_it_began(text: str, found: date | None) -> None:
    assert day_in(text, TODAY) == found


@pytest.mark.parametrize("text", ["11.1", "11.2", "11.3", "1.1"])
def test_a_day_that_a_table_may_have_cut_is_asked_for(text: str) -> None:
    with pytest.raises(NotUnderstood, match=f"{text}0"):
        day(text, TODAY)


@pytest.mark.parametrize(
    ("text", "found"), [("11.4", date(2026, 11, 4)), ("11.01", date(2026, 11, 1)), ("11-1", date(2026, 11, 1))]
)
def test_a_day_that_no_table_cuts_is_taken(text: str, found: date) -> None:
    assert day(text, TODAY) == found
