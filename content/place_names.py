"""Places by the names that stand in tables: 德胜, 德胜街道, 新风中直社区居委会; a street tells equal names apart."""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from content.tables import lines_in, there
from content.values import NotUnderstood

DISTRICT, STREET, COMMUNITY = "district", "street", "community"
_ENDINGS = ("社区居委会", "居委会", "街道办事处", "社区", "街道", "街办")
_LONGEST_HINT = 3  # names that a hint holds
PlaceRow = tuple[str, str, str, str, str]  # code, level, name, parent's code, other names with 、 between them


@dataclass(frozen=True)
class Spot:
    """A place: its code, level and official name, and the code of what it belongs to."""

    code: str
    level: str
    name: str
    parent: str

    @property
    def shown(self) -> str:
        """Return its name as people say it."""
        return f"{bare(self.name)}社区" if self.level == COMMUNITY else self.name


class PlaceNames:
    """All places of a day, to be found by a name."""

    def __init__(self, rows: Iterable[PlaceRow]) -> None:
        """Take the places in any order."""
        self._spots: dict[str, Spot] = {}
        self._forms: dict[str, list[Spot]] = defaultdict(list)
        for code, level, name, parent, others in rows:
            spot = self._spots[code] = Spot(code, level, name, parent)
            for form in _forms(spot, others):
                self._forms[form].append(spot)
        self._known: dict[tuple[str, str], Spot] = {}

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self._spots)

    def by_code(self, code: str) -> Spot | None:
        """Return the place with a code."""
        return self._spots.get(code)

    @cached_property
    def communities(self) -> Sequence[Spot]:
        """Return all communities, by their codes."""
        return sorted((spot for spot in self._spots.values() if spot.level == COMMUNITY), key=lambda spot: spot.code)

    def found(self, name: str, street: str = "", *, sure: bool = True) -> Spot:
        """Return the place that a name means, in a street that is told by its name; NotUnderstood names what is near.

        sure: the street was written with this very name; otherwise it only tells equal names apart.
        """
        key = (name, street if sure else f"?{street}")
        if key not in self._known:
            self._known[key] = self._found(_plain(name), _plain(street), sure)
        return self._known[key]

    def street(self, name: str) -> Spot | None:
        """Return the street of a name, None when it is none."""
        return next((spot for spot in self._forms.get(_plain(name), ()) if spot.level == STREET), None)

    def full(self, spot: Spot) -> str:
        """Return a place with its street: 德胜街道新风中直社区."""
        above = self._spots.get(spot.parent)
        return f"{above.name}{spot.shown}" if above and spot.level == COMMUNITY else spot.shown

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
        above = self._spots.get(spot.parent)
        return above.name if above else "西城区"

    def _hint(self, name: str) -> str:
        near = difflib.get_close_matches(bare(name), [bare(one.name) for one in self.communities], _LONGEST_HINT, 0.6)
        spots = [self._forms[one][0] for one in near]
        return f"，是不是{'、'.join(map(self.full, spots))}" if spots else ""


def bare(name: str) -> str:
    """Return a name without the word at its end that says what it is."""
    ending = next((one for one in _ENDINGS if name.endswith(one) and len(name) > len(one)), "")
    return name.removesuffix(ending)


def rows_in(workspace: Path) -> list[PlaceRow]:
    """Return the places of a workspace's places.csv; none where there is no such table."""
    file = there(workspace / "places.csv")
    if not file.is_file():
        return []
    names = {
        "代码": "code",
        "级别": "level",
        "名称": "name",
        "上级代码": "parent_code",
        "parent": "parent_code",
        "简称": "short",
    }
    lines = lines_in(file.read_bytes(), file.name)
    head = [names.get(cell.lower(), cell.lower()) for cell in lines[0][1]] if lines else []
    found = (dict(zip(head, cells, strict=False)) for _, cells in lines[1:])
    keys = ("code", "level", "name", "parent_code", "short")
    return [(row.get(keys[0], ""), row.get(keys[1], ""), *(row.get(key, "") for key in keys[2:])) for row in found]  # type: ignore[misc]


def _forms(spot: Spot, others: str) -> set[str]:
    short = bare(spot.name)
    if spot.level == COMMUNITY:
        forms = {spot.name, short, f"{short}社区", f"{short}居委会", f"{short}社区居委会"}
    elif spot.level == STREET:
        forms = {spot.name, short, f"{short}街道", f"{short}街道办事处", f"{short}街办"}
    else:
        forms = {spot.name}
    return {
        _plain(form) for form in (*forms, *others.replace("，", "、").replace(",", "、").split("、")) if form.strip()
    }


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
