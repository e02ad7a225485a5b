"""Times as people type them."""

from __future__ import annotations

from datetime import datetime

import pytest

from content.clock import SHANGHAI
from content.errors import OpsError
from content.saying import begins_with_time, day_alone, when

pytestmark = pytest.mark.one_database

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)  # a Tuesday

SAID = {
    "明天9点": "12-02 09:00", "明天 9:00": "12-02 09:00", "明天上午九点": "12-02 09:00", "周五18:30": "12-04 18:30",
    "周五 18：30": "12-04 18:30", "12-05 20:00": "12-05 20:00", "１２－０５　２０：００": "12-05 20:00",
    "2026-12-05 20:00": "12-05 20:00", "2026年12月5日20点": "12-05 20:00", "2026年12月5日晚上8点半": "12-05 20:30",
    "今晚8点": "12-01 20:00", "今天晚上8点半": "12-01 20:30", "明早8点": "12-02 08:00", "明晚7点一刻": "12-02 19:15",
    "后天下午三点": "12-03 15:00", "大后天中午12点": "12-04 12:00", "中午1点": "12-01 13:00", "下周一9点": "12-07 09:00",
    "下下周一9点": "12-14 09:00", "星期二8点": "12-08 08:00", "周二10点": "12-01 10:00", "周日20点": "12-06 20:00",
    "礼拜天20点整": "12-06 20:00", "12月5日20:00": "12-05 20:00", "12月5号晚上8点": "12-05 20:00", "12/5 20:00": "12-05 20:00",
    "12.5 20:00": "12-05 20:00", "5号晚上8点": "12-05 20:00", "20:00": "12-01 20:00", "20点30分": "12-01 20:30",
    "8点": "12-01 08:00", "明天9点发": "12-02 09:00", "明天9点吧": "12-02 09:00", "二十一点": "12-01 21:00",
    "十点半": "12-01 10:30", "11-30 9:00": "11-30 09:00", "本周一9点": "11-30 09:00",
    "到明天10点": "12-02 10:00", "改到周五18:30": "12-04 18:30", "定在12月8日 9点": "12-08 09:00",
    "12月8日（周二）上午9:30": "12-08 09:30", "12月8日 (星期二) 9点": "12-08 09:00", "5号（周六）9点": "12-05 09:00",
    "2026年12月8日（周二）上午9:30": "12-08 09:30", "后天下午3点半": "12-03 15:30", "下周一9:00": "12-07 09:00", "周五18:30 谢谢": "12-04 18:30",
    "十二月五号上午九点": "12-05 09:00", "五号九点": "12-05 09:00", "十二月二十五日20:00": "12-25 20:00", "那就周五18:30": "12-04 18:30",
    "还是明天9点": "12-02 09:00", "半小时后": "12-01 09:30", "两个小时后": "12-01 11:00", "1个半小时后": "12-01 10:30",
    "45分钟后发": "12-01 09:45", "明天9点，辛苦了": "12-02 09:00",
}  # fmt: skip


@pytest.mark.parametrize(("words", "meant"), SAID.items())
def test_a_time_is_understood_as_people_type_it(words: str, meant: str) -> None:
    assert when(words, NOW) == datetime.strptime(f"2026-{meant}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def test_a_day_without_its_year_may_be_next_years() -> None:
    assert when("1-5 9:00", NOW).astimezone(SHANGHAI).year == 2027
    assert when("3号9点", NOW.replace(day=31)).astimezone(SHANGHAI) == datetime(2027, 1, 3, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "明天",
        "晚上12点",
        "25点",
        "2月30日9点",
        "9",
        "过两天",
        "明天9点还是10点",
        "12-05",
        "31.31 9:00",
        "十十点",
        "12月8日（周三）9点",
    ],
)
def test_what_is_no_time_or_may_be_two_is_asked_again(words: str) -> None:
    with pytest.raises(OpsError, match=r"时间看不懂.*明天9点"):
        when(words, NOW)


@pytest.mark.parametrize("words", ["今晚1点", "夜里2点", "明天晚上3点", "周五晚上12点", "今晚0点半"])
def test_an_hour_after_midnight_told_as_one_of_the_evening_is_asked_again(words: str) -> None:
    with pytest.raises(OpsError, match="半夜的请写哪一天凌晨，例如：12月6日凌晨1点"):
        when(words, NOW)


@pytest.mark.parametrize(
    ("words", "day"),
    [("后天", 3), ("到周五", 4), ("12-05", 5), ("12月5日（周六）", 5), ("5号吧", 5), ("2026年12月5日", 5), ("周二", 1)],
)
def test_a_day_without_an_hour_waits_for_one(words: str, day: int) -> None:
    found, part = day_alone(words, NOW) or (None, "")
    assert (found, part) == (NOW.date().replace(day=day), "")
    assert when("下午三点", NOW, on=found).astimezone(SHANGHAI) == NOW.replace(day=day, hour=15)
    assert when("12-09 下午三点", NOW, on=found).astimezone(SHANGHAI) == NOW.replace(day=9, hour=15)


@pytest.mark.parametrize(
    ("words", "day", "part", "hour"),
    [
        ("后天下午", 3, "下午", 15),
        ("周五的晚上", 4, "晚上", 20),
        ("12月5日（周六）早上吧", 5, "早上", 8),
        ("2026-12-05 下午", 5, "下午", 15),
        ("今晚", 1, "晚上", 20),
        ("明早", 2, "早上", 8),
        ("下午", 1, "下午", 15),
    ],
)
def test_a_day_and_its_part_wait_for_an_hour_which_is_one_of_that_part(
    words: str, day: int, part: str, hour: int
) -> None:
    found = day_alone(words, NOW)
    assert found == (NOW.date().replace(day=day), part)
    told = f"{hour % 12}点"
    assert when(told, NOW, on=found[0], part=part).astimezone(SHANGHAI) == NOW.replace(day=day, hour=hour)
    assert when("上午9点", NOW, on=found[0], part=part).astimezone(SHANGHAI) == NOW.replace(day=day, hour=9)
    assert when("12-09 9点", NOW, on=found[0], part=part).astimezone(SHANGHAI) == NOW.replace(day=9, hour=9)


def test_a_span_counts_from_now_whatever_day_was_told_before() -> None:
    assert when("半小时后吧", NOW, on=NOW.date().replace(day=9)) == NOW.replace(minute=30)
    with pytest.raises(OpsError, match="时间看不懂"):
        when("999,999,999,999小时后", NOW)


def test_a_part_of_the_day_alone_is_one_of_the_day_that_is_known() -> None:
    assert day_alone("下午吧", NOW, on=NOW.date().replace(day=9)) == (NOW.date().replace(day=9), "下午")


@pytest.mark.parametrize("words", ["", "明天9点", "2月30日", "12月8日（周三）", "32号", "后到天"])
def test_what_is_no_day_alone_waits_for_nothing(words: str) -> None:
    assert day_alone(words, NOW) is None


def test_what_follows_a_time_is_given_back() -> None:
    found = begins_with_time("明天9点 排水管检修", NOW)
    assert found is not None
    assert (found[0].hour, found[1]) == (9, "排水管检修")
    assert begins_with_time("没有时间", NOW) is None
