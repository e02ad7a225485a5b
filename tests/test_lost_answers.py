"""Answers that are lost: for every call of a publication and every way to lose its answer, nothing goes out twice.

A push is repeated under its key; a quiet publication is looked for, and never handed over again by itself.
"""

from __future__ import annotations

import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from days_of_tests import todays
from publishing_kit import (
    HAND_OVER,
    PUSH,
    QUIET,
    STATUS,
    approved,
    night,
    out,
    pass_time,
    person_settles,
    speaks_of,
)
from stage import Stage

from content.models import State
from scheduler import wechat

pytestmark = pytest.mark.one_database

LOST: dict[str, dict[str, Any]] = {
    "timed out before": {"kind": "timeout", "when": "before", "seconds": 2},
    "timed out after": {"kind": "timeout", "when": "after", "seconds": 2},
    "dropped before": {"kind": "drop", "when": "before"},
    "dropped after": {"kind": "drop", "when": "after"},
    "malformed before": {"kind": "malformed", "when": "before"},
    "malformed after": {"kind": "malformed", "when": "after"},
    "empty before": {"kind": "empty", "when": "before"},
    "empty after": {"kind": "empty", "when": "after"},
    "truncated": {"kind": "truncated"},
    "HTTP 502 before": {"kind": "http", "status": 502, "when": "before"},
    "HTTP 500 after": {"kind": "http", "status": 500, "when": "after"},
    "busy before": {"kind": "errcode", "errcode": -1, "when": "before"},
    "busy after": {"kind": "errcode", "errcode": -1, "when": "after"},
}
SOME = {
    what: LOST[what] for what in ("timed out after", "dropped before", "malformed after", "truncated", "busy after")
}
HARMLESS = {  # call → the ways to lose its answer
    "stable_token": SOME,
    "media/uploadimg": SOME,
    "material/add_material": SOME,
    "draft/add": LOST,
    "draft/get": SOME,
}
BODY = "第一段。\n\n![图](body.png)\n\n第二段。"


@pytest.fixture
def impatient(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A stage whose gateway waits 0.2 seconds for an answer, and not at all before it repeats a read."""
    stage.ticks.wechat._client.timeout = (5, 0.2)
    monkeypatch.setattr(wechat, "time", SimpleNamespace(sleep=lambda seconds: None, monotonic=time.monotonic))
    return stage


def lose(stage: Stage, call: str, fault: dict[str, Any], notify: str, day: int) -> tuple[int, str]:
    """Publish one post while the first answer to a call is lost, and let an hour pass."""
    name = f"post-{day:02}"
    stage.at(night(day))
    number = approved(stage, name, due=stage.now + timedelta(minutes=5), notify=notify, body=BODY)
    stage.sim.fault(call, **fault)
    pass_time(stage, 0, 2.5, 5, 6.5, 8, 11, 25, 60)
    stage.sim.clear()
    return number, name


@pytest.mark.parametrize("call", HARMLESS)
def test_a_lost_answer_to_a_harmless_call_is_made_good_by_itself(impatient: Stage, call: str) -> None:
    for day, (what, fault) in enumerate(todays(HARMLESS[call]).items()):
        number, name = lose(impatient, call, fault, QUIET, day)
        assert out(impatient)[name] == 1, what
        assert impatient.state(number) == State.PUBLISHED, what
        assert not speaks_of(impatient, number), (what, impatient.alarms())
    assert impatient.sim.stats["drafts"] == 0  # no draft was made twice


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_a_lost_answer_to_the_status_is_asked_for_again(impatient: Stage, notify: str) -> None:
    impatient.sim.set(pushes="lost")
    for day, (what, fault) in enumerate(todays(SOME).items()):
        number, name = lose(impatient, STATUS[notify], fault, notify, day)
        assert out(impatient)[name] == 1, what
        assert impatient.state(number) == State.PUBLISHED, what


@pytest.mark.parametrize(("pushes", "losses"), [("once", todays(SOME)), ("lost", todays(LOST))])
def test_a_push_whose_answer_was_lost_is_repeated_under_its_key_and_goes_out_once(
    impatient: Stage, pushes: str, losses: dict[str, dict[str, Any]]
) -> None:
    impatient.sim.set(pushes=pushes)
    for day, (what, fault) in enumerate(losses.items()):
        number, name = lose(impatient, HAND_OVER[PUSH], fault, PUSH, day)
        assert out(impatient)[name] == 1, what
        assert impatient.state(number) == State.PUBLISHED, what
        assert not speaks_of(impatient, number), (what, impatient.alarms())
    keys = [call["body"]["clientmsgid"] for call in impatient.sim.calls(HAND_OVER[PUSH])]
    assert len(set(keys)) == len(losses)


@pytest.mark.parametrize("pushes", ["once", "lost"])
def test_a_quiet_post_whose_answer_was_lost_is_looked_for_and_never_handed_over_again_by_itself(
    impatient: Stage, pushes: str
) -> None:
    impatient.sim.set(pushes=pushes)
    for day, (what, fault) in enumerate(todays(LOST).items()):
        before = impatient.calls(HAND_OVER[QUIET])
        number, name = lose(impatient, HAND_OVER[QUIET], fault, QUIET, day)
        assert impatient.calls(HAND_OVER[QUIET]) == before + 1, what
        acted = fault.get("when") != "before"
        assert out(impatient)[name] == int(acted), what
        assert impatient.state(number) == (State.PUBLISHED if acted else State.UNSURE), what
        assert speaks_of(impatient, number) is not acted, (what, impatient.alarms())
        if not acted:
            assert f"没发出 {number}" in "".join(impatient.alarms())
            person_settles(impatient, number, name)
            assert out(impatient)[name] == 1, what
    assert not any("外部发布" in text or "不是从这里" in text for text in impatient.alarms())


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_a_slow_answer_is_waited_for(stage: Stage, notify: str) -> None:
    for call in (*HARMLESS, HAND_OVER[notify]):
        stage.sim.fault(call, "slow", seconds=0.4)
    number, name = lose(stage, "draft/get", {"kind": "slow", "seconds": 0.4}, notify, 0)
    assert out(stage)[name] == 1
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []
