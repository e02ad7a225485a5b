"""The ledger: figures by day, source, metric and thing; kept as they came, the newest batch counts.

Article figures are cumulative from publication to the day and count persons, as
WeChat's statistics of 2025-11 give them: a period's share is the value at its
end less the value before its beginning, however often a day was pulled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    bindparam,
    delete,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from content.prepared import Prepared
from scheduler import anomalies
from scheduler.models import Batch, Figure
from scheduler.tally import alone, counted_anew

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
    alone(session)
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
    counted_anew(session, batch.id)
    anomalies.look(session, batch, now=now)
    return batch


def gained(session: Session, metrics: Sequence[str], first: date, last: date) -> dict[Key, int]:
    """Return what each thing gained in a period, both days included, of cumulative metrics.

    A thing without a value in the period is left out: it gained nothing, or nobody knows.
    """
    rows = _gains_of(tuple(metrics)).rows(session.connection(), first=first, last=last)
    return {(metric, subject): value - (before or 0) for metric, subject, value, before in rows if value is not None}


def latest(session: Session, metrics: Sequence[str], subject: str, day: date) -> dict[str, tuple[int, date]]:
    """Return the newest value up to a day of each of these metrics of a thing, and of which day; the unknown is left out."""
    rows = _latest_of(tuple(metrics)).rows(session.connection(), subject=subject, last=day)
    found = {metric: (value, on) for metric, value, on in rows}
    return {metric: found[metric] for metric in metrics if metric in found}


def newest(session: Session, metric: str, subject: str, day: date) -> tuple[int, date] | None:
    """Return the newest value of a metric up to a day, and of which day it is; None when there is none."""
    row = _NEWEST.first(session.connection(), metric=metric, subject=subject, last=day)
    return (row[0], row[1]) if row else None


def value_on(session: Session, metric: str, subject: str, day: date) -> int | None:
    """Return the newest value of a metric up to a day, or None when there is none: never 0 for unknown."""
    found = newest(session, metric, subject, day)
    return found[0] if found else None


def added_each(session: Session, metric: str, first: date, last: date) -> dict[str, int]:
    """Return the sum over the days of a metric that tells of all its things at once each day, by thing.

    Of a day only its newest batch counts: what that does not name any more was nothing.
    """
    rows = _ADDED_EACH.rows(session.connection(), metric=metric, first=first, last=last)
    return {subject: int(value) for subject, value in rows}


def day_of(session: Session, metric: str, subject: str, day: date) -> date | None:
    """Return the newest day, up to a day, on which a metric has a value."""
    found = newest(session, metric, subject, day)
    return found[1] if found else None


class Daily(NamedTuple):
    """What a metric that is counted day by day comes to in a period, None for unknown, and how many days have a value."""

    value: int | None
    days: int


def daily(session: Session, metrics: Sequence[str], subject: str, first: date, last: date) -> list[Daily]:
    """Return the sum over the days of each of these metrics, and on how many days of the period it has a value."""
    rows = _daily_of(tuple(metrics)).rows(session.connection(), subject=subject, first=first, last=last)
    found = {metric: Daily(int(value), days) for metric, value, days in rows}
    return [found.get(metric, Daily(None, 0)) for metric in metrics]


def complete_days(session: Session, source: str, first: date, last: date) -> set[date]:
    """Return the days of which a complete batch of this source is there."""
    names = [str(date.fromordinal(n)) for n in range(first.toordinal(), last.toordinal() + 1)]
    found = session.scalars(
        select(Batch.file_name).where(
            Batch.source == source, Batch.complete, Batch.undone_at.is_(None), Batch.file_name.in_(names)
        )
    )
    return {date.fromisoformat(name) for name in found}


def last_complete_day(session: Session, source: str, first: date = date.min, last: date = date.max) -> date | None:
    """Return the newest day, of those from the first to the last, of which a complete batch of this source is there."""
    row = _LAST_COMPLETE.first(session.connection(), **complete_of(source, first, last))
    return day_named(row[0]) if row else None


def complete_of(source: str, first: date, last: date) -> dict[str, str]:
    """Return the values of LAST_COMPLETE."""
    return {"source": source, "begin": str(first), "until": str(last)}


def day_named(name: str | None) -> date | None:
    """Return the day that the name of a batch of one day says, which is what LAST_COMPLETE finds."""
    return date.fromisoformat(name) if name else None


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


def move_figures(session: Session, old: str, new: str) -> None:
    """Let a thing's figures be another one's; where both have a value of a day, the newer batch's counts.

    Where one batch told of both, the other one's own value stays. Whoever calls sums up anew.
    """
    alone(session)
    own = aliased(Figure)
    same = (own.metric == Figure.metric) & (own.day == Figure.day) & (own.subject == new)
    twice = select(Figure.id).join(own, same & (own.batch_id == Figure.batch_id)).where(Figure.subject == old)
    unseen = {"synchronize_session": False}
    session.execute(delete(Figure).where(Figure.id.in_(twice)), execution_options=unseen)
    session.execute(update(Figure).where(Figure.subject == old).values(subject=new), execution_options=unseen)
    newer = (
        select(func.min(own.batch_id))
        .join(Batch, Batch.id == own.batch_id)
        .where(same, own.batch_id > Figure.batch_id, Batch.undone_at.is_(None))
        .scalar_subquery()
    )  # the next one, as if they had come in for one thing: undoing a batch brings back the value before it
    chained = update(Figure).where(Figure.subject == new).values(superseded_by=newer)
    session.execute(chained, execution_options=unseen)


@lru_cache(maxsize=16)
def _gains_of(metrics: tuple[str, ...]) -> Prepared:
    """Return what asks for the newest values of some metrics in a period and before it, of each thing."""
    things = select(_FIGURE.c.metric, _FIGURE.c.subject).where(_one_of(metrics), _IN_PERIOD).distinct().subquery()
    values = _newest(*things.c, _IN_PERIOD), _newest(*things.c, _FIGURE.c.day < _FIRST)
    return Prepared(select(*things.c, *(value.scalar_subquery() for value in values)))


@lru_cache(maxsize=16)
def _daily_of(metrics: tuple[str, ...]) -> Prepared:
    """Return what asks for the sums of some metrics of a thing over the days of a period, and for how many days."""
    value, day = _FIGURE.c.value, (_FIGURE.c.metric, _FIGURE.c.day)
    place = func.row_number().over(partition_by=day, order_by=_FIGURE.c.batch_id.desc()).label("place")
    days = (
        _live(_FIGURE.c.metric, value, place)
        .where(_one_of(metrics), _FIGURE.c.subject == bindparam("subject"), _IN_PERIOD)
        .subquery()
    )
    sums = select(days.c.metric, func.sum(days.c.value), func.count())
    return Prepared(sums.where(days.c.place == literal_column("1")).group_by(days.c.metric))


@lru_cache(maxsize=16)
def _latest_of(metrics: tuple[str, ...]) -> Prepared:
    """Return what asks for the newest value of each of some metrics of a thing, and its day."""
    columns = (_FIGURE.c.metric, _FIGURE.c.day)
    each = (_newest(m, bindparam("subject"), _FIGURE.c.day <= _LAST, columns=columns).subquery() for m in metrics)
    found = union_all(*(select(one) for one in each)).subquery()
    return Prepared(select(found.c.metric, found.c.value, found.c.day))


def _one_of(metrics: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(_FIGURE.c.metric == metric for metric in metrics)) if metrics else false()


def _live(*columns: Any) -> Select[Any]:
    """Select from the figures whose batch is not undone."""
    figures = _FIGURE.join(_BATCH, _BATCH.c.id == _FIGURE.c.batch_id)
    return select(*columns).select_from(figures).where(_BATCH.c.undone_at.is_(None))


def _newest(metric: Any, subject: Any, *days: Any, columns: Sequence[Any] = ()) -> Select[Any]:
    """Select a thing's value of the last of these days, and other columns: of its values, that of the newest batch."""
    found = _live(_FIGURE.c.value, *columns).where(_FIGURE.c.metric == metric, _FIGURE.c.subject == subject, *days)
    return found.order_by(_FIGURE.c.day.desc(), _FIGURE.c.batch_id.desc()).limit(literal_column("1"))


# prepared, since building them anew took longer than the database needs for the answer
_FIGURE, _BATCH = Figure.__table__, Batch.__table__
_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)
_IN_PERIOD = _FIGURE.c.day.between(_FIRST, _LAST)
_NEWEST = Prepared(_newest(bindparam("metric"), bindparam("subject"), _FIGURE.c.day <= _LAST, columns=[_FIGURE.c.day]))
_EACH = (
    _live(
        _FIGURE.c.subject,
        _FIGURE.c.value,
        func.rank().over(partition_by=_FIGURE.c.day, order_by=_FIGURE.c.batch_id.desc()).label("place"),
    )
    .where(_FIGURE.c.metric == bindparam("metric"), _IN_PERIOD)
    .subquery()
)
_ADDED_EACH = Prepared(
    select(_EACH.c.subject, func.sum(_EACH.c.value))
    .where(_EACH.c.place == literal_column("1"))
    .group_by(_EACH.c.subject)
)
LAST_COMPLETE = select(func.max(_BATCH.c.file_name)).where(  # a part of other statements too
    _BATCH.c.source == bindparam("source"),
    _BATCH.c.complete,
    _BATCH.c.undone_at.is_(None),
    _BATCH.c.file_name.between(bindparam("begin"), bindparam("until")),
)
_LAST_COMPLETE = Prepared(LAST_COMPLETE)
