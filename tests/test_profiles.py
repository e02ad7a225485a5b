"""Kinds of accounts: without verification only drafts; a lost right holds the account there until doctor sees it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import HAND_OVER, PUSH, QUIET, approved, drafted, handed_over, out, pass_time
from stage import Stage
from terminal_kit import wxops

from bot.examine import examine
from content import control
from content.models import State
from scheduler.hold import DRAFT_ONLY

pytestmark = pytest.mark.one_database

WORDS = "草稿已备好，请在后台按“发表”"


def right(stage: Stage) -> str:
    """What the doctor says about the right to publish."""
    return next(found.line for found in examine(stage.folder, stage.environ) if found.name == "权限")


def test_an_account_without_verification_stays_at_drafts_whatever_the_article_says(stage: Stage) -> None:
    stage.parts.store.close()
    stage.environ["WXOPS_ACCOUNT_VERIFIED"] = "false"
    with stage.open():
        number = approved(stage, "01-a", due=stage.now + timedelta(minutes=10), notify=PUSH)
        stage.tick()
        pass_time(stage, 10, 11)
        assert stage.state(number) == State.DRAFTED
        assert stage.calls(HAND_OVER[PUSH]) == 0
        assert f"{WORDS}。\n1. 运营登录" in "".join(stage.alarms())
        stage.hire()
        assert f"（草稿已建，{WORDS}）" in stage.say("运营", "待发")
        assert "打开“群发通知”" in stage.say("运营", f"文章 {number}")
        said = wxops(stage, "due").stdout
        assert f"（草稿已建，{WORDS}）\n    1. 运营登录" in said


@pytest.mark.parametrize("notify", [PUSH, QUIET])
def test_a_lost_right_holds_the_account_at_drafts_until_the_doctor_sees_it_again(stage: Stage, notify: str) -> None:
    first, second = drafted(stage, "01-a", notify=notify), drafted(stage, "02-b", minutes=60)
    stage.sim.fault(HAND_OVER[notify], "errcode", errcode=48001, errmsg="api unauthorized")
    handed_over(stage, first)
    with stage.parts.store.reading() as session:
        assert control.is_on(session, DRAFT_ONLY)
    stage.tick()
    assert [stage.state(first), stage.state(second)] == [State.DRAFTED, State.DRAFTED]
    assert all(WORDS in text and "48001" in text for text in stage.alarms())
    stage.sim.fault("freepublish/batchget", "errcode", errcode=48001, errmsg="api unauthorized")
    assert "要处理，没有发布权限（48001）" in right(stage)
    assert stage.state(second) == State.DRAFTED
    assert right(stage) == "权限：好，可以用接口发布，推文不再停在草稿"
    pass_time(stage, 1, 2, 60, 61)
    assert (stage.state(first), stage.state(second)) == (State.PUBLISHED, State.PUBLISHED)
    assert out(stage) == {"01-a": 1, "02-b": 1}
    assert stage.alarms() == []


def test_a_post_whose_draft_is_not_made_yet_says_that_it_will_not_go_out_by_itself(stage: Stage) -> None:
    approved(stage, "01-a", due=stage.now + timedelta(days=3))
    with stage.parts.store.transaction() as session:
        control.write(session, DRAFT_ONLY, control.ON, by="wechat", now=stage.now)
    stage.hire()
    assert "（待定稿，不会自动发，到时请在后台按“发表”）" in stage.say("运营", "待发")


@pytest.mark.parametrize("notify", [PUSH, QUIET])
def test_the_status_is_asked_at_1_3_10_and_30_minutes_only_while_no_event_came(stage: Stage, notify: str) -> None:
    path = "message/mass/get" if notify == PUSH else "freepublish/get"
    stage.sim.set(publish_seconds=86400, mass_seconds=86400)
    number = drafted(stage, notify=notify)
    handed_over(stage, number)
    asked = []
    begin = stage.now
    for minutes in (0.9, 1, 2.9, 3, 9.9, 10, 29.9, 30, 60, 119):
        stage.at(begin + timedelta(minutes=minutes))
        stage.tick()
        asked.append(stage.calls(path))
    assert asked == [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]
