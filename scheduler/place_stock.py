"""What stood at each place on a day, from the ledger: users of each community, by the newest value up to that day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.models import Batch, Figure

PLACE = "place:"  # how the subject of a place's own figure begins


def stock_by_place(session: Session, metric: str, day: date) -> dict[str, int]:
    """Return the newest value up to a day of a metric at each place, by code; what nobody knows is left out."""
    order = func.row_number().over(partition_by=Figure.subject, order_by=(Figure.day.desc(), Figure.batch_id.desc()))
    newest = (
        select(Figure.subject, Figure.value, order.label("place"))
        .join(Batch, Batch.id == Figure.batch_id)
        .where(Figure.metric == metric, Figure.day <= day, Figure.subject.startswith(PLACE), Batch.undone_at.is_(None))
        .subquery()
    )
    found = session.execute(select(newest.c.subject, newest.c.value).where(newest.c.place == 1))
    return {subject.removeprefix(PLACE): value for subject, value in found}
