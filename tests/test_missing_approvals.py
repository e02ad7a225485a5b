"""Missing approvals: told 24, 4 and 1 hours before a post's time, once each, with who must do what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from publishing_kit import NIGHT, deciding, pass_time
from sqlalchemy import select
from stage import Stage

from content.models import Person
from scheduler import alarm, settle
from scheduler.models import Alarm

DUE = NIGHT + timedelta(hours=40)  # 17:00: neither the alarm nor what comes before it falls into a night


@pytest.fixture
def staffed(stage: Stage) -> Stage:
    """At night, with four people; an article is in review and due in forty hours: 1-1."""
    stage.at(NIGHT)
    stage.hire()
    assert stage.submit(stage.write(due=DUE, title="歇脚椅")).name == "1-1"
    return stage


def told(stage: Stage) -> list[str]:
    """The alarms that reached people's phones, by the simulator's own records; reviewers hear of their turn beside them."""
    texts = [sent["text"]["content"] for sent in stage.sim.stats["custom_messages"]]
    return [text for text in texts if text.startswith("告警")]


def tick_at(stage: Stage, *moments: datetime) -> None:
    for moment in moments:
        stage.at(moment)
        stage.tick()


def test_they_are_told_24_4_and_1_hours_before_and_once_each(staffed: Stage) -> None:
    for hours in (24, 4, 1):
        count = len(told(staffed))
        tick_at(staffed, DUE - timedelta(hours=hours, minutes=1))
        assert len(told(staffed)) == count, f"a minute before the last {hours} hours"
        tick_at(staffed, *(DUE - timedelta(hours=hours) + timedelta(minutes=m) for m in (0, 2, 9)))
        assert len(told(staffed)) == count + 1
        assert f"不到 {hours} 小时" in told(staffed)[-1]
    assert len(staffed.alarms()) == 1
    tick_at(staffed, DUE)
    assert len(staffed.alarms()) == 1
    assert "到点没有发出" in staffed.alarms()[0]
    assert "等初审（编辑），审的人请回复：同意 1-1" in staffed.alarms()[0]


def test_they_name_the_step_who_holds_it_and_the_words_to_send(staffed: Stage) -> None:
    second = staffed.write("02-b", due=DUE, title="自行车棚")
    tick_at(staffed, DUE - timedelta(hours=20))
    (text,) = staffed.alarms()
    assert "文章1“歇脚椅”等初审（编辑），审的人请回复：同意 1-1" in text
    assert "文章2“自行车棚”还没有送审，请回复：送审 2" in text
    assert "移出 1" in text
    staffed.submit(second)
    staffed.say("编辑", "同意 1-1")
    staffed.say("复审", "同意 1-1")
    with staffed.parts.store.transaction() as session:
        session.scalars(select(Person).where(Person.name == "编辑")).one().revoked_at = staffed.now
    pass_time(staffed, 2)
    (text,) = staffed.alarms()
    assert "文章1“歇脚椅”等终审（主任），审的人请回复：同意 1-1" in text
    assert "文章2“自行车棚”等初审（没有能审的人，要有一位编辑），审的人请回复：同意 2-1" in text


def test_whoever_has_passed_one_step_is_not_named_for_the_next(staffed: Stage) -> None:
    with staffed.parts.store.transaction() as session:
        session.scalars(select(Person).where(Person.name == "编辑")).one().role = "reviewer"
        session.scalars(select(Person).where(Person.name == "复审")).one().role = "editor"
        session.add(Person(name="备用", role="reviewer", party="", openid=None))
    staffed.say("复审", "同意 1-1")
    with staffed.parts.store.transaction() as session:
        session.scalars(select(Person).where(Person.name == "复审")).one().role = "reviewer"
    tick_at(staffed, DUE - timedelta(hours=20))
    assert "等复审（编辑、备用）" in staffed.alarms()[0]


def test_an_approval_ends_them_and_a_changed_text_begins_them_anew(staffed: Stage) -> None:
    tick_at(staffed, DUE - timedelta(hours=20))
    assert len(staffed.alarms()) == 1
    staffed.approve("1-1")
    pass_time(staffed, 2)
    assert staffed.alarms() == []
    staffed.write(due=DUE, title="歇脚椅", body="改了。")
    pass_time(staffed, 2, 4)
    assert any("还没有送审" in text for text in staffed.alarms())
    assert sum("小时就要发了" in text for text in told(staffed)) == 2


def test_another_time_ends_them(staffed: Stage) -> None:
    tick_at(staffed, DUE - timedelta(hours=3))
    with deciding(staffed, 1) as (session, article):
        later = DUE + timedelta(days=3)
        settle.change_time(session, article, later, staffed.parts.rules, push=True, by="运营", now=staffed.now)
    assert staffed.alarms() == []
    pass_time(staffed, 2, 60)
    assert staffed.alarms() == []


def test_one_that_a_person_has_seen_to_is_told_again_only_when_fewer_hours_are_left(staffed: Stage) -> None:
    tick_at(staffed, DUE - timedelta(hours=20))
    with staffed.parts.store.transaction() as session:
        number = session.scalars(select(Alarm.id).where(Alarm.ended.is_(None))).one()
        alarm.settle(session, number, by="运营", now=staffed.now)
    pass_time(staffed, 2, 60)
    assert (staffed.alarms(), len(told(staffed))) == ([], 1)
    tick_at(staffed, DUE - timedelta(hours=4))
    assert len(told(staffed)) == 2
