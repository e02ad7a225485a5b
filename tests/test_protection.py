"""群发保护: no push outside the administrator's hours, and people hear before it, at it, and until it is confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from publishing_kit import HAND_OVER, NIGHT, PUSH, QUIET, drafted, handed_over, out, pass_time, send_again
from sqlalchemy import select
from stage import Stage

from content.clock import SHANGHAI
from content.models import State
from scheduler.models import Outbox
from scheduler.rules import away

NOON = NIGHT.replace(hour=12)


@pytest.fixture
def guarded(stage: Stage) -> Iterator[Stage]:
    """An account with 群发保护, at noon."""
    stage.parts.store.close()
    stage.environ["WXOPS_ACCOUNT_MASS_PROTECTION"] = "true"
    with stage.open():
        stage.at(NOON)
        stage.sim.set(mass_protection=True)
        yield stage


def told(stage: Stage) -> list[str]:
    """What was written down to be told, one text for each alarm."""
    with stage.parts.store.reading() as session:
        return list(dict.fromkeys(session.scalars(select(Outbox.text).order_by(Outbox.id))))


def confirm(stage: Stage, action: str = "confirm_mass") -> None:
    stage.sim.backoffice(action)
    pass_time(stage, 0.1)


def test_people_hear_half_an_hour_before_at_the_call_and_after_ten_and_twenty_minutes(guarded: Stage) -> None:
    guarded.hire()
    number = drafted(guarded, notify=PUSH, minutes=60)
    pass_time(guarded, 29, 30, 31, 45, 60, 61, 65, 70, 71, 80, 81)
    texts = [text for text in told(guarded) if "01-notice" in text]
    assert ["13:00 推送" in texts[0], "已交给微信，等管理员确认" in texts[1]] == [True, True]
    assert ["已经等了 10 分钟" in texts[2], "已经等了 20 分钟" in texts[3], len(texts)] == [True, True, 4]
    assert all(re.search("改期 1 时间|重发 1", text) for text in texts)
    assert "13:30 以后作废" in texts[1]
    assert guarded.state(number) == State.PUBLISHING
    confirm(guarded)
    assert (guarded.state(number), guarded.alarms()) == (State.PUBLISHED, [])


def test_what_is_confirmed_at_once_is_told_no_more(guarded: Stage) -> None:
    number = drafted(guarded, notify=PUSH)
    handed_over(guarded, number)
    assert "等管理员确认" in "".join(guarded.alarms())
    confirm(guarded)
    pass_time(guarded, 10, 20)
    assert guarded.alarms() == []
    assert out(guarded) == {"01-notice": 1}


def test_a_push_that_nobody_confirmed_is_void_and_the_alarm_says_what_to_do(guarded: Stage) -> None:
    number = drafted(guarded, notify=PUSH)
    handed_over(guarded, number)
    pass_time(guarded, 31, 32)
    assert guarded.state(number) == State.FAILED
    (text,) = guarded.alarms()
    assert "管理员 30 分钟内没有确认，这次群发作废（err(40002)）。先和管理员说好" in text
    assert f"重发 {number}" in text
    send_again(guarded, number)
    pass_time(guarded, 0, 0.1)
    confirm(guarded)
    assert out(guarded) == {"01-notice": 1}
    assert guarded.alarms() == []


def test_a_refused_push_says_that_the_administrator_refused(guarded: Stage) -> None:
    number = drafted(guarded, notify=PUSH)
    handed_over(guarded, number)
    confirm(guarded, "refuse_mass")
    (text,) = guarded.alarms()
    assert "管理员拒绝了这次群发（err(40001)）" in text


@pytest.mark.parametrize(
    ("due", "goes_out"),
    [(time(7, 30), time(8)), (time(21, 29), time(21, 29)), (time(21, 30), time(8)), (time(23), time(8))],
)
def test_outside_the_administrators_hours_a_push_waits_for_their_beginning(
    guarded: Stage, due: time, goes_out: time
) -> None:
    at = datetime.combine(NIGHT.date(), due, SHANGHAI)
    expected = datetime.combine(at.date() + timedelta(days=goes_out < due), goes_out, SHANGHAI)
    guarded.at(at - timedelta(minutes=10))
    number = drafted(guarded, notify=PUSH)
    guarded.at(expected - timedelta(seconds=30))
    guarded.tick()
    assert guarded.calls(HAND_OVER[PUSH]) == 0
    assert guarded.state(number) == State.SCHEDULED
    guarded.at(expected)
    guarded.tick()
    assert guarded.calls(HAND_OVER[PUSH]) == 1


def test_a_held_push_says_why_and_a_quiet_one_is_not_held(guarded: Stage) -> None:
    guarded.at(NIGHT.replace(hour=22))
    drafted(guarded, "01-push", notify=PUSH)
    quiet = drafted(guarded, "02-quiet", notify=QUIET, minutes=11)
    pass_time(guarded, 11, 12)
    assert guarded.state(quiet) == State.PUBLISHED
    guarded.hire()
    assert "群发保护，管理员这时不能确认，08:00 后发" in guarded.say("运营", "待发")
    assert guarded.alarms() == []


@pytest.mark.parametrize("errcode", [89504, 89505])
def test_a_hand_over_that_waits_for_the_administrator_is_never_taken_for_a_failure(
    guarded: Stage, errcode: int
) -> None:
    number = drafted(guarded, notify=PUSH)
    guarded.sim.fault(HAND_OVER[PUSH], "errcode", errcode=errcode)
    handed_over(guarded, number)
    assert guarded.state(number) == State.UNSURE
    key = guarded.publication(number).key
    pass_time(guarded, 2)
    assert guarded.publication(number).key == key  # the repeat goes out under the same key
    confirm(guarded)
    assert out(guarded) == {"01-notice": 1}


def test_without_protection_nobody_is_asked(stage: Stage) -> None:
    stage.at(NIGHT.replace(hour=23))
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    assert stage.alarms() == []
    assert stage.calls(HAND_OVER[PUSH]) == 1


@pytest.mark.parametrize(("end", "last"), [("22:00", time(21, 30)), ("00:10", time(23, 40))])
def test_the_last_half_hour_is_left_for_the_confirmation(end: str, last: time) -> None:
    assert away(["08:00", end]).begin == last


@pytest.mark.parametrize("hours", ['["08:00"]', '["8:00", "22:00"]', '["08:00", "08:00"]', "[]"])
def test_hours_that_are_none_are_refused(stage: Stage, hours: str, tmp_path: Path) -> None:
    from bot.config import ConfigWrong, load

    stage.configure(publish=f"admin_hours = {hours}\n")
    with pytest.raises(ConfigWrong, match=r"publish\.admin_hours"):
        load(stage.folder / "config.toml", {})
