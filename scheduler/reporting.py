"""Reports as files: each in versions, never overwritten; the same content again makes no new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Event
from content.word.placing import write_whole
from scheduler.models import Report

FOLDER = Path(".wxops") / "reports"
DRAFT = "draft"
RETURNED = "returned"  # by 甲方


def keep(
    session: Session,
    folder: Path,
    kind: str,
    place: str,
    period: str,
    files: Mapping[str, bytes],
    *,
    facts: str,
    by: str,
    now: datetime,
) -> Report:
    """Write a report's files into the workspace `folder` and return its row: the newest one where its facts are the same.

    kind, place ("" for the whole district) and period ("2026-12", "2026-W49") say which report it is. facts: what
    it tells, as JSON; a difference in it makes the next version, and so does any after one that was returned. files: by name. OSError when the disk does not take them.
    """
    sha256 = hashlib.sha256(facts.encode()).hexdigest()
    before = newest(session, kind, place, period)
    if before and before.sha256 == sha256 and before.state != RETURNED:
        return before
    version = before.version + 1 if before else 1
    path = FOLDER / kind / period / (place or "all") / f"v{version}"
    for name, data in files.items():
        write_whole(folder / path / name, data)
    made = Report(
        kind=kind, place=place, period=period, version=version, state=DRAFT, path=path.as_posix(), sha256=sha256,
        facts=facts, by=by, made_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.add(Event(subject=subject(made), at=now, by=by, to_state=DRAFT, why=f"生成第 {version} 版"))
    return made


def newest(session: Session, kind: str, place: str, period: str) -> Report | None:
    """Return the newest version of a report, None where there is none."""
    of = (Report.kind == kind, Report.place == place, Report.period == period)
    return session.scalar(select(Report).where(*of).order_by(Report.version.desc()).limit(1))


def files_of(folder: Path, report: Report) -> dict[str, Path]:
    """Return the files of a report by name, as far as they are on the disk."""
    there = folder / report.path
    return {file.name: file for file in sorted(there.iterdir())} if report.path and there.is_dir() else {}


def subject(report: Report) -> str:
    """Return the name under which a report's trail and evidence are kept: report:12."""
    return f"report:{report.id}"
