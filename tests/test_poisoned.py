"""Answers of WeChat with something odd in them: it is passed over, and keeps neither other posts nor the clock busy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from gateway_kit import NOW
from outside_kit import AT_TEN, a_post, publication, ringing, state
from publishing_kit import NIGHT, QUIET, drafted, handed_over, out, pass_time, speaks_of
from sqlalchemy import select
from stage import Stage

from content.db import Store
from content.models import Article, Post, State
from scheduler import confirm, outside, published
from scheduler.calls import NamedCalls, moment_in, number_in, says
from scheduler.draft_once import find_lost
from scheduler.drafts import frozen_texts
from scheduler.models import PUBLISH, JobNotice
from scheduler.refusals import Answer, Unsure

AT = int(AT_TEN.timestamp()) + 60
ODD_ENTRIES: list[object] = [
    None,
    "text",
    [],
    {},
    {"article_id": "X", "media_id": "X", "update_time": AT},
    {"article_id": "X", "media_id": "X", "update_time": AT, "content": None},
    {"article_id": "X", "media_id": "X", "update_time": AT, "content": {"news_item": None}},
    {"article_id": "X", "media_id": "X", "update_time": AT, "content": {"news_item": [None]}},
    {"article_id": "X", "media_id": "X", "update_time": AT, "content": {"news_item": [{"title": None}]}},
    {"article_id": "X", "content": {"news_item": []}},
    {"article_id": "X", "update_time": "soon", "content": {"news_item": []}},
    {"article_id": "X", "update_time": 10**30, "content": {"news_item": []}},
]
ODD_STATUS: list[Answer] = [
    {"publish_status": None},
    {"publish_status": "nonsense"},
    {"publish_status": 0, "article_detail": 3},
    {"publish_status": 0, "article_id": "HELD"},
    {"publish_status": float("inf")},
]


class Told(NamedCalls):
    """WeChat with answers of the test's making, by call, or by publish_id where a status is asked for."""

    def __init__(self, **answers: Answer) -> None:
        self.answers, self.asked = answers, list[str]()

    def _call(self, path: str, body: Mapping[str, object] | None = None, **more: object) -> Answer:
        name = str((body or {}).get("publish_id") or path.replace("/", "_"))
        self.asked.append(name)
        return self.answers[name]


def entry(*titles: str, **more: object) -> dict[str, Any]:
    """What WeChat lists of a draft or a publication of ours."""
    news = [{"title": title, "content": f"<p>{title}的正文</p>", "url": f"u-{title}"} for title in titles]
    return {"article_id": "ART", "media_id": "MINE", "content": {"news_item": news}, "update_time": AT} | more


def page(*entries: object) -> Answer:
    return {"total_count": len(entries), "item_count": len(entries), "item": list(entries)}


def test_a_lost_draft_is_found_behind_entries_that_cannot_be_read(store: Store) -> None:
    post_id = a_post(store, "冬至", state=State.OPEN, media_id=None, drafting_at=NOW)
    with store.reading() as session:
        revisions = frozen_texts(session, session.get_one(Post, post_id))
    told = Told(draft_batchget=page(*ODD_ENTRIES, entry("冬至", media_id=None), entry("冬至")))
    assert find_lost(store, told, publication(store, post_id), revisions, NOW) == "MINE"


def test_a_post_that_is_out_is_found_behind_entries_that_cannot_be_read(store: Store) -> None:
    post_id = a_post(store, "冬至", state=State.UNSURE)
    nameless = entry("冬至", article_id=None)
    published.find_published(store, Told(freepublish_batchget=page(*ODD_ENTRIES, nameless, entry("冬至"))), NOW)  # type: ignore[arg-type]
    assert (state(store, post_id), publication(store, post_id).article_id) == (State.PUBLISHED, "ART")


def test_a_strange_event_is_seen_to_although_the_list_cannot_be_read_whole(store: Store) -> None:
    post_id = a_post(store, "冬至", state=State.DRAFTED)
    with store.transaction() as session:
        said = {"publish_status": 0, "article_id": "ART", "article_detail": {"item": {"idx": 1, "article_url": "u"}}}
        session.add(JobNotice(kind=PUBLISH, job="9", payload=json.dumps(said), at=AT_TEN))
    outside.take_strange_notices(store, Told(freepublish_batchget=page(*ODD_ENTRIES, entry("冬至"))), NOW)  # type: ignore[arg-type]
    assert (state(store, post_id), publication(store, post_id).url) == (State.PUBLISHED, "u")


@pytest.mark.parametrize("odd", ODD_STATUS, ids=str)
def test_a_status_that_cannot_be_read_keeps_no_other_post_waiting(store: Store, odd: Answer) -> None:
    a_post(store, "旧的", article_id="HELD")
    ids = {"receipt": "r", "receipt_at": NOW - timedelta(minutes=2), "claimed_at": NOW - timedelta(minutes=2)}
    first = a_post(store, "甲", state=State.PUBLISHING, publish_id="1", **ids)
    second = a_post(store, "乙", state=State.PUBLISHING, publish_id="2", **ids)
    told = Told(**{"1": odd, "2": {"publish_status": 0, "article_id": "B"}})
    for seconds in range(5):
        confirm.ask_status(store, told, NOW + timedelta(seconds=seconds))  # type: ignore[arg-type]
    assert told.asked == ["1", "2"]
    assert (state(store, first), state(store, second)) == (State.PUBLISHING, State.PUBLISHED)
    assert "读不懂" in publication(store, first).last_error
    told.answers["1"] = {"publish_status": 0, "article_id": "A"}
    confirm.ask_status(store, told, NOW + timedelta(minutes=2))  # type: ignore[arg-type]
    assert state(store, first) == State.PUBLISHED


@pytest.mark.one_database
def test_a_draft_that_cannot_be_read_is_looked_at_again_later_and_goes_out(stage: Stage) -> None:
    stage.at(NIGHT)
    number = drafted(stage, notify=QUIET)
    stage.sim.fault("draft/get", "errcode", errcode=0, errmsg="ok", extra={"news_item": [None]}, times=1000)
    before = stage.calls("draft/get")
    handed_over(stage, number)
    for _ in range(5):
        stage.later(seconds=1)
        stage.tick()
    assert stage.calls("draft/get") - before == 1
    assert stage.state(number) == State.SCHEDULED
    pass_time(stage, 2, 8, 12)
    assert speaks_of(stage, number)
    stage.sim.clear()
    pass_time(stage, 5, 6, 8)
    assert (stage.state(number), out(stage)) == (State.PUBLISHED, {"01-notice": 1})
    assert stage.alarms() == []


# what is deleted ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deleted", "gone", "words"),
    [
        ((True, 1), ["甲", "乙"], "已在后台全部删除"),
        ((False, "true"), ["乙"], "第 2 篇已在后台删除"),
        ((0, "0"), [], ""),
        ((None, "false"), [], ""),
    ],
)
def test_what_the_published_list_shows_as_deleted_is_withdrawn_and_told(
    store: Store, deleted: tuple[object, ...], gone: list[str], words: str
) -> None:
    post_id = a_post(store, "甲", "乙", state=State.UNSURE)
    item = entry("甲", "乙")
    for article, said in zip(item["content"]["news_item"], deleted, strict=True):
        article["is_deleted"] = said
    published.find_published(store, Told(freepublish_batchget=page(item)), NOW)  # type: ignore[arg-type]
    assert state(store, post_id) == State.PUBLISHED  # it was out
    with store.reading() as session:
        withdrawn = select(Article.title).where(Article.state == State.WITHDRAWN).order_by(Article.position)
        assert session.scalars(withdrawn).all() == gone
    assert [words in text for text in ringing(store)] == [True] * bool(gone)


# numbers, times and truth -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "number"),
    [(5, 5), ("5", 5), (2**63 - 1, 2**63 - 1), ("9223372036854775807", 2**63 - 1), (2**63, 0), (-1, 0), (None, 0)],
)
def test_a_number_has_64_bits_at_most(said: object, number: int) -> None:
    assert number_in({"n": said}, "n") == number


def test_a_time_and_a_truth_are_read_however_they_are_written() -> None:
    assert moment_in({"at": str(AT)}, "at") == moment_in({"at": AT}, "at") == AT_TEN + timedelta(minutes=1)
    assert [moment_in({"at": odd}, "at") for odd in (None, 0, "soon", 10**30)] == [None] * 4
    assert [says({"yes": said}, "yes") for said in (True, "true", 1, "1", False, "false", 0, None)] == [True] * 4 + [
        False
    ] * 4


@pytest.mark.parametrize("article", [None, "text", []], ids=str)
def test_a_draft_with_an_article_without_fields_is_not_read(article: object) -> None:
    with pytest.raises(Unsure):
        Told(draft_get={"news_item": [{"title": "甲"}, article]}).get_draft("M")
