"""The names of the day that words tell of: before a split there was the old community, after it there are the new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.field_words import Draft
from content.gazetteer import Gazetteer, Spot, everywhere, gazetteer
from content.lineage import lineage
from content.place_models import Place
from content.record_words import day_words

Read = Callable[[Gazetteer], Draft]  # what words tell, by the names of some day


def on_its_day(session: Session, read: Read, day: date) -> Draft:
    """Return what words tell, read by the names of the day that they tell of; of `day` where they tell none.

    Places of other days are in it where that day has none of such a name: `demand_there` says so. OpsError as of `read`.
    """
    try:
        ever = read(everywhere(session))
    except OpsError:  # by the names of one day they may be clear
        return read(gazetteer(session, day))
    told = read(gazetteer(session, ever.day or day))
    return told if told.unclear or len(told.places) >= len(ever.places) else ever


def demand_there(session: Session, places: Sequence[Spot], day: date) -> None:
    """Refuse places that were not there on a day; OpsError names what was there in their stead."""
    not_there = or_(Place.active_from > day, Place.active_to < day)
    ids = [spot.id for spot in places]
    if gone := session.scalars(select(Place.id).where(Place.id.in_(ids), not_there)).all():
        there = gazetteer(session, day)
        told = "；".join(_instead(session, spot, there) for spot in places if spot.id in gone)
        raise OpsError(f"{day_words(day)}没有{told}。请按那天的地名写，没有记。")


def _instead(session: Session, spot: Spot, there: Gazetteer) -> str:
    line = lineage(session, date.max)
    rows = sorted((line.before(spot.id) | line.after(spot.id)) - {spot.id})
    names = "、".join(one.shown for one in map(there.by_id, rows) if one)
    return f"{spot.shown}，那天是{names}" if names else spot.shown
