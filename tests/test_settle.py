"""What a person decides about a post: late, moved, taken out, out or not out after all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from publishing_kit import (
    NIGHT,
    PUSH,
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
from scheduler import settle

TITLE = "01-notice"


def test_late_by_more_than_the_grace_waits_for_a_persons_word(stage: Stage) -> None:
    number = drafted(stage)
    stage.later(minutes=10 + 121)
    pass_time(stage, 0, 1, 60)
    assert out(stage) == {}
    assert f"补发 {number}" in "".join(stage.alarms())
    confirm_now(stage, number)
    pass_time(stage, 0, 1)
    assert out(stage) == {TITLE: 1}
    assert stage.alarms() == []


def test_a_draft_that_wechat_refuses_rings_when_its_time_has_come(stage: Stage) -> None:
    stage.sim.fault("draft/add", "errcode", errcode=45166, times=99)
    number = approved(stage, TITLE, due=stage.now + timedelta(minutes=10))
    pass_time(stage, 0, 14)
    assert not any("到点没有发出" in text for text in stage.alarms())
    pass_time(stage, 2)
    (text,) = [text for text in stage.alarms() if "到点没有发出" in text]
    assert "45166" in text
    assert f"送审 {number}；改时间：改期 {number} 时间" in text


def test_a_draft_that_nobody_pressed_rings_when_its_time_has_come_and_no_more_when_it_is_out(stage: Stage) -> None:
    number = approved(stage, TITLE, due=stage.now + timedelta(minutes=10), by_hand="投票")
    pass_time(stage, 0, 16)
    (text,) = [text for text in stage.alarms() if "时间已过" in text]
    assert f"已发出 {number}；改时间：改期 {number} 时间" in text
    is_out(stage, number)
    pass_time(stage, 1)
    assert not any("时间已过" in text for text in stage.alarms())


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
    number = _approved_after(stage, minutes=9)
    pass_time(stage, 0)
    assert not any("还没有建成" in text for text in stage.alarms())  # it was made a moment later
    pass_time(stage, 1, 30)
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
            settle.change_time(
                session, article, due + timedelta(hours=1), stage.parts.rules, push=False, by="运营", now=stage.now
            )
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
        settle.change_time(
            session, article, stage.now + timedelta(hours=1), stage.parts.rules, push=False, by="运营", now=stage.now
        )
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
