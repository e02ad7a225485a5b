"""Of two that change the ledger at one moment the second waits: no two values of one thing and day both count."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import pytest
from gateway_kit import NOW
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from content.db import Store
from scheduler import batches, ledger
from scheduler.models import Figure

DAY = date(2026, 12, 1)
_WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
Act = Callable[[Session], object]


def put(name: str, value: int) -> Act:
    values = {("registered", "place:1"): value}
    return lambda session: ledger.record(session, name, name, DAY, values, complete=True, by="test", now=NOW).id


def undo(number: int) -> Act:
    return lambda session: batches.undo(session, number, "错了", by="test", now=NOW)


def together(store: Store, first: Act, second: Act) -> None:
    """Let the second begin while the first has done its part and not yet committed."""

    def do(act: Act) -> None:
        with store.transaction() as session:
            act(session)

    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as session:
            first(session)
            other = pool.submit(do, second)
            wait(store, other)
        other.result(30)


def wait(store: Store, other: Future[None]) -> None:
    """Wait until the second waits for the first: on SQLite it does from its beginning."""
    while store.engine.dialect.name == "postgresql" and not other.done():
        with store.reading() as session:
            if session.scalar(_WAITS):
                return


def current(store: Store) -> list[int]:
    with store.reading() as session:
        return list(session.scalars(select(Figure.value).where(Figure.superseded_by.is_(None))))


def test_of_two_batches_of_one_thing_and_day_at_one_moment_the_later_counts(store: Store) -> None:
    together(store, put("users", 10), put("hand", 12))
    assert current(store) == [12]


@pytest.mark.parametrize("undone_first", [True, False])
def test_an_undo_beside_a_batch_leaves_one_value(store: Store, undone_first: bool) -> None:
    with store.transaction() as session:
        put("users", 10)(session)
        put("hand", 12)(session)
    acts = (undo(2), put("files", 14)) if undone_first else (put("files", 14), undo(2))
    together(store, *acts)
    assert current(store) == [14]
