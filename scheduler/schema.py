"""The schema: moved on by Alembic in code, and refused by a program of another version."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from content.db import Store
from content.errors import WrongUse

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def migrate(store: Store) -> str:
    """Move the database to this version's schema and return its revision; the same again does nothing."""
    with store.engine.begin() as connection:
        command.upgrade(_config(connection), "head")
        return revision(connection)


def newest() -> str:
    """Return the revision of this version's schema."""
    return _newest_in(MIGRATIONS)


def revision(connection: Connection) -> str:
    """Return the database's revision, or "" for an empty database."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def is_empty(store: Store) -> bool:
    """Say whether the database has no tables of ours yet."""
    with store.engine.connect() as connection:
        return not revision(connection)


def demand_current(store: Store) -> None:
    """Refuse a database whose schema is older or newer than this program's."""
    with store.engine.connect() as connection:
        found = revision(connection)
    if not found:
        raise WrongUse("数据库还是空的，请先运行 wxops migrate。")
    if found != newest():
        known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
        if found in known:
            raise WrongUse(f"数据库的版本（{found}）比程序旧，请先备份，再运行 wxops migrate。")
        raise WrongUse(f"数据库的版本（{found}）比程序新，请升级 wxops。")


@cache  # Python compiles the folder's files for it
def _newest_in(folder: Path) -> str:
    return ScriptDirectory(str(folder)).get_current_head() or ""


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
