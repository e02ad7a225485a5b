"""Users for the contract: a stock that counts nobody twice, and the months in which it grew."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from figures_kit import put
from gateway_kit import NOW
from sqlalchemy import select

from content.db import Store
from content.lineage import spot_of
from content.place_changes import New, Order, merge, split
from content.place_models import Place
from scheduler import batches, ledger, user_counts
from scheduler.contract import rows_behind, standings
from scheduler.counted_rows import ROWS
from scheduler.counting import COUNTS, Counted
from scheduler.target_standing import Earlier
from scheduler.user_growth import RULE, growth

FIRST, LAST = date(2026, 3, 15), date(2027, 3, 14)
DISTRICT, EAST, WEST = "110102000000", "110102001000", "110102002000"
E1, E2, W1 = "110102001001", "110102001002", "110102002001"


@pytest.fixture
def land(store: Store) -> Store:
    with store.transaction() as session:
        for code, level, name, parent in (
            (DISTRICT, "district", "西城区", ""), (EAST, "street", "东桥街道", DISTRICT), (WEST, "street", "西桥街道", DISTRICT),
            (E1, "community", "槐树里", EAST), (E2, "community", "北街", EAST), (W1, "community", "新风", WEST),
        ):  # fmt: skip
            session.add(Place(code=code, level=level, name=name, parent=parent))
    return store


def told(store: Store, day: date, metric: str = "real_name", **values: int) -> None:
    codes = {"e1": E1, "e2": E2, "w1": W1, "east": EAST, "west": WEST, "district": DISTRICT}
    put(store, day, {(metric, f"place:{codes[name]}"): value for name, value in values.items()})


def count(store: Store, name: str, last: date = LAST) -> Counted:
    with store.reading() as session:
        found = COUNTS[name](session, FIRST, last)
        assert sum(row.value for row in ROWS[name](session, FIRST, last)) == (found.value or 0)
        return found


def test_communities_add_up_and_an_older_value_stands_until_a_newer_one_comes(land: Store) -> None:
    told(land, date(2026, 11, 1), e1=100, e2=200, w1=50)
    told(land, date(2026, 11, 8), e1=110, w1=60)
    found = count(land, "users")
    assert (found.value, found.known_to, found.is_stock) == (370, date(2026, 11, 1), True)
    assert found.notes == ["　2 个社区（街道）有更新的数，也在里面；不到九成，不算全部数据到那天"]
    assert count(land, "users", date(2026, 11, 5)).value == 350


def test_a_street_or_district_of_the_same_day_counts_for_all_below_it_and_is_checked(land: Store) -> None:
    told(land, date(2026, 11, 1), e1=100, e2=200, w1=50, east=300)
    assert (count(land, "users").value, count(land, "users").notes) == (350, [])
    told(land, date(2026, 11, 1), district=360)
    found = count(land, "users")
    assert (found.value, found.notes) == (360, ["　西城区报 360，下面各项相加 350，差 10（11月1日）"])
    told(land, date(2026, 11, 2), e1=101)
    assert count(land, "users").value == 351  # what is newer below counts, with what else is known there


def test_some_newer_communities_do_not_stand_for_the_whole_district(land: Store) -> None:
    told(land, date(2026, 10, 31), district=300000)
    told(land, date(2026, 11, 2), e1=626)
    found = count(land, "users")
    assert (found.value, found.known_to) == (300000, date(2026, 10, 31))
    assert found.notes == ["　西城区用的是10月31日报的 300,000：下面有 1 个更新的数，还没有报全"]
    told(land, date(2026, 11, 3), e2=400, west=500)
    found = count(land, "users")
    assert (found.value, found.notes[0][:5]) == (1526, "　2 个社")


def test_a_days_whole_file_says_the_same_as_asking_for_each_place(land: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shortcut leaves out is never needed: over files of some or all places on some days, in any order."""
    names, draw = ["e1", "e2", "w1", "east", "west", "district"], random.Random(5)
    for _ in range(40):
        there = draw.choice([names[:3], names, draw.sample(names, draw.randint(1, 6))])
        told(land, FIRST + timedelta(days=draw.randint(0, 6)), **{name: draw.randint(1, 9) for name in there})
        with land.reading() as session:
            days = [FIRST + timedelta(days=day) for day in range(-1, 8)]
            quick = [user_counts.stock(session, "real_name", day) for day in days]
            with monkeypatch.context() as patched:
                patched.setattr(user_counts, "_OF_DAY", SimpleNamespace(rows=lambda *_, **__: []))
                assert [user_counts.stock(session, "real_name", day) for day in days] == quick


def test_nobody_knows_without_data(land: Store) -> None:
    assert count(land, "users").value is None
    assert count(land, "registrations").value is None


def grown(store: Store, last: date) -> list[tuple[int | None, int]]:
    """By how much the registered users grew in each month, and how many communities were compared."""
    with store.reading() as session:
        return [(month.growth, month.compared) for month in growth(session, FIRST, last)]


def test_the_months_of_the_contract_that_grew_count_and_the_others_are_named(land: Store) -> None:
    for day, values in (
        (date(2026, 3, 10), {"e1": 100, "e2": 100, "w1": 900}),
        (date(2026, 4, 14), {"e1": 130, "e2": 100, "w1": 900}),
        (date(2026, 5, 1), {"e1": 130, "e2": 90, "w1": 905}),
        (date(2026, 7, 14), {"e1": 150, "e2": 95, "w1": 910}),
        (date(2026, 7, 20), {"e1": 151}),
    ):
        told(land, day, "registered", **values)
    found = count(land, "registrations", date(2026, 8, 20))
    assert (found.value, found.known_to) == (2, date(2026, 7, 14))
    assert found.notes == [
        "　没有增长：2026-04-15 至 05-14（-5 人）",
        "　可比的社区太少，不算：2026-07-15 至 08-14（3 个社区中 1 个）",
        "　没有数据：2026-05-15 至 06-14",
        f"　算法：{RULE}",
    ]
    assert grown(land, date(2026, 8, 20)) == [(30, 3), (-5, 3), (None, 0), (30, 3), (None, 1)]
    assert count(land, "registrations", date(2026, 4, 13)).value is None


def test_a_community_without_a_value_of_the_month_grew_by_nobody_knows_how_much(land: Store) -> None:
    """Nor one of which nothing is known before; where nine in ten are known, the month is told with how many."""
    codes = {f"{WEST[:9]}1{n:02}": n for n in range(17)}
    with land.transaction() as session:
        for code in codes:
            session.add(Place(code=code, level="community", name=code, parent=WEST))
    everywhere = {("registered", f"place:{code}"): 10 for code in (E1, E2, W1, *codes)}
    put(land, date(2026, 3, 10), everywhere)
    put(land, date(2026, 4, 14), dict.fromkeys(list(everywhere)[:17], 11))
    put(land, date(2026, 5, 14), dict.fromkeys(list(everywhere)[:18], 12))
    assert grown(land, date(2026, 5, 20)) == [(None, 17), (17 + 2, 18)]
    found = count(land, "registrations", date(2026, 5, 20))
    assert "　可比的社区不全：2026-04-15 至 05-14（20 个社区中 18 个）" in found.notes


@pytest.mark.parametrize(
    "ends",
    [
        ({"e1": 60, "e2": 40, "w1": 50}, {"east": 110, "west": 52}),
        ({"east": 100, "west": 50}, {"e1": 65, "e2": 45, "w1": 52}),
        ({"e1": 60, "e2": 40, "w1": 50}, {"east": 110, "w1": 52}),
        ({"e1": 60, "east": 100, "west": 50}, {"e1": 61, "east": 110, "w1": 52}),
        ({"e1": 60, "e2": 40, "west": 50}, {"district": 162}),
        ({"district": 150}, {"district": 162, "e1": 700}),
        ({"e1": 60, "e2": 40, "w1": 50, "east": 999}, {"e1": 70, "e2": 40, "w1": 52}),
    ],
)
def test_a_total_is_compared_with_what_it_is_the_total_of(land: Store, ends: tuple[dict[str, int], ...]) -> None:
    """Communities on one day and streets on the other: at the nearest level that is known on both."""
    told(land, date(2026, 3, 14), "registered", **ends[0])
    told(land, date(2026, 4, 14), "registered", **ends[1])
    assert grown(land, date(2026, 4, 14)) == [(12, 3)]


def test_a_newer_total_of_a_street_goes_before_its_communities(land: Store) -> None:
    told(land, date(2026, 3, 14), "registered", e1=60, e2=40, w1=50)
    told(land, date(2026, 3, 20), "registered", e1=61, e2=41, w1=52)
    told(land, date(2026, 4, 14), "registered", east=130)
    assert grown(land, date(2026, 4, 14)) == [(30 + 2, 3)]


@pytest.mark.parametrize("code", [E1, "110102001003"])
def test_a_merge_or_split_grows_by_what_the_sums_grew(land: Store, code: str) -> None:
    """Whether a code is kept or not: 槐树里 and 北街 become one of 1,990, which becomes two of 900 and 1,100."""
    told(land, date(2026, 3, 14), "registered", e1=1_000, e2=1_000, w1=50)
    order = Order(date(2026, 4, 1), "7号", "管理员", NOW)
    with land.transaction() as session:
        olds = [spot_of(session.scalars(select(Place).where(Place.code == one)).one()) for one in (E1, E2)]
        merge(session, olds, New(code, "槐北社区居委会"), order)
    put(land, date(2026, 4, 14), {("registered", f"place:{code}"): 1_990, ("registered", f"place:{W1}"): 51})
    assert grown(land, date(2026, 4, 14)) == [(-10 + 1, 2)]
    news = [New(code, "槐北社区居委会"), New("110102001009", "槐新社区居委会")]
    with land.transaction() as session:
        one = spot_of(session.scalars(select(Place).where(Place.code == code)).one())
        split(session, one, news, Order(date(2026, 5, 1), "8号", "管理员", NOW))
    there = {code: 900, "110102001009": 1_100, W1: 51}
    put(land, date(2026, 5, 14), {("registered", f"place:{one}"): value for one, value in there.items()})
    assert grown(land, date(2026, 5, 14))[1] == (10, 3)
    put(land, date(2026, 6, 14), {("registered", f"place:{one}"): value + 1 for one, value in there.items()})
    assert grown(land, date(2026, 6, 14))[2] == (3, 3)
    assert count(land, "registrations", date(2026, 6, 14)).value == 2


def test_until_each_new_community_is_told_of_a_split_has_what_the_old_one_had(land: Store) -> None:
    told(land, date(2026, 3, 14), "registered", e1=100, e2=40, w1=50)
    told(land, date(2026, 3, 31), "registered", e1=103)
    with land.transaction() as session:
        one = spot_of(session.scalars(select(Place).where(Place.code == E1)).one())
        news = [New(E1, "槐树里社区居委会"), New("110102001009", "槐新社区居委会")]
        split(session, one, news, Order(date(2026, 4, 1), "8号", "管理员", NOW))
    put(
        land,
        date(2026, 4, 14),
        {("registered", f"place:{one}"): value for one, value in ((E1, 60), (E2, 41), (W1, 50))},
    )
    assert grown(land, date(2026, 4, 14)) == [(3 + 1, 4)]


def test_a_street_that_lost_a_community_to_another_is_not_compared_by_its_totals(land: Store) -> None:
    told(land, date(2026, 3, 14), "registered", e1=100, w1=50)
    with land.transaction() as session:
        olds = [spot_of(session.scalars(select(Place).where(Place.code == one)).one()) for one in (E1, W1)]
        into = spot_of(session.scalars(select(Place).where(Place.code == WEST)).one())
        merge(session, olds, New("110102002009", "和风社区居委会"), Order(date(2026, 4, 1), "7号", "管理员", NOW), into)
    told(land, date(2026, 4, 14), "registered", east=41, west=155)
    assert grown(land, date(2026, 4, 14)) == [(None, 0)]
    told(land, date(2026, 3, 14), "registered", e2=40)
    assert grown(land, date(2026, 4, 14)) == [(6, 2)]


def test_an_undone_batch_stands_no_more(land: Store) -> None:
    told(land, date(2026, 11, 1), e1=100)
    with land.transaction() as session:
        wrong = ledger.record(
            session, "hand", "x", date(2026, 11, 2), {("real_name", f"place:{E1}"): 9}, complete=True, by="甲", now=NOW
        )
        batches.undo(session, wrong.id, "错了", by="甲", now=NOW)
    assert count(land, "users").value == 100


@pytest.mark.parametrize("whole", [{}, {"district": 340}])
def test_a_split_counts_nobody_twice_and_nobody_less(land: Store, whole: dict[str, int]) -> None:
    told(land, date(2026, 10, 1), **whole)
    told(land, date(2026, 11, 1), e1=100, e2=200, w1=50)
    with land.transaction() as session:
        old = session.scalars(select(Place).where(Place.code == E1)).one()
        news = [New("110102001003", "槐东社区居委会"), New("110102001004", "槐西社区居委会")]
        split(session, spot_of(old), news, Order(date(2026, 11, 10), "7号", "管理员", NOW))
    assert count(land, "users", date(2026, 11, 9)).value == 350
    assert count(land, "users").value == 350
    with land.reading() as session:
        assert "东桥街道槐树里社区" in [row.place for row in ROWS["users"](session, FIRST, LAST)]
    put(land, date(2026, 11, 15), {("real_name", "place:110102001003"): 40})
    assert count(land, "users").value == 350  # the other half is not known yet
    put(land, date(2026, 11, 16), {("real_name", "place:110102001004"): 65})
    assert count(land, "users").value == 355


def test_a_stock_that_was_first_told_of_after_the_contract_began_has_a_forecast(land: Store, tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text(
        "[contract]\nfrom = 2026-01-01\nto = 2026-12-31\n"
        '[[target]]\nid = "users"\nname = "用户"\nvalue = 100\nunit = "人"\ncount = "users"\n',
        encoding="utf-8",
    )
    told(land, date(2026, 2, 10), district=10)
    told(land, date(2026, 3, 2), district=30)

    with land.reading() as session:
        _, [one] = standings(session, tmp_path, date(2026, 3, 10))

    assert (one.earlier, one.forecast) == (Earlier(date(2026, 2, 10), 10), 334)  # one a day, 304 days are left


def test_one_newer_value_makes_the_whole_number_no_newer(land: Store, tmp_path: Path) -> None:
    (tmp_path / "contract.toml").write_text(
        "[contract]\nfrom = 2026-01-01\nto = 2026-12-31\n"
        '[[target]]\nid = "users"\nname = "用户"\nvalue = 1000\nunit = "人"\ncount = "users"\n',
        encoding="utf-8",
    )
    told(land, date(2026, 2, 10), e1=10, e2=10, w1=10)
    told(land, date(2026, 3, 2), e1=30, e2=30, w1=30)
    told(land, date(2026, 6, 30), e1=31)

    with land.reading() as session:
        _, [one] = standings(session, tmp_path, date(2026, 7, 1))
        behind = rows_behind(session, one)

    assert (one.counted.value, one.counted.known_to, one.earlier) == (
        91,
        date(2026, 3, 2),
        Earlier(date(2026, 2, 10), 30),
    )
    assert one.counted.notes == ["　1 个社区（街道）有更新的数，也在里面；不到九成，不算全部数据到那天"]
    assert sum(row.value for row in behind or ()) == 91
