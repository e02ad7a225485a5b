"""议事协商示范社区: the communities with a complete deliberation, all six steps done (domain.md §1b T11)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.dossier_forms import DELIBERATION, FORMS
from content.dossier_models import Dossier, DossierStep
from content.dossier_views import dossier_views
from scheduler.behind import Row
from scheduler.counted import Counted

STEPS = "各步的材料"  # the evidence of a deliberation: each step has its own


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


def count(session: Session, first: date, last: date) -> Counted:
    """Count the communities; unknown where no deliberation was ever recorded. Whose last step was taken took all before it."""
    there = (Dossier.form == DELIBERATION, Dossier.revoked_at.is_(None))
    if session.scalar(select(Dossier.id).where(*there).limit(1)) is None:
        return Counted(None, None)
    done = select(func.count(Dossier.place_id.distinct())).join(DossierStep, DossierStep.dossier_id == Dossier.id)
    complete = (DossierStep.step == FORMS[DELIBERATION].steps[-1], DossierStep.day.between(first, last))
    return Counted(session.scalar(done.where(*there, *complete)) or 0, last)
