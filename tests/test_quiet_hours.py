"""Quiet hours: what is due in them goes out when they end, and says so; a person's word goes past them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from plan_kit import drafts, plan
from publishing_kit import HAND_OVER, NIGHT, PUSH, confirm_now, deciding, drafted, handed_over, out, pass_time
from stage import AES_KEY, Stage, know_figures, lay_out
from terminal_kit import wxops

from bot.simulator import running
from content.article import read_article
from content.clock import SHANGHAI, local
from content.known import BestHour, Known
from content.models import State
from content.quiet import QuietHours, quiet_hours
from scheduler import publish, settle

pytestmark = pytest.mark.one_database

TITLE = "01-notice"
EVENING = NIGHT.replace(hour=21, minute=30)
NIGHT_HOURS, NOON = quiet_hours(("22:00", "07:00")), quiet_hours(("12:00", "14:00"))


@pytest.fixture
def night(database: str, tmp_path: Path) -> Iterator[Stage]:
    """A stage at half past nine in the evening, with quiet hours from ten to seven."""
    folder = tmp_path / "space"
    lay_out(folder, database)
    with running(clock=folder / "clock", token="simulatortoken", aes_key=AES_KEY, mode="safe") as simulator:
        made = Stage(folder, simulator)
        with made.open(publish='quiet_hours = ["22:00", "07:00"]\n'):
            made.at(EVENING)
            know_figures(made.parts)
            yield made


def december(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("hours", "moment", "end"),
    [
        (NIGHT_HOURS, december(1, 21, 59, 59), None),
        (NIGHT_HOURS, december(1, 22), december(2, 7)),
        (NIGHT_HOURS, december(2, 6, 59, 59), december(2, 7)),
        (NIGHT_HOURS, december(2, 7), None),
        (NOON, december(2, 12), december(2, 14)),
        (NOON, december(2, 14), None),
        (NOON, december(2, 3), None),
    ],
)
def test_quiet_hours_last_from_their_first_minute_to_their_last(
    hours: QuietHours, moment: datetime, end: datetime | None
) -> None:
    assert hours.until(moment) == end


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (december(1, 15), december(1, 17)),
        (december(1, 20), december(1, 22)),
        (december(1, 21, 30), december(2, 8, 30)),
        (december(1, 22), december(2, 9)),
        (december(2, 3), december(2, 9)),
    ],
)
def test_time_in_them_is_not_counted(start: datetime, end: datetime) -> None:
    assert NIGHT_HOURS is not None
    assert NIGHT_HOURS.after(start, timedelta(hours=2)) == end
    assert NIGHT_HOURS.after(start, timedelta(hours=17)) == end + timedelta(
        hours=24
    )  # fifteen hours of a day are awake


def test_without_a_pair_there_are_none() -> None:
    assert quiet_hours(()) is None


def test_a_post_due_at_night_goes_out_when_the_quiet_hours_end_and_no_second_before(night: Stage) -> None:
    number = drafted(night, minutes=60)
    looks = night.calls("draft/get")
    handed_over(night, number)
    night.at(december(3, 6, 59, 59))
    night.tick()
    assert night.calls("draft/get") == looks, "WeChat allows a thousand looks a day, and the night is long"
    assert (out(night), night.state(number), night.alarms()) == ({}, State.SCHEDULED, [])
    night.at(december(3, 7))
    night.tick()
    assert out(night) == {TITLE: 1}


@pytest.mark.parametrize(("minutes", "times"), [(119, {TITLE: 1}), (121, {})])
def test_lateness_counts_from_their_end(night: Stage, minutes: int, times: dict[str, int]) -> None:
    drafted(night, minutes=60)
    night.at(december(3, 7) + timedelta(minutes=minutes))
    pass_time(night, 0)
    assert out(night) == times
    assert ("晚了太久" in "".join(night.alarms())) is (times == {})


def test_a_post_that_was_overdue_before_them_is_not_sent_after_them(night: Stage) -> None:
    night.at(NIGHT.replace(hour=15))
    drafted(night)
    night.at(december(3, 7))
    pass_time(night, 0, 30)
    assert out(night) == {}


def test_a_persons_word_sends_a_post_in_the_middle_of_the_night(night: Stage) -> None:
    number = drafted(night, minutes=60)
    handed_over(night, number)
    assert out(night) == {}
    confirm_now(night, number)
    night.tick()
    assert out(night) == {TITLE: 1}


def test_a_word_for_one_time_is_none_for_another(night: Stage) -> None:
    """Confirmed, and moved before it left: the new time lies in the quiet hours and is held back."""
    number = drafted(night, minutes=60)
    handed_over(night, number)
    confirm_now(night, number)
    with deciding(night, number) as (session, article):
        later = night.now + timedelta(minutes=5)
        said = settle.change_time(session, article, later, night.parts.rules, push=False, by="运营", now=night.now)
    assert said.endswith("静默时段，07:00 后发。")
    pass_time(night, 5, 10)
    assert out(night) == {}


def test_a_post_that_was_due_a_moment_before_them_is_not_claimed_in_them(night: Stage) -> None:
    """The list of due posts was read a moment before ten, and the post before it hung."""
    number = drafted(night, minutes=29)
    ticks, at_ten = night.ticks, december(2, 22)
    night.at(at_ten)
    post_id = night.post(number).id
    publish.publish_post(ticks.store, ticks.wechat, ticks.library, ticks.rules, ticks.chain, post_id, at_ten)
    assert (out(night), night.state(number)) == ({}, State.SCHEDULED)


def test_a_push_of_unknown_outcome_is_not_repeated_in_them(night: Stage) -> None:
    """It may be out or not; the repeat could be what wakes everybody."""
    number = drafted(night, notify=PUSH, minutes=29)
    night.sim.fault(HAND_OVER[PUSH], "drop", when="before")
    handed_over(night, number)
    pass_time(night, 2, 60, 9 * 60)
    assert (night.state(number), night.calls(HAND_OVER[PUSH])) == (State.UNSURE, 1)
    night.at(december(3, 7))
    night.tick()
    night.settle_down(3)
    assert (out(night), night.calls(HAND_OVER[PUSH])) == ({TITLE: 1}, 2)


def test_the_lists_say_until_when_it_is_held(night: Stage) -> None:
    drafted(night, minutes=60)
    night.hire()
    assert "（已排期，静默时段，07:00 后发）" in night.say("运营", "待发")
    for words in (("due",), ("post", "list")):
        assert "（已排期，静默时段，07:00 后发）" in wxops(night, *words).stdout, words


def test_the_checks_warn_of_a_time_in_them(night: Stage) -> None:
    night.write(due=december(2, 23))
    assert "PUBLISH_AT_QUIET warn 2026-12-02 23:00 在静默时段（22:00—07:00）里" in wxops(night, "check").stdout
    assert night.parts.check_context("2026-12").schedule.quiet == NIGHT_HOURS


@pytest.mark.parametrize(("hour", "minute", "words"), [(23, "07:00", "静默时段"), (21, "21:00", "读的人多")])
def test_a_plan_keeps_out_of_them(tmp_path: Path, hour: int, minute: str, words: str) -> None:
    said = plan(tmp_path, "2027-01", Known(best_hour=BestHour(hour, 37)), quiet=NIGHT_HOURS)
    assert any(f"发布时间按 {minute}" in line and words in line for line in said), said
    moments = [read_article(file, "x").facts.publish_at for file in drafts(tmp_path, "2027-01")]
    assert {f"{local(moment):%H:%M}" for moment in moments if moment} == {minute}
