"""What WeChat says about a post that it took: failed, taken down, an event early, late, twice or unreadable."""

from __future__ import annotations

import json
from typing import Any

import pytest
from publishing_kit import (
    HAND_OVER,
    NIGHT,
    PUSH,
    QUIET,
    drafted,
    handed_over,
    out,
    pass_time,
    send_again,
)
from stage import Stage

from content.errors import OpsError
from content.models import State
from scheduler import notices
from scheduler.models import MASS, PUBLISH, JobNotice

pytestmark = pytest.mark.one_database

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
