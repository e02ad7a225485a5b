"""The database: its doors, glancing, reading and transaction, over SQLite or PostgreSQL.

A write on SQLite begins IMMEDIATE: a deferred transaction that reads and then
writes would fail at once when another process wrote in between. A read is
deferred, so that it never waits behind a writer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from content.prepared import Prepared
from content.savepoints import use_plain_savepoints

WAIT_SECONDS = 30.0  # how long a writer waits for another one before it gives up
_BEGIN, _BEGIN_IMMEDIATE = Prepared(text("BEGIN")), Prepared(text("BEGIN IMMEDIATE"))
DOOR_SECONDS = 4.0  # the same while WeChat waits, which hangs up after 5 and comes again (wechat-api.md §2.2)


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment, also on SQLite, which gives naive ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive moment cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The tables of all floors; constraint names are fixed so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy reads it from the class


class _Reader(Session):
    """A session that only reads: prepared statements need no more of it than a connection that has begun.

    The ORM joins what has begun; nothing of it is kept.
    """

    def __init__(self, engine: Engine, connection: Connection | None) -> None:
        self._connection = connection or engine.connect()
        self._is_own = connection is None
        super().__init__(self._connection, expire_on_commit=False)

    def connection(self, *_: object) -> Connection:
        if not self._connection.in_transaction():
            self._connection.begin()
        return self._connection

    def close(self) -> None:
        super().close()
        if self._is_own:
            self._connection.close()
        else:
            self._connection.rollback()


class Store:
    """One database, opened by one process; a block of `reading` or `transaction` is one database transaction."""

    def __init__(self, url: str, *, durable: bool = True, wait: float = WAIT_SECONDS) -> None:
        """Open the database at an SQLAlchemy URL.

        durable: a commit survives the power cut (SQLite's synchronous=FULL); the
        web process passes False, since WeChat repeats what was not answered. wait: seconds
        until a lock that another writer holds is an OperationalError.
        """
        self.engine = _sqlite(url, durable, wait) if url.startswith("sqlite") else _postgres(url, wait)
        use_plain_savepoints(self.engine)
        self._writing = self.engine.execution_options(immediate=True)

    def glancing(self) -> Connection:
        """Open a block for a prepared SELECT or two that need not agree, which costs a third of `reading`."""
        return self.engine.connect()

    def reading(self, connection: Connection | None = None) -> Session:
        """Open a block that only reads; nothing that is changed in it is kept.

        connection: one of `glancing` that is open already, to go on with.
        """
        return _Reader(self.engine, connection)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a block that is committed at its end, or not at all when it raises."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def _postgres(url: str, wait: float) -> Engine:
    options = {"options": f"-c lock_timeout={int(wait * 1000)}"}
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=options)


def _sqlite(url: str, durable: bool, wait: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": wait}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        (_BEGIN_IMMEDIATE if "immediate" in connection.get_execution_options() else _BEGIN).first(connection)

    return engine
