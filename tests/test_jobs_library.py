"""What the slow tick does with the library and with old messages: alarms end by themselves, nothing is kept for ever."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from stage import Stage

from content.models import State
from scheduler.models import JobNotice, Received


def test_the_alarm_about_a_missing_file_ends_when_the_file_is_back(stage: Stage) -> None:
    number = stage.scheduled()
    folder = stage.folder / "2026-12" / "01-notice"
    folder.rename(stage.folder / "elsewhere")
    stage.later(minutes=2)
    stage.tick()
    assert any("不见了" in text for text in stage.alarms())
    (stage.folder / "elsewhere").rename(folder)
    stage.later(minutes=2)
    stage.tick()
    assert stage.alarms() == []
    assert stage.state(number) == State.SCHEDULED


def test_a_kept_picture_that_is_lost_rings_and_comes_back_with_a_new_submission(stage: Stage) -> None:
    stage.hire()
    folder = stage.write(due=stage.now + timedelta(hours=1))
    outcome = stage.submit(folder)
    stage.approve(outcome.name)
    for picture in (stage.folder / ".wxops" / "pictures").iterdir():
        picture.unlink()
    stage.tick()
    assert any("图片读不出来" in text for text in stage.alarms())
    assert stage.state(1) == State.OPEN
    assert stage.calls("draft/add") == 0


def test_messages_are_forgotten_after_a_week(stage: Stage) -> None:
    stage.hire()
    stage.later(days=8)
    stage.tick()
    with stage.parts.store.reading() as session:
        assert session.scalars(select(Received)).all() == []


def test_an_event_about_our_own_push_waits_while_its_receipt_is_not_known(stage: Stage) -> None:
    number = stage.scheduled(notify="推送")
    stage.sim.fault("message/mass/sendall", "drop", when="after")
    stage.sim.fault("message/mass/sendall", "http", status=502, times=9)
    stage.later(hours=1)
    stage.tick()
    assert stage.state(number) == State.UNSURE
    stage.settle_down(20)
    with stage.parts.store.reading() as session:
        assert [notice.taken_at for notice in session.scalars(select(JobNotice))] == [None]
    stage.sim.clear()
    stage.settle_down(60)
    assert stage.state(number) == State.PUBLISHED
    assert stage.out() == ["通知01-notice"]
    assert not any("不是从这里发出" in text for text in stage.alarms())
