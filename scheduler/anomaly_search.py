"""Searching the figures of a batch for what looks wrong: all at once by the database, however many they are.

A total that falls, a day ten times its week, a part that is larger than the whole. Readings that lie further apart
than a quarter are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.metrics import METRICS, Window
from scheduler.models import Batch, Figure

FELL, JUMPED, MORE = "fell", "jumped", "more"
MOST = 1_000  # of one kind in a batch that are kept; a file with so many is wrong as a whole
TIMES, LEAST = 10, 100  # a day is odd when it has ten times its week's mean, and at least a hundred
WEEK, KNOWN_DAYS = 7, 3
_EARLIER = (1, 2, WEEK + 1)  # readings before one that it is compared with
_LOOKED_BACK, _LOOKED_AHEAD, _END = timedelta(days=92), timedelta(days=31), timedelta(days=14)
PARTS: Sequence[tuple[str, str]] = (  # what cannot be more than the other
    ("like_user", "read_user"), ("zaikan_user", "read_user"), ("share_user", "read_user"), ("collection_user", "read_user"),
    ("read_user", "read_count"), ("share_user", "share_count"), ("export_read_user", "read_count"),
    ("export_share_user", "share_count"), ("followed_after_read", "export_read_user"), ("real_name", "registered"),
    *((f"platform_{act}{kind}", f"platform_views{kind}") for act in ("likes", "collections") for kind in ("", "_day")),
)  # fmt: skip
FALLING = tuple(name for name, metric in METRICS.items() if metric.cumulative or metric.of == "平台用户")
STOCKS = tuple(name for name, metric in METRICS.items() if metric.cumulative or metric.window == Window.STOCK)
DAILY = tuple(name for name, metric in METRICS.items() if metric.window == Window.DAY and not metric.denominator)

Found = tuple[str, str, str, str, date, int, int]  # kind, metric, whole, subject, day, value, than


def found_in(session: Session, batch: int) -> Iterator[Found]:
    """Yield what looks wrong in a batch that is in the ledger, at most MOST of a kind and metric."""
    span = session.execute(_SPAN, {"batch": batch}).tuples().all()
    if not span:
        return
    metrics = {metric for metric, _, _ in span}
    first, last = min(first for _, first, _ in span), max(last for _, _, last in span)
    found: dict[tuple[str, str, str, str, date], Found] = {}
    for query, begin, end in _queries(first, last):
        asked = {"batch": batch, "from": begin, "until": end, "most": MOST}
        if of := metrics.intersection(STOCKS):
            for one in steps(session.execute(query, asked | {"metrics": sorted(of)})):
                found[one[:5]] = one
    yield from found.values()
    if of := metrics.intersection(DAILY):
        asked = {"batch": batch, "from": first - _LOOKED_BACK, "until": last, "most": MOST, "metrics": sorted(of)}
        for metric, subject, day, value, usual in session.execute(_BUSY, asked):
            yield JUMPED, metric, "", subject, day, value, int(usual)
    for part, whole in PARTS:
        if metrics & {part, whole}:
            for excess in (_MORE, _LESS):
                odd = session.execute(excess, {"batch": batch, "part": part, "whole": whole, "most": MOST})
                yield from ((MORE, part, whole, *row) for row in odd.tuples())


def _queries(first: date, last: date) -> Iterator[tuple[Any, date, date]]:
    """Yield how the steps of a batch are searched: beside all that is near, a long batch in itself and at both its ends."""
    begin, end = first - _LOOKED_BACK, last + _LOOKED_AHEAD
    if last - first <= _LOOKED_BACK:
        yield _STEPS, begin, end
        return
    yield _INSIDE, first, last
    yield _STEPS, begin, first + _END
    yield _STEPS, last - _END, end


def steps(rows: Any) -> Iterator[Found]:
    """Yield what fell, and what rose ten times faster than in the week before, or in a last step of a week or more."""
    for metric, subject, day, value, last_day, last, *earlier in rows:
        if value < last:
            if metric in FALLING:
                yield FELL, metric, "", subject, day, value, last
            continue
        steps = zip(earlier[::2], earlier[1::2], strict=True)
        begin = next(((on, was) for on, was in steps if on and (last_day - on).days >= WEEK), None)
        if begin is None:
            continue
        usual = (last - begin[1]) / (last_day - begin[0]).days * (day - last_day).days
        if value - last > TIMES * max(usual, 0):
            yield JUMPED, metric, "", subject, day, value, round(usual)


_B: Any = bindparam("batch")
_SPAN = (
    select(Figure.metric, func.min(Figure.day), func.max(Figure.day))
    .where(Figure.batch_id == _B)
    .group_by(Figure.metric)
)
_BY: dict[str, Any] = {"partition_by": (Figure.metric, Figure.subject), "order_by": Figure.day}


def _before(column: Any, steps: int) -> Any:
    return func.lag(column, steps, type_=column.type).over(**_BY)


_NEAR = (
    Figure.metric.in_(bindparam("metrics", expanding=True)),
    Figure.day.between(bindparam("from", type_=Date), bindparam("until", type_=Date)),
)
_COUNTS = (Figure.superseded_by.is_(None), Batch.undone_at.is_(None))


def _odd(s: Any) -> Any:
    """Return what holds for a value that fell, or rose much beside the one before it, or the week before that."""
    gain = s.value - s.value_1
    rose = or_(gain > TIMES * (s.value_1 - s.value_2), gain * WEEK > TIMES * (s.value_1 - s.value_8))
    return or_(and_(s.value < s.value_1, s.metric.in_(FALLING)), and_(gain >= LEAST, rose))


def _near_steps() -> Any:
    """Return the select of what fell or rose much in a batch, beside all that counts near its days."""
    series = select(
        Figure.metric, Figure.subject, Figure.day, Figure.value, Figure.batch_id,
        *(_before(column, steps).label(f"{column.key}_{steps}") for steps in _EARLIER for column in (
            Figure.day, Figure.value,
        )),
        _before(Figure.batch_id, 1).label("batch_1"),
    ).join(Batch, Batch.id == Figure.batch_id).where(*_NEAR, *_COUNTS)  # fmt: skip
    s = series.subquery().c
    return (
        select(s.metric, s.subject, s.day, s.value, s.day_1, s.value_1, s.day_2, s.value_2, s.day_8, s.value_8)
        .where(or_(s.batch_id == _B, s.batch_1 == _B))
        .where(_odd(s))
        .order_by(s.day, s.metric, s.subject)
        .limit(bindparam("most"))
    )


def _own_steps() -> Any:
    """Return the same select in the batch alone, however long: its days are looked up only of the few that rose much."""
    series = select(
        Figure.metric, Figure.subject, Figure.day, Figure.value,
        *(_before(Figure.value, steps).label(f"value_{steps}") for steps in _EARLIER),
    ).where(Figure.batch_id == _B, Figure.metric.in_(bindparam("metrics", expanding=True))).subquery().c  # fmt: skip
    found = select(*series).where(_odd(series)).order_by(series.day, series.metric, series.subject)
    o, earlier = found.limit(bindparam("most")).subquery().c, aliased(Figure)

    def day_before(steps: int) -> Any:
        same = (earlier.batch_id == _B, earlier.metric == o.metric, earlier.subject == o.subject, earlier.day < o.day)
        days = select(earlier.day).where(*same).order_by(earlier.day.desc()).limit(1).offset(steps - 1)
        return case((o.value > o.value_1, days.scalar_subquery()))

    pairs = ((day_before(steps), o[f"value_{steps}"]) for steps in _EARLIER)
    return select(o.metric, o.subject, o.day, o.value, *chain.from_iterable(pairs)).order_by(o.day, o.metric, o.subject)


_STEPS, _INSIDE = _near_steps(), _own_steps()
_WEEKS_DAYS: dict[str, Any] = {**_BY, "rows": (-WEEK, -1)}
_DAYS = (
    select(
        Figure.metric, Figure.subject, Figure.day, Figure.value, Figure.batch_id,
        func.avg(Figure.value).over(**_WEEKS_DAYS).label("usual"),
        func.count(Figure.value).over(**_WEEKS_DAYS).label("days"),
    )
    .join(Batch, Batch.id == Figure.batch_id)
    .where(*_NEAR, *_COUNTS)
    .subquery()
    .c
)  # fmt: skip
_BUSY = (
    select(_DAYS.metric, _DAYS.subject, _DAYS.day, _DAYS.value, _DAYS.usual)
    .where(_DAYS.batch_id == _B, _DAYS.days >= KNOWN_DAYS, _DAYS.value >= LEAST, _DAYS.value > TIMES * _DAYS.usual)
    .order_by(_DAYS.day, _DAYS.metric, _DAYS.subject)
    .limit(bindparam("most"))
)
_WHOLE = aliased(Figure)
_HERE, _THERE = aliased(Batch), aliased(Batch)
_EXCESS = (
    select(Figure.subject, Figure.day, Figure.value, _WHOLE.value)
    .join(_WHOLE, and_(_WHOLE.metric == bindparam("whole"), _WHOLE.subject == Figure.subject, _WHOLE.day == Figure.day))
    .join(_HERE, _HERE.id == Figure.batch_id)
    .join(_THERE, _THERE.id == _WHOLE.batch_id)
    .where(Figure.metric == bindparam("part"), Figure.value > _WHOLE.value)
    .where(Figure.superseded_by.is_(None), _WHOLE.superseded_by.is_(None))
    .where(_HERE.undone_at.is_(None), _THERE.undone_at.is_(None))
    .order_by(Figure.day, Figure.subject)
    .limit(bindparam("most"))
)
_MORE = _EXCESS.where(Figure.batch_id == _B)  # the part came now
_LESS = _EXCESS.where(_WHOLE.batch_id == _B, Figure.batch_id != _B)  # only the whole did
