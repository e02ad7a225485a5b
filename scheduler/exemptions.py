"""The force majeure that was recorded (六(二)、九), as days on which targets of the contract could not be worked for."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import dossiers
from content.dossier_forms import EXCEPTION, FORMS
from content.dossier_models import DossierStep
from scheduler.target_standing import Exempt


def exemptions(session: Session, today: date) -> list[Exempt]:
    """Return the spans that had begun by a day, each with the ids of its targets (none for all); one without an end lasts till then.

    What a span still lacks of the written notice and the proof (domain.md §1c R8) stands behind its reason.
    """
    begun = [one for one in dossiers.exempted(session) if one.first <= today]
    taken: dict[int, set[str]] = defaultdict(set)
    query = select(DossierStep.dossier_id, DossierStep.step).where(
        DossierStep.dossier_id.in_([one.id for one in begun])
    )
    for number, step in session.execute(query) if begun else ():
        taken[number].add(step)
    found = []
    for one in begun:
        lacks = "、".join(step for step in FORMS[EXCEPTION].steps if step not in taken[one.id])
        why = f"{one.title}，还缺{lacks}" if lacks else one.title
        found.append(Exempt(one.first, one.last or today, why, tuple(one.targets.split())))
    return found
