"""What the readings of the ledger add up to, from a day on: the current figures walked through day by day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.db import Moment
from content.models import Article
from content.place_models import Place
from content.place_table import COMMUNITY
from scheduler.became import Becoming, becomings
from scheduler.gains import UNKNOWN, Gain, Reading, Walk, of_persons, told_by_day
from scheduler.interaction_rule import ACCOUNT, Act
from scheduler.models import Batch, Figure, Publication

_BULK = 5_000
_THINGS = ("object:", "topic:")  # what is listed only when it is there
_ARTICLE, _PLACE = "article:", "place:"


def gains(session: Session, act: Act, first: date, last: date = date.max) -> Iterator[Gain]:
    """Yield what was gained of an act on each day from `first` to `last`, thing by thing.

    It begins with the totals of before, and as far before as is needed to know what was counted since the last total.
    """
    changed = becomings(session, act.total) if act.total and act.source != ACCOUNT else []
    since = [one for one in changed if one.told]
    start = _start_before(session, act, first, since)
    pending = [one for one in since if one.told and one.told >= start]
    walk = Walk(act, _parents(session), _beginnings(session, act, changed), pending)
    for metric, subject, value in _bases(session, act, start):
        walk.stand(of_persons(act, subject) if metric == act.persons else subject, value)
    for day, told in told_by_day(act, _readings(session, act, start, last)):
        found = walk.day(day, told)
        yield from (gain for gain in found if day >= first)


def _start_before(session: Session, act: Act, first: date, changed: Sequence[Becoming]) -> date:
    """Return where the walk starts, before the places became others of which not all new ones were told of by then."""
    start = _start(session, act, first)
    while before := [one.base for one in changed if one.told and one.base < start <= one.told]:
        start = _start(session, act, min(before))
    return start


def _start(session: Session, act: Act, first: date) -> date:
    """Return the day after the oldest total that a new one since `first` is compared with, where anything fills the gap."""
    if not act.total:
        return first
    daily = bool(act.daily) and session.scalar(_ANY, {"metric": act.daily})
    asked = {"metric": act.total, "first": first, "thing": "%" if act.persons or daily else f"{_PLACE}%"}
    filled = act.persons or daily or session.scalar(_ANY_THING, asked) or session.scalar(_ANY_ABOVE, asked)
    before = session.scalar(_OLDEST_BASE, asked) if filled else None
    return min(first, before + timedelta(days=1)) if before else first


def _readings(session: Session, act: Act, first: date, last: date) -> Iterator[Reading]:
    asked = {"metrics": act.metrics, "first": first, "last": last}
    found = session.execute(_READINGS, asked, execution_options={"yield_per": _BULK})
    yield from found.tuples()


def _bases(session: Session, act: Act, first: date) -> list[tuple[str, str, int]]:
    """Return the newest totals of before a day, of the things that are told of since: the times first, then the persons."""
    found = []
    for metric in (act.total, act.persons):
        if metric:
            rows = session.execute(_BASES, {"metrics": act.metrics, "metric": metric, "first": first}).tuples()
            found += [(metric, subject, value) for subject, value in rows if value is not None]
    return found


def _parents(session: Session) -> Callable[[str], str]:
    """Return a function that says what stands above a thing."""
    above = {f"{_PLACE}{code}": f"{_PLACE}{parent}" for code, parent in session.execute(_PLACES) if parent}

    def parent(thing: str) -> str:
        if thing.startswith(_THINGS):
            code = _place_of(thing)
            return f"{_PLACE}{code}" if code else ""
        return above.get(thing, "")

    return cache(parent)


def _beginnings(session: Session, act: Act, changed: Sequence[Becoming]) -> Callable[[str, date], date]:
    """Return a function that says since when the first total of a thing surely counts.

    An article: since it went out. An object or topic: since the day after the last file that told of others of its
    place and not of it. A place, whatever is in the first file, also in the first since its place came out of others,
    and what was told of by the day before: nobody knows.
    """
    metric = act.total or act.persons
    out = cache(lambda: {f"{_ARTICLE}{number}": local_day(at) for number, at in session.execute(_OUT)})
    told_first = cache(lambda: _told_first(session, metric))
    by_day = cache(lambda: dict(session.execute(_TOLD_FIRST, {"metric": act.daily}).tuples().all()))
    last_file = cache(lambda day: session.scalar(_LAST_DAY, {"metric": metric, "day": day}))

    def began(thing: str, day: date) -> date:
        if thing.startswith(_ARTICLE):
            return min(out().get(thing, UNKNOWN), day)
        if not thing.startswith(_THINGS) or told_first()[_place_of(thing)] >= day:
            return UNKNOWN
        if by_day().get(thing, day) < day:
            return UNKNOWN
        last, place = last_file(day), f"{_PLACE}{_place_of(thing)}"
        if any(last < one.day <= day and place in one.news for one in changed):
            return UNKNOWN
        return date.fromordinal(last.toordinal() + 1)

    return began


def _told_first(session: Session, metric: str) -> dict[str, date]:
    """Return the first day on which a thing of each place was told of."""
    first: dict[str, date] = {}
    for thing, day in session.execute(_TOLD_FIRST, {"metric": metric}):
        place = _place_of(thing)
        first[place] = min(day, first.get(place, day))
    return first


def _place_of(thing: str) -> str:
    """Return the code of the place of an object or topic, "" for none."""
    return thing.split(":", 2)[1]


_FIGURE, _BATCH = Figure.__table__, Batch.__table__
_FIRST, _LAST, _DAY = (bindparam(name, type_=Date) for name in ("first", "last", "day"))
_METRICS = _FIGURE.c.metric.in_(bindparam("metrics", expanding=True))
_METRIC = _FIGURE.c.metric == bindparam("metric")


def _current(*columns: Any) -> Select[Any]:
    """Select from the figures that count: of each thing and day, that of the newest batch that is not undone."""
    figures = _FIGURE.join(_BATCH, _BATCH.c.id == _FIGURE.c.batch_id)
    return select(*columns).select_from(figures).where(_BATCH.c.undone_at.is_(None), _FIGURE.c.superseded_by.is_(None))


def _newest_before(column: Any, metric: Any, subject: Any) -> Any:
    found = _current(column).where(_FIGURE.c.metric == metric, _FIGURE.c.subject == subject, _FIGURE.c.day < _FIRST)
    return found.order_by(_FIGURE.c.day.desc()).limit(1).scalar_subquery()


_READINGS = (
    _current(_FIGURE.c.day, _FIGURE.c.metric, _FIGURE.c.subject, _FIGURE.c.value)
    .where(_METRICS, _FIGURE.c.day.between(_FIRST, _LAST))
    .order_by(_FIGURE.c.day)
)
_SINCE = select(_FIGURE.c.subject).where(_METRICS, _FIGURE.c.day >= _FIRST).distinct().subquery()
_BASES = select(_SINCE.c.subject, _newest_before(_FIGURE.c.value, bindparam("metric"), _SINCE.c.subject))
_TOTALS = (
    select(_FIGURE.c.metric, _FIGURE.c.subject)
    .where(_METRIC, _FIGURE.c.day >= _FIRST, _FIGURE.c.subject.like(bindparam("thing")))
    .distinct()
    .subquery()
)
_OLDEST_BASE = select(func.min(_newest_before(_FIGURE.c.day, *_TOTALS.c))).select_from(_TOTALS)
_ABOVE = select(literal(_PLACE) + Place.code).where(Place.level != COMMUNITY)
_IS_THING = or_(*(_FIGURE.c.subject.like(f"{thing}%") for thing in _THINGS))
_ANY = select(exists().where(_METRIC))
_ANY_THING = select(exists().where(_METRIC, _IS_THING))
_ANY_ABOVE = select(exists().where(_METRIC, _FIGURE.c.subject.in_(_ABOVE)))
_LAST_DAY = _current(_FIGURE.c.day).where(_METRIC, _FIGURE.c.day < _DAY).order_by(_FIGURE.c.day.desc()).limit(1)
_TOLD_FIRST = (
    _current(_FIGURE.c.subject, func.min(_FIGURE.c.day, type_=Date))
    .where(_METRIC, _IS_THING)
    .group_by(_FIGURE.c.subject)
)
_PLACES = select(Place.code, Place.parent)
_OUT = (
    select(Article.id, func.min(Publication.published_at, type_=Moment()))
    .join(Publication, Publication.post_id == Article.post_id)
    .where(Publication.published_at.is_not(None))
    .group_by(Article.id)
)
