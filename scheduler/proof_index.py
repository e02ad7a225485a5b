"""The index of evidence: every file that proves something, with its subject, its day, its sha256 and where it lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, Text, cast, literal, or_, select
from sqlalchemy.orm import Session

from content.books import Cell, Sheet, book
from content.clock import day_start, local_day
from content.dossier_forms import DRILL, LEAK
from content.dossier_models import Dossier, DossierStep
from content.groups import GROUP
from content.lint.privacy import masked
from content.paper import Evidence
from content.record_models import Record

COLUMNS = (
    ("序号", 6),
    ("指标", 18),
    ("编号", 16),
    ("属于", 24),
    ("文件", 30),
    ("日期", 12),
    ("谁交的", 12),
    ("sha256", 66),
    ("存放", 80),
)
OTHER = "其他"
TICKETS = "ticket:"
INSIDE = (LEAK, DRILL)


@dataclass(frozen=True)
class Proven:
    """A file that is kept: of which target, of what, its name, its day, who brought it, its sha256, its path in the workspace."""

    target: str
    subject: str
    words: str
    name: str
    day: date
    by: str
    sha256: str
    path: str


def of_the_contract(first: date) -> Select[tuple[Evidence]]:
    """Return the query of all evidence that is kept, came on the contract's first day or later, and may leave the house.

    Groups stand from before that day, and so does their evidence. Not the pictures that readers sent to their tickets, which are theirs, nor what belongs to a leak or a drill.
    """
    step = literal("step:") + cast(DossierStep.id, Text)
    inside = select(step).join(Dossier, Dossier.id == DossierStep.dossier_id).where(Dossier.form.in_(INSIDE))
    groups = select(literal("record:") + cast(Record.id, Text)).where(Record.kind == GROUP)
    came = or_(Evidence.sent_at >= day_start(first), Evidence.subject.in_(groups))
    kept = (Evidence.path != "", Evidence.fetched_at.is_not(None), came)
    ours = (~Evidence.subject.startswith(TICKETS), Evidence.subject.not_in(inside))
    return select(Evidence).where(*kept, *ours).order_by(Evidence.id)


def index(session: Session, targets: Mapping[str, str], first: date, last: date) -> list[Proven]:
    """Return every piece of evidence that is kept and came on the days of a period; `targets` names the target of each subject.

    What belongs to a target is there whenever it came: so it counts on the board (`scheduler/proof.py`). What belongs to no target (verdicts, reports) stands at the end, under 其他.
    """
    found = [
        Proven(
            targets.get(row.subject, OTHER), row.subject, row.words, masked(row.name or "照片"), local_day(row.sent_at), row.by,
            row.sha256, row.path,
        )
        for row in session.scalars(of_the_contract(first))
        if row.subject in targets or first <= local_day(row.sent_at) <= last
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.target == OTHER)


def workbook(found: Sequence[Proven], period: str) -> bytes:
    """Return the index as a workbook."""
    rows: list[list[Cell]] = [
        [n, one.target, one.subject, one.words, one.name, str(one.day), one.by, one.sha256, one.path]
        for n, one in enumerate(found, 1)
    ]
    below = [[f"共 {len(found):,} 个文件。sha256 可用来核对文件没有改动。"]]
    return book(Sheet("证据索引", f"证据索引（{period}）", COLUMNS, rows, below))
