"""Whether what looked wrong still does: judged anew when a batch has touched the figures that it was found beside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Date, Select, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import Session

from content.prepared import Prepared
from scheduler.anomaly_models import Anomaly
from scheduler.anomaly_search import DAILY, JUMPED, KNOWN_DAYS, LEAST, MORE, TIMES, WEEK, steps
from scheduler.models import Batch, Figure

Key = tuple[str, str, str, str, object]  # kind, metric, whole, subject, day


def judge_anew(session: Session, batch: int, *, now: datetime) -> set[Key]:
    """End what a batch, taken in or undone in this transaction, has put right, and open again what it has brought back.

    Return what stays open of what it touched. What somebody explained stays explained.
    """
    standing: set[Key] = set()
    for one in session.scalars(_TOUCHED, {"batch": batch}).all():
        than = _than(session, one)
        if than is None:
            one.ended_at = one.ended_at or now
        else:
            one.ended_at, one.than = None, than
            standing.add((one.kind, one.metric, one.whole, one.subject, one.day))
    session.flush()
    return standing


def _than(session: Session, one: Anomaly) -> int | None:
    """Return beside what a figure looks wrong now; None where it counts no more, or fits."""
    connection = session.connection()
    rows = _UP_TO.rows(connection, metric=one.metric, subject=one.subject, day=one.day)
    if not rows or (rows[0][0], rows[0][2]) != (one.day, one.batch_id):
        return None
    before = rows[1:]
    if one.kind == MORE:
        whole = _ON.first(connection, metric=one.whole, subject=one.subject, day=one.day)
        return whole[0] if whole and one.value > whole[0] else None
    if one.metric in DAILY:
        return _usual(one.value, [value for _, value, _ in before[:WEEK]])
    if not before or (one.kind == JUMPED and one.value - before[0][1] < LEAST):
        return None
    far = [before[at][:2] if len(before) > at else (None, None) for at in (0, 1, WEEK)]
    row = (one.metric, one.subject, one.day, one.value, *(part for pair in far for part in pair))
    found = next(steps([row]), None)
    return found[-1] if found and found[0] == one.kind else None


def _usual(value: int, before: list[int]) -> int | None:
    """Return the mean of the days before where a day is far above it."""
    usual = sum(before) / len(before) if len(before) >= KNOWN_DAYS else None
    return int(usual) if usual is not None and value > TIMES * usual else None


def _current(*columns: Any) -> Select[Any]:
    figures = _FIGURE.join(_BATCH, _BATCH.c.id == _FIGURE.c.batch_id)
    counts = (_BATCH.c.undone_at.is_(None), _FIGURE.c.superseded_by.is_(None))
    of = (_FIGURE.c.metric == bindparam("metric"), _FIGURE.c.subject == bindparam("subject"))
    return select(*columns).select_from(figures).where(*counts, *of)


_FIGURE, _BATCH = Figure.__table__, Batch.__table__
_DAY = bindparam("day", type_=Date)
_ON = Prepared(_current(_FIGURE.c.value).where(_FIGURE.c.day == _DAY))
_UP_TO = Prepared(
    _current(_FIGURE.c.day, _FIGURE.c.value, _FIGURE.c.batch_id)
    .where(_FIGURE.c.day <= _DAY)
    .order_by(_FIGURE.c.day.desc())
    .limit(literal_column(str(WEEK + 2)))
)
_TOUCHED = (  # a figure of a later day changes nothing of what was found before it
    select(Anomaly)
    .where(Anomaly.words == "")
    .where(
        exists()
        .where(Figure.batch_id == bindparam("batch"), Figure.subject == Anomaly.subject)
        .where(or_(Figure.metric == Anomaly.metric, Figure.metric == Anomaly.whole), Figure.day <= Anomaly.day)
    )
    .with_for_update()  # whoever explains one at this moment comes after us, or before
)
