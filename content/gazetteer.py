"""The places of a day, found by the names that people type: 德胜 is 德胜街道, 新街口西里三区 its community."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Date, bindparam, or_, select
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.place_models import Place
from content.place_table import COMMUNITY, DISTRICT, STREET
from content.prepared import Prepared

COMMITTEE = "居委会"
ENDINGS = ("社区居委会", COMMITTEE, "街道办事处", "社区", "街道", "街办")
SHORTEST = 2  # characters of a part of a name by which a place is found
SHOWN = 6  # candidates that a question names
_RANK = {DISTRICT: 0, STREET: 1, COMMUNITY: 2}
_DAY = r"今天|今日|昨天|昨日|前天|本周|上周|这周|周[一二三四五六日天]|上?个?星期|礼拜"
_TOKEN = re.compile(rf"(?:(?!{_DAY})[^\s，,、。；;：:（）()+＋0-9０-９])+")

_AND = re.compile("[和及与]")
_COLUMNS = (Place.id, Place.code, Place.level, Place.name, Place.parent, Place.short)
_DAY_ASKED = bindparam("day", type_=Date)
_EVER = Prepared(select(*_COLUMNS))
_ON_DAY = Prepared(
    select(*_COLUMNS).where(
        or_(Place.active_from.is_(None), Place.active_from <= _DAY_ASKED),
        or_(Place.active_to.is_(None), Place.active_to >= _DAY_ASKED),
    )
)


class Spot(NamedTuple):
    """A place as it is on a day: its row and code, its level, its official name, the code above it."""

    id: int
    code: str
    level: str
    name: str
    parent: str
    short: str

    @property
    def bare(self) -> str:
        """Return its name without the word for what it is: 德胜, 新风中直."""
        return bare(self.name)

    @property
    def shown(self) -> str:
        """Return its name as people say it: 德胜街道, 新风中直社区."""
        return f"{self.bare}社区" if self.level == COMMUNITY else self.name


@dataclass(frozen=True)
class Found:
    """What stands at a place of a text: the candidates, one where it is clear, and where the name ends.

    whole: it is a whole name that ends where a word does, or ends with 社区 or 街道; 月坛 in 月坛公园 is not.
    """

    spots: Sequence[Spot]
    end: int
    whole: bool


class Gazetteer:
    """The places of a day; `places` begins with the district, each street before its communities."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        """Take the places in any order."""
        self._by_code, self._by_id = {spot.code: spot for spot in spots}, {spot.id: spot for spot in spots}
        self.places = sorted(spots, key=lambda spot: (self._street_code(spot), _RANK.get(spot.level, 3), spot.code))

    def by_code(self, code: str) -> Spot | None:
        """Return the place of a code; None when it is none of this day."""
        return self._by_code.get(code)

    def by_id(self, number: int) -> Spot | None:
        """Return the place of a row; None when it is none of this day."""
        return self._by_id.get(number)

    def full(self, spot: Spot) -> str:
        """Return a place with its street: 德胜街道新风中直社区."""
        above = self._by_code.get(spot.parent)
        return f"{above.shown}{spot.shown}" if above and spot.level == COMMUNITY else spot.shown

    def above(self, spot: Spot) -> Iterator[Spot]:
        """Yield a place and what stands above it."""
        now: Spot | None = spot
        while now:
            yield now
            now = self._by_code.get(now.parent)

    def within(self, spot: Spot) -> list[Spot]:
        """Return a place and everything below it."""
        return [one for one in self.places if spot in self.above(one)]

    def below(self, spot: Spot) -> list[Spot]:
        """Return the communities of a place, itself when it is one."""
        return [one for one in self.within(spot) if one.level == COMMUNITY]

    @cached_property
    def inside(self) -> Mapping[str, Sequence[Spot]]:
        """Return what lies directly in each place that has something inside of it, by the code of the place."""
        found: dict[str, list[Spot]] = defaultdict(list)
        for spot in self.places:
            found[spot.parent].append(spot)
        return dict(found)

    @cached_property
    def lowest(self) -> Set[str]:
        """Return the codes of the places that nothing lies in."""
        return self._by_code.keys() - self.inside.keys()

    @cached_property
    def tops(self) -> Sequence[Spot]:
        """Return the places that nothing lies above."""
        return [spot for spot in self.places if spot.parent not in self._by_code]

    def named(self, words: str) -> Spot:
        """Return the place that words name, which is the whole of them; OpsError names the candidates, or the nearest."""
        plain = "".join(words.split())
        spots = self._read(plain)
        if len(spots) == 1:
            return spots[0]
        if spots:
            raise OpsError(f"“{words.strip()}”有几个：{self.candidates(spots)}。请写全名。")
        raise OpsError(self.unknown(words.strip()))

    def unknown(self, name: str) -> str:
        """Return what people are told of a name that no place has, with the nearest ones."""
        if not self.places:
            return "还没有地名表，请管理员运行：wxops place load"
        near = self.near(name, 0.4)
        hint = f"是不是：{'、'.join(self.full(spot) for spot in near)}？" if near else ""
        return f"没有叫“{name}”的街道或社区。{hint}"

    def near(self, name: str, likeness: float) -> list[Spot]:
        """Return up to three places whose names are most like a name, at least as much as `likeness`, from 0 to 1."""
        found = difflib.get_close_matches(bare(name), self._bare_names, 3, likeness)
        return [self.forms[one][0] for one in found]

    def candidates(self, spots: Sequence[Spot]) -> str:
        """Return the candidates as a question names them."""
        more = f"等 {len(spots)} 个" if len(spots) > SHOWN else ""
        return "、".join(self.full(spot) for spot in spots[:SHOWN]) + more

    def at(self, text: str, start: int) -> Found | None:
        """Return what is named at a place of a text; None where no place is.

        A longer name goes before a shorter one: 三里河一区 is not 三里河 and 一区.
        """
        form = next((text[start:end] for end in self._ends(text, start) if text[start:end] in self.forms), "")
        token = _TOKEN.match(text, start)
        for word in dict.fromkeys((token[0], _AND.split(token[0])[0])) if token else ():
            if len(word) > len(form) and (parts := self._containing(word)):
                return Found(parts, start + len(word), word.endswith(ENDINGS))
        if not form:
            return None
        whole = form.endswith(ENDINGS) or token is None or start + len(form) == token.end()
        return Found(self.forms[form], start + len(form), whole)

    def _containing(self, word: str) -> list[Spot]:
        """Return the places whose names contain a word that is none of them: 新风 of 新风中直."""
        part = bare(word)
        if len(part) < SHORTEST or word in self.forms:
            return []
        return [spot for spot in self.places if part in spot.bare]

    def _read(self, text: str) -> list[Spot]:
        """Return the candidates for a text that is a name, or a street's and its community's."""
        first = self.at(text, 0)
        if first is None:
            return []
        if first.end == len(text):
            return self._clearest(first.spots)
        second = self.at(text, first.end)
        if second is None or second.end != len(text):
            return []
        return self.under(second.spots, first.spots)

    def under(self, spots: Sequence[Spot], streets: Sequence[Spot]) -> list[Spot]:
        """Return those of the candidates that lie in one of the streets."""
        return [spot for spot in spots if spot not in streets and any(one in streets for one in self.above(spot))]

    def _clearest(self, spots: Sequence[Spot]) -> list[Spot]:
        """Return the street alone where a street and a community have one bare name: 月坛."""
        streets = [spot for spot in spots if spot.level == STREET]
        return streets if len(streets) == 1 and len(spots) == 2 else list(spots)

    def _ends(self, text: str, start: int) -> range:
        return range(min(len(text), start + self._longest), start + SHORTEST - 1, -1)

    def _street_code(self, spot: Spot) -> str:
        return spot.parent if spot.level == COMMUNITY else spot.code if spot.level == STREET else ""

    @cached_property
    def forms(self) -> Mapping[str, Sequence[Spot]]:
        """Return all whole names, each with the places that it means."""
        found: dict[str, list[Spot]] = defaultdict(list)
        for spot in self.places:
            for form in forms_of(spot):
                found[form].append(spot)
        now = set(found)  # whoever has a name today goes before who had it, or has it in short
        for spot in self.places:
            for form in _former(spot) - now:
                found[form].append(spot)
        return dict(found)

    @cached_property
    def _longest(self) -> int:
        return max((len(form) for form in self.forms), default=0)

    @cached_property
    def _bare_names(self) -> list[str]:
        return [spot.bare for spot in self.places]


def gazetteer(session: Session, day: date) -> Gazetteer:
    """Return the places that exist on a day."""
    session.flush()  # with what was changed in this session
    return _made(tuple(_ON_DAY.rows(session.connection(), day=day)))


def everywhere(session: Session) -> Gazetteer:
    """Return all places that there are or ever were, for records of the past."""
    session.flush()
    return _made(tuple(_EVER.rows(session.connection())))


@lru_cache(maxsize=8)  # the same places as before are known already, with all the names that mean them
def _made(rows: tuple[tuple[Any, ...], ...]) -> Gazetteer:
    return Gazetteer([Spot(*row) for row in rows])


def bare(name: str) -> str:
    """Return a name without the word at its end that says what it is."""
    ending = next((one for one in ENDINGS if name.endswith(one) and len(name) > len(one)), "")
    return name.removesuffix(ending)


def forms_of(spot: Spot) -> set[str]:
    """Return the names that mean a place, each as a whole."""
    forms = _with_endings(spot.level, spot.bare)
    return {form for form in (spot.name, *forms, *_others(spot)) if len(form) >= SHORTEST}


def _former(spot: Spot) -> set[str]:
    """Return the names that a place had, and has in short, with the words for what it is: so older files name it."""
    return {form for name in _others(spot) for form in _with_endings(spot.level, bare(name)) if len(name) >= SHORTEST}


def _with_endings(level: str, name: str) -> Sequence[str]:
    """Return how a bare name is written as that of a community or a street; nothing for a district's."""
    if level == COMMUNITY:
        return name, f"{name}社区", f"{name}{COMMITTEE}", f"{name}社区{COMMITTEE}"
    return (name, f"{name}街道", f"{name}街道办事处", f"{name}街办") if level == STREET else ()


def _others(spot: Spot) -> list[str]:
    return re.split(r"[、，,;；|\s]+", spot.short)
