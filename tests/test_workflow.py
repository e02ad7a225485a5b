"""Moves: only those of the house, each once, each written down."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from content.db import Store
from content.errors import OpsError
from content.models import IN_WORDS, Article, Event, Post, State
from content.workflow import MOVES, Overtaken, in_words, move, note, subject

NOW = datetime(2026, 12, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
Kind = type[Article] | type[Post]

# the two drawings of how articles and posts go, line by line
DRAWN: dict[Kind, str] = {
    Article: """
        written > in_review withdrawn
        in_review > approved written
        approved > published written in_review
        published > withdrawn approved
        withdrawn >
    """,
    Post: """
        open > drafted
        drafted > scheduled open published unsure
        scheduled > publishing drafted open unsure
        publishing > published failed unsure scheduled
        failed > open scheduled
        unsure > published publishing scheduled
        published > open publishing
    """,
}


def drawn(kind: Kind) -> dict[State, set[State]]:
    lines = (line.split(">") for line in DRAWN[kind].strip().splitlines())
    return {State(old.strip()): {State(new) for new in following.split()} for old, following in lines}


PAIRS = [(kind, old, new) for kind in MOVES for old, new in itertools.product(drawn(kind), repeat=2)]


def stand(store: Store, kind: Kind, state: State) -> int:
    """Add an article or a post in a state; return its id."""
    with store.transaction() as session:
        thing: Article | Post = (
            Article(slug="a", title="通知", state=state, state_since=NOW)
            if kind is Article
            else Post(state=state, state_since=NOW)
        )
        session.add(thing)
        session.flush()
        return thing.id


def trail(store: Store) -> list[tuple[str, str, str, str]]:
    with store.reading() as session:
        return [(e.subject, e.from_state, e.to_state, e.by) for e in session.scalars(select(Event).order_by(Event.id))]


@pytest.mark.parametrize("kind", MOVES)
def test_the_moves_are_those_that_are_drawn(kind: Kind) -> None:
    assert set(MOVES[kind]) == {(old, new) for old, following in drawn(kind).items() for new in following}


@pytest.mark.one_database
@pytest.mark.parametrize(("kind", "old", "new"), PAIRS)
def test_a_pair_of_states_is_a_move_if_it_is_drawn_and_refused_if_not(
    store: Store, kind: Kind, old: State, new: State
) -> None:
    number = stand(store, kind, old)
    allowed = new in drawn(kind)[old]
    with store.transaction() as session:
        thing = session.get_one(kind, number)
        if allowed:
            move(session, thing, new, by="甲", now=LATER, why="因为")
            assert (thing.state, thing.state_since) == (new, LATER)
        else:
            with pytest.raises(OpsError, match=f"{IN_WORDS[old]}.*{IN_WORDS[new]}"):
                move(session, thing, new, by="甲", now=LATER)
    with store.reading() as session:
        assert session.get_one(kind, number).state == (new if allowed else old)
    assert trail(store) == ([(f"{kind.__tablename__}:{number}", old.value, new.value, "甲")] if allowed else [])


def test_a_move_and_its_event_are_kept_together_or_not_at_all(store: Store) -> None:
    number = stand(store, Article, State.WRITTEN)

    def half_done() -> None:
        with store.transaction() as session:
            move(session, session.get_one(Article, number), State.IN_REVIEW, by="甲", now=NOW)
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    with store.reading() as session:
        assert session.get_one(Article, number).state == State.WRITTEN
    assert trail(store) == []


@pytest.mark.parametrize(
    ("kind", "old", "new"), [(Article, State.WRITTEN, State.IN_REVIEW), (Post, State.SCHEDULED, State.PUBLISHING)]
)
def test_who_read_before_another_moved_is_told_so_and_moves_nothing(
    store: Store, kind: Kind, old: State, new: State
) -> None:
    number = stand(store, kind, old)
    with store.reading() as session:
        stale = session.get_one(kind, number)
    with store.transaction() as session:
        move(session, session.get_one(kind, number), new, by="先", now=NOW)
    with store.transaction() as session:
        session.add(stale)
        with pytest.raises(Overtaken, match="刚刚被别人改动"):
            move(session, stale, new, by="后", now=NOW)
    assert [by for *_, by in trail(store)] == ["先"]


@pytest.mark.parametrize(
    ("kind", "old", "new"), [(Article, State.IN_REVIEW, State.APPROVED), (Post, State.SCHEDULED, State.PUBLISHING)]
)
def test_of_many_that_race_for_a_move_one_wins(store: Store, kind: Kind, old: State, new: State) -> None:
    number = stand(store, kind, old)
    together = threading.Barrier(8)

    def race(who: int) -> bool:
        with store.reading() as session:
            seen = session.get_one(kind, number)
        together.wait(60)
        try:
            with store.transaction() as session:
                session.add(seen)
                move(session, seen, new, by=str(who), now=NOW)
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, range(8)))
    assert won.count(True) == 1
    assert trail(store) == [(f"{kind.__tablename__}:{number}", old.value, new.value, str(won.index(True)))]


def test_a_note_writes_down_without_moving(store: Store) -> None:
    number = stand(store, Post, State.OPEN)
    with store.transaction() as session:
        note(session, session.get_one(Post, number), by="甲", now=NOW, why="看过")
    assert trail(store) == [(f"post:{number}", "", "", "甲")]


def test_articles_and_posts_are_called_by_number_and_title(store: Store) -> None:
    first, second = stand(store, Article, State.WRITTEN), 0
    with store.transaction() as session:
        post = Post(state=State.OPEN, state_since=NOW)
        session.add(post)
        session.flush()
        assert in_words(post) == f"推文{post.id}（没有文章）"
        session.add(other := Article(slug="无题", state=State.WRITTEN, state_since=NOW, post=post, position=2))
        session.flush()
        second = other.id
        article = session.get_one(Article, first)
        article.post, article.position = post, 1
        session.flush()
        session.refresh(post, ["articles"])
        assert subject(article) == f"article:{first}"
        assert in_words(post) == f"文章{first}“通知”、文章{second}“无题”"


def test_every_state_has_a_word() -> None:
    assert set(IN_WORDS) == set(State)
