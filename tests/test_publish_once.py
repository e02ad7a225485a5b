"""Publishing exactly once: whatever dies and whatever is lost, a post is out once, or waits for a person with an alarm.

What went out is counted from the simulator's own records, never from our tables.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from days_of_tests import SOAK
from publishing_kit import (
    HAND_OVER,
    NIGHT,
    PUSH,
    QUIET,
    approve,
    child,
    crash_everywhere,
    died,
    kill_at_call,
    out,
    pass_time,
    short_lease,  # noqa: F401 - a fixture
    write,
)
from stage import Stage

from bot.simulator import mass
from bot.wiring import Parts
from scheduler.jobs import Ticks

pytestmark = pytest.mark.usefixtures("short_lease")
RACERS, POSTS = 6, 60 if SOAK else 12


def test_six_processes_race_for_the_same_posts_and_each_goes_out_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mass, "quota_left", lambda world: True)  # many pushes on one day
    due = NIGHT + timedelta(minutes=5)
    stage.at(NIGHT)
    names = [f"race-{number:02}" for number in range(POSTS)]
    for number, name in enumerate(names):
        write(stage, name, due=due + timedelta(minutes=number), notify=PUSH if number % 2 else QUIET)
    approve(stage, *names)
    stage.ticks.slow_rest()
    stage.at(due + timedelta(minutes=POSTS))

    def race(parts: Parts, ticks: Ticks) -> None:
        for _ in range(3):
            ticks.publishing()

    racers = [child(stage, race) for _ in range(RACERS)]
    assert [died(pid) for pid in racers] == [False] * RACERS
    assert out(stage) == dict.fromkeys(names, 1)
    assert [stage.calls(HAND_OVER[way]) for way in (PUSH, QUIET)] == [POSTS / 2, POSTS / 2]  # one claim, one call
    pass_time(stage, 1, 3)
    assert out(stage) == dict.fromkeys(names, 1)
    assert stage.alarms() == []


@pytest.mark.parametrize("notify", [QUIET, PUSH])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_before_or_after_any_call_leaves_a_post_out_once_or_with_a_person(
    stage: Stage, moment: str, notify: str
) -> None:
    assert crash_everywhere(stage, kill_at_call, moment, notify) in (
        (7,) if SOAK else (3, 4, 5, 6, 7)
    )  # the token, two pictures … the status
