"""Drafting the visits of a quarter: each community once, for whoever is assigned, as many each week, streets by their size.

The quarters are the contract's: three months each from its first day, the last one to its last day (domain.md §0 2, §1b T7).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from content.assignments import KINDS, holding, liaisons_of, seen_ids
from content.clock import days_between, local_day
from content.errors import OpsError, WrongUse
from content.gazetteer import Spot, gazetteer
from content.models import Event, Person
from content.months import months_after
from content.visit_models import PlannedVisit
from content.visits import Quarter, Visit, monday_of, planned, standing
from scheduler.contract import MISSING
from scheduler.counting import NAMES
from scheduler.targets import Contract, read_contract

MONTHS = 3
FEWEST = 3  # workdays that make a week one to plan visits in; shorter ones are left free
RULE = (
    "每个社区每季一次，由负责它的乙方联络员去，社区有自己的联络员的归他，没有的归街道的；每人每周一样多（相差不超过一个），"
    f"街道按社区数穿插；工作日不足 {FEWEST} 天的一周不排。有走访记录才算走访过。"
)
Load = Counter[tuple[int | None, date]]  # visits by person and the Monday of their week
Worked = Callable[[date], bool]  # whether people work on a day


@dataclass(frozen=True)
class Drafted:
    """What was planned: the quarter, how many visits are new, were there, had a visit, have nobody, or another person now."""

    quarter: Quarter
    made: int
    there: int
    done: int
    nobody: int
    given: int = 0

    def __str__(self) -> str:
        """Return it as sentences."""
        told = (
            f"{self.quarter.in_words}：排了 {self.made} 个社区，原来已排 {self.there} 个，已走访不用排 {self.done} 个。"
        )
        nobody = f"{self.nobody} 个还没有乙方联络员，分配以后再运行一次就补上人。" if self.nobody else ""
        given = f"{self.given} 个原来排的人不在了，改由现在的联络员去。" if self.given else ""
        return told + given + nobody


def quarters(contract: Contract) -> list[Quarter]:
    """Return the quarters of a contract; what is left after the last whole one belongs to it."""
    count = max(1, contract.months // MONTHS)
    firsts = [months_after(contract.first, MONTHS * number) for number in range(count)]
    lasts = [*(first - timedelta(days=1) for first in firsts[1:]), contract.last]
    return [Quarter(number, first, last) for number, (first, last) in enumerate(zip(firsts, lasts, strict=True), 1)]


def quarter_of(folder: Path, today: date, number: int | None = None) -> Quarter:
    """Return a quarter of the workspace's contract by its number, or the one of a day; OpsError where there is none."""
    contract = read_contract(folder, NAMES)
    if contract is None:
        raise OpsError(MISSING)
    found = quarters(contract)
    if number is not None:
        if not 1 <= number <= len(found):
            raise WrongUse(f"合同有 {len(found)} 季，没有第 {number} 季。")
        return found[number - 1]
    if not contract.first <= today <= contract.last:
        raise OpsError(f"今天不在合同期里（{contract.first} 至 {contract.last}）。要看或排某一季，请写是第几季。")
    return next(one for one in found if one.first <= today <= one.last)


def draft(session: Session, quarter: Quarter, worked: Worked, *, by: str, now: datetime) -> Drafted:
    """Plan the visits of a quarter that are not planned yet, from today on; what is planned stays where it is.

    A community that has been visited in the quarter needs no plan. One without a liaison is planned without a
    person, who is filled in by the next draft that finds one; so is one whose person is there for it no more.
    OpsError where no day is left.
    """
    today = local_day(now)
    if today > quarter.last:
        raise OpsError(f"{quarter.in_words}已经过了，不能再排；没有走访的见：wxops visits catch-up")
    weeks = working_weeks(max(today, quarter.first), quarter.last, worked)
    if not weeks:
        raise OpsError(f"{quarter.in_words}没有剩下的工作日，排不了。")
    there = planned(session, quarter)
    found = standing(session, quarter, today)
    open_ones = [one.spot for one in found if one.done is None]
    people = liaisons(session, open_ones, max(today, quarter.first))
    left = _without_the_gone(
        session, [there[spot.id] for spot in open_ones if spot.id in there], max(today, quarter.first)
    )
    made = _put(session, quarter, open_ones, people, weeks, by=by, now=now)
    nobody = sum(people[spot.id] is None for spot in open_ones)
    given = sum(row.person_id is not None for row in left)
    told = Drafted(quarter, made, len(there), len(found) - len(open_ones), nobody, given)
    session.add(Event(subject="visits", at=now, by=by, why=f"排走访计划：{told}"))
    return told


def _without_the_gone(session: Session, rows: Sequence[PlannedVisit], day: date) -> list[PlannedVisit]:
    """Take those off planned visits who are there for the place neither on a day nor on that of the visit; return them."""
    held: dict[date, Mapping[int, set[int]]] = {}

    def is_there(row: PlannedVisit, on: date) -> bool:
        if on not in held:
            held[on] = _there(session, on)
        return row.person_id in held[on].get(row.place_id, ())

    gone = [row for row in rows if row.person_id and not is_there(row, day) and not is_there(row, max(row.day, day))]
    for row in gone:
        row.person_id = None
    return gone


def _there(session: Session, day: date) -> Mapping[int, set[int]]:
    """Return who is there for each community on a day as its 乙方联络员 or its street's, backups too."""
    found, known = holding(session, KINDS[0], day), gazetteer(session, day)
    return {
        spot.id: {person.id for above in known.above(spot) for _, person in found.get(above.id, ())}
        for spot in known.places
    }


def _put(
    session: Session,
    quarter: Quarter,
    spots: Sequence[Spot],
    people: Mapping[int, int | None],
    weeks: Sequence[Sequence[date]],
    *,
    by: str,
    now: datetime,
) -> int:
    """Plan the communities that are not planned, and anew those that were for nobody and now have somebody; return how many are new."""
    there, load, wanted = planned(session, quarter), Load(), {}
    for spot in spots:
        row, person = there.get(spot.id), people[spot.id]
        if row is None or (row.person_id is None and person is not None):
            wanted[spot] = person
        else:
            load[row.person_id, monday_of(row.day)] += 1
    for spot, day in spread(wanted, weeks, load).items():
        row = there.get(spot.id)
        if row is None:
            row = PlannedVisit(place_id=spot.id, quarter=quarter.first, quarter_last=quarter.last)
            session.add(row)
        row.day, row.person_id, row.by, row.at = day, people[spot.id], by, now
    session.flush()
    return len(wanted.keys() - {spot for spot in wanted if spot.id in there})


def seen(
    session: Session, folder: Path, person: Person, *, now: datetime, number: int | None = None
) -> tuple[Quarter, list[Visit]]:
    """Return a quarter, the present one where no number is said, and how the communities that a person sees stand in it."""
    today = local_day(now)
    quarter = quarter_of(folder, today, number)
    ids = seen_ids(session, person, today)
    return quarter, [one for one in standing(session, quarter, today) if ids is None or one.spot.id in ids]


def liaisons(session: Session, spots: Sequence[Spot], day: date) -> Mapping[int, int | None]:
    """Return who visits each community: its own liaisons, else its street's; of several each gets as many."""
    load: dict[int, int] = defaultdict(int)
    found: dict[int, int | None] = {}
    there = liaisons_of(session, day)
    known = gazetteer(session, day)
    for spot in sorted(spots, key=lambda spot: (spot.parent, spot.code)):
        chain = (there[one.id] for one in known.above(spot) if there.get(one.id))
        people = next(chain, [])
        chosen = min(people, key=lambda person: (load[person], person), default=None)
        found[spot.id] = chosen
        if chosen is not None:
            load[chosen] += 1
    return found


def spread(
    people: Mapping[Spot, int | None], weeks: Sequence[Sequence[date]], load: Mapping[tuple[int | None, date], int]
) -> dict[Spot, date]:
    """Return a day for each community: every week of a person has as many as any other, or one more.

    Streets are mixed by their size, so that each goes on at its own pace; within a week the days are used evenly.
    load: how many visits a person has already in the week of a Monday.
    """
    by_person: dict[int | None, list[Spot]] = defaultdict(list)
    for spot, person in people.items():
        by_person[person].append(spot)
    found: dict[Spot, date] = {}
    for person, spots in by_person.items():
        counts = [load.get((person, monday_of(days[0])), 0) for days in weeks]
        by_week: dict[int, list[Spot]] = defaultdict(list)
        for week, spot in zip(_weeks(counts, len(spots)), _mixed(spots), strict=True):
            by_week[week].append(spot)
        for week, some in by_week.items():
            days = weeks[week]
            found |= {spot: days[(2 * at + 1) * len(days) // (2 * len(some))] for at, spot in enumerate(some)}
    return found


def _weeks(counts: Sequence[int], more: int) -> list[int]:
    """Return the weeks of so many more visits, in their order, so that the weeks come to have equally many.

    counts: how many each week has already. Of weeks that have as few, that is taken which keeps them even over the quarter.
    """
    levels, found = list(counts), []
    for place in range(more):
        wanted = place * len(levels) // more
        _, _, week = min((level, abs(at - wanted), at) for at, level in enumerate(levels))
        levels[week] += 1
        found.append(week)
    return sorted(found)


def working_weeks(first: date, last: date, worked: Worked) -> list[list[date]]:
    """Return the workdays of a period week by week, Monday to Sunday; weeks with few of them only where there are no others."""
    by_week: dict[date, list[date]] = defaultdict(list)
    for day in days_between(first, last):
        if worked(day):
            by_week[monday_of(day)].append(day)
    whole = [days for days in by_week.values() if len(days) >= FEWEST]
    return whole or list(by_week.values())


def _mixed(spots: Iterable[Spot]) -> list[Spot]:
    """Return communities so that those of each street lie evenly among the others."""
    by_street: dict[str, list[Spot]] = defaultdict(list)
    for spot in sorted(spots, key=lambda spot: spot.code):
        by_street[spot.parent].append(spot)
    placed = [
        ((2 * at + 1) / (2 * len(some)), street, spot)
        for street, some in by_street.items()
        for at, spot in enumerate(some)
    ]
    return [spot for _, _, spot in sorted(placed, key=lambda one: one[:2])]
