"""议事协商示范社区: the communities with a complete deliberation, all six steps done (domain.md §1b T11)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.dossier_forms import DELIBERATION
from content.dossier_models import Dossier
from content.dossier_views import dossier_views
from scheduler.behind import Row


def rows(session: Session, first: date, last: date) -> list[Row]:
    """Return each community once, with the deliberation completed in a period that lacks least; each step needs evidence."""
    there = select(Dossier).where(Dossier.form == DELIBERATION, Dossier.revoked_at.is_(None)).order_by(Dossier.id)
    found: dict[str, Row] = {}
    for view in dossier_views(session, session.scalars(there).all()):
        done = view.steps[-1].day
        if view.next or done is None or not first <= done <= last:
            continue
        row = Row(done, f"议事：{view.title}", view.place, 1, f"dossier:{view.number}", view.lacks, view.by)
        known = found.get(view.place)
        if known is None or (len(row.lacks), row.day) < (len(known.lacks), known.day):
            found[view.place] = row
    return sorted(found.values(), key=lambda row: row.day)


def is_known(session: Session) -> bool:
    """Say whether any deliberation was ever recorded."""
    there = select(Dossier.id).where(Dossier.form == DELIBERATION, Dossier.revoked_at.is_(None)).limit(1)
    return session.scalar(there) is not None
