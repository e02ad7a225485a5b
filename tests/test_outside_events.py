"""Events of publications that nobody here sent: a draft pressed by hand, or something foreign."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from gateway_kit import NOW
from outside_kit import AT_TEN, LONG, Told, a_post, count, meant, publication, ringing, row, state
from sqlalchemy import func, select

from content.db import Store
from content.models import Article, Post, State
from scheduler import outside
from scheduler.models import MASS, PUBLISH, JobNotice


def notice(store: Store, kind: str = PUBLISH, job: str = "9", **payload: object) -> None:
    with store.transaction() as session:
        session.add(JobNotice(kind=kind, job=job, payload=json.dumps(payload), at=AT_TEN))


def strange(store: Store, *urls: str) -> None:
    items = [{"idx": place, "article_url": url} for place, url in enumerate(urls, start=1)]
    notice(store, publish_id=9, publish_status=0, article_id="ART", article_detail={"count": len(urls), "item": items})


def item(*titles: str) -> dict[str, Any]:
    news = [{"title": title, "content": f"<p>{title}的正文</p>", "url": ""} for title in titles]
    return {"article_id": "ART", "content": {"news_item": news}, "update_time": int(AT_TEN.timestamp())}


def pending(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).where(JobNotice.taken_at.is_(None))) or 0


@pytest.mark.parametrize("waiting", [State.DRAFTED, State.SCHEDULED, State.UNSURE, State.FAILED])
def test_the_event_of_a_draft_pressed_by_hand_confirms_our_post(store: Store, waiting: State) -> None:
    post_id = a_post(store, "冬至", state=waiting)
    strange(store, LONG.format(mid="5", idx=1))
    outside.take_strange_notices(store, Told(item("冬至")), NOW)
    assert state(store, post_id) == State.PUBLISHED
    assert publication(store, post_id).article_id == "ART"
    assert meant(store, row(mid="5")).post_id == post_id


@pytest.mark.parametrize(
    "urls", [(LONG.format(mid="5", idx=1), LONG.format(mid="5", idx=2)), ("http://s/a", "http://s/b")]
)
def test_a_strange_event_and_its_figures_are_one_publication(store: Store, urls: tuple[str, ...]) -> None:
    """With long addresses they join by mid, with short ones by the titles."""
    strange(store, *urls)
    outside.take_strange_notices(store, Told(item("甲", "乙")), NOW)
    for place, title in ((1, "甲"), (2, "乙")):
        assert meant(store, row(mid="5", place=place, title=title)).title == title
    assert (count(store, Article), count(store, Post), len(ringing(store))) == (2, 1, 2)


def test_an_empty_post_is_not_taken_for_what_could_not_be_found(store: Store) -> None:
    post_id = a_post(store, state=State.OPEN)
    strange(store, LONG.format(mid="5", idx=1))
    outside.take_strange_notices(store, Told(), NOW)
    assert state(store, post_id) == State.OPEN
    assert (count(store, Article), pending(store)) == (1, 0)


def test_an_event_waits_while_wechat_cannot_be_asked_and_does_not_ask_each_second(store: Store) -> None:
    strange(store, LONG.format(mid="5", idx=1))
    silent = Told(fails=True)
    for second in range(10):
        outside.take_strange_notices(store, silent, NOW + timedelta(seconds=second))
    assert (silent.asked, pending(store)) == (1, 1)
    outside.take_strange_notices(store, Told(item("甲")), NOW + timedelta(minutes=15))
    assert (pending(store), count(store, Article)) == (0, 1)


def test_an_event_may_still_find_its_receipt(store: Store) -> None:
    strange(store, LONG.format(mid="5", idx=1))
    outside.take_strange_notices(store, Told(item("甲")), AT_TEN + timedelta(minutes=14))
    assert (pending(store), count(store, Article)) == (1, 0)


def test_a_strange_push_rings_until_the_figures_name_it(store: Store) -> None:
    urls = {"ResultList": {"item": {"ArticleIdx": 1, "ArticleUrl": LONG.format(mid="5", idx=1)}}}
    notice(store, MASS, Status="send success", ArticleUrlResult=urls)
    notice(store, MASS, Status="err(20008)", job="10")
    outside.take_strange_notices(store, Told(), NOW)
    [text] = ringing(store)
    assert "2026-11-30 10:00 有一次群发不是从这里发出的" in text
    meant(store, row(mid="5", title="谁发的", publish_type=0))
    [text] = ringing(store)
    assert "“谁发的”" in text


@pytest.mark.parametrize("detail", [3, "x", None, [], {"item": 3}, {"item": [None, {"idx": "b"}]}], ids=str)
def test_a_strange_event_that_cannot_be_read_stops_no_other(store: Store, detail: object) -> None:
    notice(store, publish_id=8, publish_status=0, article_id="ODD", article_detail=detail)
    strange(store, LONG.format(mid="5", idx=1))
    outside.take_strange_notices(store, Told(item("甲")), NOW)
    assert (pending(store), count(store, Article)) == (0, 2)
