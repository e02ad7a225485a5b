"""Coverage: every street and community has somebody on each day, and where nobody is people hear of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from console_kit import House
from stage import Stage
from test_assignments import district  # noqa: F401 - the fixture
from test_places import SMALL, write
from test_recorded import run

from content import place_table
from content.coverage import RULE, without
from scheduler import uncovered


def place(stage: Stage, *words: str) -> str:
    code, told = run(stage, *words, command="place")
    assert code == 0, told
    return told


def assign(stage: Stage, *words: str) -> None:
    code, told = run(stage, "assign", *words, command="person")
    assert code == 0, told


def lacking(stage: Stage, *words: str) -> dict[str, list[str]]:
    rows = json.loads(place(stage, "coverage", *words, "--json"))
    return {row["place"]: row["lacks"] for row in rows if row["lacks"]}


def test_a_streets_liaison_covers_its_communities_and_a_contact_only_their_own_place(district: Stage) -> None:  # noqa: F811
    found = lacking(district)
    assert found["东桥街道槐树里社区"] == found["东桥街道"] == ["社区对接人"]
    assert found["西桥街道新风二社区"] == ["乙方联络员"]
    assert found["西桥街道"] == ["乙方联络员", "社区对接人"]
    told = place(district, "coverage")
    assert told.startswith("2026-12-01，7 个街道和社区，0 个都有人。\n没有乙方联络员的 3 个：\n  西桥街道\n")
    assert told.endswith(f"规则：{RULE}")


def test_a_backup_stands_in_and_is_shown_as_one(district: Stage) -> None:  # noqa: F811
    assign(district, "新来", "西桥街道", "--backup")
    told = place(district, "coverage")
    assert "没有乙方联络员的 0 个。" in told
    assert "只有备岗的：西桥街道、西桥街道新风二社区、西桥街道东桥社区" in told
    assert "西桥街道  乙方联络员，备岗  2026-12-01 起" in run(district, "places", "新来", command="person")[1]


def test_gaps_are_spans_of_days_on_which_the_place_itself_was_there(district: Stage) -> None:  # noqa: F811
    run(district, "unassign", "小东", "东桥街道", "--on", "2026-12-03", command="person")
    assign(district, "新来", "东桥街道", "--from", "2026-12-08")
    split = ("split", "北街", "--into", "1104=北一社区居委会", "--into", "1105=北二社区居委会")
    place(district, *split, "--from", "2026-12-06", "--document", "7号")
    district.later(days=20)
    rows = json.loads(place(district, "coverage", "--month", "2026-12", "--json"))
    found = {
        (row["code"], row["from"], row["to"]) for row in rows if row["kind"] == "乙方联络员" and row["code"][:2] == "11"
    }
    assert found == {
        ("11", "2026-12-04", "2026-12-07"), ("1101", "2026-12-04", "2026-12-07"), ("1102", "2026-12-04", "2026-12-07"),
        ("1103", "2026-12-04", "2026-12-05"), ("1104", "2026-12-06", "2026-12-07"), ("1105", "2026-12-06", "2026-12-07"),
    }  # fmt: skip
    assert "西桥街道：没有乙方联络员，2026-12-01 至 2026-12-21，21 天" in place(
        district, "coverage", "--month", "2026-12"
    )
    for day in (date(2026, 12, 1) + timedelta(days=n) for n in (2, 3, 4, 5, 6, 7)):  # the days agree with the spans
        one_day = {
            row["code"]
            for row in json.loads(place(district, "coverage", "--on", str(day), "--json"))
            if "乙方联络员" in row["lacks"]
        }
        assert {code for code in one_day if code[:2] == "11"} == {
            code for code, first, last in found if first <= str(day) <= last
        }


@pytest.mark.one_database
def test_what_is_left_of_a_life() -> None:
    day = [date(2026, 1, n) for n in range(1, 32)]
    life = (day[0], day[9])
    assert list(without(life, [])) == [life]
    assert list(without(life, [(day[2], day[3]), (day[3], day[5])])) == [(day[0], day[1]), (day[6], day[9])]
    assert list(without(life, [(day[0], date.max)])) == list(without(life, [(date.min, day[20])])) == []


def test_people_hear_of_places_without_anybody_once_there_are_assignments(district: Stage) -> None:  # noqa: F811
    uncovered.remind(district.parts.store, district.now)
    (told,) = district.alarms()
    assert "今天没有乙方联络员的：西桥街道、新风二社区、东桥社区。" in told
    assign(district, "新来", "西桥街道")
    for name in ("东桥街道", "西桥街道", "槐树里", "新风一", "北街", "西桥街道东桥社区"):
        assign(district, "小西", name)
    uncovered.remind(district.parts.store, district.now)
    assert district.alarms() == []
    run(district, "revoke", "新来", command="person")
    uncovered.remind(district.parts.store, district.now)
    assert len(district.alarms()) == 1


def test_before_anybody_is_assigned_nobody_is_missed(stage: Stage) -> None:
    write(stage, SMALL)
    stage.ticks.slow_rest()
    assert stage.alarms() == []


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        write(made, SMALL)
        with made.parts.store.transaction() as session:
            place_table.load(session, place_table.read(made.folder), by="测试", now=made.now)
        yield made


@pytest.mark.one_database
def test_the_page_shows_operators_who_is_where(house: House) -> None:
    assign(house, "联络", "东桥街道", "--from", "2026-11-01")
    operator = house.visitor("运营")
    operator.get("/console/records")
    assert "街道和社区有没有人" in operator.text
    operator.get("/console/coverage")
    assert "东桥街道槐树里社区 联络 （街道的） 没有人" in operator.text
    assert "西桥街道：没有乙方联络员 2026-12-01 至 2026-12-01，1 天" in operator.text
    assert operator.get("/console/coverage?on=2026-10-31&month=2026-13").status_code == 422
    operator.get("/console/coverage?on=2026-10-31")
    assert "东桥街道 没有人 没有人" in operator.text
    assert house.visitor("联络").get("/console/coverage").status_code == 403
