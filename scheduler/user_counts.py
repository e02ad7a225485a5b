"""Registered and real-name users for the contract: what stands on a day, nobody twice, and the months that grew.

domain.md §1b T1 (a stock on a date, de-duplicated persons, with a sum check by street and community) and T2 (monthly net > 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Date, Text, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import is_changed, lineage
from content.periods import day_in_words
from content.place_models import Place
from content.place_table import DISTRICT, STREET
from content.prepared import Prepared
from scheduler import ledger
from scheduler.agreement import Contract, Span
from scheduler.behind import Row
from scheduler.counted import Counted
from scheduler.models import Batch, Figure

REAL_NAME, REGISTERED = "real_name", "registered"
_YEARS = timedelta(days=20 * 366)  # longer than any contract


class Standing(NamedTuple):
    """The newest value of a place up to a day, and the day it is of."""

    spot: Spot
    day: date
    value: int


@dataclass(frozen=True)
class Stock:
    """How many there are, made of the values of some places that do not overlap.

    `apart` names sums that do not agree, and newer values that are not in it yet.
    """

    parts: Sequence[Standing]
    apart: Sequence[str]

    @property
    def value(self) -> int | None:
        """Return the sum, None where nothing is known."""
        return sum(part.value for part in self.parts) if self.parts else None

    @property
    def known_to(self) -> date | None:
        """Return the newest day that is in it."""
        return max((part.day for part in self.parts), default=None)

    @property
    def by_code(self) -> Mapping[str, int]:
        """Return the values by the codes of the places."""
        return {part.spot.code: part.value for part in self.parts}


def stock(session: Session, metric: str, day: date) -> Stock:
    """Return what stands on a day: a place's own value, until each community of it has one as new; then their sum."""
    return _stock(session, metric, day, gazetteer(session, day), changed=is_changed(session, day))


def _stock(session: Session, metric: str, day: date, there: Gazetteer, *, changed: bool) -> Stock:
    """Return what stands on a day at the places of that day; changed: some came out of others until then."""
    own = _own(session, metric, day, there)
    stands_for = _stand_in(session, metric, day, there, own) if changed else {}
    if own.keys().isdisjoint(there.inside):  # nothing that is known lies inside of another
        return Stock([own[spot.code] for spot in there.places if spot.code in own], [])
    days = {code: one.day for code, one in own.items()} | stands_for
    apart: list[str] = []
    return Stock([part for top in there.tops for part in _parts(top, own, days, apart, there)], apart)


def _own(session: Session, metric: str, day: date, there: Gazetteer) -> dict[str, Standing]:
    """Return the newest value of each place, by its code.

    Where the newest day has one of each place that nothing lies in, as a file of all communities brings it, what is
    older of the places above them is not asked: it would stand for none of them.
    """
    connection = session.connection()
    newest = _NEWEST_DAY.first(connection, metric=metric, day=day)
    if newest is None:
        return {}
    of_day = _OF_DAY.rows(connection, metric=metric, day=newest[0])
    own = _at_places(there, ((subject, newest[0], value) for subject, value in of_day))
    return own if own.keys() >= there.lowest else _at_places(there, _NEWEST.rows(connection, metric=metric, day=day))


def _at_places(there: Gazetteer, rows: Iterable[tuple[str, date, int]]) -> dict[str, Standing]:
    """Return what is known of the places that are there, by their codes; of two for one the last."""
    found: dict[str, Standing] = {}
    for subject, on, value in rows:
        if spot := there.by_code(subject.removeprefix(_PLACE)):
            found[spot.code] = Standing(spot, on, value)
    return found


def users(session: Session, first: date, last: date) -> Counted:
    """Count the real-name users on the last day that is known, everywhere once."""
    found = stock(session, REAL_NAME, last)
    known_to = found.known_to
    older = sum(1 for part in found.parts if part.day != known_to)
    notes = [f"　{older} 个社区（街道）没有当天的数，用的是更早的"] if older else []
    return Counted(found.value, known_to, is_stock=True, notes=[*notes, *(f"　{words}" for words in found.apart)])


def user_rows(session: Session, first: date, last: date) -> list[Row]:
    """Return the value of each place that is in the number of the real-name users."""
    there = gazetteer(session, last)
    parts = stock(session, REAL_NAME, last).parts
    return [Row(part.day, "实名认证用户", there.full(part.spot), part.value) for part in parts]


@dataclass(frozen=True)
class Month:
    """A month of the contract and by how much the registered users grew in it; None where nobody knows."""

    span: Span
    growth: int | None


def registrations(session: Session, first: date, last: date, spans: Sequence[Span] = ()) -> Counted:
    """Count the months that are over and in which the registered users grew; those that did not are named."""
    months = list(growth(session, first, last, spans))
    known = [month for month in months if month.growth is not None]
    if not known:
        return Counted(None, None)
    flat = [f"{_named(month.span)}（{month.growth:+,} 人）" for month in known if (month.growth or 0) <= 0]
    dark = [_named(month.span) for month in months if month.growth is None]
    notes = [f"　没有增长：{'、'.join(flat)}"] * bool(flat) + [f"　没有数据：{'、'.join(dark)}"] * bool(dark)
    return Counted(len(known) - len(flat), known[-1].span.last, notes=notes)


def registration_rows(session: Session, first: date, last: date, spans: Sequence[Span] = ()) -> list[Row]:
    """Return the months in which the registered users grew."""
    grown = [month for month in growth(session, first, last, spans) if (month.growth or 0) > 0]
    return [Row(month.span.last, f"{_named(month.span)} 注册用户 {month.growth:+,} 人", "", 1) for month in grown]


def growth(session: Session, first: date, last: date, spans: Sequence[Span] = ()) -> Iterator[Month]:
    """Yield the months that are over, with the growth of the registered users at the places that are known at both ends.

    A month without a value of its own is unknown, and so is the first one where nothing is known of before it.
    """
    months = spans or Contract(first, first + _YEARS, "", "", ()).month_spans()
    there, changed = _unchanged(session, first - timedelta(days=1)), is_changed(session, last)

    def stock_on(day: date) -> Stock:
        return _stock(session, REGISTERED, day, there or gazetteer(session, day), changed=changed)

    earlier = stock_on(first - timedelta(days=1)).by_code
    for span in months:
        if span.last > last:
            return
        now = stock_on(span.last)
        values = now.by_code
        both = values.keys() & earlier.keys()
        known = both and now.known_to and now.known_to >= span.first
        grown = sum(values[code] - earlier[code] for code in both)
        yield Month(span, grown if known else None)
        earlier = values


def _unchanged(session: Session, since: date) -> Gazetteer | None:
    """Return the places that are there from a day on, None where some begin or end after it: to read them takes long."""
    changes = or_(Place.active_from > since, Place.active_to >= since)
    return None if session.scalar(select(Place.id).where(changes).limit(1)) else gazetteer(session, since)


def _stand_in(session: Session, metric: str, day: date, there: Gazetteer, own: dict[str, Standing]) -> dict[str, date]:
    """Let the last value of what was split or merged stand until each of the new places has one: nothing falls on that day.

    Return by code of which day the value is that stands for a new place.
    """
    stands_for = dict[str, date]()

    def known(code: str, on: date) -> tuple[int, date] | None:
        return ledger.newest(session, metric, f"place:{code}", on)

    for group in lineage(session, day).waiting(there.places, day, known):
        for spot in group.members:
            own.pop(spot.code, None)
        if group.value is not None:
            stands = group.olds[0] if len(group.olds) == 1 else group.members[0]
            of = known(group.olds[0].code, group.since - timedelta(days=1))
            on = of[1] if of else group.since
            own[group.members[0].code] = Standing(stands, on, group.value)
            stands_for |= {member.code: on for member in group.members}
    return stands_for


def _parts(
    spot: Spot, own: Mapping[str, Standing], days: Mapping[str, date], apart: list[str], there: Gazetteer
) -> list[Standing]:
    """Return what makes up a place's number; `apart` gets what does not agree on the same day."""
    mine, inside = own.get(spot.code), there.inside.get(spot.code)
    if inside is None:
        return [mine] if mine else []
    parts = [part for one in inside for part in _parts(one, own, days, apart, there)]
    if mine is None:
        return parts
    newer = sum(1 for part in parts if part.day > mine.day)
    if newer and _all_since(spot, mine.day, days, there):
        return parts
    if newer:
        apart.append(
            f"{there.full(spot)}用的是{day_in_words(mine.day)}报的 {mine.value:,}：下面有 {newer} 个更新的数，还没有报全"
        )
    whole = len(parts) == len(inside) or spot.level in (DISTRICT, STREET)
    total = sum(part.value for part in parts)
    if parts and whole and all(part.day == mine.day for part in parts) and total != mine.value:
        apart.append(
            f"{there.full(spot)}报 {mine.value:,}，下面各项相加 {total:,}，差 {abs(mine.value - total):,}"
            f"（{day_in_words(mine.day)}）"
        )
    return [mine]


def _all_since(spot: Spot, since: date, days: Mapping[str, date], there: Gazetteer) -> bool:
    """Say whether everything below a place has a value of a day or later."""
    inside = there.inside.get(spot.code, ())
    return bool(inside) and all(
        days.get(one.code, date.min) >= since or _all_since(one, since, days, there) for one in inside
    )


def _named(span: Span) -> str:
    return f"{span.first:%Y-%m-%d} 至 {span.last:%m-%d}"


_METRIC, _DAY = bindparam("metric", type_=Text), bindparam("day", type_=Date)
_LIVE = (Figure.superseded_by.is_(None), Batch.undone_at.is_(None))
_PLACE = "place:"
_UP_TO = select(Figure.day).join(Batch, Batch.id == Figure.batch_id).where(Figure.metric == _METRIC, Figure.day <= _DAY)
_NEWEST_DAY = Prepared(_UP_TO.where(*_LIVE).order_by(Figure.day.desc()).limit(1))
_OF_DAY = Prepared(
    select(Figure.subject, Figure.value)
    .join(Batch, Batch.id == Figure.batch_id)
    .where(Figure.metric == _METRIC, Figure.day == _DAY, *_LIVE)
    .order_by(Figure.batch_id)  # of two for one place and day the newer batch's stands
)
_OF_PLACE = (
    select(Figure.id)
    .join(Batch, Batch.id == Figure.batch_id)
    .where(Figure.metric == _METRIC, Figure.subject == literal(_PLACE) + Place.code, Figure.day <= _DAY, *_LIVE)
    .order_by(Figure.day.desc(), Figure.batch_id.desc())
    .limit(1)
    .correlate(Place)
    .scalar_subquery()
)
_NEWEST = Prepared(
    select(Figure.subject, Figure.day, Figure.value).select_from(Place).join(Figure, Figure.id == _OF_PLACE)
)
