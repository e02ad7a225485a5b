"""Rules for the names of streets and communities in running text: nearly right ones, and short forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from content.article import Level, Problem
from content.lint.example import Example
from content.lint.look import Look, Rule
from content.lint.tables import Known, Tables

_PLACE = re.compile(r"(?<=[\u4e00-\u9fff0-9])(?:街道|社区(?:居委会)?|居委会)")
_ENDINGS = ("社区居委会", "居委会", "社区", "街道办事处", "街道")
_BEFORE = frozenset(
    "在到于与和由向对从及为是了、给让请赴近进"
)  # a name of two characters is looked at only after these
_SHORTS = {"广内": "广安门内街道", "广外": "广安门外街道", "德外": "德胜街道"}  # as people in the district say
_NO_NAMES = ("老旧", "示范", "智慧", "本", "各", "该", "街道", "一条")  # what stands before 社区 and is no name
_LONGEST = 14
_ANY = "？"


@dataclass(frozen=True)
class Gazetteer:
    """The known names without their endings, for streets and communities, and what is one character off each."""

    streets: frozenset[str]
    communities: frozenset[str]
    near_streets: Mapping[str, str]
    near_communities: Mapping[str, str]
    shorts: Mapping[str, str]

    def of(self, ending: str) -> tuple[frozenset[str], Mapping[str, str]]:
        """Return the names that stand before an ending, and the near ones."""
        return (self.streets, self.near_streets) if ending == "街道" else (self.communities, self.near_communities)


@lru_cache(maxsize=4)
def gazetteer(tables: Tables) -> Gazetteer:
    """Return the names of the places of the tables, ready to be looked up."""
    streets = frozenset(_bare(place) for place in tables.places if place.name.endswith(("街道", "街道办事处")))
    communities = frozenset(_bare(place) for place in tables.places if place.name.endswith(("社区", "居委会")))
    official = {place.name for place in tables.places}
    shorts = {short: name for short, name in _SHORTS.items() if name in official and short not in streets}
    shorts |= {short: place.name for place in tables.places for short in place.shorts}
    return Gazetteer(streets, communities, _neighbours(streets), _neighbours(communities), shorts)


def _bare(place: Known) -> str:
    ending = next((ending for ending in _ENDINGS if place.name.endswith(ending)), "")
    return place.name.removesuffix(ending)


def _neighbours(names: frozenset[str]) -> dict[str, str]:
    """Return, for each name, its spellings with one character left open, left out, or put in."""
    near: dict[str, str] = {}
    for name in sorted(names):
        for at in range(len(name)):
            near.setdefault(name[:at] + _ANY + name[at + 1 :], name)
            if len(name) >= 4:
                near.setdefault(name[:at] + name[at + 1 :], name)
                near.setdefault(name[:at] + _ANY + name[at:], name)
    return near


def names_are_right(look: Look) -> Iterator[Problem]:
    """A place one character off is a place that does not exist; a name like none of ours is somebody else's."""
    known = gazetteer(look.context.tables)
    if not known.streets and not known.communities:
        return
    for piece in look.pieces:
        for found in _PLACE.finditer(piece.text):
            names, near = known.of(found[0])
            before = _name_before(piece.text, found.start())
            if before.endswith(_NO_NAMES) or any(tail in names for tail in _tails(before)):
                continue
            if meant := _near(before, names, near, found[0]):
                wrong, right = meant
                span = (found.start() - len(wrong), found.start())
                message = (
                    f"地名表里没有“{wrong}{found[0]}”，是不是“{right}{found[0]}”？请对照 places.csv；"
                    "如果是另一个地方，可以不改。"
                )
                yield look.found(piece, span, "PLACE_NEAR", Level.WARN, message, fix=right, sure=False)


def _name_before(text: str, at: int) -> str:
    begun = at
    while (
        begun > 0 and at - begun < _LONGEST and ("\u4e00" <= text[begun - 1] <= "\u9fff" or text[begun - 1].isdigit())
    ):
        begun -= 1
    return text[begun:at]


def _tails(text: str) -> Iterator[str]:
    return (text[-length:] for length in range(len(text), 0, -1))


def _near(before: str, names: frozenset[str], near: Mapping[str, str], ending: str) -> tuple[str, str] | None:
    """Return what is written and the name that is meant; the longest likeness wins."""
    for tail in _tails(before):
        alone = len(tail) == len(before) or before[-len(tail) - 1] in _BEFORE
        for key in _keys(tail):
            name = near.get(key)
            if name is not None and name != tail and _likely(tail, name, alone, ending):
                return tail, name
    return None


def _keys(text: str) -> Iterator[str]:
    yield from (text[:at] + _ANY + text[at + 1 :] for at in range(len(text)))
    if len(text) >= 3:
        yield text


def _likely(text: str, name: str, alone: bool, ending: str) -> bool:
    """Short names are like many words: a name of two must be a street's and share its first character."""
    if len(name) == 2:
        return ending == "街道" and alone and len(text) == 2 and text[0] == name[0]
    if len(text) < len(name):  # the last characters of a longer name may be a name of its own
        return alone and len(name) >= 4
    if len(name) == 3:
        return (alone or text[0] == name[0]) and len(text) == 3 and text[-1] not in "的个和与及"
    return text[0] not in _BEFORE


def short_names_are_full(look: Look) -> Iterator[Problem]:
    """Short forms are understood at home; in what goes out the official name stands."""
    shorts = gazetteer(look.context.tables).shorts
    for short, name in shorts.items():
        for piece in look.pieces:
            for found in re.finditer(rf"{re.escape(short)}(?=街道|地区|办事处)", piece.text):
                full = name.removesuffix("街道")
                message = f"“{short}”是简称，全称是“{name}”，正式稿件请写全称。"
                yield look.found(piece, found.span(), "PLACE_SHORT", Level.INFO, message, fix=full, sure=False)


RULES: tuple[Rule, ...] = (names_are_right, short_names_are_full)

EXAMPLES = (
    Example(
        "PLACE_NEAR", "街道和社区的名称要和 places.csv 一致，一个字也不能差。",
        "活动在白纸房街道举行。", "活动在白纸坊街道举行。",
    ),
    Example("PLACE_SHORT", "街道写全称。", "活动由广内街道主办。", "活动由广安门内街道主办。"),
)  # fmt: skip
