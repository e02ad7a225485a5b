"""Alarms: each told once to each person who can act, each message delivered at most once, none lost to the account."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from publishing_kit import NIGHT, child, died, kill_at_call, pass_time
from sqlalchemy import func, select
from stage import Stage

from bot.wiring import Parts
from content.db import Store
from content.models import Event
from scheduler import alarm, telling
from scheduler.jobs import Ticks
from scheduler.models import Outbox


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    """A stage after the night and before the figures; four people are bound, and one of them, 运营, can act."""
    stage.at(NIGHT.replace(hour=7, minute=40))
    stage.hire()
    return stage


def ring(stage: Stage, key: str = "press:post:1", text: str = "请按“发表”。") -> None:
    with stage.parts.store.transaction() as session:
        alarm.ring(session, key, text, now=stage.now)


def told(stage: Stage) -> list[str]:
    """What reached people's phones, by the simulator's own records."""
    return [sent["text"]["content"] for sent in stage.sim.stats["custom_messages"]]


def test_an_alarm_is_told_once_to_those_who_can_act_however_often_it_rings(staffed: Stage) -> None:
    for _ in range(3):
        ring(staffed)
        pass_time(staffed, 1)
    assert len(told(staffed)) == 1
    assert "请按“发表”" in told(staffed)[0]
    assert staffed.sim.stats["custom_messages"][0]["touser"] == "openid-运营"


def test_an_alarm_that_begins_anew_after_its_end_is_told_anew(staffed: Stage) -> None:
    ring(staffed)
    pass_time(staffed, 1)
    with staffed.parts.store.transaction() as session:
        alarm.end(session, "press:post:1", now=staffed.now)
    ring(staffed)
    pass_time(staffed, 1)
    assert len(told(staffed)) == 2


LOST_FOR_GOOD: list[tuple[dict[str, Any], int]] = [  # the fault, and how many messages reached the phone
    ({"kind": "drop", "when": "after"}, 1),
    ({"kind": "drop", "when": "before"}, 0),
    ({"kind": "malformed", "when": "after"}, 1),
    ({"kind": "errcode", "errcode": -1, "when": "after"}, 1),
    ({"kind": "http", "status": 502, "when": "after"}, 1),
    ({"kind": "errcode", "errcode": 45015, "errmsg": "no"}, 0),
    ({"kind": "errcode", "errcode": 45047, "errmsg": "no"}, 0),
]


@pytest.mark.parametrize(("fault", "reached"), LOST_FOR_GOOD)
def test_a_message_that_may_have_arrived_or_cannot_is_not_sent_again(
    staffed: Stage, fault: dict[str, Any], reached: int
) -> None:
    ring(staffed)
    staffed.sim.fault("message/custom/send", **fault)
    pass_time(staffed, 1, 2, 15, 60)
    assert staffed.calls("message/custom/send") == 1
    assert len(told(staffed)) == reached
    assert staffed.alarms()  # it rings on until it is over


@pytest.mark.parametrize("code", [40164, 45009, 40001])
def test_a_message_that_wechat_refuses_for_the_whole_account_is_not_lost(staffed: Stage, code: int) -> None:
    ring(staffed)
    staffed.sim.fault("message/custom/send", "errcode", errcode=code, errmsg="no")
    pass_time(staffed, 1, 2, 13, 25 * 60)
    assert len(told(staffed)) == 1


def test_a_limit_per_minute_holds_all_messages_back_for_a_minute_and_loses_none(staffed: Stage) -> None:
    ring(staffed)
    staffed.sim.fault("message/custom/send", "errcode", errcode=45011, errmsg="slower")
    pass_time(staffed, 1, 1.1)
    with staffed.parts.store.transaction() as session:
        operator = session.scalars(select(Outbox.person_id)).first()
        session.add(Outbox(person_id=operator, channel="wechat", text="另一条", due=staffed.now))
    pass_time(staffed, 0.5)
    assert staffed.calls("message/custom/send") <= 2
    pass_time(staffed, 1, 1.5, 3)
    assert len(told(staffed)) == 2


def test_a_message_that_never_left_is_sent_when_wechat_can_be_reached(staffed: Stage) -> None:
    ring(staffed)
    ticks, url = staffed.ticks, staffed.sim.url
    ticks.wechat.callback_addresses()
    ticks.wechat._base = "http://127.0.0.1:9"
    pass_time(staffed, 0.1, 0.5)
    assert told(staffed) == []
    ticks.wechat._base = url
    pass_time(staffed, 1, 2)
    assert len(told(staffed)) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_a_message_sends_it_at_most_once(staffed: Stage, moment: str) -> None:
    staffed.ticks.wechat.callback_addresses()  # the token is there
    ring(staffed)

    def tell(parts: Parts, ticks: Ticks) -> None:
        kill_at_call(1, moment)
        ticks.slow_rest()

    assert died(child(staffed, tell))
    pass_time(staffed, 1, 2, 60)
    assert len(told(staffed)) == (moment == "after")


def test_one_person_who_cannot_be_written_to_does_not_stop_the_others(staffed: Stage) -> None:
    with staffed.parts.store.transaction() as session:
        from content.models import Person

        session.scalars(select(Person).where(Person.name == "编辑")).one().role = "operator"
    ring(staffed)
    staffed.sim.fault("message/custom/send", "errcode", errcode=45015, errmsg="no")
    pass_time(staffed, 1)
    assert staffed.calls("message/custom/send") == 2
    assert len(told(staffed)) == 1


def test_two_that_ring_at_the_same_moment_make_one_alarm_and_lose_no_work(store: Store) -> None:
    both = threading.Barrier(2)

    def begin(number: int) -> None:
        own = Store(store.engine.url.render_as_string(hide_password=False))
        both.wait()
        with own.transaction() as session:
            session.add(Event(subject=f"post:{number}", at=NIGHT, by="test"))
            alarm.ring(session, "overdue:post:1", f"第 {number} 次", now=NIGHT)
        own.close()

    threads = [threading.Thread(target=begin, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert len(alarm.ringing(session)) == 1
        assert session.scalar(select(func.count(Event.id))) == 2


def test_an_alarm_can_be_settled_by_its_number_and_the_trail_says_by_whom(store: Store) -> None:
    with store.transaction() as session:
        alarm.ring(session, "outside:1", "请核实。", now=NIGHT)
        (ringing,) = alarm.ringing(session)
        assert alarm.settle(session, ringing.id, by="运营", now=NIGHT + timedelta(minutes=1))
        assert alarm.settle(session, ringing.id, by="运营", now=NIGHT) is None
        assert alarm.settle(session, 999, by="运营", now=NIGHT) is None
        assert alarm.ringing(session) == []
        assert session.scalars(select(Event.by)).all() == ["运营"]


def test_what_is_written_into_the_outbox_is_not_written_again(staffed: Stage) -> None:
    ring(staffed)
    with staffed.parts.store.transaction() as session:
        telling.queue(session, now=staffed.now)
        telling.queue(session, now=staffed.now)
    with staffed.parts.store.reading() as session:
        assert session.scalar(select(func.count(Outbox.id))) == 1
