"""SQL compiled once for a run: every test has an engine of its own, which would compile each statement anew."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from content import db

COMPILED: LRUCache[Any, Any] = LRUCache(3000)


def share() -> None:
    """Give all engines of this process one cache, in which two dialects of a kind count as one."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
        dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    db.create_engine = _engine


def _engine(*args: Any, **options: Any) -> Engine:
    engine = create_engine(*args, **options)
    engine.update_execution_options(compiled_cache=COMPILED)
    return engine
