"""What WeChat answers to the hand-over itself: a known key, a limit, a refusal, no right to publish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import (
    HAND_OVER,
    NIGHT,
    PUSH,
    QUIET,
    confirm_now,
    deciding,
    drafted,
    handed_over,
    is_not_out,
    is_out,
    out,
    pass_time,
    speaks_of,
    write,
)
from stage import Stage

from content.errors import OpsError
from content.models import State
from scheduler import settle

TITLE = "01-notice"


def test_a_key_that_wechat_knows_already_is_a_success(stage: Stage) -> None:
    """A person said that a push was not out; it was: WeChat answers 45065, and nothing goes out a second time."""
    number = drafted(stage, notify=PUSH)
    stage.sim.fault(HAND_OVER[PUSH], "drop", when="after")
    stage.sim.set(pushes="lost")
    handed_over(stage, number)
    assert stage.state(number) == State.UNSURE
    is_not_out(stage, number)
    confirm_now(stage, number)
    pass_time(stage, 0.1, 0.2)
    assert stage.state(number) == State.DRAFTED  # its draft is gone: asked once more
    assert "草稿不见了" in "".join(stage.alarms())
    confirm_now(stage, number)
    pass_time(stage, 0.1, 3)
    assert stage.state(number) == State.PUBLISHED
    assert out(stage) == {TITLE: 1}
    assert stage.calls(HAND_OVER[PUSH]) == 2
    assert stage.alarms() == []


def test_a_key_that_was_used_too_soon_is_asked_about_later(stage: Stage) -> None:
    number = drafted(stage, notify=PUSH)
    stage.sim.set(hasty_45066=True)
    stage.sim.fault(HAND_OVER[PUSH], "errcode", errcode=45066, errmsg="too fast", when="after")
    handed_over(stage, number)
    assert stage.state(number) == State.UNSURE
    pass_time(stage, 0.5)
    assert stage.calls(HAND_OVER[PUSH]) == 1
    pass_time(stage, 1, 2)
    assert stage.state(number) == State.PUBLISHED
    assert out(stage) == {TITLE: 1}


def test_after_twenty_hours_only_a_person_sends_a_push_again(stage: Stage) -> None:
    """WeChat forgets a key after 24 hours: from then on a repeat would be a second push."""
    stage.at(NIGHT)
    number = drafted(stage, notify=PUSH)
    stage.sim.fault(HAND_OVER[PUSH], "drop", when="after", times=50)
    stage.sim.set(pushes="lost")
    handed_over(stage, number)
    pass_time(stage, *(60 * hour for hour in range(1, 19)))
    stage.sim.clear()
    calls = stage.calls(HAND_OVER[PUSH])
    pass_time(stage, 60 * 3, 60 * 8, 60 * 30)
    assert stage.calls(HAND_OVER[PUSH]) == calls
    assert stage.state(number) == State.UNSURE
    assert speaks_of(stage, number)
    assert out(stage) == {TITLE: 1}


def test_the_age_of_a_key_counts_from_its_first_use_even_when_a_person_sends_it_again(stage: Stage) -> None:
    stage.at(NIGHT)
    number = drafted(stage, notify=PUSH)
    stage.sim.set(pushes="lost")
    stage.sim.fault(HAND_OVER[PUSH], "timeout", when="before", seconds=0.1)
    handed_over(stage, number)
    is_not_out(stage, number)
    stage.later(hours=19)
    stage.tick()
    confirm_now(stage, number)
    stage.sim.fault(HAND_OVER[PUSH], "drop", when="after")
    pass_time(stage, 0.1)
    calls = stage.calls(HAND_OVER[PUSH])
    pass_time(stage, 90, 60 * 12)
    assert stage.calls(HAND_OVER[PUSH]) == calls == 2
    assert out(stage) == {TITLE: 1}
    assert speaks_of(stage, number)


@pytest.mark.parametrize("code", [45028, 53503, 45166])
def test_what_wechat_refuses_fails_and_can_be_moved_to_another_day(stage: Stage, code: int) -> None:
    stage.at(NIGHT)
    number = drafted(stage, notify=PUSH)
    stage.sim.fault(HAND_OVER[PUSH], "errcode", errcode=code, errmsg="no")
    handed_over(stage, number)
    assert stage.state(number) == State.FAILED
    assert str(code) in "".join(stage.alarms())
    with deciding(stage, number) as (session, article):
        settle.change_time(
            session, article, stage.now + timedelta(days=1), stage.parts.rules, push=True, by="运营", now=stage.now
        )
    pass_time(stage, 1, 60)
    assert out(stage) == {}
    pass_time(stage, 23 * 60, 23 * 60 + 5)
    assert out(stage) == {TITLE: 1}
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []


def test_the_days_limit_of_submits_is_not_called_again_before_midnight(stage: Stage) -> None:
    number = drafted(stage)
    stage.sim.backoffice("use_up_quota", path="freepublish/submit")
    handed_over(stage, number)
    assert stage.state(number) == State.SCHEDULED
    assert "次数用完" in "".join(stage.alarms())
    pass_time(stage, 1, 60, 180, 14 * 60)
    assert stage.calls(HAND_OVER[QUIET]) == 1
    pass_time(stage, 60, 120)
    assert out(stage) == {}  # too late by now: a person decides
    confirm_now(stage, number)
    pass_time(stage, 0.1, 1)
    assert out(stage) == {TITLE: 1}
    assert stage.alarms() == []


def test_without_the_right_to_publish_all_posts_stay_drafts_and_nothing_is_submitted_again(stage: Stage) -> None:
    first, second = drafted(stage, "first"), drafted(stage, "second", minutes=20)
    stage.sim.fault(HAND_OVER[QUIET], "errcode", errcode=48001, errmsg="api unauthorized", times=99)
    handed_over(stage, first)
    pass_time(stage, 1, 15, 60, 300)
    assert stage.calls(HAND_OVER[QUIET]) == 1
    assert stage.sim.stats["drafts"] == 2
    assert [stage.state(first), stage.state(second)] == [State.DRAFTED, State.DRAFTED]
    late = [text for text in stage.alarms() if "时间已过，还没有人在后台按“发表”" in text]
    assert len(late) == 2
    for text in set(stage.alarms()) - set(late):
        assert "48001" in text
        assert "认证" in text
    with pytest.raises(OpsError, match="后台"):
        confirm_now(stage, first)
    stage.sim.backoffice("publish", media_id=stage.publication(first).media_id)
    is_out(stage, first)
    assert stage.state(first) == State.PUBLISHED
    assert not speaks_of(stage, first)
    assert speaks_of(stage, second)


@pytest.mark.parametrize("why", ["the mode", "not verified", "by hand"])
def test_a_post_that_a_person_must_press_is_never_handed_over(stage: Stage, why: str) -> None:
    number = drafted(stage)
    if why != "by hand":
        stage.parts.store.close()
        if why == "not verified":
            stage.environ["WXOPS_ACCOUNT_VERIFIED"] = "false"
        with stage.open(way="draft-only" if why == "the mode" else "push"):
            _nothing_is_handed_over(stage, number)
    else:
        due = stage.post(number).due_at
        write(stage, TITLE, due=due, by_hand="AI 声明")
        stage.later(minutes=2)
        stage.tick()
        _nothing_is_handed_over(stage, number)
        assert "AI 声明" in "".join(stage.alarms())


def _nothing_is_handed_over(stage: Stage, number: int) -> None:
    handed_over(stage, number)
    pass_time(stage, 1, 5)
    assert out(stage) == {}
    assert stage.state(number) == State.DRAFTED
    assert "按“发表”" in "".join(stage.alarms())
