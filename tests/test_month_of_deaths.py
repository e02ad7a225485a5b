"""A month in which the scheduler dies again and again: at each call to WeChat, and between each two commits."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from days_of_tests import DAY, SOAK
from publishing_kit import (
    CRASH_BODY,
    CRASH_MINUTES,
    PUSH,
    QUIET,
    Fuse,
    approved,
    child,
    died,
    kill_at_call,
    kill_at_commit,
    night,
    out,
    pass_time,
    person_settles,
    short_lease,  # noqa: F401 - a fixture
    speaks_of,
)
from stage import Stage

from bot.wiring import Parts
from content.models import State
from scheduler.jobs import Ticks

pytestmark = pytest.mark.usefixtures("short_lease")

POSTS = 30 if SOAK else 2
WAYS = list(itertools.product((kill_at_call, kill_at_commit), ("before", "after")))
TRIED = WAYS if SOAK else [WAYS[DAY % len(WAYS)]]  # another one each day
LIFE = (0, 1, 2, 4, 8)  # the minutes of a scheduler that nothing kills
MOST_DEATHS = 60


@pytest.mark.parametrize(("fuse", "moment"), TRIED)
def test_a_month_of_posts_goes_out_once_each_although_the_scheduler_dies_at_every_step(
    stage: Stage, fuse: Fuse, moment: str, record_property: Callable[[str, object], None]
) -> None:
    posts, deaths = {}, 0
    for number in range(POSTS):
        stage.at(night(number))
        title = f"post-{number:02}"
        way = PUSH if number % 2 else QUIET
        posts[title] = approved(stage, title, due=stage.now + timedelta(minutes=3), notify=way, body=CRASH_BODY)
        deaths += dies_until_nothing_is_left_to_do(stage, fuse, moment)
        pass_time(stage, *CRASH_MINUTES)
        if stage.state(posts[title]) != State.PUBLISHED:
            assert speaks_of(stage, posts[title]), (title, stage.state(posts[title]), stage.alarms())
            person_settles(stage, posts[title], title)
        assert stage.state(posts[title]) == State.PUBLISHED
    assert out(stage) == dict.fromkeys(posts, 1)
    assert not [title for title, number in posts.items() if speaks_of(stage, number)]
    assert deaths >= POSTS * 3
    record_property(
        "month", f"{POSTS} posts, {deaths} deaths {moment} a {'call' if fuse is kill_at_call else 'commit'}"
    )


def dies_until_nothing_is_left_to_do(stage: Stage, fuse: Fuse, moment: str) -> int:
    """Start the scheduler again and again, each dies some steps later than the one before; return how many died."""
    step = 1 if SOAK or fuse is kill_at_call else 4
    for deaths in range(MOST_DEATHS):
        if not died(child(stage, partial(_live, stage, partial(fuse, 1 + deaths * step, moment)))):
            return deaths
    raise AssertionError("the scheduler never comes to rest")


def _live(stage: Stage, fuse: Callable[[], None], parts: Parts, ticks: Ticks) -> None:
    begin = stage.now
    fuse()
    for minutes in LIFE:
        stage.at(begin + timedelta(minutes=minutes))
        ticks.publishing()
        ticks.slow_rest()
