"""Weekly reports for tests: a contract, figures of communities put straight into the ledger, and the Mondays on which they are made."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.wiring import Parts
from content.clock import SHANGHAI
from scheduler import ledger, weekly_reports, weekly_watch
from scheduler.models import Report

CONTRACT = """[contract]
name = "社区公众号运营服务"
from = 2026-12-01
to = 2027-11-30
[rules]
weeks = "{weeks}"
[[target]]
id = "reports"
name = "社区周报表"
value = 5
per = "week"
unit = "份"
count = "reports"
"""
WEEK = "2026-W50"
MONDAY = date(2026, 12, 7)  # of the contract's first whole week
SUNDAY = MONDAY + timedelta(days=6)
PLANNED_AT = datetime(2026, 12, 14, 9, 0, tzinfo=SHANGHAI)


def write_contract(folder: Path, weeks: str = "whole") -> None:
    (folder / "contract.toml").write_text(CONTRACT.format(weeks=weeks), encoding="utf-8")


def figures(parts: Parts, day: date, values: Mapping[str, Mapping[str, int]], source: str = "users") -> int:
    """Put values into the ledger as a batch: by metric, then by the code of a community or a whole subject."""
    told = {
        (metric, of if ":" in of else f"place:{of}"): value for metric, by in values.items() for of, value in by.items()
    }
    now = parts.clock.now()
    with parts.store.transaction() as session:
        name = f"{source} {day} {now}"
        return ledger.record(session, source, name, day, told, complete=True, by="运营", now=now).id


def watch(parts: Parts, now: datetime) -> None:
    """Do what the scheduler does each minute."""
    weekly_watch.watch(parts.store, parts.workspace, now, compare=parts.rules.compare)


def make_all(parts: Parts, now: datetime = PLANNED_AT) -> list[int]:
    """Make what waits, a second after the other, and return what went well."""
    done = []
    while True:
        with parts.store.reading() as session:
            waiting = weekly_reports.waiting(session, now, 10)
        if not waiting:
            return done
        done += [number for number in waiting if weekly_reports.make(parts.store, parts.workspace, number, now)]


def monday(parts: Parts, now: datetime = PLANNED_AT) -> None:
    """A Monday morning: reports are planned, then made."""
    watch(parts, now)
    make_all(parts, now)


def reports(session: Session, kind: str = weekly_reports.COMMUNITY, period: str = WEEK) -> dict[str, list[Report]]:
    """The reports of a week by place, version by version."""
    found: dict[str, list[Report]] = {}
    query = select(Report).where(Report.kind == kind, Report.period == period)
    for report in session.scalars(query.order_by(Report.place, Report.version)):
        found.setdefault(report.place, []).append(report)
    return found


def states(parts: Parts, kind: str = weekly_reports.COMMUNITY, period: str = WEEK) -> dict[str, list[str]]:
    with parts.store.reading() as session:
        return {place: [one.state for one in found] for place, found in reports(session, kind, period).items()}


def file_of(parts: Parts, place: str, ending: str, *, version: int = 1, kind: str = weekly_reports.COMMUNITY) -> Path:
    with parts.store.reading() as session:
        report = reports(session, kind)[place][version - 1]
    (found,) = (parts.workspace / report.path).glob(f"*.{ending}")
    return found


def sheet(file: Path | bytes, name: str) -> list[Sequence[object]]:
    """The rows of a sheet of a workbook, as openpyxl reads them."""
    book = load_workbook(io.BytesIO(file) if isinstance(file, bytes) else file)
    return [tuple(row) for row in book[name].iter_rows(values_only=True)]


def cell(rows: Sequence[Sequence[object]], head: str, column: int) -> object:
    """The cell of a row that begins with some words."""
    return next(row[column] for row in rows if str(row[0]).startswith(head))


def words(rows: Sequence[Sequence[object]]) -> str:
    return "\n".join(str(value) for row in rows for value in row if value is not None)
