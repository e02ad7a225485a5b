"""Interactions under the written rule: each reading once, nothing told twice, by source, with what came before left out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path

import pytest
from figures_kit import out
from gateway_kit import NOW
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from content.clock import SHANGHAI
from content.db import Store
from content.errors import FilesWrong
from content.place_models import Place
from scheduler import batches, ledger, metrics
from scheduler.anomaly_models import Anomaly
from scheduler.gain_models import Gain
from scheduler.interaction_rule import ACTS, DEFAULT, Rule, read_rule
from scheduler.interactions import Total, at_least, by_thing, reaching_back, told, total
from scheduler.models import Batch, Figure
from scheduler.tally import recount

FIRST = date(2026, 12, 1)
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)  # each example asks the database many times
STREET, COMMUNITY, OTHER = "110102001000", "110102001001", "110102001002"


def day(number: int) -> date:
    """Day 1 is the first of the period; 0 and less are before it."""
    return FIRST + timedelta(days=number - 1)


def put(
    store: Store, number: int, values: dict[tuple[str, str], int], *, source: str = "platform", complete: bool = True
) -> int:
    """A file or pull with figures of one day; returns its batch."""
    told_of, name = day(number), str(day(number))
    with store.transaction() as session:
        return ledger.record(session, source, name, told_of, values, complete=complete, by="test", now=NOW).id


def undo(store: Store, number: int) -> None:
    with store.transaction() as session:
        batches.undo(session, number, "错了", by="test", now=NOW)


def found(store: Store, first: int = 1, last: int = 60, rule: Rule = DEFAULT) -> Total:
    with store.reading() as session:
        return total(session, rule, day(first), day(last))


def value(store: Store, first: int = 1, last: int = 60) -> int | None:
    return found(store, first, last).value


def article(store: Store, number: int) -> str:
    """An article that went out on a day."""
    return f"article:{out(store, datetime.combine(day(number), datetime.min.time(), SHANGHAI), f'文章{number}')}"


def places(store: Store) -> None:
    with store.transaction() as session:
        session.add(Place(code=STREET, level="street", name="德胜街道", parent="110102000000"))
        for code in (COMMUNITY, OTHER):
            session.add(Place(code=code, level="community", name=code, parent=STREET))


def views(thing: str, number: int) -> dict[tuple[str, str], int]:
    return {("platform_views", thing): number}


def views_day(thing: str, number: int) -> dict[tuple[str, str], int]:
    return {("platform_views_day", thing): number}


HERE, THERE = f"place:{COMMUNITY}", f"place:{OTHER}"


# articles: times where they are known, else persons -------------------------------------------------------------------


def test_persons_are_a_lower_bound_until_an_export_tells_the_times_and_then_not_counted_beside_them(
    store: Store,
) -> None:
    one = article(store, 1)
    put(store, 1, {("read_user", one): 100}, source=metrics.WECHAT)
    put(store, 2, {("read_user", one): 120}, source=metrics.WECHAT)
    assert (value(store), at_least(found(store))) == (120, "至少 120 次")
    put(store, 2, {("read_count", one): 300}, source="articles")
    assert (found(store).times, found(store).persons) == (300, 0)
    assert at_least(found(store)) == "300 次"
    put(store, 5, {("read_user", one): 130}, source=metrics.WECHAT)
    assert (found(store).times, found(store).persons) == (300, 10)
    assert "　其中按次 96.8%，按人 3.2%（按人的是次数的下限）" in told(found(store))
    put(store, 6, {("read_count", one): 350}, source="articles")
    assert (found(store).times, found(store).persons) == (350, 0)


def test_what_a_day_told_of_the_account_that_is_not_complete_yet_is_left_out(store: Store) -> None:
    one = article(store, 1)
    put(store, 1, {("read_user", one): 100}, source=metrics.WECHAT)
    put(store, 2, {("read_user", one): 150}, source=metrics.WECHAT, complete=False)
    assert (value(store), found(store).known_to) == (100, day(1))
    put(store, 3, {("read_user", one): 160}, source=metrics.WECHAT)
    assert (value(store), found(store).known_to) == (160, day(3))


def test_times_of_one_act_take_no_persons_from_another(store: Store) -> None:
    one = article(store, -5)
    put(store, -4, {("read_count", one): 100}, source="articles")
    put(store, -4, {("read_user", one): 100, ("like_user", one): 7}, source=metrics.WECHAT)
    put(store, 0, {("read_user", one): 150, ("like_user", one): 7}, source=metrics.WECHAT)
    put(store, 3, {("like_user", one): 47}, source=metrics.WECHAT)
    put(store, 3, {("read_count", one): 300}, source="articles")
    assert found(store).parts[0].acts == {"阅读": 150, "点赞": 40}
    assert (found(store).times, found(store).persons) == (150, 40)


def test_shares_are_counted_in_the_same_way(store: Store) -> None:
    one = article(store, 1)
    put(store, 1, {("share_user", one): 4, ("like_user", one): 2}, source=metrics.WECHAT)
    put(store, 1, {("share_count", one): 9}, source="articles")
    assert found(store).parts[0].acts == {"点赞": 2, "分享": 9}


def test_an_article_of_before_counts_only_what_is_surely_of_the_period(store: Store) -> None:
    old = article(store, -5)
    put(store, 0, {("read_user", old): 80}, source=metrics.WECHAT)
    put(store, 2, {("read_user", old): 90}, source=metrics.WECHAT)
    put(store, 3, {("read_count", old): 500}, source="articles")
    assert (value(store), value(store, -9)) == (10, 500)
    put(store, 9, {("read_count", old): 530}, source="articles")
    assert value(store) == 40
    assert [part.starts for part in found(store).parts] == [1]
    assert "　1 项以第一次的数为起点，那以前的不计" in told(found(store))


def test_an_export_from_before_the_period_is_what_later_ones_are_compared_with(store: Store) -> None:
    old = article(store, -20)
    put(store, -3, {("read_count", old): 400}, source="articles")
    put(store, 10, {("read_count", old): 460}, source="articles")
    assert value(store) == 60


def test_what_was_gained_since_long_before_the_period_is_said(store: Store) -> None:
    """Files of the end of June and of October: nobody knows how much of the difference is of October."""
    put(store, -60, views(HERE, 100))
    put(store, 30, views(HERE, 920_600))
    put(store, 37, views(HERE, 920_650))

    def said(first: int, last: int = 60) -> list[str]:
        with store.reading() as session:
            return list(reaching_back(session, DEFAULT, day(first), day(last)))

    assert said(1) == ["平台的 920,500 次是 2026-10-01 以后到 2026-12-30 增加的，一部分可能在期前"]
    assert said(31) == said(-60) == said(-53) == said(1, 20) == []
    assert said(38) == []
    assert any("一部分可能在期前" in line for line in told(found(store)))


# the platform: totals as differences, days as they are ----------------------------------------------------------------


def test_the_last_total_before_the_period_is_its_beginning_else_the_first_one_in_it(store: Store) -> None:
    put(store, -2, views(HERE, 1_000))
    put(store, 5, views(HERE, 1_050) | views(THERE, 700))
    assert (value(store), found(store).parts[0].starts) == (50, 1)
    put(store, 12, views(HERE, 1_060) | views(THERE, 720))
    assert (value(store), value(store, 6)) == (80, 30)
    assert at_least(found(store)) == "80 次"


def test_totals_and_days_of_the_same_thing_are_never_both_counted(store: Store) -> None:
    for number in range(1, 11):
        put(store, number, views_day(HERE, 10), source="platform-daily")
    assert value(store) == 100
    put(store, 3, views(HERE, 5_000))  # a beginning: days 1 to 3 stay
    assert value(store) == 100
    put(store, 7, views(HERE, 5_055))  # the days 4 to 7 are these 55 and no more 40
    assert value(store) == 30 + 55 + 30


def test_a_total_of_a_community_holds_those_of_its_objects_and_a_streets_those_of_its_communities(store: Store) -> None:
    places(store)
    thing = f"object:{COMMUNITY}:社区课堂"
    put(store, 1, views(HERE, 1_000) | views(thing, 100))
    put(store, 4, views(thing, 130))
    assert value(store) == 30
    put(store, 8, views(HERE, 1_200))
    assert value(store) == 200
    put(store, 1, views(f"place:{STREET}", 9_000))
    put(store, 9, views(f"place:{STREET}", 9_500) | views(THERE, 40))
    assert value(store) == 500
    with store.reading() as session:
        things = by_thing(session, DEFAULT, day(1), day(60))
    assert {name: acts["浏览"] for name, acts in things.items()} == {
        thing: 30, HERE: 170, f"place:{STREET}": 300
    }  # fmt: skip


def test_an_object_that_the_file_before_did_not_have_is_new_and_counts_whole(store: Store) -> None:
    old, new = f"object:{COMMUNITY}:一", f"object:{COMMUNITY}:二"
    elsewhere = f"object:{OTHER}:三"
    put(store, 1, views(old, 600))
    put(store, 8, views(old, 610) | views(new, 70) | views(elsewhere, 900))
    assert value(store) == 10 + 70
    assert value(store, 3) == 10  # from the third day on nobody knows how much of the 70 was there before


def test_a_total_that_falls_is_neither_hidden_nor_mended(store: Store) -> None:
    put(store, 1, views(HERE, 1_000))
    put(store, 2, views(HERE, 900))
    put(store, 3, views(HERE, 1_010))
    assert (value(store), value(store, 2, 2)) == (10, -100)


def test_a_day_that_is_told_again_counts_once_and_an_undone_batch_not_at_all(store: Store) -> None:
    put(store, 1, views(HERE, 100))
    put(store, 2, views(HERE, 150))
    wrong = put(store, 2, views(HERE, 700))
    put(store, 3, views(HERE, 200))
    assert (value(store), value(store, 2, 2)) == (100, 600)
    undo(store, wrong)
    assert (value(store), value(store, 2, 2)) == (100, 50)


STEP = st.tuples(
    st.integers(-3, 20),  # the day
    st.sampled_from(["total", "day", "object", "undo", "again"]),
    st.integers(0, 500),
)


@settings(max_examples=25, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14))
def test_whatever_the_order_repetition_and_supersession_the_sums_are_those_of_the_readings(
    store: Store, steps: list[tuple[int, str, int]]
) -> None:
    with store.transaction() as session:
        for table in (Anomaly, Gain, Figure, Batch):
            session.execute(delete(table))
    thing, standing = f"object:{COMMUNITY}:课", dict[int, int]()
    for number, what, reading in steps:
        if what in ("undo", "again"):
            if standing:
                undo(store, list(standing)[reading % len(standing)])
                standing.pop(list(standing)[reading % len(standing)])
            continue
        subject = thing if what == "object" else HERE
        told_of = views_day(subject, reading) if what == "day" else views(subject, reading)
        standing[put(store, number, told_of)] = number
    kept = summed_up(store)
    with store.transaction() as session:
        for act in ACTS:
            recount(session, act)
    assert summed_up(store) == kept
    parts = [value(store, first, first + 5) or 0 for first in (-3, 3, 9, 15)]
    with store.reading() as session:
        each = sum(sum(acts.values()) for acts in by_thing(session, DEFAULT, day(3), day(8)).values())
    assert each == parts[1]


@settings(max_examples=25, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    gains=st.lists(st.integers(0, 90), min_size=3, max_size=8),
    order=st.randoms(use_true_random=False),
    twice=st.lists(st.integers(0, 2), min_size=8, max_size=8),
)
def test_the_gains_are_the_last_total_less_the_one_before_the_period(store: Store, gains, order, twice) -> None:  # type: ignore[no-untyped-def]
    with store.transaction() as session:
        for table in (Anomaly, Gain, Figure, Batch):
            session.execute(delete(table))
    totals = list(accumulate(gains))
    told_of = [(number, total_) for number, total_ in enumerate(totals) for _ in range(1 + twice[number])]
    wrong = [(number, total_ + 1_000) for number, total_ in enumerate(totals) if twice[number]]
    order.shuffle(told_of)
    for number, reading in [*wrong, *told_of]:  # what was told wrong is superseded by what is right
        put(store, number, views(HERE, reading))
    assert value(store) == totals[-1] - totals[0]
    assert sum(value(store, number, number) or 0 for number in range(1, len(totals))) == totals[-1] - totals[0]


def summed_up(store: Store) -> set[tuple[object, ...]]:
    with store.reading() as session:
        return {
            (row.day, row.since, row.source, row.act, row.times, row.persons, row.starts) for row in session.query(Gain)
        }


# the rule -------------------------------------------------------------------------------------------------------------


def test_only_what_the_rule_names_counts_and_the_sources_add_up(store: Store) -> None:
    one = article(store, 1)
    put(store, 1, {("read_user", one): 100, ("like_user", one): 7}, source=metrics.WECHAT)
    put(store, 1, views(HERE, 50) | {("platform_likes", HERE): 5, ("topic_votes", HERE): 1})
    put(store, 2, views(HERE, 90) | {("platform_likes", HERE): 6, ("topic_votes", HERE): 4})
    assert {part.source: part.value for part in found(store).parts} == {"公众号": 107, "平台": 41, "议题": 3}
    assert found(store).value == 151
    few = Rule(frozenset({("公众号", "点赞"), ("平台", "浏览")}), "只计点赞和浏览")
    assert {part.source: part.acts for part in found(store, rule=few).parts} == {
        "公众号": {"点赞": 7},
        "平台": {"浏览": 40},
    }
    assert list(told(found(store, rule=few)))[-1] == "　口径：只计点赞和浏览"


def test_nothing_known_is_not_nothing(store: Store) -> None:
    assert (found(store).value, at_least(found(store))) == (None, "—")
    put(store, 1, views(HERE, 50))
    assert found(store).value == 0  # a beginning
    assert found(store, 2).value is None


@pytest.mark.one_database
def test_the_rule_stands_in_the_contract_and_what_is_wrong_with_it_is_told(tmp_path: Path) -> None:
    assert read_rule(tmp_path) is DEFAULT
    file = tmp_path / "contract.toml"
    file.write_text('[interactions]\nrule = "只计浏览"\nplatform = ["浏览"]\n', encoding="utf-8")
    assert read_rule(tmp_path) == Rule(frozenset({("平台", "浏览")}), "只计浏览")
    file.write_text('[interactions]\nplatform = ["浏览", "跟帖"]\nweibo = []\n', encoding="utf-8")
    with pytest.raises(FilesWrong) as wrong:
        read_rule(tmp_path)
    assert str(wrong.value).split("\n")[1:] == [
        "platform 没有“跟帖”，可以写：浏览、点赞、评论、转发、收藏、投票。",
        "[interactions] 没有 weibo 这一项，可以写：rule、wechat、platform、topics。",
    ]
