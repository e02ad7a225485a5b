"""What WeChat refuses to take for a person comes with that person's next message, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import approved
from sqlalchemy import select
from stage import Stage

from content.models import Person
from content.people import person_named
from scheduler import alarm, binding
from scheduler.models import Outbox
from scheduler.owed import HEAD

QUIET = "现在没有等您回答的问题。"


@pytest.fixture
def silent(stage: Stage) -> Stage:
    """Everybody has been silent for more than the 48 hours in which WeChat lets us write (wechat-api.md §9)."""
    stage.hire()
    stage.later(hours=49)
    return stage


def heard(stage: Stage) -> list[str]:
    return [one["text"]["content"] for one in stage.sim.stats["custom_messages"]]


def unsent(stage: Stage) -> int:
    with stage.parts.store.reading() as session:
        return len(session.scalars(select(Outbox.id).where(Outbox.sent_at.is_(None))).all())


def test_the_chief_who_was_silent_hears_of_the_end_of_a_pause_with_the_next_message_and_once(silent: Stage) -> None:
    silent.say("运营", "暂停 等街道核实")
    silent.say("运营", "恢复")
    silent.tick()
    assert (heard(silent), unsent(silent)) == ([], 1)
    assert silent.say("编辑", "算了") == QUIET
    said = {silent.say("主任", "算了", msgid=7002) for _ in range(3)}
    (answer,) = said
    assert answer.startswith(f"{HEAD}\n（2026-12-03 10:00）运营恢复了自动发布")
    assert answer.endswith(f"\n\n{QUIET}")
    assert (silent.say("主任", "算了"), unsent(silent)) == (QUIET, 0)
    silent.later(hours=1)
    silent.tick()
    assert heard(silent) == []


def test_what_only_asks_brings_what_is_owed_as_well_and_an_open_window_is_used_again(silent: Stage) -> None:
    silent.say("运营", "暂停")
    silent.say("运营", "恢复")
    silent.tick()
    assert "运营恢复了自动发布" in silent.say("主任", "我是谁")
    silent.say("运营", "暂停")
    silent.say("运营", "恢复")
    silent.tick()
    assert len(heard(silent)) == 1
    assert "恢复了" not in silent.say("主任", "我是谁")


def test_messages_beyond_the_five_wait_and_those_that_do_not_fit_wait_on(stage: Stage) -> None:
    stage.hire()
    stage.say("主任", "我是谁")
    for _ in range(15):
        stage.say("运营", "暂停 " + "等街道核实" * 6)
        stage.say("运营", "恢复")
        stage.tick()
    assert len(heard(stage)) == 5
    told = 0
    for _ in range(5):
        answer = stage.say("主任", "我是谁")
        assert len(answer.encode()) <= 2048
        assert "更多" not in answer
        told += answer.count("运营恢复了自动发布")
    assert (told, unsent(stage)) == (10, 0)


def test_an_alarm_that_is_over_or_taken_meanwhile_is_not_told_and_one_that_rings_is(silent: Stage) -> None:
    with silent.parts.store.transaction() as session:
        for number in (1, 2, 3):
            alarm.ring(session, f"outside:article:{number}", f"有一篇不是从这里发出的文章{number}。", now=silent.now)
    silent.tick()
    assert unsent(silent) == 3
    with silent.parts.store.transaction() as session:
        alarm.end(session, "outside:article:1", now=silent.now)
        alarm.take(session, 2, by="别人", now=silent.now)
    said = silent.say("运营", "我是谁")
    assert [f"文章{n}。" in said for n in (1, 2, 3)] == [False, False, True]
    assert unsent(silent) == 0


def test_the_second_person_for_publishing_at_once_hears_too(silent: Stage) -> None:
    approved(silent, "01-notice", due=silent.now + timedelta(days=7))
    silent.say("运营", "立即发布 1")
    silent.tick()
    assert "运营要求立即发布，要您确认" in silent.say("主任", "我是谁")


def test_a_letter_that_may_have_arrived_is_not_told_again(stage: Stage) -> None:
    stage.hire()
    stage.sim.fault("message/custom/send", "drop", when="after")
    stage.say("运营", "暂停")
    stage.say("运营", "恢复")
    stage.tick()
    assert len(heard(stage)) == 1
    assert "恢复了" not in stage.say("主任", "我是谁")


def test_what_is_owed_is_forgotten_with_whoever_leaves(silent: Stage) -> None:
    silent.say("运营", "暂停")
    silent.say("运营", "恢复")
    silent.tick()
    with silent.parts.store.reading() as session:
        assert person_named(session, "主任").owed
    with silent.parts.store.transaction() as session:
        binding.leave(session, "openid-主任", now=silent.now)
    with silent.parts.store.reading() as session:
        assert session.scalars(select(Person.owed).where(Person.name == "主任")).all() == [False]
    assert unsent(silent) == 0
