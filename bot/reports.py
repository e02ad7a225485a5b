"""Reports at 甲方 as the terminal, the pages and messages do it: the scan is on the disk first, then all is written at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.recording import Scan, scan_of
from bot.wiring import Parts
from content import watermark
from content.errors import OpsError
from content.people import person_named
from content.watermarked import marked
from scheduler import report_desk
from scheduler.report_desk import Word


@dataclass(frozen=True)
class Said:
    """What is said of a report: confirmed or returned, why, and of whom where another person writes it down (代录)."""

    confirmed: bool
    reason: str = ""
    whose: str = ""


def submit(parts: Parts, number: int, *, by: str) -> str:
    """Give a report to 甲方; return what was done."""
    with parts.store.transaction() as session:
        report = report_desk.named(session, number, hold=True)
        return report_desk.submit(session, parts.workspace, report, person_named(session, by), now=parts.clock.now())


def decide(parts: Parts, number: int, said: Said, scan: Path | Scan | None, *, by: str) -> str:
    """Record what 甲方 says of a report, with the scan of the stamped page; without one nobody records another's word."""
    if said.whose and said.whose != by and scan is None:
        raise OpsError("代录要附盖章页的扫描件（图片或 PDF）。")
    kept = scan_of(parts, scan) if scan else None
    now = parts.clock.now()
    with parts.store.transaction() as session:
        report, person = report_desk.named(session, number, hold=True), person_named(session, by)
        word = Word(said.confirmed, person, said.reason)
        if said.whose and said.whose != by:
            word = Word(said.confirmed, person_named(session, said.whose), said.reason, recorder=person)
        told = [report_desk.decide(session, report, word, now=now)]
        if kept:
            told.append(report_desk.add_scan(session, report, kept[1], kept[0], by=person, now=now))
        return "\n".join(told)


def prove(parts: Parts, number: int, scan: Path | Scan, *, by: str) -> str:
    """Put a scan to a report; return what was done."""
    kept = scan_of(parts, scan)
    with parts.store.transaction() as session:
        report, person = report_desk.named(session, number, hold=True), person_named(session, by)
        return report_desk.add_scan(session, report, kept[1], kept[0], by=person, now=parts.clock.now())


def take_out(parts: Parts, number: int, name: str, *, by: str) -> bytes:
    """Return a file of a report with the line of who took it out; it is written down that they did."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        report_desk.demand_reader(session, by)
        report = report_desk.named(session, number)
        data = report_desk.take_out(session, parts.workspace, report, name, by=by, now=now)
    return marked(data, name, watermark.line(by, now))
