"""The contract months in which the registered users grew (domain.md §1b T2: registered is not real-name, monthly net > 0).

A month is known where at least ENOUGH_PLACES per cent of the communities can be compared: with a value that came in the month
and one from before it. A street's or the district's own number stands for all communities in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import Lineage, is_changed, lineage
from content.place_models import Place
from scheduler.agreement import Contract, Span
from scheduler.behind import Row
from scheduler.counted import Counted
from scheduler.user_counts import ENOUGH_PLACES, REGISTERED, Known, known_on

RULE = (
    "每处当月最后一次报的数，减月初以前最后一次的；街道、全区报总数的，按总数比；"
    "拆分、合并的，按前后各社区之和比；可比的社区不到九成的月不算"
)
_YEARS = timedelta(days=20 * 366)  # longer than any contract


@dataclass(frozen=True)
class Month:
    """A month of the contract and by how much the registered users grew in it; None where nobody knows.

    compared: how many of the communities that are there have values to compare.
    """

    span: Span
    growth: int | None
    compared: int
    there: int

    @property
    def of_how_many(self) -> str:
        """Return the month with how many communities could be compared."""
        return f"{_named(self.span)}（{self.there:,} 个社区中 {self.compared:,} 个）"


def registrations(session: Session, first: date, last: date, spans: Sequence[Span] = ()) -> Counted:
    """Count the months that are over and in which the registered users grew; those that did not are named."""
    months = list(growth(session, first, last, spans))
    known = [month for month in months if month.growth is not None]
    flat = [f"{_named(month.span)}（{month.growth:+,} 人）" for month in known if (month.growth or 0) <= 0]
    some = [month.of_how_many for month in months if month.growth is None and month.compared]
    dark = [_named(month.span) for month in months if month.growth is None and not month.compared]
    part = [month.of_how_many for month in known if month.compared < month.there]
    notes = [
        f"　{head}：{'、'.join(told)}"
        for head, told in (
            ("没有增长", flat),
            ("可比的社区太少，不算", some),
            ("没有数据", dark),
            ("可比的社区不全", part),
        )
        if told
    ]
    if not known:
        return Counted(None, None, notes=notes if some else [])
    return Counted(len(known) - len(flat), known[-1].span.last, notes=[*notes, f"　算法：{RULE}"])


def registration_rows(session: Session, first: date, last: date, spans: Sequence[Span] = ()) -> list[Row]:
    """Return the months in which the registered users grew."""
    grown = [month for month in growth(session, first, last, spans) if (month.growth or 0) > 0]
    return [Row(month.span.last, f"{_named(month.span)} 注册用户 {month.growth:+,} 人", "", 1) for month in grown]


def growth(session: Session, first: date, last: date, spans: Sequence[Span] = ()) -> Iterator[Month]:
    """Yield the months that are over, with the growth of the registered users at the places that can be compared.

    A month that few places have a value of is unknown, and so is the first one where nothing is known of before it.
    """
    months = spans or Contract(first, first + _YEARS, "", "", ()).month_spans()
    before = first - timedelta(days=1)
    there, changed = _unchanged(session, before), is_changed(session, last)
    line = lineage(session, last) if changed else None

    def known(day: date) -> Known:
        return known_on(session, REGISTERED, day, there or gazetteer(session, day), changed=changed)

    earlier = known(before)
    for span in months:
        if span.last > last:
            return
        now = known(span.last)
        yield _compared(span, earlier, now.since(span.first), line)
        earlier = now


def _compared(span: Span, before: Known, now: Known, line: Lineage | None) -> Month:
    joined = [*before.waiting, *now.waiting]
    if line:
        changes = (one for one in line.made if span.first <= one.day <= span.last)
        joined += [(line.code(one.old_id), line.code(one.new_id)) for one in changes]
    pair = _Pair(before, now, _together(joined))
    grown, compared = pair.moved()
    there = len(now.there.lowest)
    return Month(span, grown if compared and compared * 100 >= ENOUGH_PLACES * there else None, compared, there)


class _Pair:
    """What is known before a month and in it; places that became others within are compared together."""

    def __init__(self, before: Known, now: Known, together: Sequence[set[str]]) -> None:
        self.before, self.now = before, now
        self.group = {code: codes for codes in together for code in codes}
        self.torn = {code for codes in together for code in self._torn(codes)}

    def moved(self) -> tuple[int, int]:
        """Return by how much all places grew that can be compared, and how many communities these are."""
        before, now, there = self.before.own, self.now.own, self.now.there
        if not (before.keys().isdisjoint(self.before.there.inside) and now.keys().isdisjoint(there.inside)):
            return _added(self._moved(spot) for spot in there.tops)
        if self.group:
            return _added(self._lowest(code) for code in there.lowest)
        both = before.keys() & now.keys() & there.lowest  # the usual file of all communities
        return sum(now[code].value - before[code].value for code in both), len(both)

    def _moved(self, spot: Spot) -> tuple[int, int]:
        """Return it for a place: by its own numbers, its communities', or the one against the other."""
        inside = self.now.there.inside.get(spot.code)
        if not inside:
            return self._lowest(spot.code)
        parts = _added(self._moved(one) for one in inside)
        below = self._below(spot)
        count = len(below)
        if parts[1] == count and not self._own(spot, below):
            return parts
        at_all = self.before.there.by_code(spot.code)
        if spot.code in self.torn or at_all is None:
            return parts
        then, since = self.before.whole(at_all), self.now.whole(spot)
        return (since - then, count) if then is not None and since is not None else parts

    def _own(self, spot: Spot, below: Sequence[str]) -> bool:
        """Say whether a place's own number goes before its communities': it is newer, or there is one at both ends."""
        mine = self.now.own.get(spot.code)
        if mine is None or list(self.now.parts(spot, [])) != [mine]:
            return False
        newest = max((self.now.days.get(code, date.min) for code in below), default=date.min)
        return spot.code in self.before.own or mine.day > newest

    def _lowest(self, code: str) -> tuple[int, int]:
        """Return it for a community; one that came out of others within the month goes with them, at the first code."""
        before, now = ({code}, {code}) if (codes := self.group.get(code)) is None else self._members(codes)
        if code != min(now) or not before or not (before <= self.before.days.keys() and now <= self.now.days.keys()):
            return 0, 0
        return _sum(self.now, now) - _sum(self.before, before), len(now)

    def _members(self, codes: set[str]) -> tuple[set[str], set[str]]:
        return {code for code in codes if self.before.there.by_code(code)}, {
            code for code in codes if self.now.there.by_code(code)
        }

    def _torn(self, codes: set[str]) -> set[str]:
        """Return the streets that a change within the month goes across: their numbers are of other communities since."""
        spots = [known.there.by_code(code) for known in (self.before, self.now) for code in codes]
        above = {spot.parent for spot in spots if spot}
        return above if len(above) > 1 else set()

    def _below(self, spot: Spot) -> list[str]:
        """Return the codes of the communities in a place, its own where nothing lies in it."""
        inside = self.now.there.inside.get(spot.code)
        return [code for one in inside for code in self._below(one)] if inside else [spot.code]


def _sum(known: Known, codes: set[str]) -> int:
    return sum(known.own[code].value for code in codes if code in known.own)


def _added(each: Iterable[tuple[int, int]]) -> tuple[int, int]:
    found = list(each)
    return sum(grown for grown, _ in found), sum(count for _, count in found)


def _together(joined: Iterable[Iterable[str]]) -> list[set[str]]:
    """Return codes that belong together, directly or by way of others."""
    found: list[set[str]] = []
    for codes in map(set, joined):
        touched = [other for other in found if other & codes]
        found = [other for other in found if not other & codes]
        found.append(codes.union(*touched))
    return found


def _unchanged(session: Session, since: date) -> Gazetteer | None:
    """Return the places that are there from a day on, None where some begin or end after it: to read them takes long."""
    changes = or_(Place.active_from > since, Place.active_to >= since)
    return None if session.scalar(select(Place.id).where(changes).limit(1)) else gazetteer(session, since)


def _named(span: Span) -> str:
    return f"{span.first:%Y-%m-%d} 至 {span.last:%m-%d}"
