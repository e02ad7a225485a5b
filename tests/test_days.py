"""The calendar: what is known, what is estimated, and that the unknown stays unknown."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from click.testing import CliRunner
from days_kit import CALENDAR, NOTICES, day, year
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.group import Desk
from bot.cli.planning import days as days_command
from content.daylist import spans
from content.days import Calendar, Kind, Status, calendar_of
from content.holidays import statutory
from content.lunar import TERMS, lunar_days, lunar_words, new_years_eve, solar_terms
from content.months import next_month
from content.tables import TableWrong

# what is known and estimated ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "name", "status"),
    [
        ("2024-02-09", Kind.WORKDAY, "", Status.ANNOUNCED),  # the eve was no holiday then
        ("2024-02-18", Kind.MAKE_UP, "春节", Status.ANNOUNCED),
        ("2024-05-11", Kind.MAKE_UP, "劳动节", Status.ANNOUNCED),
        ("2024-09-16", Kind.HOLIDAY, "中秋节", Status.ANNOUNCED),
        ("2025-01-01", Kind.HOLIDAY, "元旦", Status.ANNOUNCED),
        ("2025-01-28", Kind.HOLIDAY, "春节", Status.ANNOUNCED),
        ("2025-09-28", Kind.MAKE_UP, "国庆节", Status.ANNOUNCED),
        ("2025-10-09", Kind.WORKDAY, "", Status.ANNOUNCED),
        ("2026-01-04", Kind.MAKE_UP, "元旦", Status.ANNOUNCED),
        ("2026-02-16", Kind.HOLIDAY, "春节", Status.ANNOUNCED),
        ("2026-04-06", Kind.HOLIDAY, "清明节", Status.ANNOUNCED),
        ("2026-12-05", Kind.WEEKEND, "", Status.ANNOUNCED),
        ("2026-12-07", Kind.WORKDAY, "", Status.ANNOUNCED),
        ("2027-01-01", Kind.HOLIDAY, "元旦", Status.ESTIMATED),
        ("2027-02-05", Kind.HOLIDAY, "春节", Status.ESTIMATED),
        ("2027-02-04", Kind.UNKNOWN, "", Status.UNKNOWN),  # the day before the eve
        ("2027-02-13", Kind.UNKNOWN, "", Status.UNKNOWN),  # a Saturday that may be worked
        ("2027-03-20", Kind.WEEKEND, "", Status.ESTIMATED),  # a Saturday far from any holiday
        ("2027-03-17", Kind.UNKNOWN, "", Status.UNKNOWN),
        ("2028-10-03", Kind.HOLIDAY, "国庆节、中秋节", Status.ESTIMATED),
    ],
)
def test_a_day_is_known_estimated_or_unknown(text: str, kind: Kind, name: str, status: Status) -> None:
    found = day(text)
    assert (found.kind, found.name, found.status) == (kind, name, status)


def test_2026_has_33_days_off_and_6_make_up_workdays() -> None:
    found = year(CALENDAR, 2026)
    assert sum(one.kind == Kind.HOLIDAY for one in found) == 33
    make_up = [f"{one.date:%m-%d}" for one in found if one.kind == Kind.MAKE_UP]
    assert make_up == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (2025, "01-01 01-28 01-29 01-30 01-31 04-04 05-01 05-02 05-31 10-01 10-02 10-03 10-06"),
        (2026, "01-01 02-16 02-17 02-18 02-19 04-05 05-01 05-02 06-19 09-25 10-01 10-02 10-03"),
        (2027, "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03"),
        (2028, "01-01 01-25 01-26 01-27 01-28 04-04 05-01 05-02 05-28 10-01 10-02 10-03"),
    ],
)
def test_the_rule_gives_the_statutory_days(number: int, expected: str) -> None:
    assert [f"{found:%m-%d}" for found in statutory(number)] == expected.split()


@pytest.mark.parametrize("number", [2025, 2026])
def test_every_day_by_rule_was_a_holiday_in_the_notice_that_came(number: int) -> None:
    assert all(CALENDAR.day(found).kind == Kind.HOLIDAY for found in statutory(number))


@settings(deadline=None)
@given(st.dates(date(2027, 1, 1), date(2040, 12, 31)))
def test_a_day_of_an_unannounced_year_is_never_called_a_workday(when: date) -> None:
    found = CALENDAR.day(when)
    assert found.kind in (Kind.HOLIDAY, Kind.WEEKEND, Kind.UNKNOWN)
    assert found.status != Status.ANNOUNCED
    assert (found.kind == Kind.UNKNOWN) == (found.status == Status.UNKNOWN)


@pytest.mark.parametrize("number", [2025, 2026])
def test_asked_before_the_notice_a_make_up_workday_is_unknown_and_neither_weekend_nor_workday(number: int) -> None:
    before = Calendar(known_to=2024)
    make_up = [found.date for found in year(CALENDAR, number) if found.kind == Kind.MAKE_UP]
    assert make_up
    assert {before.day(found).kind for found in make_up} == {Kind.UNKNOWN}


# the sun and the moon -------------------------------------------------------------------------------------------------


def sun_longitude(moment: datetime) -> float:
    """The sun's apparent longitude in degrees, good to 0.01 (Meeus, Astronomical Algorithms, chapter 25)."""
    t = ((moment - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() + 70) / 86400 / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t) * math.sin(anomaly)
        + (0.019993 - 0.000101 * t) * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


@pytest.mark.parametrize("number", range(2024, 2031))
def test_each_solar_term_falls_on_the_day_on_which_the_sun_gets_there(number: int) -> None:
    shanghai = timezone(timedelta(hours=8))
    for place, (name, found) in enumerate(solar_terms(number).items()):
        wanted = (285 + 15 * place) % 360  # 小寒 is at 285 degrees
        midnight = datetime(found.year, found.month, found.day, tzinfo=shanghai)
        begin = (sun_longitude(midnight) - wanted + 180) % 360 - 180
        end = (sun_longitude(midnight + timedelta(days=1)) - wanted + 180) % 360 - 180
        assert begin < 0.02, (name, found)
        assert end > -0.02, (name, found)


def test_a_year_has_its_24_terms_in_order() -> None:
    found = solar_terms(2027)
    assert tuple(found) == TERMS
    assert list(found.values()) == sorted(found.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [("2027-02-05", "腊月廿九"), ("2027-02-06", "正月初一"), ("2025-07-25", "闰六月初一"), ("2026-09-25", "八月十五")],
)
def test_a_day_is_named_as_the_lunar_calendar_names_it(text: str, words: str) -> None:
    assert lunar_words(date.fromisoformat(text)) == words


def test_a_lunar_day_late_in_the_year_may_come_twice_or_not_at_all() -> None:
    assert [len(lunar_days(number, 12, 1)) for number in (2024, 2025, 2026)] == [2, 0, 1]


def test_a_short_month_has_no_thirtieth() -> None:
    assert lunar_words(new_years_eve(2027)) == "腊月廿九"
    assert lunar_days(2027, 12, 30) == []


def test_the_eve_is_the_last_day_of_the_lunar_year_whether_it_has_29_days_or_30() -> None:
    eves = [lunar_words(new_years_eve(number)) for number in range(2024, 2030)]
    assert set(eves) == {"腊月三十", "腊月廿九"}


# the editor's own days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "in_2026", "in_2027"),
    [
        ("学雷锋纪念日", "2026-03-05", "2027-03-05"),
        ("国际社工日", "2026-03-17", "2027-03-16"),
        ("清明", "2026-04-05", "2027-04-05"),
        ("全国助残日", "2026-05-17", "2027-05-16"),
        ("七夕", "2026-08-19", "2027-08-08"),
        ("中华慈善日", "2026-09-05", "2027-09-05"),
        ("老年节（重阳）", "2026-10-18", "2027-10-08"),
        ("国际志愿者日", "2026-12-05", "2027-12-05"),
        ("腊八", "2026-01-26", "2027-01-15"),
        ("除夕", "2026-02-16", "2027-02-05"),
        ("春节", "2026-02-17", "2027-02-06"),
        ("元宵", "2026-03-03", "2027-02-20"),
        ("端午", "2026-06-19", "2027-06-09"),
        ("中秋", "2026-09-25", "2027-09-15"),
    ],
)
def test_the_civil_affairs_days_fall_on_their_dates(name: str, in_2026: str, in_2027: str) -> None:
    for text in (in_2026, in_2027):
        assert name in [mark.name for mark in day(text).marks]


@pytest.mark.parametrize(
    ("text", "sensitive"),
    [
        ("2027-03-02", False),
        ("2027-03-03", True),
        ("2027-03-15", True),
        ("2027-03-16", False),
        ("2026-09-30", False),
        ("2026-10-01", True),
        ("2026-10-07", True),
        ("2026-12-13", True),
        ("2026-12-14", False),
    ],
)
def test_sensitive_days_are_the_two_sessions_the_national_day_and_the_day_of_mourning(
    text: str, sensitive: bool
) -> None:
    found = day(text)
    assert found.sensitive is sensitive
    assert sensitive == any("加强审核" in mark.note for mark in found.marks)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("3月5日", [("03-05", "03-05")]),
        ("03-05", [("03-05", "03-05")]),
        ("3/5", [("03-05", "03-05")]),
        ("３月３日至３月１５日", [("03-03", "03-15")]),
        ("2027年10月15日至2027年10月22日", [("10-15", "10-22")]),
        ("2026-10-15", []),
        ("3月第三个星期二", [("03-16", "03-16")]),
        ("5月第5个周日", [("05-30", "05-30")]),
        ("2月第5个周日", []),
        ("农历9月9日", [("10-08", "10-08")]),
        ("农历9-9", [("10-08", "10-08")]),
        ("除夕", [("02-05", "02-05")]),
        ("节气清明", [("04-05", "04-05")]),
        ("2月", [("02-01", "02-28")]),
        ("2月29日", []),
        ("2月20日至2月29日", [("02-20", "02-28")]),
    ],
)
def test_a_rule_means_these_days_of_2027(rule: str, expected: list[tuple[str, str]]) -> None:
    assert [(f"{first:%m-%d}", f"{last:%m-%d}") for first, last in spans(rule, 2027)] == expected


@pytest.mark.parametrize("rule", ["", "明天", "13月1日", "2月30日", "农历13月1日", "节气愚人", "3月15日至3月3日"])
def test_what_is_no_rule_is_refused_with_its_line(rule: str, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text(f"rule,name,field,kind,note\n{rule},某日,社区,day,\n", encoding="utf-8")
    with pytest.raises(TableWrong) as error:
        calendar_of(tmp_path)
    assert [(p.line, p.code) for p in error.value.problems] == [(2, "DAY_RULE")]


def test_all_faults_of_the_day_list_are_told_at_once(tmp_path: Path) -> None:
    text = "rule,name,field,kind,note\n5月1日,,社区,day,\n明天,某日,社区,holiday,\n"
    (tmp_path / "days.csv").write_bytes(text.encode("gb18030"))
    with pytest.raises(TableWrong) as error:
        calendar_of(tmp_path)
    assert [(p.line, p.code) for p in error.value.problems] == [(2, "DAY_NAME"), (3, "DAY_KIND"), (3, "DAY_RULE")]


def test_the_workspaces_own_list_stands_in_for_the_starters(tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("规则,名称,领域,类别,备注\n6月8日,社区日,社区,日,\n", encoding="utf-8-sig")
    calendar = calendar_of(tmp_path)
    assert [mark.name for mark in calendar.marks(2027)] == ["社区日"]


# at the terminal ------------------------------------------------------------------------------------------------------


def run(tmp_path: Path, *words: str) -> str:
    done = CliRunner().invoke(days_command, list(words), obj=Desk(str(tmp_path)), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_month_is_listed_day_by_day_and_a_year_by_its_special_days(tmp_path: Path) -> None:
    month = run(tmp_path, "2026-02").splitlines()
    assert len(month) == 28
    assert month[13] == "2026-02-14  星期六  腊月廿七  调休上班（春节）"
    special = run(tmp_path, "2026")
    assert "2026-12-13  星期日  冬月初五  周末  国家公祭日  加强审核" in special
    assert "2026-12-08" not in special


def test_the_days_are_listed_as_json(tmp_path: Path) -> None:
    row = json.loads(run(tmp_path, "2026-12", "--json"))[4]
    assert (row["date"], row["kind"], row["days"][0]["name"]) == ("2026-12-05", "weekend", "国际志愿者日")


def test_the_first_word_after_days_may_be_a_command_or_missing(tmp_path: Path) -> None:
    assert "收进 2026 年" in run(tmp_path, "import", str(NOTICES / "2026.txt"))
    assert len(run(tmp_path).splitlines()) >= 28
    assert "import" in run(tmp_path, "--help")


@pytest.mark.parametrize(
    ("month", "count", "expected"), [("2026-12", 1, "2027-01"), ("2026-01", -1, "2025-12"), ("2026-06", -12, "2025-06")]
)
def test_months_are_counted_over_the_year(month: str, count: int, expected: str) -> None:
    assert next_month(month, count) == expected
