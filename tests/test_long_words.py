"""A long message costs what its length costs, whoever sends it, and one beyond all measure is not looked into."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from shelf import NOW
from wechat_sender import Entrance

from bot.commands.near import asks, closest, courteous, without_thanks
from content.people import looks_like_code
from content.saying import begins_with_time, day_alone
from content.values import NotUnderstood, moment

pytestmark = pytest.mark.one_database

SIGNS = 15_000
GENEROUS = 5  # seconds of processor time for what takes a few hundredths; backtracking takes minutes
READINGS: dict[str, Callable[[str], object]] = {
    "courteous": courteous,
    "closest": lambda words: closest(words, None),
    "thanks": without_thanks,
    "asks": asks,
    "a code": looks_like_code,
    "a time": lambda words: begins_with_time(words, NOW),
    "a day": lambda words: day_alone(words, NOW),
    "a moment": lambda words: _moment(words),
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Break off what takes more of the processor."""

    def late(*_: object) -> None:
        raise TimeoutError("the work grows faster than the words")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("name", READINGS)
@pytest.mark.parametrize("begin", ["", "12", "明天", "2026年1月1"])
def test_reading_grows_with_the_words_and_no_faster(name: str, begin: str) -> None:
    with within(GENEROUS):
        for filling in ("啊", "谢", "谢谢了", "辛苦您了", " ", "1月", "请问", "12-", "吗 ", "1:"):
            READINGS[name](f"{begin}{filling * (SIGNS // len(filling))}同")


def test_a_message_beyond_measure_is_refused_and_the_longest_ones_are_answered(tmp_path: Path, database: str) -> None:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        said = house.say("运营", "啊" * 2049)
        assert said.startswith("这一条有 2049 个字，太长，没有办。请写到 2048 个字以内")
        for words in (
            "啊" * 2047 + "x",
            "12" + " " * 2000 + "同",
            "排期 1 " + "1月" * 1000,
            "走访 " + "3人 今天" * 200,
        ):
            assert house.say("运营", words)
            assert house.say("路人", words * 7)


def _moment(words: str) -> object:
    try:
        return moment(words)
    except NotUnderstood:
        return None
