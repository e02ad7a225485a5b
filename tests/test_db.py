"""The store: two doors, aware moments, and many writers at once."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError, StatementError

from content import control
from content.clock import SHANGHAI
from content.db import Store
from content.models import Control, Event, Post, State
from content.prepared import Prepared

NOW = datetime(2026, 12, 1, 1, 2, 3, 456789, tzinfo=UTC)
PROCESSES, THREADS, WRITES = 4, 8, 6
ABOUT_TIME = "aware_in_utc or as_moments or again_and_again or publish_at_itself or in_shanghai"


def add_event(store: Store, why: str, at: datetime = NOW) -> None:
    with store.transaction() as session:
        session.add(Event(subject="test", at=at, by="test", why=why))


def events(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(Event.why).order_by(Event.id)))


@pytest.mark.parametrize(
    "zone",
    [UTC, SHANGHAI, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), timezone(timedelta(hours=-9, minutes=-30))],
    ids=str,
)
def test_a_moment_comes_back_aware_in_utc_and_is_the_same_moment(store: Store, zone: timezone) -> None:
    add_event(store, "", NOW.astimezone(zone))
    with store.reading() as session:
        back = session.scalars(select(Event.at)).one()
        by_moment = session.scalars(select(Event).where(Event.at == NOW)).one()
    assert (back, back.tzinfo) == (NOW, UTC)
    assert by_moment.at == NOW


def test_moments_are_compared_by_the_database_as_moments(store: Store) -> None:
    for hours in (0, 1, 2):
        add_event(store, str(hours), (NOW + timedelta(hours=hours)).astimezone(SHANGHAI))
    with store.reading() as session:
        later = session.scalars(select(Event.why).where(Event.at > NOW).order_by(Event.at.desc())).all()
    assert later == ["2", "1"]


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="naive moment"):
        add_event(store, "", datetime(2026, 12, 1, 9, 0))
    assert events(store) == []


def test_a_moment_that_is_saved_again_and_again_stays_the_same(store: Store) -> None:
    with store.transaction() as session:
        session.add(Post(state=State.OPEN, state_since=NOW, due_at=NOW))
    for _ in range(5):
        with store.transaction() as session:
            post = session.scalars(select(Post)).one()
            assert post.due_at is not None
            post.due_at = post.due_at.astimezone(SHANGHAI)
    with store.reading() as session:
        assert session.scalars(select(Post.due_at)).one() == NOW


def test_no_moment_is_stored_as_none(store: Store) -> None:
    with store.transaction() as session:
        session.add(Post(state=State.OPEN, state_since=NOW))
    with store.reading() as session:
        assert session.scalars(select(Post.due_at)).one() is None


def test_a_block_that_raises_leaves_nothing_behind(store: Store) -> None:
    def half_done() -> None:
        with store.transaction() as session:
            session.add(Event(subject="test", at=NOW, by="test", why="half"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert events(store) == []


def test_a_block_within_a_transaction_is_undone_alone_whatever_wrote_in_it(store: Store) -> None:
    with store.transaction() as session:
        session.add(Event(subject="test", at=NOW, by="test", why="before"))
        for name, trouble in (("one", LookupError()), ("two", None), ("three", LookupError())):
            with suppress(LookupError), session.begin_nested():
                control.write(session, name, control.ON, by="test", now=NOW)
                session.add(Event(subject="test", at=NOW, by="test", why=name))
                if trouble:
                    raise trouble
        with suppress(SQLAlchemyError), session.begin_nested():
            Prepared(text("SELECT nothing FROM nowhere")).first(session.connection())
        assert [control.is_on(session, name) for name in ("one", "two", "three")] == [False, True, False]
    assert events(store) == ["before", "two"]


def test_what_is_changed_in_a_reading_block_is_not_kept(store: Store) -> None:
    with store.reading() as session:
        session.add(Event(subject="test", at=NOW, by="test", why="lost"))
        session.flush()
    assert events(store) == []


def test_rows_can_be_used_after_their_block(store: Store) -> None:
    with store.transaction() as session:
        session.add(post := Post(state=State.OPEN, state_since=NOW))
    assert post.state == State.OPEN
    assert post.id > 0


def test_a_read_does_not_wait_behind_a_writer(store: Store) -> None:
    """The writer ends only after the read has answered: a read that waits would never return."""
    add_event(store, "before")
    has_written, has_read = threading.Event(), threading.Event()

    def write() -> None:
        with store.transaction() as session:
            session.add(Event(subject="test", at=NOW, by="test", why="after"))
            session.flush()
            has_written.set()
            assert has_read.wait(60)

    with ThreadPoolExecutor() as pool:
        writing = pool.submit(write)
        assert has_written.wait(60)
        seen = events(store)
        has_read.set()
        writing.result()
    assert seen == ["before"]
    assert events(store) == ["before", "after"]


def test_a_writer_begins_immediate_and_a_reader_does_not(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no such difference")
    said: list[str] = []
    event.listen(store.engine, "checkout", lambda driver, *rest: driver.set_trace_callback(said.append))
    events(store)
    add_event(store, "")
    assert [words for words in said if words.startswith("BEGIN")] == ["BEGIN", "BEGIN IMMEDIATE"]


def test_a_glance_sees_what_is_committed_and_the_reading_that_goes_on_with_it_is_one_transaction(store: Store) -> None:
    count = Prepared(select(func.count()).select_from(Event))
    add_event(store, "before")

    with store.glancing() as connection:
        assert count.first(connection) == (1,)
        add_event(store, "meanwhile")
        assert count.first(connection) == (2,)
        with store.reading(connection) as session:
            assert count.first(session.connection()) == (2,)
            assert session.connection().in_transaction()
            session.add(Event(subject="test", at=NOW, by="test", why="not kept"))
            session.flush()
        assert count.first(connection) == (2,)

    assert events(store) == ["before", "meanwhile"]


def test_a_glance_on_sqlite_begins_no_transaction_and_the_reading_after_it_a_deferred_one(store: Store) -> None:
    if store.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL begins by itself")
    said: list[str] = []
    event.listen(store.engine, "checkout", lambda driver, *rest: driver.set_trace_callback(said.append))
    with store.glancing() as connection:
        Prepared(select(Event.why)).first(connection)
        with store.reading(connection) as session:
            session.scalars(select(Event.why)).all()
    assert [words.split()[0] for words in said] == ["SELECT", "BEGIN", "SELECT", "ROLLBACK"]


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 1)])
def test_sqlite_commits_as_durably_as_it_was_told(tmp_path: Path, durable: bool, level: int) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.db'}", durable=durable)
    with store.engine.connect() as connection:
        told = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("synchronous", "journal_mode")}
        foreign_keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    store.close()
    assert told == {"synchronous": level, "journal_mode": "wal"}
    assert foreign_keys == 1


def write_many(url: str, process: int) -> None:
    """One process: threads that each read and then write, again and again."""
    store = Store(url)

    def work(thread: int) -> None:
        for turn in range(WRITES):
            with store.transaction() as session:
                session.scalar(select(func.count(Event.id)))  # a deferred read-then-write would fail at once
                session.add(Event(subject="test", at=NOW, by="test", why=f"{process}-{thread}-{turn}"))

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    store.close()


def test_four_processes_of_eight_threads_lose_no_write(database: str, store: Store) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=write_many, args=(database, number)) for number in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    wanted = {f"{p}-{t}-{n}" for p in range(PROCESSES) for t in range(THREADS) for n in range(WRITES)}
    found = events(store)
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_two_processes_that_set_a_new_named_value_at_one_moment_both_succeed(store: Store) -> None:
    together = threading.Barrier(8)

    def set_it(number: int) -> None:
        together.wait(60)
        with store.transaction() as session:
            control.write(session, "pause", str(number), by="test", now=NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(set_it, range(8)))
    with store.reading() as session:
        assert session.scalars(select(Control.value).where(Control.name == "pause")).one() in map(str, range(8))


def test_a_database_belongs_to_one_account(store: Store) -> None:
    with store.transaction() as session:
        control.claim_database(session, "wx1", now=NOW)
    with store.transaction() as session:
        control.claim_database(session, "wx1", now=NOW)
        with pytest.raises(control.OpsError, match=r"wx1.*wx2"):
            control.claim_database(session, "wx2", now=NOW)


def test_a_pause_is_told_once_and_says_by_whom(store: Store) -> None:
    with store.transaction() as session:
        assert "没有暂停" in control.resume(session, by="乙", now=NOW)
        assert "已暂停" in control.pause(session, by="甲", now=NOW)
        assert "早已暂停（甲）" in control.pause(session, by="乙", now=NOW)
        assert control.is_on(session, control.PAUSE)
        assert "已恢复" in control.resume(session, by="乙", now=NOW)
        assert not control.is_on(session, control.PAUSE)


@pytest.mark.parametrize("zone", ["America/New_York", None])
def test_tests_of_time_pass_whatever_zone_the_machine_is_in(zone: str | None, tmp_path: Path) -> None:
    here = Path(__file__).parent
    environ = {k: v for k, v in os.environ.items() if k != "TZ" and not k.startswith(("PYTEST", "WXOPS", "COV"))}
    if zone:
        environ["TZ"] = zone
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'tests'}"]
    done = subprocess.run(
        [*command, "-k", ABOUT_TIME, *(str(here / name) for name in ("test_db.py", "test_posts_times.py", "test_starter.py"))],
        env=environ, cwd=here.parent, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_a_writer_gives_up_after_the_time_it_was_given(store: Store) -> None:
    add_event(store, "before")
    impatient = Store(store.engine.url.render_as_string(hide_password=False), durable=False, wait=0.05)
    with store.transaction() as session:
        session.execute(text("UPDATE event SET why = 'held'"))
        with pytest.raises(OperationalError), impatient.transaction() as other:
            other.execute(text("UPDATE event SET why = 'overtaken'"))
    with impatient.transaction() as other:
        other.execute(text("UPDATE event SET why = 'after'"))
    impatient.close()
    assert events(store) == ["after"]
