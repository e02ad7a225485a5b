"""The simulated platform's statistics: what may be asked for, and how figures grow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from simulator_kit import Account, account

OLD = ("getarticlesummary", "getarticletotal", "getuserread", "getuserreadhour", "getusershare", "getusersharehour")
LONGEST = {
    "getarticleread": 1,
    "getarticleshare": 1,
    "getbizsummary": 30,
    "getarticletotaldetail": 1,
    "getusersummary": 7,
    "getusercumulate": 7,
    "getupstreammsg": 7,
    "getupstreammsghour": 1,
    "getupstreammsgweek": 1,
    "getupstreammsgmonth": 1,
    "getupstreammsgdist": 15,
    "getupstreammsgdistweek": 15,
    "getupstreammsgdistmonth": 15,
    "getinterfacesummary": 30,
    "getinterfacesummaryhour": 1,
}


def ask(wx: Account, name: str, begin: str, end: str = "") -> Any:
    return wx.post(f"datacube/{name}", {"begin_date": begin, "end_date": end or begin})


def two_articles(wx: Account, days: int = 40) -> tuple[str, str]:
    """Publish one article quietly and push one, let days pass, and return their msgids."""
    quiet = wx.post("freepublish/submit", {"media_id": wx.draft(title="安静的")})
    pushed = wx.mass(wx.draft(title="推送的"))
    wx.sim.advance(days * 86400)
    wx.log_in()
    return f"{quiet['msg_data_id']}_1", f"{pushed['msg_data_id']}_1"


@pytest.mark.parametrize("name", OLD)
def test_the_old_article_calls_are_offline(name: str) -> None:
    with account() as wx:
        answer = ask(wx, name, "2026-11-30")
        assert answer["errcode"] == 47009
        assert "this api is offline, please use the new api" in answer["errmsg"]


@pytest.mark.parametrize(("name", "longest"), LONGEST.items())
def test_each_call_has_its_longest_span(name: str, longest: int) -> None:
    with account() as wx:
        end = date(2026, 11, 30)
        begin = end - timedelta(days=longest - 1)
        assert isinstance(ask(wx, name, str(begin), str(end))["list"], list)
        assert ask(wx, name, str(begin - timedelta(days=1)), str(end))["errcode"] == 61501


@pytest.mark.parametrize(
    ("begin", "end", "errcode"),
    [
        ("2026-11-31", "2026-11-31", 61500),
        ("2026/11/30", "2026/11/30", 61500),
        ("20261130", "20261130", 61500),
        ("2026-11-30", "2026-11-29", 61501),
        ("2026-12-01", "2026-12-01", 61501),
        ("2025-10-31", "2025-10-31", 61501),
    ],
)
def test_days_that_cannot_be_asked_for(begin: str, end: str, errcode: int) -> None:
    with account() as wx:
        assert ask(wx, "getbizsummary", begin, end)["errcode"] == errcode
        assert wx.post("datacube/getbizsummary", {})["errcode"] == 61500


def test_yesterday_is_ready_from_eight_in_the_morning() -> None:
    with account(now="2026-12-01T07:59:00") as wx:
        assert ask(wx, "getusercumulate", "2026-11-30")["errcode"] == 61503
        assert ask(wx, "getusercumulate", "2026-11-29")["list"]
        wx.sim.advance(60)
        assert ask(wx, "getusercumulate", "2026-11-30")["list"]


def test_an_article_has_thirty_days_of_growing_figures_whichever_way_it_went_out() -> None:
    with account() as wx:
        quiet, pushed = two_articles(wx)
        articles = {one["msgid"]: one for one in ask(wx, "getarticletotaldetail", "2026-12-01")["list"]}
        assert (articles[quiet]["publish_type"], articles[pushed]["publish_type"]) == (1, 0)
        assert articles[quiet]["title"] == "安静的"
        mid = pushed.split("_")[0]
        assert "__biz=" in articles[pushed]["content_url"]
        assert f"&mid={mid}&idx=1&sn=" in articles[pushed]["content_url"]
        for article in articles.values():
            details = article["detail_list"]
            assert [one["stat_date"] for one in (details[0], details[-1])] == ["2026-12-01", "2026-12-30"]
            assert len(details) == 30
            for name in ("read_user", "share_user", "zaikan_user", "like_user", "comment_count", "collection_user"):
                figures = [one[name] for one in details]
                assert figures == sorted(figures)
                assert name == "read_user" or figures[-1] < details[-1]["read_user"]
            for one in details:
                sources = {row["scene_desc"]: row["user_count"] for row in one["read_user_source"]}
                assert sources.pop("全部", 0) == sum(sources.values()) == one["read_user"]
                assert 0 < one["read_finish_rate"] < 1
        reads = [articles[one]["detail_list"][-1]["read_user"] for one in (quiet, pushed)]
        assert reads[1] > 2 * reads[0] > 0


def test_the_days_of_the_account_add_up_to_its_articles() -> None:
    with account() as wx:
        two_articles(wx)
        days = ask(wx, "getbizsummary", "2026-12-01", "2026-12-30")["list"]
        by_article = ask(wx, "getarticletotaldetail", "2026-12-01")["list"]
        total = sum(one["detail_list"][-1]["read_user"] for one in by_article)
        assert sum(one["detail"]["read_user"] for one in days) == total
        assert days[0]["detail"]["send_page_count"] == 2
        first = ask(wx, "getarticleread", "2026-12-01")["list"]
        assert sum(one["detail"]["read_user"] for one in first) == days[0]["detail"]["read_user"]
        assert {one["msgid"] for one in ask(wx, "getarticleshare", "2026-12-02")["list"]} == {
            one["msgid"] for one in by_article
        }


def test_figures_end_with_yesterday_and_are_empty_where_nothing_happened() -> None:
    with account() as wx:
        two_articles(wx, days=2)
        details = ask(wx, "getarticletotaldetail", "2026-12-01")["list"][0]["detail_list"]
        assert [one["stat_date"] for one in details] == ["2026-12-01", "2026-12-02"]
        assert ask(wx, "getarticletotaldetail", "2026-11-20") == {"list": [], "is_delay": False}


def test_two_runs_tell_the_same_story() -> None:
    stories = []
    for _ in range(2):
        with account() as wx:
            two_articles(wx, days=9)
            stories.append(ask(wx, "getbizsummary", "2026-12-01", "2026-12-09"))
    assert stories[0] == stories[1]


def test_a_delayed_day_is_missing_and_says_so() -> None:
    with account(delayed_days=["2026-12-02"]) as wx:
        two_articles(wx, days=2)
        answer = ask(wx, "getarticletotaldetail", "2026-12-01")
        assert answer["is_delay"]
        assert len(answer["list"][0]["detail_list"]) == 1
        assert ask(wx, "getarticleread", "2026-12-02") == {"list": [], "is_delay": True}
        wx.sim.set(delayed_days=[])
        assert not ask(wx, "getarticleread", "2026-12-02")["is_delay"]


def test_followers_change_by_the_sum_of_their_sources() -> None:
    with account() as wx:
        wx.sim.say(event="subscribe", openid="oNew")
        wx.sim.advance(7 * 86400)
        wx.log_in()
        sizes = [one["cumulate_user"] for one in ask(wx, "getusercumulate", "2026-12-01", "2026-12-07")["list"]]
        rows = ask(wx, "getusersummary", "2026-12-02", "2026-12-07")["list"]
        assert sizes[-1] - sizes[0] == sum(one["new_user"] - one["cancel_user"] for one in rows)
        assert len({one["user_source"] for one in rows}) > 1
        assert sizes[-1] > sizes[0]


def test_messages_and_the_callback_are_counted() -> None:
    with account() as wx:
        for _ in range(20):
            wx.sim.say("在吗")
        wx.sim.advance(86400)
        wx.log_in()
        assert ask(wx, "getupstreammsg", "2026-12-01")["list"][0]["msg_count"] >= 20
        assert ask(wx, "getinterfacesummary", "2026-12-01")["list"][0]["callback_count"] == 20
        assert ask(wx, "getinterfacesummaryhour", "2026-12-01")["list"][0]["ref_hour"] == 900
