"""The ticks and the process around them: nothing poisoned stops the rest, pauses hold, and SIGTERM ends a step cleanly."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from publishing_kit import (
    HAND_OVER,
    NIGHT,
    PUSH,
    QUIET,
    approve,
    approved,
    drafted,
    handed_over,
    is_out,
    out,
    pass_time,
    speaks_of,
    write,
)
from stage import Stage

from bot.wiring import build_ticks
from content import control
from content.models import Post, State
from scheduler import restored


def pause(stage: Stage) -> None:
    with stage.parts.store.transaction() as session:
        control.pause(session, by="运营", now=stage.now)


def resume(stage: Stage) -> None:
    with stage.parts.store.transaction() as session:
        control.resume(session, by="运营", now=stage.now)


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_twenty_posts_of_one_second_all_go_out(stage: Stage, monkeypatch: pytest.MonkeyPatch, notify: str) -> None:
    monkeypatch.setattr("bot.simulator.mass.quota_left", lambda world: True)  # else one push a day
    due = stage.now + timedelta(minutes=5)
    names = [f"post-{number:02}" for number in range(20)]
    for number, name in enumerate(names):
        write(stage, name, due=due + timedelta(minutes=number), notify=notify)
    numbers = approve(stage, *names)
    stage.ticks.slow_rest()
    with stage.parts.store.transaction() as session:
        for post in session.query(Post).all():
            post.due_at = due
    stage.at(due)
    stage.ticks.publishing()
    assert out(stage) == dict.fromkeys(names, 1)
    pass_time(stage, 1)
    assert {stage.state(number) for number in numbers} == {State.PUBLISHED}


def test_one_poisoned_post_never_stops_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = drafted(stage, "bad"), drafted(stage, "good", minutes=11)
    poison = stage.publication(bad).media_id
    look = stage.ticks.wechat.get_draft

    def poisoned(media_id: str) -> list[dict[str, Any]]:
        if media_id == poison:
            raise RuntimeError("a bug")
        return look(media_id)

    monkeypatch.setattr(stage.ticks.wechat, "get_draft", poisoned)
    handed_over(stage, good)
    pass_time(stage, 1)
    assert out(stage) == {"good": 1}
    assert stage.state(good) == State.PUBLISHED
    pass_time(stage, 130)
    assert speaks_of(stage, bad)  # it is late by then, and a person hears


@pytest.mark.parametrize("step", ["library.scan", "figures.pull", "outside.take_strange_notices", "heartbeat.beat"])
def test_a_step_that_fails_stops_no_other(stage: Stage, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("a bug")

    number = drafted(stage)
    monkeypatch.setattr(f"scheduler.jobs.{step}", broken)
    handed_over(stage, number)
    pass_time(stage, 1)
    assert stage.state(number) == State.PUBLISHED


# pauses and outages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_what_never_left_is_sent_as_soon_as_wechat_can_be_reached(stage: Stage, notify: str) -> None:
    number = drafted(stage, notify=notify)
    wechat, url = stage.ticks.wechat, stage.sim.url
    wechat._base = "http://127.0.0.1:9"
    handed_over(stage, number)
    pass_time(stage, 1, 6)
    assert stage.state(number) == State.SCHEDULED
    assert speaks_of(stage, number)
    wechat._base = url
    pass_time(stage, 6, 7)
    assert out(stage) == {"01-notice": 1}
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []


@pytest.mark.parametrize("notify", [QUIET, PUSH])
def test_a_connection_that_fails_between_the_look_and_the_hand_over_changes_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, notify: str
) -> None:
    number = drafted(stage, notify=notify)
    wechat, url = stage.ticks.wechat, stage.sim.url
    look = wechat.get_draft

    def look_and_lose(media_id: str) -> list[dict[str, Any]]:
        found = look(media_id)
        wechat._base = "http://127.0.0.1:9"
        return found

    monkeypatch.setattr(wechat, "get_draft", look_and_lose)
    handed_over(stage, number)
    assert stage.state(number) == State.SCHEDULED
    assert stage.publication(number).claimed_at is None  # the key was not used
    monkeypatch.setattr(wechat, "get_draft", look)
    wechat._base = url
    pass_time(stage, 1, 2)
    assert out(stage) == {"01-notice": 1}
    assert stage.calls(HAND_OVER[notify]) == 1


@pytest.mark.parametrize(("minutes", "by_itself"), [(119, True), (121, False)])
def test_the_grace_counts_from_the_end_of_a_pause(stage: Stage, minutes: int, by_itself: bool) -> None:
    number = drafted(stage)
    pause(stage)
    handed_over(stage, number)
    pass_time(stage, 60, 600)
    assert out(stage) == {}
    assert stage.alarms() == []
    resume(stage)
    stage.later(minutes=minutes)
    pass_time(stage, 0)
    assert out(stage) == ({"01-notice": 1} if by_itself else {})
    assert speaks_of(stage, number) is not by_itself


def test_a_pause_a_moment_before_the_claim_holds(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    number = drafted(stage)
    look = stage.ticks.wechat.get_draft

    def look_and_pause(media_id: str) -> list[dict[str, Any]]:
        pause(stage)
        return look(media_id)

    monkeypatch.setattr(stage.ticks.wechat, "get_draft", look_and_pause)
    handed_over(stage, number)
    assert out(stage) == {}
    assert stage.state(number) == State.SCHEDULED


def test_a_paused_account_repeats_no_push(stage: Stage) -> None:
    number = drafted(stage, notify=PUSH)
    stage.sim.fault(HAND_OVER[PUSH], "drop", when="before")
    handed_over(stage, number)
    pause(stage)
    pass_time(stage, 5, 30)
    assert stage.calls(HAND_OVER[PUSH]) == 1
    resume(stage)
    pass_time(stage, 1, 2)
    assert out(stage) == {"01-notice": 1}
    assert stage.state(number) == State.PUBLISHED


# a database from a backup ------------------------------------------------------------------------------------------------


def restart(stage: Stage) -> None:
    """Do what `wxops run` does first."""
    restored.notice_restored(stage.parts.store, stage.folder, stage.now)


@pytest.fixture
def sqlite_only(postgres: str) -> None:
    if postgres:
        pytest.skip("a backup here is a copy of the file")


@contextmanager
def back_to_this_moment(stage: Stage) -> Iterator[None]:
    """Back the database up; put the backup back at the end."""
    file = stage.folder.parent / "wxops.db"
    stage.parts.store.close()
    shutil.copy(file, file.with_suffix(".backup"))
    yield
    stage.parts.store.close()
    for rest in file.parent.glob("wxops.db-*"):
        rest.unlink()
    shutil.copy(file.with_suffix(".backup"), file)


@pytest.mark.usefixtures("sqlite_only")
@pytest.mark.parametrize("draft_was_there", [True, False])
def test_a_restored_database_starts_paused_and_sends_nothing_twice_when_it_goes_on(
    stage: Stage, draft_was_there: bool
) -> None:
    stage.at(NIGHT)
    due = stage.now + timedelta(minutes=30)
    number = approved(stage, "first", due=due)
    if draft_was_there:
        stage.ticks.slow_rest()
    with back_to_this_moment(stage):
        stage.ticks.slow_rest()
        handed_over(stage, number)
        pass_time(stage, 1)
        assert stage.state(number) == State.PUBLISHED
    stage.later(minutes=20)
    stage.ticks = build_ticks(stage.parts)
    restart(stage)
    pass_time(stage, 1, 2)
    assert out(stage) == {"first": 1}
    assert "旧备份" in "".join(stage.alarms())
    resume(stage)
    pass_time(stage, 1, 2, 60)
    assert out(stage) == {"first": 1}
    assert stage.state(number) != State.PUBLISHED
    assert speaks_of(stage, number)
    is_out(stage, number)
    assert stage.state(number) == State.PUBLISHED
    restart(stage)
    with stage.parts.store.reading() as session:
        assert not control.is_on(session, control.PAUSE)  # people know by now


def test_a_restart_of_the_newest_database_is_not_paused(stage: Stage) -> None:
    number = drafted(stage)
    handed_over(stage, number)
    restart(stage)
    with stage.parts.store.reading() as session:
        assert not control.is_on(session, control.PAUSE)
    assert stage.alarms() == []


@pytest.mark.parametrize("mark", ["", "\0\0\0", "words"])
def test_a_mark_that_cannot_be_read_does_not_keep_the_scheduler_from_starting(stage: Stage, mark: str) -> None:
    (stage.folder / ".wxops" / "last").write_text(mark, encoding="utf-8")
    restart(stage)
    assert stage.alarms() == []


def test_a_mark_that_cannot_be_written_does_not_keep_a_post_from_going_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = drafted(stage)

    def full(*given: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", lambda self, to: full() if to.name == "last" else os.replace(self, to))
    handed_over(stage, number)
    assert out(stage) == {"01-notice": 1}
