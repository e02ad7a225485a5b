"""What WeChat says about a post and what a person decides: failed, sent again, late, moved, not out after all."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from publishing_kit import (
    HAND_OVER,
    NIGHT,
    PUSH,
    QUIET,
    approve,
    approved,
    confirm_now,
    deciding,
    drafted,
    handed_over,
    is_not_out,
    is_out,
    out,
    pass_time,
    send_again,
    speaks_of,
    write,
)
from sqlalchemy import select
from stage import Stage

from content.errors import OpsError
from content.models import State
from scheduler import notices, settle
from scheduler.models import MASS, PUBLISH, JobNotice

TITLE = "01-notice"

FAILURES = [
    (QUIET, {"publish_status": 2, "fail_idx": [1]}, "原创校验没有通过：第 1 篇"),
    (QUIET, {"publish_status": 3}, "发布失败"),
    (QUIET, {"publish_status": 4, "fail_idx": [1]}, "平台审核没有通过：第 1 篇"),
    (PUSH, {"status": "err(20001)"}, "涉嫌政治"),
    (PUSH, {"status": "err(30003)"}, "判定为转载"),
    (PUSH, {"status": "send fail"}, "群发失败"),
]


@pytest.mark.parametrize(("notify", "outcome", "why"), FAILURES)
@pytest.mark.parametrize("pushes", ["once", "twice", "lost"])
def test_a_post_that_wechat_let_fail_is_sent_again_once_under_a_new_key(
    stage: Stage, notify: str, outcome: dict[str, Any], why: str, pushes: str
) -> None:
    stage.at(NIGHT)
    stage.sim.set(pushes=pushes)
    number = drafted(stage, notify=notify)
    stage.sim.fault(HAND_OVER[notify], "outcome", extra=outcome)
    handed_over(stage, number)
    pass_time(stage, 1, 2, 5)
    assert stage.state(number) == State.FAILED
    (text,) = stage.alarms()
    assert pushes == "lost" or why in text
    first_key = stage.sim.calls(HAND_OVER[notify])[0]["body"].get("clientmsgid")
    pass_time(stage, 10, 60)
    assert stage.calls(HAND_OVER[notify]) == 1  # nobody asked for it
    send_again(stage, number)
    pass_time(stage, 0, 0.1, 1, 5)
    assert out(stage) == {TITLE: 1}
    assert stage.state(number) == State.PUBLISHED
    assert stage.calls(HAND_OVER[notify]) == 2
    assert notify == QUIET or stage.sim.calls(HAND_OVER[notify])[1]["body"]["clientmsgid"] != first_key
    assert stage.alarms() == []


@pytest.mark.parametrize(("status", "word"), [(5, "全部删除"), (6, "封禁")])
def test_a_post_that_was_taken_down_after_it_was_out_is_withdrawn_and_not_sent_again(
    stage: Stage, status: int, word: str
) -> None:
    number = drafted(stage)
    stage.sim.fault(HAND_OVER[QUIET], "outcome", extra={"publish_status": status})
    handed_over(stage, number)
    pass_time(stage, 1)
    assert stage.state(number) == State.PUBLISHED
    assert stage.article(number).state == State.WITHDRAWN
    assert word in "".join(stage.alarms())
    with pytest.raises(OpsError):
        send_again(stage, number)


def test_word_of_an_earlier_try_does_not_fail_the_present_one(stage: Stage) -> None:
    """The status said it had failed, it was sent again, and only then the event of the first try arrives."""
    number = drafted(stage)
    stage.sim.fault(HAND_OVER[QUIET], "outcome", extra={"publish_status": 3})
    stage.sim.set(pushes="lost")
    handed_over(stage, number)
    pass_time(stage, 1)
    assert stage.state(number) == State.FAILED
    first = stage.sim.stats["publications"][0]["publish_id"]
    send_again(stage, number)
    stage.tick()
    stage.ticks.publishing()
    assert stage.state(number) == State.PUBLISHING
    with stage.parts.store.transaction() as session:
        payload = json.dumps({"publish_id": first, "publish_status": 3})
        session.add(JobNotice(kind="publish", job=str(first), payload=payload, at=stage.now))
    pass_time(stage, 0)
    assert stage.state(number) == State.PUBLISHING
    pass_time(stage, 1, 3)
    assert stage.state(number) == State.PUBLISHED
    assert out(stage) == {TITLE: 1}
    assert stage.alarms() == []


@pytest.mark.parametrize("notify", [QUIET, PUSH])
@pytest.mark.parametrize("pushes", ["once", "twice"])
def test_an_event_before_its_receipt_is_kept_and_applied_with_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, notify: str, pushes: str
) -> None:
    stage.sim.set(pushes=pushes, publish_seconds=0, mass_seconds=0)
    number = drafted(stage, notify=notify)
    name = "send_to_all" if notify == PUSH else "submit"
    call = getattr(stage.ticks.wechat, name)

    def late_answer(*given: Any) -> Any:
        receipt = call(*given)
        stage.sim.wait()
        stage.ticks._events(stage.now)
        assert stage.state(number) == State.PUBLISHING
        return receipt

    monkeypatch.setattr(stage.ticks.wechat, name, late_answer)
    handed_over(stage, number)
    stage.ticks.publishing()
    assert stage.state(number) == State.PUBLISHED
    assert stage.calls("freepublish/get") == stage.calls("message/mass/get") == 0
    pass_time(stage, 5, 20, 60)
    assert out(stage) == {TITLE: 1}
    assert stage.alarms() == []


@pytest.mark.parametrize(
    "payload",
    ["null", '"text"', '{"publish_status": "nonsense"}', '{"publish_status": 0, "article_detail": 3}', "{"],
)
def test_an_event_that_cannot_be_read_stops_no_other(stage: Stage, payload: str) -> None:
    stage.sim.set(pushes="lost")
    first, second = drafted(stage, "first"), drafted(stage, "second", minutes=11)
    handed_over(stage, second)
    jobs = [job["publish_id"] for job in stage.sim.stats["publications"]]
    good = {"publish_status": 0, "article_id": "A", "article_detail": {"item": {"idx": 1, "article_url": "u"}}}
    with stage.parts.store.transaction() as session:
        for job, text in zip(jobs, (payload, json.dumps(good)), strict=True):
            session.add(JobNotice(kind=PUBLISH, job=str(job), payload=text, at=stage.now))
    stage.tick()
    assert stage.state(first) == State.PUBLISHING
    assert stage.state(second) == State.PUBLISHED
    pass_time(stage, 3, 5)
    assert stage.state(first) == State.PUBLISHED  # the status was asked
    assert notices.waiting_notices(stage.parts.store) == []


def test_a_mass_event_without_a_status_fails_nothing(stage: Stage) -> None:
    stage.sim.set(pushes="lost")
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    job = str(stage.sim.stats["sends"][0]["msg_id"])
    with stage.parts.store.transaction() as session:
        session.add(JobNotice(kind=MASS, job=job, payload="{}", at=stage.now))
    stage.tick()
    assert stage.state(number) == State.PUBLISHING
    pass_time(stage, 3)
    assert stage.state(number) == State.PUBLISHED


def test_a_mass_send_that_was_deleted_at_once_is_out_and_withdrawn(stage: Stage) -> None:
    stage.sim.set(pushes="lost")
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    stage.later(seconds=30)
    stage.sim.wait()
    stage.ticks.wechat.delete_mass(str(stage.sim.stats["sends"][0]["msg_id"]))
    pass_time(stage, 3)
    assert stage.state(number) == State.PUBLISHED
    assert stage.article(number).state == State.WITHDRAWN
    assert "删除" in "".join(stage.alarms())


# what WeChat answers to the hand-over -----------------------------------------------------------------------------------


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
        settle.change_time(session, article, stage.now + timedelta(days=1), push=True, by="运营", now=stage.now)
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
    for text in stage.alarms():
        assert "48001" in text
        assert "认证" in text
    with pytest.raises(OpsError, match="后台"):
        confirm_now(stage, first)
    stage.sim.backoffice("publish", media_id=stage.publication(first).media_id)
    is_out(stage, first)
    assert stage.state(first) == State.PUBLISHED
    assert len(stage.alarms()) == 1


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


# what a person decides ----------------------------------------------------------------------------------------------------


def test_late_by_more_than_the_grace_waits_for_a_persons_word(stage: Stage) -> None:
    number = drafted(stage)
    stage.later(minutes=10 + 121)
    pass_time(stage, 0, 1, 60)
    assert out(stage) == {}
    assert f"wxops post confirm {number}" in "".join(stage.alarms())
    confirm_now(stage, number)
    pass_time(stage, 0, 1)
    assert out(stage) == {TITLE: 1}
    assert stage.alarms() == []


def test_late_within_the_grace_goes_out_by_itself(stage: Stage) -> None:
    drafted(stage)
    stage.later(minutes=10 + 119)
    pass_time(stage, 0)
    assert out(stage) == {TITLE: 1}


def test_a_late_approval_never_publishes_by_itself(stage: Stage) -> None:
    write(stage, TITLE, due=stage.now + timedelta(minutes=5))
    with stage.parts.store.reading():
        pass_time(stage, 0, 4)
    file = stage.folder / "2026-12" / TITLE / "index.md"
    assert file.is_file()
    number = _approved_after(stage, minutes=2)
    pass_time(stage, 0, 1, 30)
    assert out(stage) == {}
    assert stage.state(number) == State.DRAFTED
    assert "过了时间才通过审核" in "".join(stage.alarms())
    confirm_now(stage, number)
    pass_time(stage, 0, 1)
    assert out(stage) == {TITLE: 1}
    assert stage.alarms() == []


def _approved_after(stage: Stage, *, minutes: float) -> int:
    """Submit now, and have the last step passed some minutes later."""
    from content.workflow import move

    (number,) = approve(stage, TITLE)
    with deciding(stage, number) as (session, article):
        move(session, article, State.WRITTEN, by="test", now=stage.now)
        move(session, article, State.IN_REVIEW, by="test", now=stage.now)
        stage.later(minutes=minutes)
        move(session, article, State.APPROVED, by="主任", now=stage.now)
    return number


@pytest.mark.parametrize("change", ["moved", "taken out", "file changed", "file gone"])
def test_what_is_changed_a_second_before_its_minute_does_not_go_out_at_the_old_time(stage: Stage, change: str) -> None:
    number = drafted(stage)
    due = stage.post(number).due_at
    assert due is not None
    stage.at(due - timedelta(seconds=1))
    file = stage.folder / "2026-12" / TITLE / "index.md"
    if change == "moved":
        with deciding(stage, number) as (session, article):
            settle.change_time(session, article, due + timedelta(hours=1), push=False, by="运营", now=stage.now)
    elif change == "taken out":
        with deciding(stage, number) as (session, article):
            settle.take_out(session, article, by="运营", now=stage.now)
    elif change == "file changed":
        file.write_text(file.read_text(encoding="utf-8") + "\n又加了一句。\n", encoding="utf-8")
    else:
        file.unlink()
    looks = stage.calls("draft/get")
    stage.at(due)
    stage.ticks.publishing()
    pass_time(stage, 0.1, 0.2, 1, 5)
    assert out(stage) == {}
    assert stage.calls("draft/get") - looks < 3  # no call a second while it waits
    if change == "moved":
        stage.at(due + timedelta(hours=1))
        stage.tick()
        assert out(stage) == {TITLE: 1}
    elif change != "taken out":
        assert speaks_of(stage, number)


def test_an_article_whose_post_is_on_its_way_cannot_be_moved(stage: Stage) -> None:
    stage.sim.set(pushes="lost")
    number = drafted(stage)
    handed_over(stage, number)
    with pytest.raises(OpsError), deciding(stage, number) as (session, article):
        settle.change_time(session, article, stage.now + timedelta(hours=1), push=False, by="运营", now=stage.now)
    with pytest.raises(OpsError), deciding(stage, number) as (session, article):
        settle.take_out(session, article, by="运营", now=stage.now)
    with pytest.raises(OpsError):
        confirm_now(stage, number)
    with pytest.raises(OpsError):
        send_again(stage, number)


def test_no_word_for_a_day_rings_and_a_person_may_say_that_it_is_not_out(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.set(pushes="lost", mass_protection=True)
    number = drafted(stage, notify=PUSH)
    handed_over(stage, number)
    stage.sim.world.sends.jobs[0].waiting = False  # WeChat forgets it
    with pytest.raises(OpsError):
        is_not_out(stage, number)
    pass_time(stage, 24 * 60 - 1)
    assert stage.alarms() == []
    pass_time(stage, 2)
    assert "24 小时" in "".join(stage.alarms())
    stage.sim.world.sends.jobs[0].status = "SEND_FAIL"
    is_not_out(stage, number)
    assert stage.state(number) == State.FAILED
    stage.sim.set(mass_protection=False)
    send_again(stage, number)
    pass_time(stage, 0, 0.1, 2)
    assert out(stage) == {TITLE: 1}
    assert stage.state(number) == State.PUBLISHED


def test_an_event_that_came_while_the_scheduler_was_down_is_no_stranger(stage: Stage) -> None:
    """The process dies after a push; it starts again half an hour later, and repeats the push first."""
    number = drafted(stage, notify=PUSH)
    due = stage.post(number).due_at
    assert due is not None
    stage.at(due)
    call = stage.ticks.wechat.send_to_all

    class Death(BaseException):
        """The process is gone."""

    def dying(*given: Any) -> Any:
        call(*given)
        raise Death

    stage.ticks.wechat.send_to_all = dying  # type: ignore[method-assign]
    with pytest.raises(Death):
        stage.ticks.publishing()
    stage.ticks.wechat.send_to_all = call  # type: ignore[method-assign]
    stage.later(seconds=10)
    stage.sim.wait()
    stage.later(minutes=30)
    stage.ticks.slow_rest()
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []
    assert out(stage) == {TITLE: 1}


def test_a_post_that_is_out_is_recorded_wherever_it_waited(stage: Stage) -> None:
    """After a restored backup a post may be open again, without a draft, though it went out long ago."""
    number = approved(stage, TITLE, due=stage.now + timedelta(days=3))
    assert stage.state(number) == State.OPEN
    is_out(stage, number)
    assert stage.state(number) == State.PUBLISHED
    assert stage.article(number).state == State.PUBLISHED
    with pytest.raises(OpsError, match="早已"):
        is_out(stage, number)


def test_what_is_not_approved_cannot_be_sent_by_any_word(stage: Stage) -> None:
    write(stage, TITLE, due=stage.now + timedelta(minutes=5))
    pass_time(stage, 0)
    with stage.parts.store.reading() as session:
        from content.models import Article

        number = session.scalars(select(Article.id)).one()
    for decide in (confirm_now, send_again, is_out):
        with pytest.raises(OpsError, match="还没有通过审核"):
            decide(stage, number)
