"""The force majeure that was recorded (六(二)、九), as days on which targets of the contract could not be worked for."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from content import dossiers
from scheduler.target_standing import Exempt


def exemptions(session: Session, today: date) -> list[Exempt]:
    """Return the spans that had begun by a day, each with the ids of its targets (none for all); one without an end lasts till then."""
    return [
        Exempt(one.first, one.last or today, one.title, tuple(one.targets.split()))
        for one in dossiers.exempted(session)
        if one.first <= today
    ]
