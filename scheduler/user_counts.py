"""Registered and real-name users for the contract: what stands on a day, nobody twice.

domain.md §1b T1: a stock on a date, de-duplicated persons, with a sum check by street and community.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Date, Text, bindparam, literal, select
from sqlalchemy.orm import Session

from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import is_changed, lineage
from content.periods import day_in_words
from content.place_models import Place
from content.place_table import DISTRICT, STREET
from content.prepared import Prepared
from scheduler import ledger
from scheduler.behind import Row
from scheduler.counted import Counted
from scheduler.models import Batch, Figure

REAL_NAME, REGISTERED = "real_name", "registered"
ENOUGH_PLACES = 90  # per cent of the places that must have a value of a day or period (our own bound)
_EVER = date.min + timedelta(days=1)  # date.min is what has no value


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
        """Return the newest day of which, or of later, enough of its values are: one new value alone makes it no newer."""
        days = sorted((part.day for part in self.parts), reverse=True)
        return days[-(-len(days) * ENOUGH_PLACES // 100) - 1] if days else None

    @property
    def by_code(self) -> Mapping[str, int]:
        """Return the values by the codes of the places."""
        return {part.spot.code: part.value for part in self.parts}


def stock(session: Session, metric: str, day: date) -> Stock:
    """Return what stands on a day: a place's own value, until each community of it has one as new; then their sum."""
    return _stock(known_on(session, metric, day, gazetteer(session, day), changed=is_changed(session, day)))


@dataclass(frozen=True)
class Known:
    """What is known of the places of a day.

    own: the newest value by code. days: of which day the value is that stands for a place. waiting: the codes of places
    that came out of a change and have not all a value yet; what stands for them together is the first one's.
    """

    there: Gazetteer
    own: Mapping[str, Standing]
    days: Mapping[str, date]
    waiting: Sequence[Sequence[str]] = ()

    def since(self, day: date) -> Known:
        """Return what of it is of a day or later."""
        days = {code: on for code, on in self.days.items() if on >= day}
        own = {code: one for code, one in self.own.items() if code in days}
        return Known(self.there, own, days, [codes for codes in self.waiting if codes[0] in days])

    def whole(self, spot: Spot) -> int | None:
        """Return what a place comes to; None where one of the places in it is unknown, and its own value too."""
        if spot.code not in self.days and not _all_since(spot, _EVER, self.days, self.there):
            return None
        return sum(part.value for part in self.parts(spot, []))

    def parts(self, spot: Spot, apart: list[str]) -> Sequence[Standing]:
        """Return what makes up a place's number; `apart` gets what does not agree on the same day."""
        return _parts(spot, self.own, self.days, apart, self.there)


def known_on(session: Session, metric: str, day: date, there: Gazetteer, *, changed: bool) -> Known:
    """Return what is known on a day of the places of that day; changed: some came out of others until then."""
    own = _own(session, metric, day, there)
    stands_for, waiting = _stand_in(session, metric, day, there, own) if changed else ({}, [])
    return Known(there, own, {code: one.day for code, one in own.items()} | stands_for, waiting)


def _stock(known: Known) -> Stock:
    """Return what stands at the places of a day."""
    own, there = known.own, known.there
    if own.keys().isdisjoint(there.inside):  # nothing that is known lies inside of another
        return Stock([own[spot.code] for spot in there.places if spot.code in own], [])
    apart: list[str] = []
    return Stock([part for top in there.tops for part in known.parts(top, apart)], apart)


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
    older = sum(1 for part in found.parts if known_to and part.day < known_to)
    newer = sum(1 for part in found.parts if known_to and part.day > known_to)
    notes = [f"　{older} 个社区（街道）没有当天的数，用的是更早的"] if older else []
    notes += [f"　{newer} 个社区（街道）有更新的数，也在里面；不到九成，不算全部数据到那天"] if newer else []
    return Counted(found.value, known_to, is_stock=True, notes=[*notes, *(f"　{words}" for words in found.apart)])


def user_rows(session: Session, first: date, last: date) -> list[Row]:
    """Return the value of each place that is in the number of the real-name users."""
    there = gazetteer(session, last)
    parts = stock(session, REAL_NAME, last).parts
    return [Row(part.day, "实名认证用户", there.full(part.spot), part.value) for part in parts]


def _stand_in(
    session: Session, metric: str, day: date, there: Gazetteer, own: dict[str, Standing]
) -> tuple[dict[str, date], list[Sequence[str]]]:
    """Let the last value of what was split or merged stand until each of the new places has one: nothing falls on that day.

    Return by code of which day the value is that stands for a new place, and the codes of those for which one stands.
    """
    stands_for, waiting = dict[str, date](), list[Sequence[str]]()

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
            waiting.append([member.code for member in group.members])
    return stands_for, waiting


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
