"""Reviewers hear that it is their turn, once, and are reminded twice; never at night unless it is pressing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from publishing_kit import NIGHT
from sqlalchemy import select
from stage import START, Stage

from scheduler.models import Outbox


@pytest.fixture
def hired(stage: Stage) -> Stage:
    stage.hire()
    return stage


def heard(stage: Stage) -> list[tuple[str, str]]:
    """Who got what on the phone since the last look, by the simulator's own records; alarms are another matter."""
    sent = stage.sim.stats["custom_messages"]
    seen = getattr(stage, "seen", 0)
    stage.seen = len(sent)  # type: ignore[attr-defined]
    told = [(one["touser"].removeprefix("openid-"), one["text"]["content"]) for one in sent[seen:]]
    return [(name, text) for name, text in told if not text.startswith("告警")]


def who(stage: Stage) -> list[str]:
    stage.ticks.slow_rest()
    return [name for name, _ in heard(stage)]


def submitted(stage: Stage, due: datetime | None) -> str:
    return stage.submit(stage.write(due=due)).name


def test_each_reviewer_hears_once_when_it_is_their_turn_with_the_words_to_send(hired: Stage) -> None:
    name = submitted(hired, START + timedelta(days=5))
    hired.ticks.slow_rest()
    hired.ticks.slow_rest()
    ((person, text),) = heard(hired)
    assert person == "编辑"
    assert "轮到您审《通知01-notice》（1-1，初审，定在 2026-12-06 09:00 发）" in text
    assert "看 1" in text
    assert text.endswith(f"同意 {name}；有问题请发：退回 {name} 原因")
    for passes, following in (("编辑", ["复审"]), ("复审", ["主任"]), ("主任", [])):
        hired.say(passes, f"同意 {name}")
        assert who(hired) == following
        assert who(hired) == []


def test_a_new_revision_is_a_new_turn(hired: Stage) -> None:
    name = submitted(hired, None)
    assert who(hired) == ["编辑"]
    hired.say("编辑", f"退回 {name} 第二段日期不对")
    assert who(hired) == []
    hired.submit(hired.write(body="改过的正文。"))
    assert who(hired) == ["编辑"]


def test_an_open_step_is_reminded_a_day_and_four_hours_before_the_time_and_not_after_it(hired: Stage) -> None:
    due = START.replace(hour=18) + timedelta(days=2)
    submitted(hired, due)
    moments = [START + timedelta(hours=n) for n in range(61)]
    told = []
    for moment in moments:
        hired.at(moment)
        hired.say("编辑", "待审")  # the window of 48 hours stays open
        told += [moment for _ in who(hired)]
    assert told == [START, due - timedelta(hours=24), due - timedelta(hours=4)]


def test_whoever_hears_late_of_a_turn_is_not_reminded_of_it_at_once(hired: Stage) -> None:
    submitted(hired, START + timedelta(hours=3))
    assert who(hired) == ["编辑"]
    hired.later(minutes=5)
    assert who(hired) == []


@pytest.mark.parametrize(("hours", "told"), [(36, "08:30"), (20, "08:30"), (16, "05:00"), (11, "01:00")])
def test_at_night_nobody_hears_unless_the_time_is_within_twelve_hours(hired: Stage, hours: int, told: str) -> None:
    hired.at(NIGHT)
    submitted(hired, NIGHT + timedelta(hours=hours))
    hour, minute = map(int, told.split(":"))
    moment = NIGHT.replace(hour=hour, minute=minute)
    if moment > NIGHT:
        hired.at(moment - timedelta(minutes=1))
        assert who(hired) == []
    hired.at(moment)
    assert who(hired) == ["编辑"]
    hired.later(minutes=1)
    assert who(hired) == []


@pytest.fixture
def closed(hired: Stage) -> Callable[..., None]:
    """Let WeChat refuse the next messages."""

    def close(code: int, messages: int = 1) -> None:
        hired.sim.fault("message/custom/send", "errcode", errcode=code, errmsg="no", times=messages)

    return close


@pytest.mark.parametrize("code", [45015, 45047])
def test_where_the_window_is_closed_the_operator_gets_one_text_to_forward(
    hired: Stage, closed: Callable[..., None], code: int
) -> None:
    due = START + timedelta(hours=30)
    submitted(hired, due)
    closed(code)
    assert who(hired) == []
    hired.ticks.slow_rest()
    ((person, text),) = heard(hired)
    assert person == "运营"
    assert text.startswith("编辑")
    assert "请把下面的话转发给他：\n编辑，轮到您审《通知01-notice》（1-1" in text
    hired.at(due - timedelta(hours=23))
    closed(code, 2)  # the operator's alarm and the reminder
    assert who(hired) == []
    assert who(hired) == []  # the reminder's refusal is no second text
    with hired.parts.store.reading() as session:
        assert len(session.scalars(select(Outbox.id).where(Outbox.key.startswith("forward:"))).all()) == 1


def test_what_could_not_leave_in_time_is_not_told_after_the_verdict(hired: Stage) -> None:
    name = submitted(hired, None)
    hired.sim.fault("message/custom/send", "errcode", errcode=40164, errmsg="no")
    assert who(hired) == []
    hired.say("编辑", f"同意 {name}")
    hired.later(minutes=11)
    assert who(hired) == ["复审"]


def test_a_reviewer_who_is_not_bound_is_written_nothing(stage: Stage) -> None:
    submitted(stage, None)
    stage.ticks.slow_rest()
    assert heard(stage) == []
