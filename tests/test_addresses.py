"""The addresses of what is out: each belongs to the article whose place WeChat names, and an empty one is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from gateway_kit import NOW
from outside_kit import AT_TEN, Told, a_post, publication, state
from sqlalchemy import select

from content.db import Store
from content.models import Article, State
from scheduler import confirm, outside, published
from scheduler.addresses import in_places
from scheduler.models import MASS, PUBLISH, JobNotice
from scheduler.notices import take_notice
from scheduler.refusals import Answer
from scheduler.sent import sent_as

Items = list[tuple[object, object]]  # the place and the address of each
WAYS = (PUBLISH, MASS, "status")


def quiet(items: Items | None, **more: object) -> Answer:
    named = items and [{"idx": place, "article_url": address} for place, address in items]
    return {"publish_id": 9, "publish_status": 0, "article_id": "ART", "article_detail": {"item": named}, **more}


def pushed(items: Items | None) -> Answer:
    named = items and [{"ArticleIdx": place, "ArticleUrl": address} for place, address in items]
    return {"MsgID": "9", "Status": "send success", "ArticleUrlResult": {"Count": 3, "ResultList": {"item": named}}}


def told(store: Store, way: str, answer: Answer, job: str = "9") -> None:
    """WeChat says how a publication ended: by event, or asked for its status."""
    if way == "status":
        confirm.ask_status(store, Status(answer), NOW)  # type: ignore[arg-type]
        return
    with store.transaction() as session:
        row = JobNotice(kind=way, job=job, payload=json.dumps(answer), at=AT_TEN)
        session.add(row)
        session.flush()
        number = row.id
    take_notice(store, number, NOW)


class Status(Told):
    """WeChat with one answer to the question for a status."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def _call(self, path: str, *_: Any, **more: object) -> Answer:
        assert path == "freepublish/get"
        return self.answer


def on_its_way(store: Store, *titles: str, job: str = "9") -> int:
    job_ids = {"publish_id": job, "msg_id": job, "receipt": job, "receipt_at": AT_TEN, "claimed_at": AT_TEN}
    return a_post(store, *titles, state=State.PUBLISHING, **job_ids)


def links(store: Store) -> list[str]:
    """The address by which each article is shown, in the order of the articles."""
    with store.reading() as session:
        articles = session.scalars(select(Article).order_by(Article.post_id, Article.position)).all()
        return [sent_as(session, article).url for article in articles]


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([(2, "u2"), (3, "u3")], ["", "u2", "u3"]),
        ([("3", "u3"), ("1", "u1")], ["u1", "", "u3"]),
        ([(None, "u1"), ("x", "u2"), (3, "u3")], ["u1", "u2", "u3"]),
        ([(1, None), (2, ""), (3, "u3")], ["", "", "u3"]),
        ([(10**12, "u1"), (0, "u2")], ["u1", "u2"]),
        ([(1, None)], []),
    ],
)
def test_each_address_stands_in_the_place_that_is_named(items: Items, found: list[str]) -> None:
    named = [{"idx": place, "article_url": address} for place, address in items]
    assert in_places(named, "idx", "article_url") == found
    if len(named) == 1:  # XML gives one without a list
        assert in_places(named[0], "idx", "article_url") == found


@pytest.mark.parametrize("way", WAYS)
def test_an_article_is_shown_by_its_own_address_and_one_that_has_none_by_none(store: Store, way: str) -> None:
    post_id = on_its_way(store, "甲", "乙", "丙")
    told(store, way, pushed([(2, "u2"), (3, "u3")]) if way == MASS else quiet([(3, "u3"), (2, "u2"), (1, None)]))
    assert (state(store, post_id), links(store)) == (State.PUBLISHED, ["", "u2", "u3"])


@pytest.mark.parametrize("items", [None, [], [(1, None)]])
def test_a_push_of_which_no_address_is_told_has_none(store: Store, items: Items | None) -> None:
    post_id = on_its_way(store, "甲")
    told(store, MASS, pushed(items))
    assert (state(store, post_id), publication(store, post_id).url) == (State.PUBLISHED, "")


@pytest.mark.parametrize("odd", [None, "text", 7, ["list"]])
def test_an_item_that_cannot_be_read_takes_no_other_with_it(store: Store, odd: object) -> None:
    post_id = on_its_way(store, "甲", "乙")
    answer = quiet([])
    answer["article_detail"]["item"] = [odd, {"idx": 2, "article_url": "u2"}]
    told(store, PUBLISH, answer)
    assert (state(store, post_id), links(store)) == (State.PUBLISHED, ["", "u2"])


def test_what_is_said_later_fills_the_gaps_and_takes_nothing_away(store: Store) -> None:
    on_its_way(store, "甲", "乙", "丙")
    for items in ([(2, "u2")], [(1, "u1"), (2, None)], [(3, "u3")], []):
        told(store, PUBLISH, quiet(items))
    assert links(store) == ["u1", "u2", "u3"]


@pytest.mark.parametrize("way", [PUBLISH, "status"])
@pytest.mark.parametrize("empty", [None, "", "missing"])
def test_two_posts_without_an_article_id_are_both_confirmed(store: Store, way: str, empty: str | None) -> None:
    answer = quiet([(1, None)], article_id=empty)
    if empty == "missing":
        del answer["article_id"]
    posts = [on_its_way(store, "甲", job="9"), on_its_way(store, "乙", job="10")]
    for job in ("9", "10"):
        told(store, way, answer, job)
    assert [state(store, post) for post in posts] == [State.PUBLISHED] * 2
    assert [publication(store, post).article_id for post in posts] == [None, None]
    assert links(store) == ["", ""]


def test_a_published_list_without_addresses_gives_none(store: Store) -> None:
    post_id = a_post(store, "甲", state=State.UNSURE, since=AT_TEN)
    news = [{"title": "甲", "content": "<p>甲的正文</p>", "url": None, "is_deleted": False}]
    item = {"article_id": "ART", "content": {"news_item": news}, "update_time": int(AT_TEN.timestamp()) + 5}
    published.find_published(store, Told(item), NOW)  # type: ignore[arg-type]
    assert (state(store, post_id), publication(store, post_id).url) == (State.PUBLISHED, "")


def strange(store: Store, items: Items) -> None:
    with store.transaction() as session:
        session.add(JobNotice(kind=PUBLISH, job="9", payload=json.dumps(quiet(items)), at=AT_TEN))
    outside.take_strange_notices(store, Told(), NOW)


@pytest.mark.parametrize(("items", "shown"), [([(2, "u2")], ["", "u2"]), ([(10, "u"), ("2", "u2")], ["u", "u2"])])
def test_what_others_published_has_its_addresses_in_their_places_too(
    store: Store, items: Items, shown: list[str]
) -> None:
    strange(store, items)
    assert links(store) == shown
