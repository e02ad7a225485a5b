"""Weekly reports over a day on which communities are merged or split: each week tells of the community that it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from table_kit import Office
from weekly_kit import MONDAY, PLANNED_AT, SUNDAY, cell, figures, file_of, monday, sheet, words, write_contract

from content.gazetteer import gazetteer
from content.place_changes import New, Order, merge, split
from content.weekly_facts import Facts, sentences
from content.weeks import week_of
from scheduler.counting import NAMES
from scheduler.targets import read_contract
from scheduler.weekly_gather import gather
from scheduler.weekly_reports import STREET

LAST, THURSDAY = MONDAY - timedelta(days=1), MONDAY + timedelta(days=3)
KEPT, MADE = "101", "104"


@pytest.fixture
def house(office: Office) -> Office:
    write_contract(office.folder)
    return office


def change(house: Office, kind: str, code: str = KEPT, since: date = MONDAY) -> None:
    """Merge 新风 and 安德, or split 新风; one that comes out of it has the code."""
    order = Order(since, "7号", "运营", PLANNED_AT)
    with house.parts.store.transaction() as session:
        there = gazetteer(session, since - timedelta(days=1))
        first, second = (spot for one in ("101", "102") if (spot := there.by_code(one)))
        if kind == "merge":
            merge(session, [first, second], New(code, "新安社区居委会"), order)
        else:
            split(session, first, [New(code, "新风东社区居委会"), New("105", "新风西社区居委会")], order)


def weekly(house: Office, code: str, sunday: date = SUNDAY) -> Facts:
    contract = read_contract(house.folder, NAMES)
    assert contract
    with house.parts.store.reading() as session:
        return next(one for one in gather(session, week_of(sunday), contract) if one.code == code)


def put(house: Office, day: date, values: Mapping[str, Mapping[str, int]]) -> None:
    figures(house.parts, day, values, f"x{len(values)}{day}")


@pytest.mark.parametrize("since", [MONDAY, THURSDAY])
@pytest.mark.parametrize("code", [KEPT, MADE])
def test_a_merged_community_is_compared_with_the_sum_of_the_old_ones(house: Office, code: str, since: date) -> None:
    """Whatever code it has: registered users 2,000 → 1,990, views 31,000 → 31,200."""
    for back, users, views in ((14, 990, 15_000), (7, 1_000, 15_500)):
        both = {"101": users, "102": users}
        put(house, SUNDAY - timedelta(days=back), {"registered": both, "platform_views": dict.fromkeys(both, views)})
    change(house, "merge", code, since)
    put(house, SUNDAY, {"registered": {code: 1_990}, "platform_views": {code: 31_200}})
    facts = weekly(house, code)
    assert list(facts.of("registered")[-3:]) == [1_980, 2_000, 1_990]
    assert list(facts.of("views")[-2:]) == [1_000, 200]
    assert [facts.change(name) for name in ("registered", "views", "interactions")] == [-10, -800, -800]
    told = f"新安社区由新风社区、安德社区合并（{since}，7号），2026年12月{since.day}日起合并统计，以前的数是合并前各社区之和。"
    assert sentences(facts)[0] == told
    assert weekly(house, "102" if code == MADE else KEPT, LAST).now("registered") == 1_000  # the weeks before it


@pytest.mark.parametrize("code", [KEPT, MADE])
def test_what_moves_in_with_a_merge_is_no_gain(house: Office, code: str) -> None:
    put(house, LAST, {"platform_views": {"object:101:甲": 5_000, "object:102:乙": 8_000}})
    change(house, "merge", code)
    put(
        house,
        SUNDAY,
        {"platform_views": {f"object:{code}:甲": 5_010, f"object:{code}:乙": 8_020, f"object:{code}:新": 3}},
    )
    assert weekly(house, code).now("views") == 33


@pytest.mark.parametrize("lacks", ["platform_views", "object"])
def test_where_one_of_the_merged_was_not_told_of_nobody_knows(house: Office, lacks: str) -> None:
    put(house, LAST, {"registered": {"101": 1_000}, "platform_views": {"101": 15_500}})
    if lacks == "object":
        put(house, LAST, {"platform_views": {"object:101:甲": 20, "object:102:乙": 30}})
    change(house, "merge")
    put(house, SUNDAY, {"registered": {KEPT: 1_990}, "platform_views": {KEPT: 31_200, f"object:{KEPT}:乙": 35}})
    facts = weekly(house, KEPT)
    assert (facts.now("registered"), facts.change("registered"), facts.now("views")) == (1_990, None, None)


@pytest.mark.parametrize("since", [MONDAY, THURSDAY])
@pytest.mark.parametrize("code", [KEPT, MADE])
def test_a_split_begins_a_new_trend_also_where_the_code_is_kept(house: Office, code: str, since: date) -> None:
    put(house, LAST, {"registered": {"101": 939}, "platform_views": {"101": 500, "object:101:甲": 9}})
    put(house, MONDAY + timedelta(days=1), {"real_name": {"101": 500}, "platform_likes_day": {"101": 7}})
    change(house, "split", code, since)
    put(house, SUNDAY, {"registered": {code: 900, "105": 800}, "platform_views": {code: 310, f"object:{code}:甲": 10}})
    put(house, SUNDAY, {"platform_likes_day": {code: 2}})
    facts = weekly(house, code)
    assert list(facts.of("registered")) == [*[None] * 12, 900]
    assert (facts.change("registered"), facts.now("views")) == (None, None)
    told = f"新风东社区由新风社区拆分（{since}，7号），2026年12月{since.day}日起单独统计，以前的数不补零。"
    assert sentences(facts)[0] == told
    assert "平台浏览的累计数是拆分以后第一次收到，本周是多少算不出来。" in facts.missing
    if since == THURSDAY:  # what came on Tuesday is the old community's
        assert (facts.now("real_name"), facts.now("likes")) == (None, 2)
    put(house, SUNDAY + timedelta(weeks=1), {"registered": {code: 905}, "platform_views": {code: 330}})
    later = weekly(house, code, SUNDAY + timedelta(weeks=1))
    assert (later.change("registered"), later.now("views")) == (5, 20)


def test_days_before_a_merge_in_the_week_count_where_all_old_ones_are_told_of(house: Office) -> None:
    for number in range(7):
        day, there = MONDAY + timedelta(days=number), ("101",) if number > 2 else ("101", "102")
        put(house, day, {"platform_views_day": dict.fromkeys(there, 10)})
    put(house, LAST, {"platform_views_day": {"101": 4}})
    change(house, "merge", KEPT, THURSDAY)
    facts = weekly(house, KEPT)
    assert (list(facts.of("views")[-2:]), facts.change("views")) == ([None, 100], None)
    assert not [one for one in facts.missing if "天的数据" in one]


def test_the_streets_text_and_the_workbook_say_so_too(house: Office) -> None:
    put(
        house,
        LAST,
        {"registered": {"101": 1_000, "102": 1_000, "103": 50}, "platform_views": {"101": 15_500, "102": 15_500}},
    )
    change(house, "merge")
    put(house, SUNDAY, {"registered": {"101": 1_990, "103": 50}, "platform_views": {"101": 31_200}})
    monday(house.parts)
    letter = sheet(file_of(house.parts, "101", "xlsx"), "周报")
    assert [cell(letter, "注册用户（人）", n) for n in (1, 2)] == [1_990, -10]
    assert "由新风社区、安德社区合并" in words(sheet(file_of(house.parts, "101", "xlsx"), "趋势"))
    assert "不补零" not in words(sheet(file_of(house.parts, "101", "xlsx"), "趋势"))
    text = file_of(house.parts, "10", "txt", kind=STREET).read_text("utf-8")
    assert "注册用户合计 2,040 人，比上周 -10。" in text
    assert "平台互动合计 200（2 个社区中 1 个有数）。" in text
