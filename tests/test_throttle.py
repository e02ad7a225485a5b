"""Too many messages: one polite sentence, then silence, until the minute is over; WeChat's own events always count."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from wechat_sender import Entrance

from bot.commands import READERS_ANSWER
from bot.door import TOO_MANY
from content import throttle
from content.throttle import Throttle

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    house.environ["WXOPS_CALLBACK_MESSAGES_A_MINUTE"] = "9"
    with house.open():
        house.hire()
        house.later(minutes=1)
        yield house


def answers(door: Entrance, who: str, words: str, times: int) -> list[str]:
    return [door.say(who, words) for _ in range(times)]


def test_a_reader_hears_once_that_it_is_too_fast_and_then_nothing_for_the_minute(door: Entrance) -> None:
    assert answers(door, "路人", "在吗", 6) == [READERS_ANSWER] * 3 + [TOO_MANY, "", ""]
    assert answers(door, "别人", "在吗", 1) == [READERS_ANSWER]
    door.later(seconds=59)
    assert door.say("路人", "在吗") == ""
    door.later(seconds=1)
    assert door.say("路人", "在吗") == READERS_ANSWER


@pytest.mark.parametrize("limit", ["1", "2"])
def test_a_reader_gets_one_answer_a_minute_also_under_the_lowest_limit(
    database: str, tmp_path: Path, limit: str
) -> None:
    house = Entrance(tmp_path / "space", database)
    house.environ["WXOPS_CALLBACK_MESSAGES_A_MINUTE"] = limit
    with house.open():
        assert answers(house, "路人", "在吗", 3) == [READERS_ANSWER, TOO_MANY, ""]


def test_people_with_a_duty_may_send_more_and_nothing_acts_beyond(door: Entrance) -> None:
    assert TOO_MANY not in answers(door, "编辑", "帮助", 9)
    assert answers(door, "编辑", "帮助", 3) == [TOO_MANY, "", ""]
    answers(door, "运营", "恢复", 9)
    before = door.stored()
    assert answers(door, "运营", "暂停", 2) == [TOO_MANY, ""]
    assert door.stored() == before


def test_a_repeat_is_not_one_more_and_gets_its_answer(door: Entrance) -> None:
    first = {door.say("运营", "暂停", msg_id=7001) for _ in range(20)}
    assert len(first) == 1
    answers(door, "运营", "帮助", 8)
    assert {door.say("运营", "帮助", msg_id=7002) for _ in range(3)} == {TOO_MANY}
    assert {door.say("运营", "暂停", msg_id=7001) for _ in range(3)} == first


def test_events_are_never_too_many(door: Entrance) -> None:
    for n in range(12):
        info = {"publish_id": n + 1, "publish_status": 0}
        assert (
            door.wechat.event("PUBLISHJOBFINISH", "oHelper", CreateTime=n + 1, PublishEventInfo=info).status_code == 200
        )
    assert door.stored()[1] == 12
    greeted = [door.wechat.opened(door.wechat.event("subscribe", "oNew", CreateTime=n))["Content"] for n in range(1, 9)]
    assert greeted == [READERS_ANSWER] * 8


def test_the_memory_is_bounded_by_senders_and_by_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "SENDERS", 3)
    monkeypatch.setattr(throttle, "MOST", 5)
    counted = Throttle()
    for n in range(50):
        assert counted.place(f"o{n}", "k", NOW) == 1
    assert [counted.place("o49", f"k{n}", NOW) for n in range(9)] == [2, 3, 4, 5, 6, 6, 6, 6, 6]
    assert counted.place("o49", "k0", NOW) == 2
    assert counted.place("o49", "k", NOW - timedelta(hours=1)) == 1  # a clock that was set back locks nobody out
    assert len(counted._minutes) == 3
