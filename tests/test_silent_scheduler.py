"""While the scheduler is silent, what it alone can do is promised with a warning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import approved
from stage import Stage

WARNED = "请注意：调度从 2026-12-01 10:00 起没有动静，它恢复以前什么也不会发出，送审、撤稿也不会办。请管理员到服务器上看 wxops serve"


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    stage.hire()
    stage.later(hours=1)
    return stage


def test_what_the_scheduler_must_do_is_promised_with_a_warning_while_it_is_silent(staffed: Stage) -> None:
    approved(staffed, "01-notice", due=staffed.now + timedelta(minutes=30))
    staffed.write("02-b", title="第二篇")
    staffed.tick()
    staffed.later(minutes=3)
    for who, words in (
        ("运营", "待发"),
        ("运营", "立即发布 1"),
        ("主任", "确认 1"),
        ("编辑", "送审 2"),
        ("运营", "急稿 大风蓝色预警"),
        ("运营", "撤稿 1 日期写错"),
    ):
        assert staffed.say(who, words).startswith(f"{WARNED}（或 wxops run）是不是在运行。\n"), words
    assert "没有动静" not in staffed.say("运营", "文章")
    staffed.tick()
    assert "没有动静" not in staffed.say("运营", "待发")


def test_one_that_never_ran_is_not_missed_and_a_restart_is_no_silence(staffed: Stage) -> None:
    approved(staffed, "01-notice", due=staffed.now + timedelta(minutes=30))
    assert "没有动静" not in staffed.say("运营", "待发")
    staffed.tick()
    staffed.later(seconds=119)
    assert "没有动静" not in staffed.say("运营", "待发")
