"""The evidence that a target asks of each thing that counts for it, held against what is there.

How many pieces are there is known, not what is on them: so many as the target names make a thing complete. An item
that the counting itself knows, such as an article's link, is judged by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Text, cast, func, or_, select
from sqlalchemy.orm import Session

from content.paper import Evidence
from scheduler.agreement import Target
from scheduler.article_counts import LINK
from scheduler.behind import Row
from scheduler.weekly_sent import PICTURE

KNOWN_BY_COUNTING = (LINK, PICTURE)  # whoever opens a link of their own needs no screenshot
_MANY = 500  # subjects of one question to the database


def judged(session: Session, target: Target, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a target with what each lacks of the evidence that the target names."""
    wanted = [proof for proof in target.evidence if proof.name not in KNOWN_BY_COUNTING]
    known = {proof.name for proof in target.evidence} & set(KNOWN_BY_COUNTING)
    there = _pieces(session, {row.subject for row in rows if row.subject}) if wanted else {}
    needed = sum(proof.count for proof in wanted)
    names = tuple(proof.in_words for proof in wanted)

    def lacks(row: Row) -> tuple[str, ...]:
        own = tuple(lack for lack in row.lacks if lack in known)
        pieces = there.get(row.subject, 0)
        if pieces >= needed:
            return own
        return (*own, *(names if not pieces else (f"{'、'.join(names)}中的 {needed - pieces} 份",)))

    return [replace(row, lacks=lacks(row)) for row in rows]


def _pieces(session: Session, subjects: set[str]) -> dict[str, int]:
    """Return how many pieces of evidence each subject has, kept or on their way, the same content once."""
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    piece = func.coalesce(func.nullif(Evidence.sha256, ""), cast(Evidence.id, Text))
    query = select(Evidence.subject, func.count(piece.distinct())).where(good).group_by(Evidence.subject)
    listed, found = sorted(subjects), dict[str, int]()
    for at in range(0, len(listed), _MANY):
        rows = session.execute(query.where(Evidence.subject.in_(listed[at : at + _MANY])))
        found |= {row[0]: row[1] for row in rows}
    return found
