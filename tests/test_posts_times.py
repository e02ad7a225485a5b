"""Posts in time: what follows when editors change times, and how a person's word wins over the file's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from shelf import Shelf, at

from content import posts
from content.db import Store
from content.errors import OpsError
from content.models import Article, State


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    return Shelf(store, tmp_path / "space", monkeypatch)


# a changed time ---------------------------------------------------------------------------------------------------------------


def test_moving_all_articles_of_a_post_keeps_the_post_and_its_draft(shelf: Shelf) -> None:
    for name in ("01-a", "02-b"):
        shelf.write(name, due=at(5))
    shelf.scan()
    before = shelf.post(1).id
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    for name in ("01-a", "02-b"):
        shelf.write(name, due=at(6))
    shelf.scan()
    post = shelf.post(1)
    assert (post.id, post.due_at, post.state) == (before, at(6), State.SCHEDULED)
    assert shelf.posts() == [[1, 2]]


def test_moving_one_article_splits_the_post(shelf: Shelf) -> None:
    for name in ("01-a", "02-b", "03-c"):
        shelf.write(name, due=at(5))
    shelf.scan()
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    shelf.write("02-b", due=at(6))
    shelf.scan()
    assert shelf.posts() == [[1, 3], [2]]
    assert (shelf.post(1).due_at, shelf.post(2).due_at) == (at(5), at(6))
    assert (shelf.post(1).state, shelf.post(2).state) == (State.OPEN, State.OPEN)


def test_a_post_that_moves_to_the_time_of_another_joins_it(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(6))
    shelf.scan()
    shelf.write("01-a", due=at(6))
    shelf.scan()
    assert shelf.posts() == [[1, 2]]


def test_two_posts_may_swap_their_times(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(6))
    shelf.scan()
    shelf.write("01-a", due=at(6))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    assert shelf.posts() == [[2], [1]]


def test_a_time_that_is_not_told_any_more_takes_the_article_out(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.scan()
    shelf.write("01-a")
    shelf.scan()
    assert shelf.posts() == []


@pytest.mark.parametrize("state", [State.PUBLISHING, State.UNSURE])
def test_the_time_of_a_post_on_its_way_out_is_taken_when_it_comes_back(shelf: Shelf, state: State) -> None:
    shelf.approved("01-a", due=at(5))
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED, State.PUBLISHING)
    if state == State.UNSURE:
        shelf.set_post_state(1, State.UNSURE)
    shelf.write("01-a", due=at(6))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    assert shelf.post(1).due_at == at(5)
    assert shelf.posts() == [[1], [2]]  # nobody joins a post that is on its way
    shelf.set_post_state(1, State.SCHEDULED)
    shelf.scan()
    assert shelf.post(1).due_at == at(6)


def test_a_failed_post_with_a_new_time_is_made_ready_again(shelf: Shelf) -> None:
    shelf.approved("01-a", due=at(5))
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED, State.PUBLISHING, State.FAILED)
    shelf.scan()
    assert shelf.post(1).state == State.FAILED
    shelf.write("01-a", due=at(6))
    shelf.scan()
    assert (shelf.post(1).state, shelf.post(1).due_at) == (State.OPEN, at(6))


# what a person sets ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [{}, {"position": 2}, {"notify": "静默"}, {"column": "议事"}, {"body": "新的正文"}])
def test_a_time_that_a_person_set_wins_until_publish_at_itself_changes(shelf: Shelf, more: dict[str, object]) -> None:
    shelf.write("01-a", due=at(5))
    shelf.scan()
    shelf.person_moves(1, at(8))
    shelf.write("01-a", due=at(5), **more)  # type: ignore[arg-type]
    shelf.scan()
    assert (shelf.post(1).due_at, shelf.post(1).due_by) == (at(8), "运营")
    shelf.write("01-a", due=at(6))
    shelf.scan()
    assert (shelf.post(1).due_at, shelf.post(1).due_by) == (at(6), posts.FILE)


@pytest.mark.parametrize("more", [{}, {"position": 2}, {"notify": "静默"}, {"body": "新的正文"}])
def test_an_article_that_a_person_took_out_stays_out_until_publish_at_itself_changes(
    shelf: Shelf, more: dict[str, object]
) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    shelf.person_takes_out(1)
    shelf.write("01-a", due=at(5), **more)  # type: ignore[arg-type]
    shelf.scan()
    assert shelf.posts() == [[2]]
    shelf.write("01-a", due=at(6))
    shelf.scan()
    assert shelf.posts() == [[2], [1]]


def test_a_newcomer_joins_the_post_of_its_publish_at_and_not_one_that_a_person_moved_away(shelf: Shelf) -> None:
    shelf.write("01-a", due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    shelf.person_takes_out(1)
    shelf.person_moves(1, at(3))
    shelf.write("03-c", due=at(5))
    shelf.scan()
    assert shelf.posts() == [[1], [2, 3]]


def test_taking_one_out_leaves_the_others_in_order_and_needs_a_new_draft(shelf: Shelf) -> None:
    for name in ("01-a", "02-b", "03-c"):
        shelf.write(name, due=at(5))
    shelf.scan()
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    shelf.person_takes_out(1)
    assert shelf.posts() == [[2, 3]]
    assert [shelf.article(number).position for number in (1, 2, 3)] == [None, 1, 2]
    assert shelf.post(2).state == State.OPEN


def test_a_person_may_plan_an_article_whose_file_tells_no_time(shelf: Shelf) -> None:
    shelf.write("01-a", notify="静默")
    shelf.scan()
    shelf.person_moves(1, at(8))
    post = shelf.post(1)
    assert (post.due_at, post.due_by, post.notify) == (at(8), "运营", False)
    shelf.scan()
    assert shelf.post(1).due_at == at(8)


def test_a_person_who_moves_a_failed_post_makes_it_ready_again(shelf: Shelf) -> None:
    shelf.approved("01-a", due=at(5))
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED, State.PUBLISHING, State.FAILED)
    shelf.person_moves(1, at(8))
    assert (shelf.post(1).state, shelf.post(1).due_at) == (State.OPEN, at(8))


@pytest.mark.parametrize("state", [State.PUBLISHING, State.UNSURE, State.PUBLISHED])
def test_a_post_on_its_way_out_can_neither_be_moved_nor_taken_apart(shelf: Shelf, state: State) -> None:
    shelf.approved("01-a", due=at(5))
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED, State.PUBLISHING)
    if state != State.PUBLISHING:
        shelf.set_post_state(1, state)
    for change in (lambda: shelf.person_moves(1, at(8)), lambda: shelf.person_takes_out(1)):
        with pytest.raises(OpsError, match="已经在发布"):
            change()
    assert (shelf.posts(), shelf.post(1).due_at) == ([[1]], at(5))


def test_what_is_published_is_not_planned_again(shelf: Shelf) -> None:
    shelf.write("01-a")
    shelf.scan()
    with shelf.store.transaction() as session:
        session.get_one(Article, 1).state = State.PUBLISHED
    with pytest.raises(OpsError, match="已经发布"):
        shelf.person_moves(1, at(8))


# what keeps a post from going out ---------------------------------------------------------------------------------------------------


def test_a_post_waits_for_every_article_that_is_not_approved(shelf: Shelf) -> None:
    first = shelf.approved("01-a", due=at(5))
    shelf.write("02-b", due=at(5))
    shelf.scan()
    assert [article.id for article in posts.waiting_for(shelf.post(first))] == [2]
    shelf.person_takes_out(2)
    assert posts.waiting_for(shelf.post(first)) == []


def test_an_approval_after_the_time_is_late(shelf: Shelf) -> None:
    number = shelf.approved("01-a", due=at(5))
    assert not posts.approved_late(shelf.post(number))
    shelf.person_moves(number, shelf.article(number).state_since - timedelta(seconds=1))
    assert posts.approved_late(shelf.post(number))


def test_what_must_be_done_by_hand_makes_the_post_wait_for_a_hand(shelf: Shelf) -> None:
    shelf.approved("01-a", due=at(5))
    shelf.approved("02-b", due=at(5))
    shelf.set_post_state(1, State.DRAFTED, State.SCHEDULED)
    shelf.write("02-b", due=at(5), by_hand="小程序、话题")
    shelf.scan()
    assert (shelf.post(1).by_hand, shelf.post(1).state) == ("小程序、话题", State.DRAFTED)
    shelf.write("02-b", due=at(5))
    shelf.scan()
    assert shelf.post(1).by_hand == ""
