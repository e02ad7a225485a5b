"""Interactions over a day on which places were split or merged: they go on from what the old ones had, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from gateway_kit import NOW
from sqlalchemy import select
from stage import Stage
from test_interactions import (
    COMMUNITY,
    HERE,
    OTHER,
    STREET,
    day,
    found,
    places,
    put,
    summed_up,
    value,
    views,
    views_day,
)
from test_over_a_split import changing, district, place  # noqa: F401 - the fixture

from content.db import Store
from content.lineage import MERGE, SPLIT
from content.lineage_models import PlaceChange
from content.place_models import Place
from scheduler.interaction_rule import ACTS, DEFAULT
from scheduler.interactions import by_thing
from scheduler.tally import recount

EAST, WEST = "110102001011", "110102001012"
THERE = f"place:{OTHER}"


def become(store: Store, kind: str, number: int, olds: Sequence[str], news: Sequence[str]) -> None:
    """Split or merge places from a day on, as the command writes it down."""
    with store.transaction() as session:
        known = {row.code: row for row in session.scalars(select(Place))}
        for code in news:
            if code not in known:
                known[code] = Place(code=code, level="community", name=code, parent=STREET)
                session.add(known[code])
        session.flush()
        for old in olds:
            for new in news:
                change = PlaceChange(
                    kind=kind, day=day(number), old_id=known[old].id, new_id=known[new].id, old_name=old, new_name=new,
                    document="7号", by="test", at=NOW,
                )  # fmt: skip
                session.add(change)


def same_anew(store: Store) -> bool:
    """Whether the sums are those of a walk over everything."""
    kept = summed_up(store)
    with store.transaction() as session:
        for act in ACTS:
            recount(session, act)
    return summed_up(store) == kept


@pytest.fixture
def two(store: Store) -> Store:
    """Two communities with 15,500 views each, on different days."""
    places(store)
    put(store, 1, views(HERE, 15_500))
    put(store, 2, views(THERE, 15_500))
    return store


@pytest.mark.parametrize("code", [OTHER, WEST])
def test_a_merged_community_goes_on_from_the_sum_of_the_old_ones(two: Store, code: str) -> None:
    """The code is that of an old one, or a new one."""
    become(two, MERGE, 5, [COMMUNITY, OTHER], [code])
    put(two, 6, views(f"place:{code}", 31_200))
    assert (value(two), value(two, 6, 6)) == (200, 200)
    put(two, 7, views(f"place:{code}", 31_250))
    assert value(two) == 250
    assert same_anew(two)


@pytest.mark.parametrize("codes", [(COMMUNITY, EAST), (EAST, WEST)])
@pytest.mark.parametrize("days", [(6, 6), (6, 8), (8, 6)])
def test_a_split_community_goes_on_once_each_new_one_has_a_total(
    two: Store, codes: tuple[str, str], days: tuple[int, int]
) -> None:
    become(two, SPLIT, 5, [COMMUNITY], codes)
    for code, number, total in zip(codes, days, (10_000, 5_530), strict=True):
        put(two, number, views(f"place:{code}", total))
    assert value(two) == 30
    put(two, 9, views(f"place:{codes[0]}", 10_007))
    assert value(two) == 37
    with two.reading() as session:
        assert sum(acts["浏览"] for acts in by_thing(session, DEFAULT, day(9), day(9)).values()) == 7
    assert same_anew(two)


def test_where_an_old_one_had_no_total_the_first_one_is_a_beginning(store: Store) -> None:
    places(store)
    put(store, 1, views(HERE, 15_500))
    become(store, MERGE, 5, [COMMUNITY, OTHER], [COMMUNITY])
    put(store, 6, views(HERE, 31_200))
    assert (value(store), found(store, 6).parts[0].starts) == (0, 1)
    put(store, 7, views(HERE, 31_207))
    assert value(store) == 7
    assert same_anew(store)


def test_what_is_counted_below_meanwhile_is_not_counted_beside_the_totals(two: Store) -> None:
    thing = f"object:{OTHER}:课"
    put(two, 2, views(thing, 100))
    put(two, 3, views(thing, 120) | views_day(HERE, 7))
    become(two, MERGE, 5, [COMMUNITY, OTHER], [OTHER])
    put(two, 5, views(thing, 150) | views_day(THERE, 9))
    assert value(two) == 20 + 7 + 9  # a day tells of all below it
    put(two, 6, views(THERE, 31_200))
    assert value(two) == 200
    put(two, 7, views(f"object:{OTHER}:搬来的", 900) | views(THERE, 31_210))
    assert value(two) == 210
    assert same_anew(two)


def test_what_moves_in_with_a_merge_is_not_counted_whole(two: Store) -> None:
    """An object of the other community, told of under the code that is kept, without a total of the community."""
    put(two, 3, views(f"object:{OTHER}:课", 100) | views(f"object:{COMMUNITY}:廊", 800))
    become(two, MERGE, 5, [COMMUNITY, OTHER], [OTHER])
    put(two, 6, views(f"object:{OTHER}:课", 110) | views(f"object:{OTHER}:廊", 805))
    assert value(two) == 10
    assert same_anew(two)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
def test_in_whatever_order_the_readings_come_the_sum_is_the_same(store: Store, order: tuple[int, ...]) -> None:
    """A split, and one of the new ones merged with a neighbour."""
    places(store)
    become(store, SPLIT, 5, [COMMUNITY], [EAST, WEST])
    become(store, MERGE, 9, [WEST, OTHER], [OTHER])
    readings = [
        (1, views(HERE, 1_000) | views(THERE, 500)), (6, views(f"place:{EAST}", 700) | views(f"place:{WEST}", 310)),
        (8, views(THERE, 550)), (10, views(THERE, 870) | views(f"place:{EAST}", 705)),
    ]  # fmt: skip
    for at in order:
        put(store, *readings[at])
    assert value(store) == 10 + 50 + 10 + 5
    assert same_anew(store)


def test_figures_that_came_before_the_merge_was_entered_are_summed_up_anew(changing: Stage) -> None:  # noqa: F811
    store = changing.parts.store
    put(store, -5, views("place:1101", 500) | views("place:1103", 400))
    put(store, 1, views("place:1103", 920))
    assert value(store) == 520
    place(
        changing,
        "merge",
        "老槐树",
        "北街",
        "--into",
        "1103=北槐社区居委会",
        "--from",
        "2026-12-01",
        "--document",
        "7号",
        "--by",
        "运营",
    )
    assert value(store) == 20
