"""The plan of visits: each community once a quarter, as many each week, and only records say what was done."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from browser_kit import PHONE, PageAt, fits
from console_kit import House
from stage import Stage
from test_assignments import LIAISONS, district  # noqa: F401 - the fixture
from test_places import SMALL, STARTER, write
from test_recorded import run

from content import place_table
from content.assignments import assign
from content.clock import days_between
from content.gazetteer import Spot, gazetteer
from content.people import add_person, bind, person_named
from content.visits import Quarter, monday_of, standing
from scheduler.targets import Contract
from scheduler.visit_plan import draft, quarters, spread, working_weeks

CONTRACT = '[contract]\nfrom = 2026-11-15\nto = 2027-11-14\n[[target]]\nid = "visits"\nname = "走访"\nvalue = 1052\nunit = "次"\ncount = "visits"\n'
FIRST = Quarter(1, date(2026, 11, 15), date(2027, 2, 14))


def weekday(day: date) -> bool:
    return day.weekday() < 5


def visits(stage: Stage, *words: str) -> str:
    code, told = run(stage, *words, command="visits")
    assert code == 0, told
    return told


@pytest.fixture
def planned(district: Stage) -> Stage:  # noqa: F811
    """The small district with a contract; 小东 has one street, 小西 is the contact of one community of the other."""
    (district.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    assert "排了 5 个社区，原来已排 0 个，已走访不用排 0 个。2 个还没有乙方联络员" in visits(district, "plan")
    return district


def rows(stage: Stage, *words: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(visits(stage, *words, "--json"))
    return found


# the plan ------------------------------------------------------------------------------------------------------------


@pytest.mark.one_database
def test_the_quarters_are_the_contracts_and_the_last_ends_with_it() -> None:
    year = quarters(Contract(date(2022, 3, 15), date(2023, 3, 15), "", "", ()))
    assert [(q.first.isoformat(), q.last.isoformat()) for q in year] == [
        ("2022-03-15", "2022-06-14"), ("2022-06-15", "2022-09-14"), ("2022-09-15", "2022-12-14"), ("2022-12-15", "2023-03-15"),
    ]  # fmt: skip
    short = quarters(Contract(date(2026, 1, 31), date(2026, 6, 30), "", "", ()))
    assert [(q.first.isoformat(), q.last.isoformat()) for q in short] == [("2026-01-31", "2026-06-30")]


@pytest.mark.one_database
def test_whatever_the_streets_each_person_has_as_many_visits_in_each_week_and_each_community_one() -> None:
    chance = random.Random(7)
    for _ in range(200):
        streets = [f"s{n}" for n in range(chance.randint(1, 6))]
        spots = [
            Spot(number, str(number), "community", str(number), chance.choice(streets), "")
            for number in range(1, chance.randint(2, 80))
        ]
        people = {spot: chance.choice([1, 2, 3, None]) for spot in spots}
        first = date(2026, 1, 1) + timedelta(days=chance.randint(0, 400))
        off = {first + timedelta(days=chance.randint(0, 91)) for _ in range(20)}
        worked = {day for day in days_between(first, first + timedelta(days=91)) if weekday(day)} - off
        weeks = working_weeks(first, first + timedelta(days=chance.randint(6, 91)), worked.__contains__)
        if not weeks:
            continue
        early = {spot: person for spot, person in people.items() if chance.random() < 0.5}  # the others come later
        days = spread(early, weeks, {})
        load = Counter((people[spot], monday_of(day)) for spot, day in days.items())
        days |= spread({spot: person for spot, person in people.items() if spot not in early}, weeks, load)
        assert sorted(days, key=lambda spot: spot.id) == spots
        assert set(days.values()) <= {day for week in weeks for day in week}
        for person in set(people.values()):
            mondays = Counter(monday_of(day) for spot, day in days.items() if people[spot] == person)
            counts = [mondays[monday_of(week[0])] for week in weeks]
            assert max(counts) - min(counts) <= 1, (counts, person)


def test_the_whole_district_is_planned_once_a_quarter_and_large_streets_go_on_as_evenly_as_small_ones(
    stage: Stage,
) -> None:
    (stage.folder / "places.csv").write_bytes(STARTER.read_bytes())
    with stage.parts.store.transaction() as session:
        place_table.load(session, place_table.read(stage.folder), by="测试", now=stage.now)
        known = gazetteer(session, FIRST.first)
        streets = [spot for spot in known.places if spot.level == "street"]
        for number, street in enumerate(streets):
            name = f"联络员{number % 5}"
            if number < 5:
                add_person(session, name, "liaison", party="乙方", company="", now=stage.now)
            assign(session, person_named(session, name), street, FIRST.first, None, by="测试", now=stage.now)
        quarter = Quarter(2, date(2027, 2, 15), date(2027, 5, 14))
        assert draft(session, quarter, weekday, by="测试", now=stage.now).made == 263
        assert draft(session, quarter, weekday, by="测试", now=stage.now).made == 0
        found = standing(session, quarter, quarter.first)
    assert len(found) == len({one.spot.id for one in found}) == 263
    middle = quarter.first + (quarter.last - quarter.first) / 2
    for street in streets:
        there = [one for one in found if one.spot.parent == street.code]
        early = sum(one.planned is not None and one.planned < middle for one in there)
        assert abs(early - len(there) / 2) <= 2, (street.name, early, len(there))


def test_a_community_has_its_own_liaison_or_its_streets_and_nobody_is_made_up(planned: Stage) -> None:
    assert {(row["place"], row["person"]) for row in rows(planned, "list")} == {
        ("东桥街道槐树里社区", "小东"), ("东桥街道新风一社区", "小东"), ("东桥街道北街社区", "小东"),
        ("西桥街道新风二社区", ""), ("西桥街道东桥社区", ""),
    }  # fmt: skip
    assert run(planned, "assign", "新来", "新风一社区", command="person")[0] == 0  # planned already: it stays
    assert run(planned, "assign", "新来", "西桥街道", command="person")[0] == 0
    assert "排了 0 个社区，原来已排 5 个" in visits(planned, "plan")
    people = {row["place"]: row["person"] for row in rows(planned, "list")}
    assert people["西桥街道东桥社区"] == "新来"
    assert people["东桥街道新风一社区"] == "小东"


def test_the_next_plan_gives_the_visits_of_who_is_gone_to_who_is_there_now(planned: Stage) -> None:
    def people() -> dict[str, str]:
        return {row["place"]: row["person"] for row in rows(planned, "list")}

    run(planned, "add", "走访", "北街", "今天", "座谈", "--by", "小东", command="record")
    assert run(planned, "unassign", "小东", "东桥街道", "--on", "2026-12-09", command="person")[0] == 0
    assert "改由" not in visits(planned, "plan")  # until then 小东 goes
    planned.later(days=9)
    assert "4 个还没有乙方联络员" in visits(planned, "plan")
    assert people()["东桥街道槐树里社区"] == ""  # nobody is made up
    assert people()["东桥街道北街社区"] == "小东"  # it is done
    assert run(planned, "assign", "新来", "东桥街道", "--from", "2026-12-10", command="person")[0] == 0
    visits(planned, "plan")
    assert people()["东桥街道槐树里社区"] == people()["东桥街道新风一社区"] == "新来"
    assert run(planned, "revoke", "新来", command="person")[0] == 0
    assert run(planned, "assign", "小东", "槐树里", "--from", "2026-12-10", command="person")[0] == 0
    told = visits(planned, "plan")
    assert "排了 0 个社区，原来已排 5 个，已走访不用排 1 个。1 个原来排的人不在了，改由现在的联络员去。" in told
    assert people()["东桥街道槐树里社区"] == "小东"
    assert people()["东桥街道新风一社区"] == ""


@pytest.mark.parametrize("first", ["2026-11-08", "2026-11-20"])
def test_a_plan_is_still_there_when_the_first_day_of_the_contract_was_corrected(planned: Stage, first: str) -> None:
    before = rows(planned, "list")
    (planned.folder / "contract.toml").write_text(CONTRACT.replace("2026-11-15", first), encoding="utf-8")
    assert rows(planned, "list") == before
    assert "排了 0 个社区，原来已排 5 个" in visits(planned, "plan")


def test_a_visit_is_done_by_its_record_alone_and_undone_when_that_is_void(planned: Stage) -> None:
    assert len(rows(planned, "catch-up")) == 5
    assert run(planned, "add", "走访", "老槐树", "今天", "座谈", "--by", "小东", command="record")[0] == 0
    assert run(planned, "add", "走访", "北街", "11月14日", "座谈", "--by", "小东", command="record")[0] == 0
    told = {row["place"]: row for row in rows(planned, "list")}
    assert (told["东桥街道槐树里社区"]["state"], told["东桥街道槐树里社区"]["done"]) == ("已走访", "2026-12-01")
    assert told["东桥街道北街社区"]["done"] == ""  # it was in the quarter before
    left = rows(planned, "catch-up")
    assert [row["latest"] for row in left] == ["", "", "", "2026-11-14"]
    assert "东桥街道：已走访 1/3" in visits(planned, "list")
    assert "已走访不用排 1 个" in visits(planned, "plan")
    run(planned, "void", "1", "--why", "记错", "--by", "小东", command="record")
    assert len(rows(planned, "catch-up")) == 5


def test_a_liaison_asks_for_the_plan_and_what_is_to_be_caught_up_of_their_own_places(planned: Stage) -> None:
    planned.at(planned.now.replace(year=2027, month=2, day=12))
    told = planned.say("小东", "走访计划")
    assert told.startswith("走访计划，第 1 季（2026-11-15 至 2027-02-14）\n3 个社区，已走访 0 个，还有 3 个\n东桥街道")
    assert "，小东，过期\n" in told
    assert "西桥" not in told
    run(planned, "add", "走访", "老槐树", "今天", "座谈", "--by", "小东", command="record")
    told = planned.say("小东", "补访")
    assert "还没有走访的 2 个社区" in told
    assert "没有走访记录" in told
    assert "不在您负责的地方" in planned.say("小东", "补访 西桥街道")
    assert "还没有走访的 2 个社区" in planned.say("运营", "补访 西桥街道")
    assert "没有负责的社区" in planned.say("新来", "走访计划")
    assert "不归编辑用" in planned.say("编辑", "补访")


def test_what_cannot_be_planned_is_said_in_words(district: Stage) -> None:  # noqa: F811
    assert "还没有 contract.toml" in run(district, "plan", command="visits")[1]
    assert "还没有 contract.toml" in district.say("小东", "走访计划")
    (district.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
    assert "没有第 5 季" in run(district, "plan", "--quarter", "5", command="visits")[1]
    assert "还没有排走访计划" in district.say("小东", "走访计划")
    district.at(district.now.replace(year=2027, month=3))
    assert "已经过了，不能再排" in run(district, "plan", "--quarter", "1", command="visits")[1]
    district.at(district.now.replace(year=2028))
    assert "今天不在合同期里" in run(district, "list", command="visits")[1]


# the page ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        write(made, SMALL)
        with made.parts.store.transaction() as session:
            place_table.load(session, place_table.read(made.folder), by="测试", now=made.now)
            for name, (role, party) in LIAISONS.items():
                _, code = add_person(session, name, role, party=party, company="", now=made.now)
                bind(session, code, f"openid-{name}", now=made.now)
        assert run(made, "assign", "小东", "东桥街道", command="person")[0] == 0
        (made.folder / "contract.toml").write_text(CONTRACT, encoding="utf-8")
        visits(made, "plan")
        yield made


@pytest.mark.one_database
def test_the_page_shows_a_liaison_their_own_plan_on_a_phone(house: House, page_at: PageAt) -> None:
    house.at(house.now.replace(year=2027, month=2, day=12))
    page = page_at(PHONE)
    page.goto(house.link("小东"))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console/records")
    page.get_by_role("link", name="走访计划").click()
    page.get_by_text("3 个社区，已走访 0 个，还有 3 个").wait_for()
    assert fits(page)
    assert page.locator("#due .title").count() == 3
    assert page.locator("#streets").count() == 0


@pytest.mark.one_database
def test_operators_see_the_streets_by_quarters_and_nobody_else_the_page(house: House) -> None:
    run(house, "add", "走访", "老槐树", "今天", "座谈", "--by", "小东", command="record")
    operator = house.visitor("运营")
    operator.get("/console/visits")
    assert "东桥街道 1/3 — — —" in operator.text
    assert operator.get("/console/visits?quarter=9").status_code == 200
    assert "没有第 9 季" in operator.text
    assert house.visitor("编辑").get("/console/visits").status_code == 403
