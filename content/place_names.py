"""Places by the whole names that stand in tables: 德胜, 德胜街道, 新风中直社区居委会; a street tells equal names apart.

Who types a message may be asked again, so `content/gazetteer.py` takes parts of names; in a table of hundreds of rows only whole
ones count.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from content.gazetteer import Gazetteer, Spot, bare
from content.place_table import COMMUNITY, STREET
from content.values import NotUnderstood

_LONGEST_HINT = 3  # names that a hint holds
_MOST_PARTS = 3  # of a name that holds the signs of a list itself


class PlaceNames:
    """All places of a day, to be found by a name."""

    def __init__(self, places: Gazetteer) -> None:
        """Take the places of a day."""
        self._places = places
        self._forms: dict[str, list[Spot]] = defaultdict(list)
        for form, spots in places.forms.items():
            there = self._forms[_plain(form)]
            there += [spot for spot in spots if spot not in there]
        self._by_code = {spot.code: spot for spot in places.places}
        self._known: dict[tuple[str, str], Spot] = {}
        self.communities = [spot for spot in places.places if spot.level == COMMUNITY]

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self._by_code)

    def by_code(self, code: str) -> Spot | None:
        """Return the place with a code."""
        return self._by_code.get(code)

    def found(self, name: str, street: str = "", *, sure: bool = True) -> Spot:
        """Return the place that a name means, in a street that is told by its name; NotUnderstood names what is near.

        sure: the street was written with this very name; otherwise it only tells equal names apart.
        """
        key = (name, street if sure else f"?{street}")
        if key not in self._known:
            self._known[key] = self._found(_plain(name), _plain(street), sure)
        return self._known[key]

    def leading(self, parts: Sequence[str], street: str = "") -> tuple[Spot | None, int]:
        """Return the place that a list begins with, and how many of its parts it takes: as many as make a name.

        parts: names with the signs between them in turn; a name may hold such a sign itself: 第二、二社区. None for an
        empty one. NotUnderstood where the first part is none either.
        """
        if not parts[0].strip():
            return None, 1
        for length in range(min(_MOST_PARTS, (len(parts) + 1) // 2), 1, -1):
            try:
                return self.found("".join(parts[: 2 * length - 1]).strip(), street), length
            except NotUnderstood:
                continue
        return self.found(parts[0].strip(), street), 1

    def street(self, name: str) -> Spot | None:
        """Return the street of a name, None when it is none."""
        return next((spot for spot in self._forms.get(_plain(name), ()) if spot.level == STREET), None)

    def full(self, spot: Spot) -> str:
        """Return a place with its street: 德胜街道新风中直社区."""
        return self._places.full(spot)

    def _found(self, name: str, street_name: str, sure: bool) -> Spot:
        street = self.street(street_name) if street_name else None
        if street_name and sure and street is None:
            raise NotUnderstood(f"没有叫“{street_name}”的街道")
        spots = self._forms.get(name) or self._with_street(name)
        if not spots:
            raise NotUnderstood(f"没有叫“{name}”的街道或社区{self._hint(name)}")
        inside = [spot for spot in spots if street and street.code in (spot.code, spot.parent)]
        if street and sure and not inside:
            raise NotUnderstood(f"{street.name}没有“{name}”，它属于{'、'.join(map(self._above, spots))}")
        return self._one(name, inside or spots, street)

    def _one(self, name: str, spots: Sequence[Spot], street: Spot | None) -> Spot:
        """Return the one that is meant: beside a street it is the community; alone a name of both is the street."""
        wanted = COMMUNITY if street else STREET
        chosen = [spot for spot in spots if spot.level == wanted] if len(spots) > 1 else spots
        if len(chosen) == 1:
            return chosen[0]
        raise NotUnderstood(f"“{name}”有几个：{'、'.join(map(self.full, spots))}；请写上街道")

    def _with_street(self, name: str) -> list[Spot]:
        """Return the communities of a name that begins with its street's: 德胜街道新风中直."""
        for end in range(len(name) - 2, 1, -1):
            street = self.street(name[:end])
            if street and (spots := [one for one in self._forms.get(name[end:], ()) if one.parent == street.code]):
                return spots
        return []

    def _above(self, spot: Spot) -> str:
        above = self._by_code.get(spot.parent)
        return above.name if above else "这里"

    def _hint(self, name: str) -> str:
        near = difflib.get_close_matches(bare(name), [bare(one.name) for one in self.communities], _LONGEST_HINT, 0.6)
        spots = [self._forms[one][0] for one in near]
        return f"，是不是{'、'.join(map(self.full, spots))}" if spots else ""


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
