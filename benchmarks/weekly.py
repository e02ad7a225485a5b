"""What a week's reports cost: `wxops report weekly` for 263 communities and 15 streets in a new process, wall, CPU and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import event, insert

from benchmarks.aims import Aim, table
from benchmarks.intake import STARTER
from bot import weekly
from bot.wiring import Parts, build
from content import place_table
from content.clock import local_day
from content.gazetteer import gazetteer
from content.people import add_person
from content.place_table import COMMUNITY
from scheduler import weekly_reports
from scheduler.models import Batch, Figure

CONFIG = """[account]
appid = "wx0000000000000001"
secret = "benchmark-secret"
api_base = "http://127.0.0.1:9"
[callback]
token = "benchmarktoken"
"""
MONDAY, WEEKS = date(2026, 12, 7), 14
NOW = "2026-12-14T09:00:00+08:00"
METRICS = ("registered", "real_name", "platform_views", "platform_likes", "platform_comments", "groups")
MAKER = "运营"
SECONDS, MEGABYTES, STATEMENTS = 15, 300, 40


@dataclass(frozen=True)
class Took:
    """What one week took: all of it in a process of its own, and the statements of the plan alone."""

    reports: int
    wall: float
    cpu: float
    megabytes: float
    statements: int


def measure(say: Callable[[str], None]) -> list[str]:
    """Make a week of reports in a new workspace and return the section as paragraphs of Markdown."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as made:
        say("263 communities …")
        took = _week(Path(made))
    return [
        "## Weekly reports of 263 communities: a workbook and a phone page each, a ZIP, a long picture and a text a street",
        f"`wxops report weekly` in a new process, on SQLite, with {WEEKS} weeks of {len(METRICS)} figures a community: "
        f"{took.reports} reports, {took.cpu:.1f} s of CPU. Load of the machine at the start: {load:.1f} on {os.cpu_count()} cores.",
        *table(
            [
                Aim("all reports of a week", f"under {SECONDS} s", f"{took.wall:.1f} s", took.wall < SECONDS),
                Aim("peak memory", f"under {MEGABYTES} MB", f"{took.megabytes:.0f} MB", took.megabytes < MEGABYTES),
                Aim("SQL statements of the plan, for all communities", f"under {STATEMENTS}", str(took.statements),
                    took.statements < STATEMENTS),
            ]
        ),
    ]  # fmt: skip


def _week(folder: Path) -> Took:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "clock").write_text(NOW, encoding="utf-8")
    (folder / "places.csv").write_bytes((STARTER / "places.csv").read_bytes())
    sample = (STARTER / "contract.toml").read_text(encoding="utf-8")
    sample = sample.replace("{{from}}", "2026-12-01").replace("{{to}}", "2027-11-30")
    (folder / "contract.toml").write_text(sample, encoding="utf-8")
    environ = {"WXOPS_CLOCK": str(folder / "clock")}
    parts = build(folder, environ, create=True)
    _fill(parts)
    statements = _statements(parts)
    parts.store.close()
    command = [sys.executable, "-m", "bot", "--workspace", str(folder), "report", "weekly", "--json", "--by", MAKER]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ | environ) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    assert child.returncode == 0
    reports = len(list((folder / ".wxops" / "reports" / weekly_reports.COMMUNITY).rglob("*.xlsx")))
    return Took(reports, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, statements)


def _fill(parts: Parts) -> None:
    """Put the figures of some weeks into the ledger."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        add_person(session, MAKER, "operator", party="", company="", now=now)
        place_table.load(session, place_table.read(parts.workspace), by="benchmark", now=now)
        codes = [spot.code for spot in gazetteer(session, local_day(now)).places if spot.level == COMMUNITY]
        for week in range(WEEKS):
            day = MONDAY + timedelta(days=6, weeks=week - WEEKS + 1)
            batch = Batch(source="users", file_name=str(day), sha256=str(day), content=str(day), by="", at=now, rows=1)
            session.add(batch)
            session.flush()
            rows = [
                {"day": day, "source": "users", "metric": metric, "subject": f"place:{code}", "value": 900 + 7 * week + n,
                 "batch_id": batch.id}
                for n, code in enumerate(codes)
                for metric in METRICS
            ]  # fmt: skip
            session.execute(insert(Figure), rows)


def _statements(parts: Parts) -> int:
    """Return how many statements a week's plan sends; what it writes is rolled back."""
    sent: list[object] = []
    now, contract = parts.clock.now(), weekly.contract_of(parts)
    with parts.store.reading() as session:
        event.listen(parts.store.engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
        weekly_reports.plan(session, weekly.chosen_week(contract, "", now), contract, by="benchmark", now=now)
        session.rollback()
    return len(sent)
