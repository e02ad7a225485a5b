"""统计: the total is the sum of the platform's raw rows, each with the day it is known to; unknown stays unknown."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from figures_kit import out, put
from gateway_kit import NOW
from stage import Stage

from content.clock import SHANGHAI, days_between
from content.db import Store
from content.models import Article
from scheduler import metrics, stats
from scheduler.interaction_rule import DEFAULT
from scheduler.interactions import total
from scheduler.ledger import ACCOUNT

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


def summary(store: Store) -> stats.Summary:
    with store.reading() as session:
        return stats.summary(session, FIRST, LAST)


def gained(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return stats.gained(session, FIRST, LAST)


# the whole way --------------------------------------------------------------------------------------------------


def raw_interactions(stage: Stage, last: date) -> dict[str, int]:
    """The platform's own rows, summed up by hand: each article's newest cumulative values up to a day."""
    sums = dict.fromkeys(metrics.ARTICLE_METRICS, 0)
    for published_on in days_between(FIRST, last):
        for row in stage.ticks.wechat.article_totals(published_on)["list"]:
            newest = max((d for d in row["detail_list"] if d["stat_date"] <= str(last)), key=lambda d: d["stat_date"])
            for metric in sums:
                sums[metric] += newest[metric]
    return sums


def test_the_total_is_the_sum_of_the_raw_rows(stage: Stage) -> None:
    """Two posts of ours and one of the back office, over mornings with an outage and a late day."""
    stage.at(datetime(2026, 12, 1, 12, 0, tzinfo=SHANGHAI))
    stage.scheduled(due=datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI))
    stage.at(datetime(2026, 12, 2, 10, 0, tzinfo=SHANGHAI))
    stage.tick()
    stage.settle_down(1)
    stage.scheduled(due=datetime(2026, 12, 3, 9, 30, tzinfo=SHANGHAI), notify="静默", name="02-second")
    stage.at(datetime(2026, 12, 3, 9, 30, tzinfo=SHANGHAI))
    stage.tick()
    stage.settle_down(1)
    stage.sim.backoffice("publish_new", title="别人发的")
    for day, hour in ((4, 9), (5, 9), (6, 9), (9, 9), (9, 13)):  # nobody was there on the 7th and 8th
        stage.sim.set(delayed_days=["2026-12-05"] if day == 6 else [])
        stage.at(datetime(2026, 12, day, hour, 0, tzinfo=SHANGHAI))
        stage.tick()
    raw = raw_interactions(stage, date(2026, 12, 8))
    with stage.parts.store.reading() as session:
        assert stats.gained(session, FIRST, date(2026, 12, 8)) == raw
        found = total(session, DEFAULT, FIRST, date(2026, 12, 8))
    assert found.value == sum(raw.values()) > 0
    answer = stage.say("运营", "统计")
    assert f"互动：至少 {sum(raw.values()):,} 次" in answer
    assert f"阅读 {raw['read_user']:,}，" in answer
    assert "数据到 12月8日" in answer
    assert "发布：3 次，3 篇，其中推送 1 次" in answer
    assert re.search(r"粉丝：[\d,]+ 人，期内净增", answer)
    assert [text for text in stage.alarms() if "“别人发的”" in text]
    assert len(stage.alarms()) == 1


# what is known ----------------------------------------------------------------------------------------------------


def test_nothing_known_is_said_to_be_unknown(store: Store) -> None:
    empty = summary(store)
    assert (empty.known_to, empty.followers, empty.followers_added) == (None, None, None)
    assert (empty.posts, empty.articles) == (0, 0)


def test_a_metric_that_no_article_has_is_left_out_and_not_zero(store: Store) -> None:
    put(store, FIRST, {("read_user", "article:1"): 7, ("like_user", "article:1"): 0})
    assert gained(store) == {"read_user": 7, "like_user": 0}


@pytest.mark.parametrize(
    ("values", "added"),
    [({"new_user": 5, "cancel_user": 2}, 3), ({"new_user": 5}, None), ({"cancel_user": 2}, None), ({}, None)],
)
def test_net_growth_needs_both_sides(store: Store, values: dict[str, int], added: int | None) -> None:
    put(store, FIRST, {(metric, ACCOUNT): value for metric, value in values.items()})
    assert summary(store).followers_added == added


def test_account_figures_are_no_interactions(store: Store) -> None:
    number = out(store, datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI), "一")
    read = {("read_user", f"article:{number}"): 7}
    put(store, FIRST, {("account_read_user", ACCOUNT): 900, ("followers", ACCOUNT): 1200} | read)
    with store.reading() as session:
        assert total(session, DEFAULT, FIRST, LAST).value == 7
    assert summary(store).followers == 1200


def test_what_was_read_before_the_period_is_not_in_it(store: Store) -> None:
    put(store, FIRST - timedelta(days=1), {("read_user", "article:1"): 100})
    put(store, FIRST, {("read_user", "article:1"): 130})
    assert gained(store)["read_user"] == 30


def test_figures_are_known_to_the_last_complete_day(store: Store) -> None:
    put(store, FIRST, {("read_user", "article:1"): 1})
    put(store, FIRST + timedelta(days=1), {("read_user", "article:1"): 2}, complete=False)
    assert summary(store).known_to == FIRST


# what was published -------------------------------------------------------------------------------------------------


def test_posts_articles_and_pushes_of_the_period_are_counted(store: Store) -> None:
    out(store, datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI), "前月")
    out(store, datetime(2026, 12, 1, 0, 0, tzinfo=SHANGHAI), "一", "二")
    out(store, datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI), "三", notify=False)
    out(store, datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI), "次年")
    known = summary(store)
    assert (known.posts, known.articles, known.pushed) == (2, 3, 1)


def test_an_article_has_its_own_figures_in_a_fixed_order(store: Store) -> None:
    number = out(store, NOW, "一", "二")
    told = {(metric, f"article:{n}"): n for metric in reversed(metrics.ARTICLE_METRICS) for n in (number, number + 1)}
    put(store, FIRST, told)
    with store.reading() as session:
        article = session.get_one(Article, number)
        assert list(stats.article_figures(session, article, FIRST).items()) == [
            (metric, number) for metric in metrics.ARTICLE_METRICS
        ]
        assert stats.article_figures(session, article, FIRST - timedelta(days=1)) == {}


def test_addresses_keep_their_places(store: Store) -> None:
    number = out(store, NOW, "一", "二", url="\nhttp://second")
    with store.reading() as session:
        post = session.get_one(Article, number).post
        assert post is not None
        at, urls = stats.out_at(session, post)
    assert (at, urls) == (NOW, ["", "http://second"])


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 12, 2), date(2026, 12, 1), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 30)),
        (date(2027, 1, 1), date(2026, 12, 1), date(2026, 12, 31)),
        (date(2028, 3, 1), date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_the_month_so_far_ends_yesterday(today: date, first: date, last: date) -> None:
    assert stats.month_to_yesterday(today) == (first, last)
