"""What came of the last hand-in of each article, kept beside the library until the next one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from content.article import Level
from content.word import Taken
from content.word.draft import RIGHTS_ASKED
from content.word.placing import write_whole
from content.word.report import Report

FOLDER = Path(".wxops") / "handed"


@dataclass(frozen=True)
class Handed:
    """What an editor is told: what became of the file, what was left out of it, what was kept in another form."""

    file: str
    by: str
    at: str
    outcome: str
    left_out: Sequence[str]
    kept: Sequence[str]


def told_of(taken: Taken, file: str, *, by: str, at: str) -> Handed:
    """Return what is told of a hand-in; `file` is the upload's name, `at` the time as people read it."""
    outcome = "新建了这一篇" if taken.is_new else "换成了新稿" if taken.changed else "和上一次交的一样，没有变化"
    kept = [remark for remark in taken.report.remarks if remark.level != Level.WARN]
    left_out = [remark for remark in taken.report.left_out if remark.outcome not in RIGHTS_ASKED]  # the page has a form
    return Handed(file, by, at, outcome, Report(left_out).lines(), Report(kept).lines())


def keep(workspace: Path, number: int, handed: Handed) -> None:
    """Keep what came of the last hand-in of article N; OSError when it cannot be written."""
    write_whole(workspace / FOLDER / f"{number}.json", json.dumps(asdict(handed), ensure_ascii=False).encode())


def last(workspace: Path, number: int) -> Handed | None:
    """Return what came of the last hand-in of article N, or None."""
    try:
        return Handed(**json.loads((workspace / FOLDER / f"{number}.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # never handed in here, or written by another version
        return None
