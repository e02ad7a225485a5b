"""A call whose limit of the day is used up is not made again before midnight in Shanghai."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from gateway_kit import clock_at, gateway
from publishing_kit import approved, drafted, handed_over, pass_time
from stage import Stage
from terminal_kit import wxops

from bot.simulator import Simulator, running
from bot.simulator.quotas import day_limit
from content.clock import SHANGHAI
from content.db import Store
from content.models import State
from scheduler import limits
from scheduler.limits import Purpose
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.wechat import WeChat

EVENING = datetime(2026, 12, 1, 23, 50, tzinfo=SHANGHAI)


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    clock_at(tmp_path, EVENING)
    with running(clock=tmp_path / "clock") as simulator:
        yield simulator


@pytest.fixture
def wechat(sim: Simulator, store: Store, tmp_path: Path) -> WeChat:
    return gateway(sim.url, store, clock_at(tmp_path, EVENING))


def used_up(sim: Simulator, wechat: WeChat) -> None:
    sim.backoffice("use_up_quota", path="draft/batchget")
    with pytest.raises(Refused) as refused:
        wechat.list_drafts()
    assert refused.value.errcode == 45009


def test_it_is_refused_without_asking_again(sim: Simulator, wechat: WeChat) -> None:
    used_up(sim, wechat)
    for _ in range(3):
        with pytest.raises(Refused, match="明天零点") as refused:
            wechat.list_drafts()
        assert refused.value.errcode == 45009
    assert len(sim.calls("draft/batchget")) == 1


def test_other_calls_go_on(sim: Simulator, wechat: WeChat) -> None:
    used_up(sim, wechat)
    assert wechat.list_published()["total_count"] == 0
    assert wechat.account_summary(date(2026, 11, 30), date(2026, 11, 30))["list"] == []


def test_after_midnight_it_is_asked_again(sim: Simulator, wechat: WeChat, tmp_path: Path) -> None:
    used_up(sim, wechat)
    clock_at(tmp_path, EVENING + timedelta(minutes=9, seconds=59))
    with pytest.raises(Refused):
        wechat.list_drafts()
    clock_at(tmp_path, EVENING + timedelta(minutes=10))
    assert wechat.list_drafts()["total_count"] == 0
    assert len(sim.calls("draft/batchget")) == 2


def test_a_restart_does_not_forget_it(sim: Simulator, wechat: WeChat, database: str, tmp_path: Path) -> None:
    used_up(sim, wechat)
    again = Store(database)
    with pytest.raises(Refused):
        gateway(sim.url, again, clock_at(tmp_path, EVENING)).list_drafts()
    again.close()
    assert len(sim.calls("draft/batchget")) == 1


def test_the_statistics_stop_too(sim: Simulator, wechat: WeChat) -> None:
    sim.fault("datacube/getbizsummary", "errcode", errcode=45009)
    for _ in range(2):
        with pytest.raises(Refused, match="datacube/getbizsummary"):
            wechat.account_summary(date(2026, 11, 30), date(2026, 11, 30))
    assert len(sim.calls("datacube/getbizsummary")) == 1


def test_the_token_is_not_asked_for_either(sim: Simulator, wechat: WeChat) -> None:
    sim.fault("stable_token", "errcode", errcode=45009)
    for _ in range(2):
        with pytest.raises(Refused, match="stable_token"):
            wechat.list_drafts()
    assert len(sim.calls("stable_token")) == 1


@pytest.mark.parametrize("errcode", [45011, 48001])
def test_another_refusal_is_no_limit_of_the_day(sim: Simulator, wechat: WeChat, errcode: int) -> None:
    sim.fault("draft/batchget", "errcode", errcode=errcode)
    with pytest.raises(Refused):
        wechat.list_drafts()
    assert wechat.list_drafts()["total_count"] == 0


@pytest.mark.parametrize(
    ("now", "turns"),
    [
        (datetime(2026, 12, 1, 23, 59, 59, tzinfo=SHANGHAI), datetime(2026, 12, 2, tzinfo=SHANGHAI)),
        (datetime(2026, 12, 2, tzinfo=SHANGHAI), datetime(2026, 12, 3, tzinfo=SHANGHAI)),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=SHANGHAI)),
    ],
)
def test_the_day_turns_in_shanghai(now: datetime, turns: datetime) -> None:
    assert limits.next_day(now) == turns


def test_a_call_that_was_never_stopped_is_free(store: Store) -> None:
    limits.spend(store, "draft/add", EVENING)
    limits.stop(store, "draft/add", EVENING)
    limits.stop(store, "draft/add", EVENING)
    with pytest.raises(Refused):
        limits.spend(store, "draft/add", EVENING)
    assert not issubclass(Refused, NotSent)


def used(store: Store, call: str, now: datetime = EVENING) -> int:
    with store.reading() as session:
        return sum(use.used for use in limits.used_today(session, now) if use.call == call)


def test_each_call_is_counted_before_it_is_made_and_each_day_begins_anew(
    sim: Simulator, wechat: WeChat, store: Store, tmp_path: Path
) -> None:
    wechat.list_published()
    sim.fault("freepublish/batchget", "drop", times=2)
    with pytest.raises(Unsure):
        wechat.list_published()  # a read is repeated once, and both are counted
    assert used(store, "freepublish/batchget") == len(sim.calls("freepublish/batchget")) == 3
    tomorrow = EVENING + timedelta(minutes=10)
    clock_at(tmp_path, tomorrow)
    wechat.list_published()
    assert used(store, "freepublish/batchget", tomorrow) == 1


def test_what_only_looks_leaves_the_rest_of_the_day_to_publishing(sim: Simulator, wechat: WeChat, store: Store) -> None:
    for purpose, allowed in ((Purpose.COMMENTS, 50), (Purpose.FIGURES, 80)):
        while used(store, "freepublish/batchget") < allowed:
            limits.spend(store, "freepublish/batchget", EVENING, purpose)
        with pytest.raises(Refused, match=f"已用 {allowed} 次（每天 100 次），余下的留给发布"):
            wechat.for_(purpose).list_published()
    assert used(store, "freepublish/batchget") == 80
    assert sim.calls("freepublish/batchget") == []
    wechat.list_published()
    assert used(store, "freepublish/batchget") == 81


def test_publishing_is_held_by_wechats_word_alone_since_larger_accounts_may_do_more(store: Store) -> None:
    for _ in range(120):
        limits.spend(store, "freepublish/submit", EVENING)
    assert used(store, "freepublish/submit") == 120


@pytest.mark.parametrize(
    ("call", "purpose"),
    [
        ("freepublish/submit", Purpose.PUBLISHING),
        ("datacube/getbizsummary", Purpose.FIGURES),
        ("comment/list", Purpose.COMMENTS),
    ],
)
def test_publishing_comes_before_figures_and_figures_before_comments(call: str, purpose: Purpose) -> None:
    assert limits.purpose_of(call) is purpose


def test_what_nobody_uses_up_is_not_counted(store: Store) -> None:
    limits.spend(store, "message/custom/send", EVENING)
    with store.reading() as session:
        assert limits.used_today(session, EVENING) == []


@pytest.mark.parametrize("path", sorted(limits.BY_DAY))
def test_our_limits_are_those_of_the_platform(path: str) -> None:
    assert limits.day_limit(path) == day_limit(path)


def test_two_processes_that_make_the_days_first_call_at_once_are_both_counted(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: limits.spend(store, "draft/get", EVENING), range(40)))
    assert used(store, "draft/get") == 40


def test_a_post_that_waits_for_the_day_to_turn_says_why_and_goes_out_by_itself_then(stage: Stage) -> None:
    stage.at(EVENING - timedelta(minutes=60))
    number = drafted(stage, minutes=30)
    stage.sim.backoffice("use_up_quota", path="freepublish/submit")
    handed_over(stage, number)
    assert stage.state(number) == State.SCHEDULED
    (alarm,) = stage.alarms()
    assert "今天这个接口的次数用完了，明天零点后会再试" in alarm
    with stage.parts.store.reading() as session:
        assert "今天的次数用完了：freepublish/submit，明天零点后自动再试。" in limits.in_words(session, stage.now)
    assert "2026-12-02 00:00 再试：微信没有接受 freepublish/submit" in wxops(stage, "due").stdout
    pass_time(stage, 1, 5)
    assert stage.calls("freepublish/submit") == 1
    pass_time(stage, 41, 42)
    assert stage.state(number) == State.PUBLISHED
    assert stage.alarms() == []


@pytest.mark.asks_figures
def test_the_figures_say_that_they_wait(stage: Stage) -> None:
    stage.sim.fault("datacube/getbizsummary", "errcode", errcode=45009)
    stage.tick()
    stage.hire()
    assert "今天的次数用完了：datacube/getbizsummary，明天零点后再取。" in stage.say("运营", "统计")


def test_a_call_that_is_used_up_stops_only_what_needs_it(stage: Stage) -> None:
    number = drafted(stage, minutes=30)
    stage.sim.backoffice("use_up_quota", path="draft/add")
    waiting = approved(stage, "02-new", due=stage.now + timedelta(minutes=40))
    stage.tick()
    (text,) = stage.alarms()
    assert "草稿没有建成，会自动再试：微信没有接受 draft/add：今天这个接口的次数用完了" in text
    handed_over(stage, number)
    pass_time(stage, 1)
    assert (stage.state(number), stage.state(waiting)) == (State.PUBLISHED, State.OPEN)
    assert "2026-12-02 00:00 再试：微信没有接受 draft/add" in wxops(stage, "due").stdout
    assert stage.calls("draft/add") == 2
