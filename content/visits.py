"""Visits of communities in a quarter: what is planned, what was done, what is to be caught up. Only records say what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.lineage import lineage
from content.models import Person
from content.place_table import COMMUNITY, STREET
from content.record_models import Record, RecordPlace
from content.visit_models import PlannedVisit

VISIT = "走访"
DONE, DUE, LATE, AHEAD, UNPLANNED = "已走访", "本周", "过期", "待走访", "没有计划"


@dataclass(frozen=True)
class Quarter:
    """A quarter of the contract: its number from 1, its first and its last day."""

    number: int
    first: date
    last: date

    @property
    def in_words(self) -> str:
        """Return it as people read it."""
        return f"第 {self.number} 季（{self.first} 至 {self.last}）"


@dataclass(frozen=True)
class Visit:
    """A community in a quarter: when it is planned for and by whom, when it was visited in it, and when last before or in it.

    planned: None where no plan was drafted. done, latest: None where no record says so.
    """

    spot: Spot
    planned: date | None
    person: str
    done: date | None
    latest: date | None
    state: str


@dataclass(frozen=True)
class Cover:
    """How many of a street's communities were visited in a quarter."""

    street: Spot
    done: int
    of: int


def standing(session: Session, quarter: Quarter, today: date, spots: Collection[Spot] | None = None) -> list[Visit]:
    """Return where each community of a quarter stands, by street and code; spots: these alone.

    A visit of the community that another one came out of counts for both in that quarter.
    """
    until = min(max(today, quarter.first), quarter.last)
    line, known = lineage(session, until), gazetteer(session, until)
    places = [spot for spot in (known.places if spots is None else spots) if spot.level == COMMUNITY]
    plans = planned(session, quarter)
    names = dict(session.execute(select(Person.id, Person.name)).tuples().all())
    inside, ever = visited(session, quarter.first, quarter.last), visited(session, date.min, quarter.last)
    found = []
    for spot in places:
        plan, before = plans.get(spot.id), line.before(spot.id)
        done = _newest(inside, before)
        state = _state(plan.day if plan else None, done, today)
        person = names.get(plan.person_id or 0, "") if plan else ""
        found.append(Visit(spot, plan.day if plan else None, person, done, _newest(ever, before), state))
    return found


def to_catch_up(visits: Iterable[Visit]) -> list[Visit]:
    """Return what was not visited in the quarter, never visited first, then the longest ago."""
    return sorted(
        (one for one in visits if one.done is None), key=lambda one: (one.latest or date.min, one.planned or date.max)
    )


def coverage(visits: Sequence[Visit], known: Gazetteer) -> list[Cover]:
    """Return the streets with how many of their communities were visited."""
    by_street: dict[str, list[Visit]] = defaultdict(list)
    for one in visits:
        by_street[one.spot.parent].append(one)
    streets = (spot for spot in known.places if spot.level == STREET)
    return [
        Cover(street, sum(one.done is not None for one in by_street[street.code]), len(by_street[street.code]))
        for street in streets
    ]


def visited(session: Session, first: date, last: date) -> dict[int, date]:
    """Return the newest day of a period on which each place was visited, by its row, as the records say."""
    query = select(RecordPlace.place_id, Record.day).join(Record, Record.id == RecordPlace.record_id)
    held = (Record.kind == VISIT, Record.revoked_at.is_(None), Record.day.between(first, last))
    return dict(session.execute(query.where(*held).order_by(Record.day)).tuples().all())


def planned(session: Session, quarter: Quarter) -> dict[int, PlannedVisit]:
    """Return the plan of a quarter by the rows of its places, also what was planned while the contract had another first day."""
    own = PlannedVisit.quarter == quarter.first
    inside = or_(own, PlannedVisit.day.between(quarter.first, quarter.last))
    rows = session.scalars(
        select(PlannedVisit).where(inside).order_by(own, PlannedVisit.day)
    )  # its own go before others
    return {row.place_id: row for row in rows}


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def hand_over(session: Session, places: Collection[int], old: Person, new: Person, day: date, today: date) -> int:
    """Give the visits of places that are still to be done from one person to another from a day on; return how many.

    Once that day has come, what is late goes along.
    """
    moved = 0
    for row in _open(session, places, day):
        if row.person_id == old.id and _is_of(row, day, today):
            row.person_id = new.id
            moved += 1
    session.flush()
    return moved


def carry_over(
    session: Session, olds: Collection[int], news: Sequence[int], day: date, *, by: str, now: datetime
) -> int:
    """Plan the open visits of places that end before a day for their successors, once a quarter; return how many there are.

    olds may go on: then they are among the news, and their own visits stay. So does what is planned before a day that is
    ahead: if it is done until then, it counts for the successors, too; if not, they have their own from the day on.
    """
    made, today = 0, local_day(now)
    for row in _open(session, olds, day):
        there = set(
            session.scalars(
                select(PlannedVisit.place_id).where(
                    PlannedVisit.quarter == row.quarter, PlannedVisit.place_id.in_(news)
                )
            )
        )
        for place in [place for place in news if place not in there]:
            session.add(
                PlannedVisit(
                    place_id=place,
                    quarter=row.quarter,
                    quarter_last=row.quarter_last,
                    day=max(row.day, day),
                    person_id=row.person_id,
                    by=by,
                    at=now,
                )
            )
            made += 1
        if row.place_id not in news and _is_of(row, day, today):
            session.execute(delete(PlannedVisit).where(PlannedVisit.id == row.id))
        session.flush()
    return made


def _is_of(row: PlannedVisit, day: date, today: date) -> bool:
    """Say whether a visit belongs to the time from a day on: planned for it, or late when it has come."""
    return row.day >= day or day <= today


def _open(session: Session, places: Collection[int], day: date) -> list[PlannedVisit]:
    """Return the planned visits of places, in quarters that last until a day, that no record fulfils."""
    rows = session.scalars(
        select(PlannedVisit)
        .where(PlannedVisit.place_id.in_(places), PlannedVisit.quarter_last >= day)
        .order_by(PlannedVisit.quarter, PlannedVisit.place_id)
    ).all()
    line = lineage(session, day)
    done: Mapping[date, Mapping[int, date]] = {
        row.quarter: visited(session, row.quarter, row.quarter_last) for row in rows
    }
    return [row for row in rows if _newest(done[row.quarter], line.before(row.place_id)) is None]


def _newest(visits: Mapping[int, date], places: Iterable[int]) -> date | None:
    return max((visits[place] for place in places if place in visits), default=None)


def _state(plan: date | None, done: date | None, today: date) -> str:
    if done:
        return DONE
    if plan is None:
        return UNPLANNED
    monday = monday_of(today)
    if plan < monday:
        return LATE
    return DUE if plan <= monday + timedelta(days=6) else AHEAD
