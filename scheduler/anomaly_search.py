"""Searching the figures of a batch for what looks wrong: all at once by the database, however many they are.

A total that falls, a day ten times its week, a part that is larger than the whole. Readings that lie further apart
than a quarter are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from scheduler.metrics import METRICS, Window
from scheduler.models import Batch, Figure

FELL, JUMPED, MORE = "fell", "jumped", "more"
MOST = 1_000  # of one kind in a batch that are kept; a file with so many is wrong as a whole
TIMES, LEAST = 10, 100  # a day is odd when it has ten times its week's mean, and at least a hundred
_WEEK, _KNOWN_DAYS = 7, 3
_LOOKED_BACK, _LOOKED_AHEAD = timedelta(days=92), timedelta(days=31)
PARTS: Sequence[tuple[str, str]] = (  # what cannot be more than the other
    ("like_user", "read_user"), ("zaikan_user", "read_user"), ("share_user", "read_user"), ("collection_user", "read_user"),
    ("read_user", "read_count"), ("share_user", "share_count"), ("export_read_user", "read_count"),
    ("export_share_user", "share_count"), ("followed_after_read", "export_read_user"), ("real_name", "registered"),
    *((f"platform_{act}{kind}", f"platform_views{kind}") for act in ("likes", "collections") for kind in ("", "_day")),
)  # fmt: skip
FALLING = tuple(name for name, metric in METRICS.items() if metric.cumulative or metric.of == "平台用户")
STOCKS = tuple(name for name, metric in METRICS.items() if metric.cumulative or metric.window == Window.STOCK)
DAILY = tuple(name for name, metric in METRICS.items() if metric.window == Window.DAY)

Found = tuple[str, str, str, date, int, int]  # kind, metric, subject, day, value, than


def found_in(session: Session, batch: int) -> Iterator[Found]:
    """Yield what looks wrong in a batch that is in the ledger, at most MOST of a kind and metric."""
    span = session.execute(_SPAN, {"batch": batch}).tuples().all()
    metrics = {metric for metric, _, _ in span}
    if not span:
        return
    asked = {
        "batch": batch,
        "from": min(first for _, first, _ in span) - _LOOKED_BACK,
        "until": max(last for _, _, last in span) + _LOOKED_AHEAD,
    }
    for kind, query, concerned in ((FELL, _FELL, FALLING), (JUMPED, _ROSE, STOCKS), (JUMPED, _BUSY, DAILY)):
        if of := metrics.intersection(concerned):
            rows = session.execute(query, asked | {"metrics": sorted(of), "most": MOST})
            yield from _FILTERS[query is _ROSE](kind, rows)
    for part, whole in PARTS:
        if metrics & {part, whole}:
            for query in (_MORE, _LESS):
                odd = session.execute(query, {"batch": batch, "part": part, "whole": whole, "most": MOST})
                yield from ((MORE, part, *row) for row in odd.tuples())


def _plain(kind: str, rows: Any) -> Iterator[Found]:
    for metric, subject, day, value, than in rows:
        yield kind, metric, subject, day, value, int(than)


def _rising(kind: str, rows: Any) -> Iterator[Found]:
    """Yield what rose ten times faster than in the week before, or in the last step where that is a week or longer."""
    for metric, subject, day, value, *steps in rows:
        (last_day, last), *earlier = zip(steps[::2], steps[1::2], strict=True)
        begin = next(((on, was) for on, was in earlier if on and (last_day - on).days >= _WEEK), None)
        if begin is None:
            continue
        usual = (last - begin[1]) / (last_day - begin[0]).days * (day - last_day).days
        if value - last > TIMES * max(usual, 0):
            yield kind, metric, subject, day, value, round(usual)


_FILTERS = {False: _plain, True: _rising}


_B: Any = bindparam("batch")
_SPAN = (
    select(Figure.metric, func.min(Figure.day), func.max(Figure.day))
    .where(Figure.batch_id == _B)
    .group_by(Figure.metric)
)
_BY: dict[str, Any] = {"partition_by": (Figure.metric, Figure.subject), "order_by": Figure.day}


def _before(column: Any, steps: int) -> Any:
    return func.lag(column, steps, type_=column.type).over(**_BY)


_BEFORE: dict[str, Any] = {
    "partition_by": (Figure.metric, Figure.subject),
    "order_by": Figure.day,
    "rows": (-_WEEK, -1),
}
_SERIES = (
    select(
        Figure.metric, Figure.subject, Figure.day, Figure.value, Figure.batch_id,
        *(_before(column, 1).label(name) for column, name in (
            (Figure.batch_id, "last_batch"), (Figure.day, "last_day"), (Figure.value, "last"),
        )),
        *(_before(column, steps).label(f"{name}_{steps}") for steps in (2, _WEEK + 1) for column, name in (
            (Figure.day, "day"), (Figure.value, "value"),
        )),
        func.avg(Figure.value).over(**_BEFORE).label("usual"),
        func.count(Figure.value).over(**_BEFORE).label("days"),
    )
    .join(Batch, Batch.id == Figure.batch_id)
    .where(Figure.metric.in_(bindparam("metrics", expanding=True)))
    .where(Figure.day.between(bindparam("from", type_=Date), bindparam("until", type_=Date)))
    .where(Figure.superseded_by.is_(None), Batch.undone_at.is_(None))
    .subquery()
)  # fmt: skip
_S = _SERIES.c
_TOUCHED = or_(_S.batch_id == _B, _S.last_batch == _B)
_ROW = (_S.metric, _S.subject, _S.day, _S.value)
_FELL = select(*_ROW, _S.last).where(_TOUCHED, _S.value < _S.last).order_by(_S.day, _S.metric, _S.subject)
_FELL = _FELL.limit(bindparam("most"))
_MORE_THAN = or_(
    _S.value - _S.last > TIMES * (_S.last - _S.value_2), (_S.value - _S.last) * _WEEK > TIMES * (_S.last - _S.value_8)
)
_ROSE = (
    select(*_ROW, _S.last_day, _S.last, _S.day_2, _S.value_2, _S.day_8, _S.value_8)
    .where(_TOUCHED, _S.value - _S.last >= LEAST, _MORE_THAN)
    .order_by(_S.day, _S.metric, _S.subject)
    .limit(bindparam("most"))
)
_BUSY = (
    select(*_ROW, _S.usual)
    .where(_S.batch_id == _B, _S.days >= _KNOWN_DAYS, _S.value >= LEAST, _S.value > TIMES * _S.usual)
    .order_by(_S.day, _S.metric, _S.subject)
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
