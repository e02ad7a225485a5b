"""`wxops run` as a real process: in time, alone, and well ended by SIGTERM whatever hangs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from publishing_kit import HAND_OVER, PUSH, QUIET, drafted, out, pass_time
from stage import Stage

from content import control
from content.models import State
from scheduler.heartbeat import HEARTBEAT

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30  # seconds after which a real process is taken to hang


class Process:
    """A `wxops run` of its own, with its log."""

    def __init__(self, stage: Stage, name: str = "run") -> None:
        self.file = stage.folder / f"{name}.log"
        environ = os.environ | stage.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bot", "--workspace", str(stage.folder), "run"]
        with self.file.open("w") as log:
            self.popen = subprocess.Popen(command, stdout=log, stderr=log, env=environ, cwd=stage.folder)

    def log(self) -> str:
        return self.file.read_text(encoding="utf-8", errors="replace")

    def stop(self, seconds: float = PATIENCE) -> int:
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(seconds)


@contextmanager
def running(stage: Stage, name: str = "run") -> Iterator[Process]:
    process = Process(stage, name)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.wait()


def eventually(true: Callable[[], object], what: Callable[[], str] = str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.02)


def test_due_posts_are_handed_over_at_their_minute_and_not_before(stage: Stage) -> None:
    """The clock's file stands still until each call has come: nothing else is waited for, however slow the machine is."""
    numbers = drafted(stage, "first", minutes=1), drafted(stage, "second", minutes=2)
    dues = [stage.post(number).due_at for number in numbers]
    with running(stage) as process:
        for count, due in enumerate(dues):
            assert due is not None
            stage.at(due - timedelta(seconds=1))
            eventually(lambda: ticked(stage) == stage.now, process.log)
            assert stage.calls(HAND_OVER[QUIET]) == count
            stage.at(due)
            eventually(lambda: stage.calls(HAND_OVER[QUIET]) > count, process.log)  # noqa: B023 - asked at once
        assert process.stop() == 0, process.log()
    moments = [datetime.fromisoformat(call["at"]) for call in stage.sim.calls(HAND_OVER[QUIET])]
    assert moments == dues
    assert out(stage) == {"first": 1, "second": 1}


def ticked(stage: Stage) -> datetime | None:
    """When the scheduler last gave a sign of life, by the clock's file."""
    with stage.parts.store.reading() as session:
        found = control.read(session, HEARTBEAT)
    return found.at if found else None


def test_sigterm_finishes_the_step_at_hand_and_ends_well(stage: Stage) -> None:
    number = drafted(stage)
    stage.sim.fault(HAND_OVER[QUIET], "slow", seconds=1.5)
    with running(stage) as process:
        eventually(lambda: "the scheduler runs" in process.log(), process.log)
        due = stage.post(number).due_at
        assert due is not None
        stage.at(due)
        eventually(lambda: stage.calls(HAND_OVER[QUIET]), process.log)
        assert process.stop(10) == 0, process.log()
    assert stage.publication(number).receipt  # the answer was waited for and recorded
    assert stage.state(number) in (State.PUBLISHING, State.PUBLISHED)


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_sigterm_ends_well_within_ten_seconds_even_while_a_call_hangs(stage: Stage, notify: str) -> None:
    number = drafted(stage, notify=notify)
    stage.sim.fault(HAND_OVER[notify], "timeout", when="after")
    with running(stage) as process:
        eventually(lambda: "the scheduler runs" in process.log(), process.log)
        due = stage.post(number).due_at
        assert due is not None
        stage.at(due)
        eventually(lambda: stage.sim.stats["hung"], process.log)
        assert process.stop(10) == 0, process.log()
    stage.sim.release()
    pass_time(stage, 1, 11, 13)
    assert out(stage) == {"01-notice": 1}
    assert stage.state(number) == State.PUBLISHED


def test_a_second_scheduler_waits_and_does_nothing_until_the_first_ends(stage: Stage) -> None:
    number = drafted(stage)
    with running(stage) as first, running(stage, "second") as second:
        eventually(lambda: "the scheduler runs" in first.log() + second.log(), first.log)
        active, waiting = (first, second) if "the scheduler runs" in first.log() else (second, first)
        eventually(lambda: "waiting for it to end" in waiting.log(), waiting.log)
        due = stage.post(number).due_at
        assert due is not None
        stage.at(due)
        eventually(lambda: out(stage), active.log)
        assert active.stop() == 0
        eventually(lambda: "the scheduler runs" in waiting.log(), waiting.log)
        assert waiting.stop() == 0
    assert out(stage) == {"01-notice": 1}
    assert stage.calls(HAND_OVER[QUIET]) == 1


def test_a_killed_scheduler_is_followed_by_the_waiting_one(stage: Stage) -> None:
    with running(stage) as first:
        eventually(lambda: "the scheduler runs" in first.log(), first.log)
        with running(stage, "second") as second:
            eventually(lambda: "waiting for it to end" in second.log(), second.log)
            first.popen.kill()
            eventually(lambda: "the scheduler runs" in second.log(), second.log)
            assert second.stop() == 0
