"""One token for all: fetched once, kept in the database, and never waited for in vain."""

from __future__ import annotations

import json
import multiprocessing
import signal
import threading
from datetime import timedelta
from pathlib import Path
from queue import Queue

import pytest
import token_workers
from gateway_kit import NOW, clock_at, gateway, keep_token

from bot.simulator import running
from content import control
from content.clock import Clock
from content.db import Store
from scheduler import token as token_module
from scheduler.refusals import NotSent, Refused
from scheduler.token import LEASE, TOKEN, TokenKeeper

SPAWN = multiprocessing.get_context("spawn")


class Shop:
    """Gives out tokens, and counts."""

    def __init__(self, *tokens: str, seconds: int = 7200) -> None:
        self.tokens, self.seconds, self.asked = list(tokens) or ["T1", "T2", "T3", "T4"], seconds, 0

    def __call__(self) -> tuple[str, int]:
        self.asked += 1
        return self.tokens[min(self.asked, len(self.tokens)) - 1], self.seconds


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return clock_at(tmp_path)


def lease(store: Store) -> str:
    with store.reading() as session:
        row = control.read(session, LEASE)
        return row.value if row else ""


# processes and threads ----------------------------------------------------------------------------------------


def test_four_processes_with_fifty_calls_each_ask_for_one_token(database: str, tmp_path: Path, clock: Clock) -> None:
    with running(clock=tmp_path / "clock") as sim:
        start, done = SPAWN.Barrier(4), SPAWN.Queue()
        args = (database, sim.url, str(tmp_path / "clock"), start, done)
        workers = [SPAWN.Process(target=token_workers.call_fifty_times, args=args) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
        assert [worker.exitcode for worker in workers] == [0] * 4
        assert len(sim.calls("getcallbackip")) == 200
        assert {call["errcode"] for call in sim.calls("getcallbackip")} == {0}
        assert len(sim.calls("stable_token")) == 1


def test_threads_that_want_a_token_at_the_same_moment_fetch_one(store: Store, clock: Clock) -> None:
    shop, barrier, got = Shop(), threading.Barrier(8), Queue[str]()
    keeper = TokenKeeper(store, clock, shop)

    def want() -> None:
        barrier.wait()
        got.put(keeper.token())

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [got.get(timeout=1) for _ in threads] == ["T1"] * 8
    assert shop.asked == 1


def test_threads_whose_token_was_refused_at_the_same_moment_fetch_one(store: Store, clock: Clock) -> None:
    keep_token(store, "old")
    shop, barrier, got = Shop("new"), threading.Barrier(8), Queue[str]()
    keeper = TokenKeeper(store, clock, shop)

    def want() -> None:
        barrier.wait()
        got.put(keeper.token(instead_of="old"))

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [got.get(timeout=1) for _ in threads] == ["new"] * 8
    assert shop.asked == 1


def test_many_threads_may_call_at_once(store: Store, tmp_path: Path, clock: Clock) -> None:
    """The two ticks share one gateway: a call that ends must not close what another one uses."""
    with running(clock=tmp_path / "clock") as sim:
        wechat, failed = gateway(sim.url, store, clock), Queue[BaseException]()

        def call() -> None:
            try:
                for _ in range(30):
                    wechat.callback_addresses()
            except (NotSent, Refused, Exception) as error:
                failed.put(error)

        threads = [threading.Thread(target=call) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert failed.empty(), failed.get()
        assert len(sim.calls("getcallbackip")) == 180


# a holder that dies -------------------------------------------------------------------------------------------


def killed(database: str, clock: Path) -> None:
    worker = SPAWN.Process(target=token_workers.die_with_the_lease, args=(database, str(clock)))
    worker.start()
    worker.join(timeout=60)
    assert worker.exitcode == -signal.SIGKILL


def test_others_go_on_when_the_holder_was_killed(
    database: str, store: Store, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock stands still here, as in the demo: real time counts."""
    monkeypatch.setattr(token_module, "LEASE_SECONDS", 0.3)
    killed(database, tmp_path / "clock")
    assert lease(store)
    assert TokenKeeper(store, clock, Shop()).token() == "T1"
    assert lease(store) == ""


def test_a_lease_of_long_ago_is_not_waited_for(store: Store, tmp_path: Path) -> None:
    with store.transaction() as session:
        control.write(session, LEASE, "somebody", by="test", now=NOW)
    later = clock_at(tmp_path, NOW + timedelta(seconds=31))
    assert TokenKeeper(store, later, Shop()).token() == "T1"


def test_a_live_holder_is_waited_for(store: Store, clock: Clock) -> None:
    with store.transaction() as session:
        control.write(session, LEASE, "somebody", by="test", now=NOW)
    shop, got = Shop(), Queue[str]()
    waiting = threading.Thread(target=lambda: got.put(TokenKeeper(store, clock, shop).token()))
    waiting.start()
    waiting.join(timeout=0.5)
    assert waiting.is_alive()
    keep_token(store, "theirs")
    waiting.join(timeout=30)
    assert (got.get(timeout=1), shop.asked) == ("theirs", 0)


def test_a_holder_that_was_overtaken_does_not_overwrite_the_newer_token(store: Store, clock: Clock) -> None:
    def overtaken() -> tuple[str, int]:
        with store.transaction() as session:
            control.write(session, LEASE, "another", by="test", now=NOW)
        keep_token(store, "newer")
        return "older", 7200

    assert TokenKeeper(store, clock, overtaken).token() == "older"
    assert TokenKeeper(store, clock, Shop()).token() == "newer"
    assert lease(store) == "another"


def test_a_fetch_that_fails_gives_the_lease_back(store: Store, clock: Clock) -> None:
    def fail() -> tuple[str, int]:
        raise NotSent("no network")

    with pytest.raises(NotSent):
        TokenKeeper(store, clock, fail).token()
    assert lease(store) == ""
    assert TokenKeeper(store, clock, Shop()).token() == "T1"


# how long a token lasts -----------------------------------------------------------------------------------------


def test_a_token_is_kept_across_restarts(database: str, clock: Clock) -> None:
    shop = Shop()
    for _ in range(3):
        store = Store(database)
        assert TokenKeeper(store, clock, shop).token() == "T1"
        store.close()
    assert shop.asked == 1


@pytest.mark.parametrize(("seconds", "token"), [(7139, "T1"), (7141, "T2"), (7200, "T2"), (100_000, "T2")])
def test_a_token_is_used_until_a_minute_before_its_end(
    store: Store, tmp_path: Path, clock: Clock, seconds: int, token: str
) -> None:
    shop = Shop()
    keeper = TokenKeeper(store, clock, shop)
    keeper.token()
    clock_at(tmp_path, NOW + timedelta(seconds=seconds))
    assert keeper.token() == token


def test_the_remaining_life_counts_and_not_two_hours(store: Store, tmp_path: Path, clock: Clock) -> None:
    """stable_token tells what is left: 345 seconds, perhaps."""
    keeper = TokenKeeper(store, clock, Shop(seconds=345))
    keeper.token()
    clock_at(tmp_path, NOW + timedelta(seconds=300))
    assert keeper.token() == "T2"


def test_the_newer_token_of_another_process_is_used_instead_of_fetching(store: Store, clock: Clock) -> None:
    keep_token(store, "newer")
    shop = Shop()
    assert TokenKeeper(store, clock, shop).token(instead_of="older") == "newer"
    assert shop.asked == 0


def test_a_refused_token_is_replaced(store: Store, clock: Clock) -> None:
    shop = Shop()
    keeper = TokenKeeper(store, clock, shop)
    first = keeper.token()
    assert keeper.token(instead_of=first) == "T2"
    assert keeper.token() == "T2"


def test_the_platform_may_give_the_refused_token_again(store: Store, clock: Clock) -> None:
    shop = Shop("same")
    keeper = TokenKeeper(store, clock, shop)
    assert keeper.token() == keeper.token(instead_of="same") == "same"
    assert shop.asked == 2


def test_a_token_that_is_given_again_after_its_refusal_is_forced_anew_and_seldom(store: Store, tmp_path: Path) -> None:
    clock, shop, anew = clock_at(tmp_path), Shop("same"), Shop("forced", "again")
    keeper = TokenKeeper(store, clock, shop, anew)
    keeper.token()
    assert keeper.token(instead_of="same") == "forced"
    assert keeper.token() == "forced"
    shop.tokens = ["forced"]  # what WeChat gives everybody now
    assert keeper.token(instead_of="forced") == "forced"
    assert anew.asked == 1  # a day allows 20
    keeper = TokenKeeper(store, clock_at(tmp_path, NOW + timedelta(hours=1.5)), shop, anew)
    assert keeper.token(instead_of="forced") == "again"


def test_where_no_token_can_be_forced_the_given_one_is_kept(store: Store, clock: Clock) -> None:
    def refuse() -> tuple[str, int]:
        raise Refused("stable_token", 45009, "")

    keeper = TokenKeeper(store, clock, Shop("same"), refuse)
    assert keeper.token(instead_of="same") == "same"
    assert lease(store) == ""


def test_a_long_token_is_kept_whole(store: Store, clock: Clock) -> None:
    long = "字" * 100 + "t" * 900
    TokenKeeper(store, clock, Shop(long)).token()
    assert TokenKeeper(store, clock, Shop()).token() == long
    with store.reading() as session:
        row = control.read(session, TOKEN)
        assert row is not None
        assert json.loads(row.value)[0] == long
