"""换人 by message: place, who leaves, who comes and the day are read; what is missing or not clear is asked, and nothing is half done."""

from __future__ import annotations

import re
from datetime import date

from bot.commands.small_talk import declines
from bot.commands.table import Ask, Facts, command, continuation, plain
from content import dialogue
from content.assignments import KINDS, holding
from content.clock import local_day
from content.errors import OpsError
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Person
from content.people import people, person_named
from content.saying import day_of
from scheduler.handover import Swap, hand_over

EXAMPLE = "换人 新风社区 张三→李四 12月3日"
_ARROW = re.compile(r"\s*(?:[→⇒➡]️?|-+>|=+>|换成|换为|改为|改成|交给)\s*")
_APART = re.compile(r"[\s，,、;；]+")
ASKED = {"place": "哪个街道或社区？", "old": "换下谁？", "new": "换成谁？", "day": "从哪天起？例如：今天、12月3日"}


@command("换人", "换联络员", roles=("admin", "operator"), acts=True)
def replace(ask: Ask) -> str:
    """换人 社区 旧→新 日期：从哪天起换人负责，走访计划和没办完的工单一起转，例如：换人 新风社区 张三→李四 12月3日"""
    if not ask.rest.strip():
        raise OpsError(f"请写全：哪个地方、换下谁、换成谁、从哪天起，例如：{EXAMPLE}")
    return _next(ask, _read(ask))


@continuation("换人")
def go_on(ask: Ask, facts: Facts) -> str:
    """Take the answer for what was asked."""
    if declines(ask.rest):
        return "好的，没有换人。"
    told = {key: str(value) for key, value in facts.items() if key in ASKED}
    wanted = next(key for key in ASKED if not told.get(key))
    answer = re.sub("^(?:是|就是|从)|起$", "", ask.rest.strip(" 。.")).strip()
    return _next(ask, told | {wanted: answer})


def _read(ask: Ask) -> dict[str, str]:
    """Return what the words tell; what they leave out is empty."""
    sides = _ARROW.split(ask.rest.strip(), maxsplit=1)
    if len(sides) < 2:
        raise OpsError(f"没有看出谁换成谁，请用箭头写，例如：{EXAMPLE}")
    left, right = ([word for word in _APART.split(side) if word] for side in sides)
    names = {person.name for person in people(ask.session)}
    old = left.pop() if len(left) > 1 or (left and left[0] in names) else ""
    return {"place": "".join(left), "old": old, "new": right[0] if right else "", "day": " ".join(right[1:])}


def _next(ask: Ask, told: dict[str, str]) -> str:
    """Hand the place over where all is clear; otherwise ask for the first thing that is not."""
    known = gazetteer(ask.session, local_day(ask.now))
    day = _day(told["day"], ask)
    if day:
        known = gazetteer(ask.session, max(day, local_day(ask.now)))
    spot: Spot | None = None
    old: Person | None = None
    new: Person | None = None
    try:
        spot = known.named(told["place"]) if told["place"] else None
        old = person_named(ask.session, told["old"]) if told["old"] else None
        new = person_named(ask.session, told["new"]) if told["new"] else None
    except OpsError as error:
        wanted = "place" if not spot else "old" if not old else "new"
        return _ask(ask, told | {wanted: ""}, str(error), spot)
    if not spot or not old or not new or day is None:
        trouble = f"日期“{told['day']}”看不懂。" if told["day"] and day is None else ""
        return _ask(ask, told | ({} if day else {"day": ""}), trouble, spot)
    assert ask.person is not None
    return "\n".join(hand_over(ask.session, Swap(spot, old, new, day), by=ask.person.name, now=ask.now))


def _ask(ask: Ask, told: dict[str, str], trouble: str, spot: Spot | None) -> str:
    assert ask.person is not None
    wanted = next(key for key in ASKED if not told[key])
    dialogue.ask(ask.session, ask.person, "换人", told, now=ask.now)
    hint = f"现在是：{_there(ask, spot)}。" if wanted == "old" and spot else ""
    return f"还没有换人。{trouble}{hint}{ASKED[wanted]}请直接回复；不换了：算了"


def _there(ask: Ask, spot: Spot) -> str:
    """Return who is there for a place, or for what stands above it."""
    known: Gazetteer = gazetteer(ask.session, local_day(ask.now))
    names: list[Person] = []
    for kind in KINDS:
        there = holding(ask.session, kind, local_day(ask.now))
        names += [person for one in known.above(spot) for _, person in there.get(one.id, ())]
    return "、".join(dict.fromkeys(person.name for person in names)) or "没有人"


def _day(words: str, ask: Ask) -> date | None:
    text = plain(words).strip().removesuffix("起").strip()
    try:
        return day_of(text, local_day(ask.now), ahead=True) if text else None
    except ValueError:
        return None
