"""The ledger: figures by day, source, metric and thing; kept as they came, the newest batch counts.

Article figures are cumulative from publication to the day and count persons, as
WeChat's statistics of 2025-11 give them: a period's share is the value at its
end less the value before its beginning, however often a day was pulled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from scheduler.models import Batch, Figure

Key = tuple[str, str]  # metric, subject
ACCOUNT = "account"


def record(
    session: Session,
    source: str,
    name: str,
    day: date,
    values: Mapping[Key, int],
    *,
    complete: bool,
    by: str,
    now: datetime,
) -> Batch:
    """Add one day's values of one source as a batch; the very same values again are not added twice."""
    newest = _newest_batch(session, source, name)
    if newest and _values_of(session, newest) == dict(values):
        newest.complete = newest.complete or complete
        return newest
    rows = sorted((metric, subject, value) for (metric, subject), value in values.items())
    sha256 = _fingerprint(day, rows, _count(session, source, name))
    batch = Batch(source=source, file_name=name, sha256=sha256, by=by, at=now, rows=len(rows), complete=complete)
    session.add(batch)
    session.flush()
    session.add_all(
        Figure(day=day, source=source, metric=metric, subject=subject, value=value, batch_id=batch.id)
        for metric, subject, value in rows
    )
    session.flush()
    supersede(session, batch)
    return batch


def gained(session: Session, metrics: Sequence[str], first: date, last: date) -> dict[Key, int]:
    """Return what each thing gained in a period, both days included, of cumulative metrics.

    A thing without a value in the period is left out: it gained nothing, or nobody knows.
    """
    in_period = select(Figure.subject).where(Figure.metric.in_(metrics), Figure.day.between(first, last))
    at_end = latest(session, metrics, last, since=first)
    before = latest(session, metrics, first - timedelta(days=1), subjects=in_period)
    return {key: value - before.get(key, 0) for key, value in at_end.items()}


def value_on(session: Session, metric: str, subject: str, day: date) -> int | None:
    """Return the newest value of a metric up to a day, or None when there is none: never 0 for unknown."""
    return latest(session, [metric], day, subjects=[subject]).get((metric, subject))


def added(session: Session, metric: str, subject: str, first: date, last: date) -> int | None:
    """Return the sum over the days of a metric that is counted day by day; None when no day has a value."""
    place = func.row_number().over(partition_by=Figure.day, order_by=Figure.batch_id.desc())
    days = (
        _live(Figure.value, place.label("place"))
        .where(Figure.metric == metric, Figure.subject == subject, Figure.day.between(first, last))
        .subquery()
    )
    total = session.scalar(select(func.sum(days.c.value)).where(days.c.place == 1))
    return None if total is None else int(total)


def latest(
    session: Session,
    metrics: Sequence[str],
    day: date,
    *,
    since: date = date.min,
    subjects: Sequence[str] | Select[tuple[str]] | None = None,
) -> dict[Key, int]:
    """Return the newest value of each metric and thing, of the days from `since` up to a day.

    The database does the grouping: the last day counts, and of its values the newest batch that is not undone.
    """
    place = func.row_number().over(
        partition_by=(Figure.metric, Figure.subject), order_by=(Figure.day.desc(), Figure.batch_id.desc())
    )
    wanted = _live(Figure.metric, Figure.subject, Figure.value, place.label("place")).where(
        Figure.metric.in_(metrics), Figure.day.between(since, day)
    )
    if subjects is not None:
        wanted = wanted.where(Figure.subject.in_(subjects))
    rows = wanted.subquery()
    found = session.execute(select(rows.c.metric, rows.c.subject, rows.c.value).where(rows.c.place == 1))
    return {(metric, subject): value for metric, subject, value in found}


def complete_days(session: Session, source: str, first: date, last: date) -> set[date]:
    """Return the days of which a complete batch of this source is there."""
    names = [str(date.fromordinal(n)) for n in range(first.toordinal(), last.toordinal() + 1)]
    found = session.scalars(
        select(Batch.file_name).where(
            Batch.source == source, Batch.complete, Batch.undone_at.is_(None), Batch.file_name.in_(names)
        )
    )
    return {date.fromisoformat(name) for name in found}


def last_complete_day(session: Session, source: str) -> date | None:
    """Return the newest day of which a complete batch of this source is there."""
    name = session.scalar(
        select(func.max(Batch.file_name)).where(Batch.source == source, Batch.complete, Batch.undone_at.is_(None))
    )
    return date.fromisoformat(name) if name else None


def _live(*columns: Any) -> Select[Any]:
    """Select from the figures whose batch is not undone."""
    return select(*columns).join(Batch, Batch.id == Figure.batch_id).where(Batch.undone_at.is_(None))


def _newest_batch(session: Session, source: str, name: str) -> Batch | None:
    wanted = select(Batch).where(Batch.source == source, Batch.file_name == name, Batch.undone_at.is_(None))
    return session.scalar(wanted.order_by(Batch.id.desc()).limit(1))


def _count(session: Session, source: str, name: str) -> int:
    wanted = select(func.count()).select_from(Batch).where(Batch.source == source, Batch.file_name == name)
    return session.scalar(wanted) or 0


def _fingerprint(day: date, rows: Sequence[tuple[str, str, int]], before: int) -> str:
    """Return a sha256 that also covers how many batches came before: a value may be corrected, and corrected back."""
    return hashlib.sha256(json.dumps([str(day), rows, before]).encode()).hexdigest()


def _values_of(session: Session, batch: Batch) -> dict[Key, int]:
    rows = session.execute(select(Figure.metric, Figure.subject, Figure.value).where(Figure.batch_id == batch.id))
    return {(metric, subject): value for metric, subject, value in rows}


def supersede(session: Session, batch: Batch) -> None:
    """Mark the older values of what a batch has values of, whoever brought them.

    It goes from the batch's own values to the others by their index: the table may be large.
    """
    new = aliased(Figure)
    older = (
        select(Figure.id)
        .join(new, (new.metric == Figure.metric) & (new.subject == Figure.subject) & (new.day == Figure.day))
        .where(new.batch_id == batch.id, Figure.batch_id != batch.id, Figure.superseded_by.is_(None))
    )
    session.execute(
        update(Figure)
        .where(Figure.id.in_(older))
        .values(superseded_by=batch.id)
        .execution_options(synchronize_session=False)
    )
