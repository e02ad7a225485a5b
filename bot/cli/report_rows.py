"""Reports to 甲方 as the terminal lists them: rows of plain values for --json, lines for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from content.clock import stamp
from scheduler import report_desk
from scheduler.models import Report
from scheduler.report_models import Download
from scheduler.report_states import KINDS, state_in_words

Row = dict[str, Any]


def report_row(report: Report) -> Row:
    """Return a report as plain values."""
    return {
        "number": report.id,
        "kind": report.kind,
        "name": KINDS.get(report.kind, report.kind),
        "period": report.period,
        "version": report.version,
        "state": report.state,
        "state_name": state_in_words(report),
        "by": report.by,
        "at": stamp(report.made_at),
    }


def report_line(row: Row) -> str:
    """Return a report as a line."""
    return f"{row['number']}  {row['name']} {row['period']} 第 {row['version']} 版  {row['state_name']}  {row['by']} {row['at']}"


def whole_row(session: Session, workspace: Path, report: Report) -> Row:
    """Return a report with its files, what 甲方 said, the scans and its trail."""
    verdict = report_desk.verdict_of(session, report)
    frozen = {file.name: file.sha256 for file in report_desk.frozen_files(session, report)}
    return report_row(report) | {
        "files": [
            {"name": name, "sha256": frozen.get(name, "")}
            for name in report_desk.file_names(session, workspace, report)
        ],
        "verdict": verdict
        and {
            "person": verdict.person, "recorded_by": verdict.recorded_by, "reason": verdict.reason,
            "at": stamp(verdict.at),
        },
        "scans": [{"number": one.id, "name": one.name, "by": one.by} for one in report_desk.scans_of(session, report)],
        "trail": [{"at": at, "by": by, "why": why} for at, by, why in report_desk.trail(session, report)],
    }  # fmt: skip


def report_lines(row: Row) -> list[str]:
    """Return a report with everything that belongs to it as people read it."""
    lines = [report_line(row), "文件："]
    lines += [f"  {one['name']}  {one['sha256'][:16]}".rstrip() for one in row["files"]]
    if verdict := row["verdict"]:
        recorded = f"（{verdict['recorded_by']}代录）" if verdict["recorded_by"] else ""
        lines.append(f"甲方：{verdict['person']}{recorded} {verdict['at']} {verdict['reason']}".rstrip())
    lines.append(f"扫描件：{'、'.join(one['name'] or '照片' for one in row['scans']) or '还没有'}")
    return [*lines, "经过：", *(f"  {one['at']} {one['by']}：{one['why']}" for one in row["trail"])]


def download_row(one: Download) -> Row:
    """Return a line of the download log as plain values."""
    return {"at": stamp(one.at), "by": one.by, "subject": one.subject, "file": one.file, "sha256": one.sha256}


def download_line(row: Row) -> str:
    """Return a line of the download log."""
    return f"{row['at']}  {row['by']}  {row['subject']}  {row['file']}"
