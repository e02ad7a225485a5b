"""Savepoints as plain statements of the database driver, for commands that may be refused or fail midway.

SQLAlchemy compiles its own statements for them anew each time, which takes longer than all else that a
refused command asks of the database (`make bench-webhook`).
"""

from __future__ import annotations

from functools import lru_cache, partial

from sqlalchemy import Connection, Engine, text

from content.prepared import Prepared

_WORDS = {
    "do_savepoint": "SAVEPOINT",
    "do_rollback_to_savepoint": "ROLLBACK TO SAVEPOINT",
    "do_release_savepoint": "RELEASE SAVEPOINT",
}


def use_plain_savepoints(engine: Engine) -> None:
    """Let an engine's `begin_nested` say its three statements by the driver; what it does stays the same."""
    for name, words in _WORDS.items():
        setattr(engine.dialect, name, partial(_say, words))


def _say(words: str, connection: Connection, name: str) -> None:
    _statement(f"{words} {name}").first(connection)


@lru_cache(maxsize=64)
def _statement(words: str) -> Prepared:
    return Prepared(text(words))
