"""Places split, merged and renamed at the terminal: names are read, the database is changed, then the table agrees with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.delegating import day_in
from bot.wiring import Parts
from content import place_changes, place_file
from content.clock import local_day
from content.errors import WrongUse
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.place_changes import New, Order
from scheduler.tally import places_anew

CHECKED = "这是试算，什么都没有改。去掉 --check 就照办。"
Change = Callable[[Session, Gazetteer, Order], tuple[list[str], "Table"]]


@dataclass(frozen=True)
class Asked:
    """How a change is asked for: from which day, by which document, only to be looked at, and whether things go along."""

    day: str
    document: str
    by: str
    is_check: bool = False
    carry: bool = True


@dataclass(frozen=True)
class Table:
    """What must be other in the table: the codes that are gone, the rows that are new, their street."""

    gone: Sequence[str]
    news: Sequence[New]
    parent: str


def split(parts: Parts, place: str, into: Sequence[str], asked: Asked) -> list[str]:
    """Split a community into others, told as 代码=名称; return what was done."""
    news = [_new(text) for text in into]

    def change(session: Session, known: Gazetteer, order: Order) -> tuple[list[str], Table]:
        old = known.named(place)
        return place_changes.split(session, old, news, order), Table([old.code], news, old.parent)

    return _done(parts, asked, change)


def merge(parts: Parts, places: Sequence[str], into: str, asked: Asked, street: str = "") -> list[str]:
    """Merge communities into one, told as 代码=名称, in a street, "" for the one that they are in; return what was done."""
    new = _new(into)

    def change(session: Session, known: Gazetteer, order: Order) -> tuple[list[str], Table]:
        olds = [known.named(place) for place in places]
        place = known.named(street) if street else None
        told = place_changes.merge(session, olds, new, order, place)
        return told, Table([old.code for old in olds], [new], place.code if place else olds[0].parent)

    return _done(parts, asked, change)


def rename(parts: Parts, place: str, name: str, asked: Asked) -> list[str]:
    """Give a place another official name; return what was done."""

    def change(session: Session, known: Gazetteer, order: Order) -> tuple[list[str], Table]:
        spot: Spot = known.named(place)
        told = place_changes.rename(session, spot, name, order)
        return told, Table([], [New(spot.code, name)], spot.parent)

    return _done(parts, asked, change)


def _done(parts: Parts, asked: Asked, change: Change) -> list[str]:
    now = parts.clock.now()
    order = Order(_day(asked, parts), asked.document, asked.by, now, asked.carry)
    opened = parts.store.reading if asked.is_check else parts.store.transaction
    with opened() as session:  # what only reads keeps nothing of a change
        told, table = change(session, gazetteer(session, local_day(now)), order)
        if table.gone and not asked.is_check:
            places_anew(session, order.day)
    if asked.is_check:
        return [*told, CHECKED]
    return [*told, place_file.agreed(parts.workspace, table.gone, table.news, table.parent)]


def _day(asked: Asked, parts: Parts) -> date:
    return day_in(asked.day, now=parts.clock.now())


def _new(text: str) -> New:
    code, sign, name = text.partition("=")
    if not sign or not code.strip() or not name.strip():
        raise WrongUse(f"“{text}”看不懂。新社区请写成 代码=名称，例如 110102001099=某某社区居委会")
    return New(code.strip(), "".join(name.split()))
