"""What can be counted for the contract: a function for each name that a target's `count` may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.gazetteer import gazetteer
from content.groups import GROUP, standing
from content.place_models import Place
from content.place_table import STREET
from content.record_models import Record, RecordPlace
from scheduler import article_counts, cases, demo_communities, user_counts, user_growth, weekly_sent
from scheduler.behind import Row, Rows
from scheduler.counted import Count, Counted
from scheduler.interaction_rule import DEFAULT, Rule
from scheduler.interactions import behind, told, total

__all__ = ["Count", "Counted"]


def counted(rows: Rows) -> Count:
    """Return a function that counts what some rows add up to."""
    return lambda session, first, last: Counted(sum(row.value for row in rows(session, first, last)), last)


def interactions(session: Session, first: date, last: date, rule: Rule = DEFAULT) -> Counted:
    """Sum up what readers and users did, by the rule of the contract."""
    found = total(session, rule, first, last)
    return Counted(
        found.value, found.known_to, notes=list(told(found)), behind=behind(found), is_least=bool(found.persons)
    )


def records(kind: str, *, of_places: bool = False) -> Count:
    """Return a function that counts pieces of field work of a kind; unknown where none was ever recorded.

    of_places: a visit to three communities counts three.
    """

    def count(session: Session, first: date, last: date) -> Counted:
        there = (Record.kind == kind, Record.revoked_at.is_(None))
        counted = select(func.count()).select_from(Record).where(*there, Record.day.between(first, last))
        if of_places:
            counted = counted.join(RecordPlace, RecordPlace.record_id == Record.id)
        number = session.scalar(counted) or 0
        is_known = number or session.scalar(select(Record.id).where(*there).limit(1)) is not None
        return Counted(number, last) if is_known else Counted(None, None)

    return count


def groups(session: Session, first: date, last: date) -> Counted:
    """Count the groups that stand on the last day, also those from before the contract; unknown where none was recorded."""
    if session.scalar(select(Record.id).where(Record.kind == GROUP, Record.revoked_at.is_(None)).limit(1)) is None:
        return Counted(None, None)
    number = session.scalar(select(func.count()).select_from(Record).where(standing(last))) or 0
    return Counted(number, last, is_stock=True)


def trainings(session: Session, first: date, last: date) -> Counted:
    """Count the trainings, and name the streets that none was for: each needs one (domain.md §1b T3).

    A training for a community is one for its street, also where the community was split or merged away since.
    """
    sessions = records("培训")(session, first, last)
    at = select(Place.code, Place.parent).join(RecordPlace, RecordPlace.place_id == Place.id)
    held = (Record.kind == "培训", Record.revoked_at.is_(None), Record.day.between(first, last))
    places = session.execute(at.join(Record, Record.id == RecordPlace.record_id).where(*held).distinct())
    reached = {code for place in places for code in place}
    there = gazetteer(session, last)
    return replace(
        sessions,
        lacks=[spot.name for spot in there.places if spot.level == STREET and spot.code not in reached],
    )


INTERACTIONS = "interactions"  # counted by the rule of its own section
REGISTRATIONS = "registrations"  # counted by the contract's months
ByRules = Callable[..., Sequence[Row]]  # as Rows, and with the contract's rules as its last argument
BY_RULES: Mapping[str, ByRules] = {
    "articles": article_counts.articles,
    "pushed_articles": article_counts.pushed_articles,
    "themes": article_counts.themes,
    "cases": cases.rows,
}


def reports(session: Session, first: date, last: date) -> Counted:
    """Count the weekly reports that were delivered, one for each community and week (domain.md §1b T9)."""
    count = weekly_sent.delivered(session, first, last)
    return Counted(count, None if count is None else last)


COUNTS: Mapping[str, Count] = {
    **{name: counted(rows) for name, rows in BY_RULES.items()},
    INTERACTIONS: interactions,
    "users": user_counts.users,
    REGISTRATIONS: user_growth.registrations,
    "visits": records("走访", of_places=True),
    "trainings": trainings,
    "events": records("活动"),
    "groups": groups,
    "demo_communities": demo_communities.count,
    "reports": reports,
}
NAMES = tuple(COUNTS)
