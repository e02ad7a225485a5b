"""Places that were split or merged, as the sums of readings know them: from which day, out of which, and what is told of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, case, func, select
from sqlalchemy.orm import Session, aliased

from content.lineage import RENAME, SPLIT
from content.lineage_models import PlaceChange
from content.place_models import Place
from scheduler.models import Batch, Figure

_PLACE = "place:"


@dataclass(frozen=True)
class Becoming:
    """Places (place:CODE) that became others from a day on; one that keeps its code is in both.

    base: the oldest of the last totals that the old ones had before the day, the day itself where one of them had none.
    told: when the last of the new ones had its first total since, date.max while one has none, None while none has.
    """

    day: date
    olds: tuple[str, ...]
    news: tuple[str, ...]
    base: date
    told: date | None


def becomings(session: Session, metric: str) -> list[Becoming]:
    """Return all splits and merges in their order, with what is told of them by a cumulative metric."""
    groups: dict[tuple[date, str, str], tuple[dict[str, None], dict[str, None]]] = defaultdict(lambda: ({}, {}))
    for day, kind, old, new in session.execute(_CHANGES):
        olds, news = groups[day, kind, old if kind == SPLIT else new]
        olds[f"{_PLACE}{old}"] = news[f"{_PLACE}{new}"] = None
    return [_becoming(session, metric, day, tuple(olds), tuple(news)) for (day, *_), (olds, news) in groups.items()]


def _becoming(session: Session, metric: str, day: date, olds: tuple[str, ...], news: tuple[str, ...]) -> Becoming:
    before, since = _told(session, metric, day, {*olds, *news})
    base = min(before[old] for old in olds) if all(old in before for old in olds) else day
    firsts = [since.get(new, date.max) for new in news]
    return Becoming(day, olds, news, base, None if min(firsts) == date.max else max(firsts))


def _told(session: Session, metric: str, day: date, things: Collection[str]) -> tuple[dict[str, date], dict[str, date]]:
    """Return the last day before a day on which each thing is told of, and the first one since."""
    before = func.max(case((Figure.day < day, Figure.day)), type_=Date)
    since = func.min(case((Figure.day >= day, Figure.day)), type_=Date)
    query = select(Figure.subject, before, since).join(Batch, Batch.id == Figure.batch_id)
    current = (Batch.undone_at.is_(None), Figure.superseded_by.is_(None))
    rows = session.execute(
        query.where(Figure.metric == metric, Figure.subject.in_(things), *current).group_by(Figure.subject)
    ).all()
    return {row[0]: row[1] for row in rows if row[1]}, {row[0]: row[2] for row in rows if row[2]}


_OLD, _NEW = aliased(Place), aliased(Place)
_CHANGES = (
    select(PlaceChange.day, PlaceChange.kind, _OLD.code, _NEW.code)
    .join(_OLD, _OLD.id == PlaceChange.old_id)
    .join(_NEW, _NEW.id == PlaceChange.new_id)
    .where(PlaceChange.kind != RENAME)
    .order_by(PlaceChange.day, PlaceChange.id)
)
