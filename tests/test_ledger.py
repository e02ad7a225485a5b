"""The ledger counts each person once: cumulative values as differences, the newest batch, and unknown is not 0."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from gateway_kit import NOW
from sqlalchemy import event, func, insert, select

from content.db import Store
from scheduler import ledger
from scheduler.ledger import ACCOUNT
from scheduler.metrics import WECHAT
from scheduler.models import Batch, Figure

ONE, TWO = "article:1", "article:2"
FIRST = date(2026, 12, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def put(store: Store, number: int, *, complete: bool = True, **values: int) -> int:
    """Take in one day's reads, named one=, two= or account metrics; return the batch."""
    names = {"one": ("read_user", ONE), "two": ("read_user", TWO)}
    told = {names.get(name, (name, ACCOUNT)): value for name, value in values.items()}
    with store.transaction() as session:
        return ledger.record(
            session, WECHAT, str(day(number)), day(number), told, complete=complete, by="test", now=NOW
        ).id


def undo(store: Store, batch_id: int) -> None:
    with store.transaction() as session:
        session.get_one(Batch, batch_id).undone_at = NOW


def gained(store: Store, first: int, last: int) -> dict[str, int]:
    with store.reading() as session:
        found = ledger.gained(session, ["read_user"], day(first), day(last))
        return {subject: value for (_, subject), value in found.items()}


def added(store: Store, first: int, last: int, metric: str = "new_user") -> int | None:
    with store.reading() as session:
        return ledger.daily(session, [metric], ACCOUNT, day(first), day(last))[0].value


def count(store: Store, table: type) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Collect what SQLite's driver is told: prepared statements pass SQLAlchemy's own events by; elsewhere one is assumed."""
    if store.engine.dialect.name != "sqlite":
        yield ["SELECT"]
        return
    said: list[str] = []
    listener = (store.engine, "checkout", lambda driver, *rest: driver.set_trace_callback(said.append))
    event.listen(*listener)
    yield said
    event.remove(*listener)


@pytest.mark.parametrize(
    ("first", "last", "reads"),
    [(1, 1, 10), (1, 3, 35), (2, 2, 20), (2, 3, 25), (3, 3, 5), (3, 9, 5), (1, 9, 35)],
)
def test_a_period_has_what_was_gained_in_it(store: Store, first: int, last: int, reads: int) -> None:
    for number, value in ((1, 10), (2, 30), (3, 35)):
        put(store, number, one=value)
    assert gained(store, first, last) == {ONE: reads}


def test_periods_side_by_side_add_up(store: Store) -> None:
    for number, value in enumerate((3, 9, 9, 14, 20), start=1):
        put(store, number, one=value)
    parts = [gained(store, a, b).get(ONE, 0) for a, b in ((1, 1), (2, 3), (4, 5))]
    assert (parts, sum(parts)) == ([3, 6, 11], gained(store, 1, 5)[ONE])


def test_a_thing_without_a_value_in_the_period_is_not_there(store: Store) -> None:
    put(store, 1, one=10)
    put(store, 5, two=7)
    assert gained(store, 4, 6) == {TWO: 7}
    assert gained(store, 2, 3) == {}


def test_a_missing_day_is_bridged(store: Store) -> None:
    put(store, 1, one=10)
    put(store, 4, one=40)
    assert gained(store, 2, 4) == {ONE: 30}


def test_the_same_day_twice_counts_once(store: Store) -> None:
    first = put(store, 1, one=10, new_user=3)
    assert put(store, 1, one=10, new_user=3) == first
    assert (gained(store, 1, 1), added(store, 1, 1), count(store, Batch)) == ({ONE: 10}, 3, 1)


def test_metrics_of_the_day_are_summed_each_for_itself_with_the_days_that_have_them(store: Store) -> None:
    put(store, 1, new_user=3, cancel_user=1)
    put(store, 2, new_user=9)
    put(store, 2, new_user=4)
    with store.reading() as session:
        found = ledger.daily(session, ["cancel_user", "new_user", "followers"], ACCOUNT, day(1), day(9))
        newest = ledger.newest(session, "new_user", ACCOUNT, day(9))
    assert found == [(1, 1), (7, 2), (None, 0)]
    assert newest == (4, day(2))


def test_a_correction_supersedes_and_nothing_is_overwritten(store: Store) -> None:
    old = put(store, 1, one=10, new_user=3)
    new = put(store, 1, one=12, new_user=2)
    assert (gained(store, 1, 1), added(store, 1, 1)) == ({ONE: 12}, 2)
    with store.reading() as session:
        rows = session.execute(select(Figure.batch_id, Figure.superseded_by)).all()
    assert sorted(map(tuple, rows), key=str) == sorted([(old, new)] * 2 + [(new, None)] * 2, key=str)


def test_a_correction_may_be_corrected_back(store: Store) -> None:
    for value in (10, 12, 10, 12, 10):
        put(store, 1, one=value)
        assert gained(store, 1, 1) == {ONE: value}
    assert count(store, Batch) == 5


def test_an_older_day_that_is_corrected_does_not_hide_a_newer_one(store: Store) -> None:
    put(store, 1, one=10)
    put(store, 2, one=30)
    put(store, 1, one=11)
    assert (gained(store, 1, 2), gained(store, 2, 2)) == ({ONE: 30}, {ONE: 19})


def test_an_undone_batch_counts_no_more_and_its_day_may_come_again(store: Store) -> None:
    put(store, 1, one=10, new_user=3)
    undo(store, put(store, 1, one=99, new_user=99))
    assert (gained(store, 1, 1), added(store, 1, 1)) == ({ONE: 10}, 3)
    put(store, 1, one=99, new_user=99)
    assert (gained(store, 1, 1), added(store, 1, 1)) == ({ONE: 99}, 99)


def test_a_day_is_complete_once_a_complete_batch_is_there(store: Store) -> None:
    def complete() -> set[date]:
        with store.reading() as session:
            return ledger.complete_days(session, WECHAT, day(1), day(3))

    put(store, 1, one=10, complete=False)
    put(store, 2, one=20)
    assert complete() == {day(2)}
    put(store, 1, one=10)
    assert complete() == {day(1), day(2)}
    undo(store, put(store, 3, one=30))
    assert complete() == {day(1), day(2)}
    with store.reading() as session:
        assert ledger.last_complete_day(session, WECHAT) == day(2)
        assert ledger.last_complete_day(session, "a file") is None


def test_a_quiet_day_without_values_can_be_complete(store: Store) -> None:
    assert put(store, 1, complete=False) == put(store, 1)
    with store.reading() as session:
        assert ledger.last_complete_day(session, WECHAT) == day(1)


def test_unknown_is_none_and_zero_is_zero(store: Store) -> None:
    with store.reading() as session:
        assert ledger.value_on(session, "followers", ACCOUNT, day(3)) is None
    assert added(store, 1, 3) is None
    put(store, 1, new_user=0, followers=0)
    assert added(store, 1, 3) == 0
    with store.reading() as session:
        assert ledger.value_on(session, "followers", ACCOUNT, day(3)) == 0
        assert ledger.value_on(session, "followers", ACCOUNT, day(0)) is None


def test_daily_metrics_add_up_over_days(store: Store) -> None:
    for number, value in ((1, 3), (2, 4), (5, 7)):
        put(store, number, new_user=value, cancel_user=1)
    assert (added(store, 1, 5), added(store, 2, 4), added(store, 1, 5, "cancel_user")) == (14, 4, 3)


def test_large_sums_survive(store: Store) -> None:
    put(store, 1, new_user=2**40)
    put(store, 2, new_user=2**40)
    assert added(store, 1, 2) == 2**41


def test_three_years_are_summed_up_by_one_statement_that_brings_one_row_a_thing(store: Store) -> None:
    with store.transaction() as session:
        batch = Batch(source=WECHAT, file_name="all", sha256="x", by="test", at=NOW, rows=0)
        session.add(batch)
        session.flush()
        rows = [
            {"day": published + timedelta(days=age), "source": WECHAT, "metric": "read_user", "value": 10 * (age + 1)}
            | {"subject": f"article:{number}", "batch_id": batch.id}
            for number, published in enumerate((FIRST - timedelta(days=7 * week) for week in range(156)), start=1)
            for age in range(30)
        ]
        session.execute(insert(Figure), rows)
    with statements(store) as said, store.reading() as session:
        found = ledger.gained(session, ["read_user"], FIRST, FIRST + timedelta(days=6))
    assert len([one for one in said if one.lstrip().startswith("SELECT")]) == 1
    assert {subject: value for (_, subject), value in found.items()} == {
        "article:1": 70, "article:2": 70, "article:3": 70, "article:4": 70, "article:5": 20
    }  # fmt: skip
    if store.engine.dialect.name == "sqlite":
        with statements(store) as said, store.reading() as session:
            assert ledger.value_on(session, "read_user", "article:1", FIRST) == 10
        assert [one.split()[0] for one in said] == ["BEGIN", "SELECT", "ROLLBACK"]
