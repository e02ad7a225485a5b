"""The spans of force majeure as the contract's targets take them: each from its file (档案), once its written notice was given."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.dossier_forms import EXCEPTION, FORMS
from content.dossier_models import DossierStep
from content.dossiers import exempted
from scheduler.target_standing import Exempt


def exemptions(session: Session, today: date) -> list[Exempt]:
    """Return the spans that had begun by a day; one that still lasts ends with that day.

    Without the written notice a span exempts nobody (六(二)、九; domain.md §1c R8).
    """
    notice = FORMS[EXCEPTION].steps[0]
    noticed = set(session.scalars(select(DossierStep.dossier_id).where(DossierStep.step == notice)))
    return [
        Exempt(one.first, one.last or today, one.title, tuple(one.targets.split()))
        for one in exempted(session)
        if one.id in noticed and one.first <= today
    ]
