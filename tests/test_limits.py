"""A call whose limit of the day is used up is not made again before midnight in Shanghai."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from gateway_kit import clock_at, gateway

from bot.simulator import Simulator, running
from content.clock import SHANGHAI
from content.db import Store
from scheduler import limits
from scheduler.refusals import NotSent, Refused
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
    limits.check(store, "draft/add", EVENING)
    limits.stop(store, "draft/add", EVENING)
    limits.stop(store, "draft/add", EVENING)
    with pytest.raises(Refused):
        limits.check(store, "draft/add", EVENING)
    assert not issubclass(Refused, NotSent)
