"""Whose article is it? A row of the statistics finds its post, or becomes 外部发布 once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from gateway_kit import NOW
from outside_kit import AT_TEN, LONG, YESTERDAY, a_post, count, meant, publication, ringing, row, state
from sqlalchemy import select

from content.clock import local_day
from content.db import Store
from content.models import Article, Post, State
from scheduler import alarm, confirm
from scheduler.models import Publication
from scheduler.outside import OUTSIDE, listed

# ours -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_row_joins_by_the_id_of_its_message(store: Store, place: int) -> None:
    a_post(store, "别的", msg_data_id="1")
    a_post(store, "一", "二", "三", msg_data_id="2247000001")
    found = meant(store, row(place=place, title="改过的标题"))
    assert (found.title, found.position) == ("一二三"[place - 1], place)
    assert count(store, Article) == 4
    assert ringing(store) == []


def test_a_row_without_an_id_joins_by_the_mid_in_its_address(store: Store) -> None:
    a_post(store, "一", "二", msg_data_id="2247000001")
    for msgid in ("", None, "abc", "2247000001"):
        assert meant(store, row(place=2, title="二", msgid=msgid)).title == "二"
    assert count(store, Article) == 2


def test_a_post_that_knows_its_address_is_joined_by_the_mid_in_it(store: Store) -> None:
    post_id = a_post(store, "一")
    with store.transaction() as session:
        live = session.scalars(select(Publication)).one()
        confirm.confirm(session, live, urls=[LONG.format(mid="77", idx=1)], article_id="A", at=AT_TEN, now=NOW)
    assert meant(store, row(mid="77", title="别的标题")).post_id == post_id


@pytest.mark.parametrize("settled", [AT_TEN, NOW, NOW + timedelta(days=20)])
def test_a_post_without_ids_joins_by_its_title(store: Store, settled: datetime) -> None:
    """Also when a person settled it days after it went out."""
    post_id = a_post(store, "一", "冬至", published_at=settled)
    found = meant(store, row(place=2))
    assert (found.post_id, found.position) == (post_id, 2)
    assert meant(store, row(place=1, title="一")).post_id == post_id
    assert publication(store, post_id).msg_data_id == "2247000001"
    assert publication(store, post_id).url.splitlines() == [LONG.format(mid="2247000001", idx=n) for n in (1, 2)]
    assert ringing(store) == []


def test_of_two_posts_with_one_title_the_nearer_day_is_meant(store: Store) -> None:
    newer = a_post(store, "每周通知", published_at=AT_TEN)
    older = a_post(store, "每周通知", published_at=AT_TEN - timedelta(days=7))
    assert meant(store, row(mid="1", title="每周通知"), YESTERDAY - timedelta(days=7)).post_id == older
    assert meant(store, row(mid="2", title="每周通知")).post_id == newer
    assert count(store, Article) == 2


def test_an_old_post_without_an_id_is_not_taken_for_a_new_one(store: Store) -> None:
    a_post(store, "每周通知", published_at=AT_TEN - timedelta(days=90))
    assert meant(store, row(title="每周通知")).origin == OUTSIDE


@pytest.mark.parametrize("waiting", [State.DRAFTED, State.SCHEDULED, State.UNSURE, State.PUBLISHING, State.FAILED])
def test_a_draft_pressed_by_hand_is_joined_and_not_doubled(store: Store, waiting: State) -> None:
    post_id = a_post(store, "冬至", state=waiting)
    for _ in range(2):
        assert meant(store, row()).post_id == post_id
    assert state(store, post_id) == State.PUBLISHED
    assert (count(store, Article), count(store, Post), ringing(store)) == (1, 1, [])
    out = publication(store, post_id)
    assert (out.msg_data_id, local_day(out.published_at or NOW)) == ("2247000001", YESTERDAY)


@pytest.mark.parametrize(
    ("waiting", "since"),
    [(State.DRAFTED, NOW), (State.SCHEDULED, NOW), (State.UNSURE, NOW), (State.OPEN, AT_TEN)],
)
def test_a_draft_that_did_not_stand_there_was_not_pressed(store: Store, waiting: State, since: datetime) -> None:
    """Another article of the same title is not taken for ours: ours would never go out."""
    post_id = a_post(store, "冬至", state=waiting, since=since)
    assert meant(store, row()).origin == OUTSIDE
    assert state(store, post_id) == waiting


# not ours -----------------------------------------------------------------------------------------------------------


def test_an_unknown_article_is_taken_in_once_and_rings_once(store: Store) -> None:
    for day in range(5):
        meant(store, row(title="不是我们发的"), now=NOW + timedelta(days=day))
    assert (count(store, Article), count(store, Post)) == (1, 1)
    [text] = ringing(store)
    assert "“不是我们发的”" in text
    assert str(YESTERDAY) in text
    with store.transaction() as session:
        [rings] = alarm.ringing(session)
        alarm.settle(session, rings.id, by="运营", now=NOW)
    meant(store, row(title="不是我们发的"), now=NOW + timedelta(days=6))
    assert ringing(store) == []


def test_two_articles_of_one_strange_post_are_taken_in_once_over_several_pulls(store: Store) -> None:
    for _ in range(3):
        for place in (2, 1):
            meant(store, row(place=place, title=f"第{place}篇"))
    assert (count(store, Article), count(store, Post), len(ringing(store))) == (2, 1, 2)
    with store.reading() as session:
        post = session.scalars(select(Post)).one()
        assert [(a.position, a.title, a.origin) for a in post.articles] == [
            (1, "第1篇", OUTSIDE),
            (2, "第2篇", OUTSIDE),
        ]
        assert post.state == State.PUBLISHED


def test_a_strange_article_without_any_id_is_taken_in_once(store: Store) -> None:
    for _ in range(3):
        meant(store, row(msgid="", content_url="http://mp.weixin.qq.com/s/short"))
    assert (count(store, Article), len(ringing(store))) == (1, 1)


@pytest.mark.parametrize(("publish_type", "pushed"), [(0, True), ("0", True), (1, False), (None, False)])
def test_a_strange_push_counts_as_a_push(store: Store, publish_type: object, pushed: bool) -> None:
    found = meant(store, row(publish_type=publish_type))
    assert found.post is not None
    assert found.post.notify is pushed


def test_a_row_that_names_nothing_is_nobody() -> None:
    assert listed({"msgid": "x", "title": " ", "content_url": None}, YESTERDAY) is None
