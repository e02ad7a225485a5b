"""Posts: one time, one post; in order, of one mind about pushing, and what a person sets wins."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shelf import Shelf, at
from sqlalchemy import delete, select

from content import posts
from content.db import Base, Store
from content.models import Article, Post, State
from content.schedule import ARTICLES_A_POST


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


# one time, one post ------------------------------------------------------------------------------------------------------


def test_articles_of_a_month_with_the_same_publish_at_make_one_post(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.write("03-c", due=at(6))
    shelf.write("04-d")
    shelf.scan()
    assert shelf.posts() == [[1, 2], [3]]
    assert shelf.post(1).due_at == at(5)
    assert shelf.article(4).post is None


def test_one_that_comes_later_joins(shelf: Shelf) -> None:
    shelf.write("02-b", due=at(5))
    shelf.scan()
    shelf.write("01-a", due=at(5))
    shelf.scan()
    assert shelf.posts() == [[2, 1]]


def test_the_same_publish_at_in_two_months_is_two_posts(shelf: Shelf) -> None:
    shelf.write("01-a", month="2026-11", due=at(1))
    shelf.write("01-b", month="2026-12", due=at(1))
    shelf.scan()
    assert shelf.posts() == [[1], [2]]


def test_an_article_that_moves_to_another_month_joins_the_posts_there(shelf: Shelf) -> None:
    shelf.write("01-a", month="2026-11", due=at(1), body="甲")
    shelf.write("02-b", month="2026-11", due=at(1), body="乙")
    shelf.write("03-c", month="2026-12", due=at(1), body="丙")
    shelf.scan()
    (shelf.folder / "2026-11/02-b").rename(shelf.folder / "2026-12/02-b")
    assert shelf.scan() == {}
    assert shelf.posts() == [[1], [2, 3]]


@pytest.mark.parametrize(
    ("positions", "order"),
    [
        ((None, None, None), [1, 2, 3]),
        ((3, 2, 1), [3, 2, 1]),
        ((None, None, 1), [3, 1, 2]),
        ((2, 2, 1), [3, 1, 2]),
        ((99, None, 50), [3, 1, 2]),
    ],
)
def test_the_order_is_position_then_name_and_the_first_is_the_headline(
    shelf: Shelf, positions: tuple[int | None, ...], order: list[int]
) -> None:
    for name, position in zip(("01-a", "02-b", "03-c"), positions, strict=True):
        shelf.write(name, due=at(5), **({"position": position} if position else {}))
    shelf.scan()
    assert shelf.posts() == [order]
    assert [shelf.article(number).position for number in order] == [1, 2, 3]


def test_another_order_needs_another_draft(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    shelf.write("02-b", due=at(5), position=1)
    shelf.scan()
    assert shelf.posts() == [[2, 1]]
    assert shelf.post(1).state == State.OPEN


def test_a_renamed_article_takes_its_new_place(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    (shelf.folder / "2026-12/01-a").rename(shelf.folder / "2026-12/03-a")
    shelf.scan()
    assert shelf.posts() == [[2, 1]]


# pushing -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "push"),
    [((None, None), True), (("推送", None), True), ((None, "静默"), False), (("静默", "静默"), False)],
)
def test_a_post_is_pushed_as_its_articles_say(shelf: Shelf, said: tuple[str | None, ...], push: bool) -> None:
    for name, word in zip(("01-a", "02-b"), said, strict=True):
        shelf.write(name, due=at(5), **({"notify": word} if word else {}))
    assert shelf.scan() == {}
    assert shelf.post(1).notify is push


def test_a_way_that_is_told_later_or_not_any_more_is_taken(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.scan()
    for word, push in (("静默", False), ("推送", True), ("静默", False)):
        shelf.write("01-a", due=at(5), notify=word)
        shelf.scan()
        assert shelf.post(1).notify is push
    shelf.write("01-a", due=at(5))
    shelf.scan()
    assert shelf.post(1).notify is True


def test_articles_that_disagree_hold_their_post_until_they_agree(shelf: Shelf) -> None:
    first = shelf.approved("01-a", due=at(5), notify="推送")
    second = shelf.approved("02-b", due=at(5), notify="静默")
    for _ in range(2):
        [(key, text)] = shelf.scan().items()
        assert key.startswith("notify:post:")
        assert "题01-a" in text
        assert "题02-b" in text
        assert [article.id for article in posts.waiting_for(shelf.post(first))] == [first, second]
    shelf.write("02-b", due=at(5), notify="推送")
    assert shelf.scan() == {}
    assert posts.waiting_for(shelf.post(first)) == []
    assert shelf.post(first).notify is True


# too many -------------------------------------------------------------------------------------------------------------------


def test_eight_articles_fit_and_a_ninth_is_refused_with_a_sentence(shelf: Shelf) -> None:
    for n in range(1, 9):
        shelf.write(f"{n:02}-{n}", due=at(5))
    assert shelf.scan() == {}
    shelf.write("09-9", due=at(5))
    shelf.write("10-10", due=at(6))
    for _ in range(2):  # as long as it is so
        [(key, text)] = shelf.scan().items()
        assert key.startswith("full:")
        assert "9 篇，最多 8 篇" in text
        assert "文章9“题09-9”" in text
        assert shelf.posts() == [list(range(1, 9)), [10]]
    shelf.write("01-1", due=at(7))
    assert shelf.scan() == {}
    assert shelf.posts() == [list(range(2, 10)), [10], [1]]


def test_nine_that_come_together_are_refused_and_stop_nothing_else(shelf: Shelf) -> None:
    for n in range(1, 10):
        shelf.write(f"{n:02}-{n}", due=at(5))
    shelf.write("10-x", due=at(6))
    assert len(shelf.scan()) == 1
    assert shelf.posts() == [[10]]
    shelf.write("09-9", due=at(6))
    assert shelf.scan() == {}
    assert shelf.posts() == [list(range(1, 9)), [9, 10]]


def test_one_that_leaves_makes_room_in_the_same_scan(shelf: Shelf) -> None:
    for n in range(1, 9):
        shelf.write(f"{n:02}-{n}", due=at(5))
    shelf.scan()
    shelf.write("08-8", due=at(6))
    shelf.write("09-9", due=at(5))
    assert shelf.scan() == {}
    assert shelf.posts() == [[1, 2, 3, 4, 5, 6, 7, 9], [8]]


def test_one_whose_new_time_is_full_does_not_go_out_at_its_old_time(shelf: Shelf) -> None:
    for n in range(1, 9):
        shelf.write(f"{n:02}-{n}", due=at(5))
    shelf.write("09-9", due=at(6))
    shelf.scan()
    shelf.write("09-9", due=at(5))
    assert len(shelf.scan()) == 1
    assert shelf.article(9).post is None


def test_one_that_a_person_took_out_and_whose_new_time_is_full_gets_in_when_there_is_room(shelf: Shelf) -> None:
    for n in range(1, 9):
        shelf.write(f"{n:02}-{n}", due=at(5))
    shelf.write("09-9", due=at(6))
    shelf.scan()
    shelf.person_takes_out(9)
    shelf.write("09-9", due=at(5))
    assert len(shelf.scan()) == 1
    assert len(shelf.scan()) == 1
    shelf.person_takes_out(1)
    assert shelf.scan() == {}
    assert shelf.posts() == [[2, 3, 4, 5, 6, 7, 8, 9]]


# whatever editors do ------------------------------------------------------------------------------------------------------------------

TIMES = [None, at(5), at(6), at(7, 18, 30)]
EDITS = st.lists(
    st.dictionaries(
        st.integers(1, 9), st.tuples(st.sampled_from(TIMES), st.sampled_from([None, 1, 2])), min_size=1, max_size=9
    ),
    min_size=1,
    max_size=5,
)


@given(EDITS)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_edited_each_article_is_in_the_one_post_of_its_publish_at(
    shelf: Shelf, edits: list[dict[int, tuple[datetime | None, int | None]]]
) -> None:
    with shelf.store.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
    told: dict[str, datetime | None] = {}
    for name in sorted(shelf.folder.glob("2026-12/*/index.md")):
        name.unlink()
    for edit in edits:
        for number, (due, position) in edit.items():
            shelf.write(f"{number:02}-n{number}", due=due, **({"position": position} if position else {}))
            told[f"2026-12/{number:02}-n{number}/index.md"] = due
        notices = shelf.scan()
        too_many = {due for due in TIMES if due and list(told.values()).count(due) > ARTICLES_A_POST}
        assert len(notices) == len(too_many)
        everything_is_in_its_place(shelf, told, too_many)


def everything_is_in_its_place(shelf: Shelf, told: dict[str, datetime | None], too_many: set[datetime]) -> None:
    with shelf.store.reading() as session:
        articles = session.scalars(select(Article)).all()
        assert {article.path for article in articles} == set(told)
        together = defaultdict(set)
        for article in articles:
            due = told[article.path]
            if due is None:
                assert article.post is None
            elif article.post is not None:
                assert article.post.due_at == due
                together[due].add(article.post_id)
            else:
                assert due in too_many
        assert all(len(ids) == 1 for ids in together.values())
        for post in session.scalars(select(Post)):
            assert [article.position for article in post.articles] == list(range(1, len(post.articles) + 1))
            assert len(post.articles) <= ARTICLES_A_POST
