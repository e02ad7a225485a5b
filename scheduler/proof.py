"""The evidence that a target asks of each thing that counts for it, held against what is there.

How many pieces are there is known, not what is on them: so many as the target names make a thing complete. An item
that the counting itself knows, such as an article's link, is judged by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Text, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from content.groups import GROUP, standing
from content.paper import Evidence
from content.record_models import Record, RecordPlace
from scheduler.agreement import Target
from scheduler.article_counts import LINK
from scheduler.behind import Row
from scheduler.demo_communities import STEPS
from scheduler.weekly_sent import PICTURE

KNOWN_BY_COUNTING = (LINK, PICTURE, STEPS)  # whoever opens a link of their own needs no screenshot
_FIELD: Mapping[str, tuple[str, bool]] = {  # the counts of field work: their kind, and whether each place counts
    "visits": ("走访", True), "trainings": ("培训", False), "events": ("活动", False), "groups": (GROUP, False),
}  # fmt: skip
_MANY = 500  # subjects of one question to the database


def lacking(session: Session, target: Target, first: date, last: date) -> int | None:
    """Return how much of a count of field work is without the evidence that the target names; None for other counts.

    It is the number of the rows with a lack, asked of the database: a board is asked for more often than its rows.
    """
    if target.count not in _FIELD:
        return None
    kind, of_places = _FIELD[target.count]
    held = (Record.kind == kind, Record.revoked_at.is_(None), Record.day.between(first, last))
    there = (standing(last),) if kind == GROUP else held
    needed = sum(proof.count for proof in target.evidence)
    too_few = ~_OF_RECORD if needed == 1 else needed > _PIECES
    query = select(func.count()).select_from(Record).where(*there, too_few)
    if of_places:
        query = query.join(RecordPlace, RecordPlace.record_id == Record.id)
    return session.scalar(query) or 0


def judged(session: Session, target: Target, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a target with what each lacks of the evidence that the target names."""
    wanted = [proof for proof in target.evidence if proof.name not in KNOWN_BY_COUNTING]
    known = {proof.name for proof in target.evidence} & set(KNOWN_BY_COUNTING)
    there = _pieces(session, {row.subject for row in rows if row.subject}) if wanted else {}
    needed = sum(proof.count for proof in wanted)
    names = tuple(proof.in_words for proof in wanted)

    def lacks(row: Row) -> tuple[str, ...]:
        own = tuple(lack for lack in row.lacks if lack in known or STEPS in known)
        pieces = there.get(row.subject, 0)
        if pieces >= needed:
            return own
        return (*own, *(names if not pieces else (f"{'、'.join(names)}中的 {needed - pieces} 份",)))

    return [row if (now := lacks(row)) == row.lacks else row._replace(lacks=now) for row in rows]


def _pieces(session: Session, subjects: set[str]) -> dict[str, int]:
    """Return how many pieces of evidence each subject has, kept or on their way, the same content once."""
    listed, found = sorted(subjects), dict[str, int]()
    for at in range(0, len(listed), _MANY):
        rows = session.execute(_COUNTED.where(Evidence.subject.in_(listed[at : at + _MANY])))
        found |= {row[0]: row[1] for row in rows}
    return found


_GOOD = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
_PIECE = func.coalesce(func.nullif(Evidence.sha256, ""), cast(Evidence.id, Text))
_COUNTED = select(Evidence.subject, func.count(_PIECE.distinct())).where(_GOOD).group_by(Evidence.subject)
_BELONGS = Evidence.subject == literal("record:") + cast(Record.id, Text)
_OF_RECORD = exists().where(_GOOD, _BELONGS).correlate(Record)
_PIECES = select(func.count(_PIECE.distinct())).where(_GOOD, _BELONGS).correlate(Record).scalar_subquery()
