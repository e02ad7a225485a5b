"""Who hears of an alarm and when: urgent ones until somebody takes them, the rest once and not at night."""

from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from stage import START, Stage

from content.clock import SHANGHAI
from content.db import Store
from content.models import Event, Person
from content.notice import LASTING
from scheduler import alarm, telling
from scheduler.alarm_kinds import KINDS
from scheduler.channels import Channels
from scheduler.models import Outbox

URGENT, REST = "unsure:post:1", "few:2027-01"
MIDNIGHT = datetime(2026, 12, 2, 0, 0, tzinfo=SHANGHAI)
ROOT = Path(__file__).resolve().parent.parent


class Watch:
    """People in the database and no outside: who has a message waiting, by the names."""

    def __init__(self, store: Store, *names: str) -> None:
        self.store = store
        self.channels = Channels()
        with store.transaction() as session:
            for name in names:
                session.add(Person(name=name, openid=f"openid-{name}", role="operator", party="乙方", company=""))

    def ring(self, key: str, at: datetime, text: str = "请核实。") -> int:
        with self.store.transaction() as session:
            alarm.ring(session, key, text, now=at)
            return alarm.ringing(session)[-1].id

    def told(self, at: datetime) -> list[str]:
        """The people and texts that are new at that moment, as names."""
        with self.store.transaction() as session:
            known = set(session.scalars(select(Outbox.id)))
            telling.queue(session, now=at, channels=self.channels)
            session.flush()
            new = session.execute(
                select(Person.name).join(Outbox, Outbox.person_id == Person.id).where(Outbox.id.not_in(known))
            )
            return sorted(new.scalars())

    def texts(self) -> list[str]:
        with self.store.reading() as session:
            return list(session.scalars(select(Outbox.text).order_by(Outbox.id)))


@pytest.fixture
def watch(store: Store) -> Watch:
    return Watch(store, "甲", "乙", "丙")


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        ("22:00", "2026-12-03 08:30"),
        ("23:59", "2026-12-03 08:30"),
        ("00:00", "2026-12-02 08:30"),
        ("07:29", "2026-12-02 08:30"),
        ("07:30", "2026-12-02 07:30"),
        ("21:59", "2026-12-02 21:59"),
    ],
)
def test_what_can_wait_and_begins_at_night_is_told_in_the_morning(watch: Watch, begins: str, told: str) -> None:
    hour, minute = map(int, begins.split(":"))
    watch.ring(REST, MIDNIGHT.replace(hour=hour, minute=minute))
    moment = datetime.strptime(told, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
    assert watch.told(moment - timedelta(seconds=1)) == []
    assert watch.told(moment) == ["丙", "乙", "甲"]
    assert watch.told(moment + timedelta(days=9)) == []


def test_what_is_urgent_is_told_at_any_hour_and_again_each_quarter_four_times_and_then_hourly(watch: Watch) -> None:
    number = watch.ring(URGENT, MIDNIGHT)
    minutes = [m for m in range(250) if watch.told(MIDNIGHT + timedelta(minutes=m))]
    assert minutes == [0, 15, 30, 45, 60, 120, 180, 240]
    first, second = watch.texts()[0], watch.texts()[3]
    assert "第" not in first
    assert "第 2 次提醒" in second
    assert first.endswith(f"收到 {number}")


def test_after_a_standstill_only_the_last_repeat_is_told(watch: Watch) -> None:
    watch.ring(URGENT, MIDNIGHT)
    assert len(watch.told(MIDNIGHT)) == 3
    assert len(watch.told(MIDNIGHT + timedelta(hours=5))) == 3


def test_a_repeat_takes_the_place_of_what_has_not_left_yet(watch: Watch) -> None:
    watch.ring(URGENT, MIDNIGHT)
    watch.told(MIDNIGHT)
    watch.told(MIDNIGHT + timedelta(minutes=15))
    with watch.store.reading() as session:
        waiting = session.scalars(select(Outbox).where(Outbox.sent_at.is_(None))).all()
    assert len(waiting) == 3
    assert all("第 2 次" in row.text for row in waiting)


def test_an_urgent_alarm_goes_from_one_on_duty_to_the_next_and_at_last_to_all_of_them(watch: Watch) -> None:
    watch.channels = Channels(on_duty=("乙", "没绑定的人", "甲"))
    watch.ring(URGENT, MIDNIGHT)
    heard = {m: watch.told(MIDNIGHT + timedelta(minutes=m)) for m in (0, 15, 29, 30, 45, 59, 60, 119, 120)}
    assert heard == {
        0: ["乙"], 15: ["乙"], 29: [], 30: ["甲"], 45: ["甲"], 59: [], 60: ["乙", "甲"], 119: [], 120: ["乙", "甲"],
    }  # fmt: skip


def test_what_is_not_urgent_is_told_to_everybody_whoever_is_on_duty(watch: Watch) -> None:
    watch.channels = Channels(on_duty=("乙",))
    watch.ring(REST, START)
    assert watch.told(START) == ["丙", "乙", "甲"]


def test_a_duty_list_on_which_nobody_can_be_reached_leaves_nobody_out(watch: Watch) -> None:
    watch.channels = Channels(on_duty=("没绑定的人",))
    watch.ring(URGENT, START)
    assert len(watch.told(START)) == 3


def test_what_somebody_has_taken_is_not_told_again_and_rings_on_until_it_is_over(watch: Watch) -> None:
    number = watch.ring(URGENT, MIDNIGHT)
    watch.told(MIDNIGHT)
    with watch.store.transaction() as session:
        alarm.take(session, number, by="甲", now=MIDNIGHT)
        taken = alarm.take(session, number, by="乙", now=MIDNIGHT)
        assert taken is not None
        assert taken.taken_by == "甲"
    assert watch.told(MIDNIGHT + timedelta(minutes=15)) == []
    with watch.store.reading() as session:
        assert [one.id for one in alarm.ringing(session)] == [number]
        assert session.scalars(select(Event.by)).all() == ["甲"]


def kinds_that_ring() -> set[str]:
    """The first part of every key that the scheduler's sources ring for, as they are written there."""
    found = set()
    for file in (ROOT / "scheduler").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "alarm.ring":
                key = ast.unparse(node.args[1]).removeprefix("f").strip("'\"")
                if ":" in key:
                    found.add(key.partition(":")[0])
    return found


def test_every_kind_of_alarm_is_in_the_table_with_its_reason() -> None:
    ring = kinds_that_ring() - {"{CHANGED}", "{LEFT}"}
    assert len(ring) > 10
    assert ring | set(LASTING) <= set(KINDS)
    assert all(kind.why for kind in KINDS.values())


@pytest.mark.parametrize("key", ["outside:article:7", "taken-down:post:1", "changed:7", "slug:a", "never-heard-of:1"])
def test_a_text_that_names_no_command_gets_one(watch: Watch, key: str) -> None:
    watch.ring(key, START)
    watch.told(START)
    assert re.search(r"wxops |请回复：(处理完 1|送审 7)$", watch.texts()[0].splitlines()[1])


def test_an_operator_takes_an_alarm_by_message_and_by_command(stage: Stage) -> None:
    stage.hire()
    with stage.parts.store.transaction() as session:
        alarm.ring(session, URGENT, "可能已经发出。", now=stage.now)
    stage.ticks.slow_rest()
    (sent,) = stage.sim.stats["custom_messages"]
    assert sent["text"]["content"].endswith("收到 1")
    assert "没有看懂" in stage.say("编辑", "收到 1")
    assert "哪一条" in stage.say("运营", "收到")
    assert "没有这条" in stage.say("运营", "收到 9")
    assert stage.say("运营", "收到 1") == "告警1 由您处理，不再提醒大家：可能已经发出。"
    stage.later(minutes=16)
    stage.ticks.slow_rest()
    assert len(stage.sim.stats["custom_messages"]) == 1
