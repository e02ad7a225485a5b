"""Assignments: who is there for which place, from a day to a day, and that nobody sees beyond it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from stage import Stage
from test_places import SMALL, write
from test_recorded import run

from content import place_table
from content.assignments import beyond, places_of, seen_ids, sees
from content.gazetteer import Gazetteer, gazetteer
from content.models import Person
from content.people import add_person, bind, person_named

DAY = date(2026, 12, 1)
LIAISONS = {"小东": ("liaison", "乙方"), "小西": ("liaison", "甲方"), "新来": ("liaison", "乙方")}


@pytest.fixture
def district(stage: Stage) -> Stage:
    """A district of two streets with a liaison for each, one without any place, and the people of the chain."""
    write(stage, SMALL)
    stage.hire()
    with stage.parts.store.transaction() as session:
        place_table.load(session, place_table.read(stage.folder), by="测试", now=stage.now)
        for name, (role, party) in LIAISONS.items():
            _, code = add_person(session, name, role, party=party, company="", now=stage.now)
            bind(session, code, f"openid-{name}", now=stage.now)
    assert run(stage, "assign", "小东", "东桥街道", "--from", "2026-11-01", "--by", "运营", command="person") == (
        0,
        "小东负责东桥街道（乙方联络员，2026-11-01 起）。",
    )
    assert "（社区对接人，" in run(stage, "assign", "小西", "新风二", command="person")[1]
    return stage


def known(stage: Stage) -> Gazetteer:
    with stage.parts.store.reading() as session:
        return gazetteer(session, DAY)


def seen(stage: Stage, who: str, day: date = DAY) -> list[str]:
    with stage.parts.store.reading() as session:
        person = person_named(session, who)
        found = seen_ids(session, person, day)
        told = [spot.bare for spot in known(stage).places if found is None or spot.id in found]
        assert told == [spot.bare for spot in known(stage).places if sees(session, person, spot, day)]
        return told


def test_a_liaison_sees_their_places_and_what_lies_below_and_nothing_else(district: Stage) -> None:
    assert seen(district, "小东") == ["东桥", "槐树里", "新风一", "北街"]
    assert seen(district, "小西") == ["新风二"]
    assert seen(district, "新来") == seen(district, "编辑") == seen(district, "主任") == []
    assert len(seen(district, "运营")) == 8
    with district.parts.store.reading() as session:
        east = person_named(session, "小东")
        assert [spot.bare for spot in places_of(session, east, DAY)] == ["东桥"]
        assert [s.bare for s in beyond(session, east, known(district).places, DAY)] == [
            "长河区",
            "西桥",
            "新风二",
            "东桥",
        ]


def test_an_assignment_holds_from_its_first_to_its_last_day(district: Stage) -> None:
    assert seen(district, "小东", date(2026, 10, 31)) == []
    assert run(district, "unassign", "小东", "东桥街道", "--on", "2026-12-03", command="person")[0] == 0
    assert seen(district, "小东", date(2026, 12, 3))
    assert seen(district, "小东", date(2026, 12, 4)) == []
    assert run(district, "assign", "小东", "东桥街道", "--from", "2026-12-03", command="person")[0] == 4
    assert run(district, "assign", "小东", "东桥街道", "--from", "2026-12-10", command="person")[0] == 0
    assert seen(district, "小东", date(2026, 12, 10))
    rows = json.loads(run(district, "places", "小东", "--json", command="person")[1])
    assert [(row["place"], row["from"], row["to"]) for row in rows] == [
        ("东桥街道", "2026-11-01", "2026-12-03"),
        ("东桥街道", "2026-12-10", ""),
    ]


WRONG = {
    ("assign", "编辑", "东桥街道"): "角色不管街道和社区",
    ("assign", "小东", "东桥街道"): "已经负责东桥街道",
    ("assign", "小东", "新风"): "有几个",
    ("assign", "小西", "东桥街道", "--from", "12月1日"): "日期看不懂",
    ("assign", "小西", "东桥街道", "--from", "2026-12-02", "--to", "2026-12-01"): "日期不对",
    ("assign", "小西", "东桥街道", "--kind", "楼长"): "没有“楼长”这一种",
    ("unassign", "小西", "东桥街道"): "没有负责东桥街道",
}


def test_what_is_wrong_is_told_in_words(district: Stage) -> None:
    for words, told in WRONG.items():
        code, said = run(district, *words, command="person")
        assert code in (2, 4)
        assert told in said


def test_everybody_may_ask_which_places_are_theirs(district: Stage) -> None:
    assert district.say("小东", "我的社区") == "东桥街道（3 个社区）。"
    assert district.say("小西", "我的街道") == "西桥街道新风二社区。"
    assert district.say("新来", "我的社区") == "新来现在没有负责的街道和社区，请管理员分配。"
    assert district.say("运营", "我的社区") == "运营看得到全部街道和社区。"
    assert "不归编辑用" in district.say("编辑", "我的社区")


def test_who_is_no_liaison_any_more_sees_nothing(district: Stage) -> None:
    with district.parts.store.transaction() as session:
        person = session.get_one(Person, person_named(session, "小东").id)
        person.role = "editor"
    assert seen(district, "小东") == []
