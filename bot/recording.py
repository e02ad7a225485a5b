"""代录 and 补签 as the terminal and the pages do them: the evidence is on the disk first, then all of it is written at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content import countersign, evidence, recorded
from content.errors import FilesWrong
from content.people import person_named
from content.recorded import Recorded, Spoken

__all__ = ["Scan", "Spoken", "prove", "record", "scan_in", "scan_of"]

Scan = tuple[str, Path]  # the name of a file and where in the workspace it is kept


def record(parts: Parts, article: int, number: int, spoken: Spoken, scan: Path | Scan | None, *, by: str) -> str:
    """Record somebody's verdict, with its evidence when it is at hand; return what follows."""
    kept = scan_of(parts, scan) if scan else None
    with parts.store.transaction() as session:
        told, made = recorded.record(
            session, article, number, spoken, parts.chain, recorder=person_named(session, by), now=parts.clock.now()
        )
        return f"{told}{_put(parts, session, made, kept, by=by)}" if kept else f"{told}{_lacking(made)}"


def prove(parts: Parts, article: int, number: int, scan: Path | Scan, *, by: str, step: str = "") -> str:
    """Put a scan to a recorded verdict of a revision: the newest without any, or that of a step; return what was done."""
    kept = scan_of(parts, scan)
    with parts.store.transaction() as session:
        made = recorded.to_prove(session, article, number, step, recorder=person_named(session, by))
        return _put(parts, session, made, kept, by=by)


def close_month(parts: Parts, month: str, scan: Path | Scan, *, by: str) -> str:
    """Close a month's 补签单 with its signed scan; return what was done."""
    name, path = scan_of(parts, scan)
    with parts.store.transaction() as session:
        return countersign.close(session, month, path, name, by=person_named(session, by), now=parts.clock.now())


def scan_in(parts: Parts, name: str, data: bytes) -> Scan:
    """Keep an uploaded scan; WrongUse when it is neither picture nor PDF, or too large."""
    return name, evidence.keep(parts.workspace, data, name)


def scan_of(parts: Parts, scan: Path | Scan) -> Scan:
    """Return a scan as it is kept; FilesWrong when its file cannot be read, WrongUse as `scan_in`."""
    if not isinstance(scan, Path):
        return scan
    try:
        return scan_in(parts, scan.name, scan.read_bytes())
    except OSError as error:
        raise FilesWrong(f"{scan} 读不出：{error.strerror or error}。") from error


def _put(parts: Parts, session: Session, made: Recorded, kept: Scan, *, by: str) -> str:
    name, path = kept
    evidence.hand_in(session, made.subject, path, name=name, words=made.words, by=by, now=parts.clock.now())
    return f"凭证“{name}”已收下，附在{made.words}上。"


def _lacking(made: Recorded) -> str:
    return f"还没有凭证：请发“{made.again}”再发图片，或 wxops review {made.article}-{made.number} --scan 文件 --by 姓名"
