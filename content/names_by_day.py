"""The names of places on any day: a table of the past is read by the names of its own day, before and after a split."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.gazetteer import Gazetteer, Spot
from content.lineage import spot_of
from content.place_models import Place
from content.place_names import PlaceNames

_Life = tuple[Spot, date, date]  # a place, its first and its last day


class NamesByDay:
    """The places of each day, read once; the days between two changes share their names."""

    def __init__(self, session: Session) -> None:
        """Read all places that there are or ever were."""
        self._lives: list[_Life] = [
            (spot_of(place), place.active_from or date.min, place.active_to or date.max)
            for place in session.scalars(select(Place))
        ]
        ends = (last + timedelta(days=1) for _, _, last in self._lives if last != date.max)
        self._changes = sorted({*(first for _, first, _ in self._lives if first != date.min), *ends})
        self._known: dict[int, PlaceNames] = {}

    def on(self, day: date) -> PlaceNames:
        """Return the names of the places that are there on a day."""
        at = bisect_right(self._changes, day)
        if at not in self._known:
            self._known[at] = PlaceNames(Gazetteer([spot for spot, first, last in self._lives if first <= day <= last]))
        return self._known[at]

    def ever(self) -> PlaceNames:
        """Return the names of all places, to tell of figures of any day."""
        return PlaceNames(Gazetteer([spot for spot, _, _ in self._lives]))
