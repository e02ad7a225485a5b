"""Places: the table that people edit is taken in whole or not at all, and names are found as people type them."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select
from stage import Stage
from test_recorded import run

from content import place_table
from content.errors import OpsError
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Event
from content.place_models import Place
from content.place_table import parse
from content.tables import TableWrong
from scheduler import place_watch

STARTER = Path(__file__).parent.parent / "content" / "starter" / "places.csv"
SMALL = """code,level,name,parent_code,简称
1,district,长河区,
11,street,东桥街道,1
12,街道,西桥街道,1
1101,community,槐树里社区居委会,11,老槐树
1102,community,新风一社区居委会,11
1103,社区,北街居委会,11
1201,community,新风二社区居委会,12
1202,community,东桥社区居委会,12
"""


def small() -> Gazetteer:
    table = parse(SMALL.encode(), "places.csv")
    levels = place_table.LEVELS
    return Gazetteer([Spot(n, r.code, levels[r.level], r.name, r.parent, r.short) for n, r in enumerate(table.rows, 1)])


def district() -> Gazetteer:
    rows = parse(STARTER.read_bytes(), "places.csv").rows
    return Gazetteer([Spot(n, r.code, r.level, r.name, r.parent, r.short) for n, r in enumerate(rows, 1)])


# the table -----------------------------------------------------------------------------------------------------------


def test_every_fault_of_a_table_is_told_at_once_with_its_cell() -> None:
    wrong = SMALL + (
        "1101,community,重复社区居委会,11\n1301,community,无主社区居委会,13\n1302,小区,某小区,11\n"
        "1.10E+11,community,坏码社区居委会,11\n1303,community,越级社区居委会,1\n1304,community,,11\n1305,street,悬空街道,\n"
    )
    with pytest.raises(TableWrong) as refused:
        parse(wrong.encode(), "places.csv")
    told = [problem.message for problem in refused.value.problems]
    assert [message.partition(" ")[0] for message in told] == ["A10", "D11", "B12", "A13", "D14", "C15", "D16"]
    assert "和 A5（槐树里社区居委会）重复" in told[0]
    assert "改坏了" in told[3]
    assert "社区的上级应是街道" in told[4]
    with pytest.raises(TableWrong, match="1 处"):
        parse("名称\n德胜街道\n".encode(), "places.csv")


def test_a_table_may_be_gbk_or_a_spreadsheet() -> None:
    book = Workbook()
    for line in SMALL.splitlines():
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in line.split(",")])  # type: ignore[union-attr]
    data = io.BytesIO()
    book.save(data)
    rows = parse(SMALL.encode(), "places.csv").rows
    for other in (SMALL.encode("gb18030"), data.getvalue()):
        assert [(r.code, r.name, r.short) for r in parse(other, "x").rows] == [(r.code, r.name, r.short) for r in rows]


def write(stage: Stage, text: str) -> None:
    (stage.folder / "places.csv").write_text(text, encoding="utf-8")


def names(stage: Stage) -> list[str]:
    with stage.parts.store.reading() as session:
        return [spot.shown for spot in gazetteer(session, stage.now.date()).places]


def tick(stage: Stage) -> None:
    """A minute passes, and the scheduler looks at the table."""
    stage.later(minutes=1)
    place_watch.watch(stage.parts.store, stage.folder, stage.now)


def test_the_scheduler_takes_a_changed_table_in_and_never_loses_a_place_by_itself(stage: Stage) -> None:
    write(stage, SMALL)
    stage.ticks.slow_rest()
    assert names(stage) == [
        "长河区", "东桥街道", "槐树里社区", "新风一社区", "北街社区", "西桥街道", "新风二社区", "东桥社区",
    ]  # fmt: skip
    write(stage, SMALL.replace("槐树里社区", "大槐树社区").replace("1202,community,东桥社区居委会,12\n", ""))
    tick(stage)
    assert {"大槐树社区", "东桥社区"} <= set(names(stage))
    assert "places.csv 里不再有：东桥社区居委会。这些地方照旧有效" in stage.alarms()[0]
    with stage.parts.store.reading() as session:
        assert session.scalars(select(Event.why).where(Event.subject == "place:1101")).all() == [
            "places.csv：槐树里社区居委会 改名"
        ]
    write(stage, SMALL)
    tick(stage)
    assert stage.alarms() == []


def test_a_wrong_table_changes_nothing_and_rings_until_it_is_right(stage: Stage) -> None:
    write(stage, SMALL)
    tick(stage)
    write(stage, SMALL.replace("新风二社区居委会,12", "新风二社区居委会,99"))
    tick(stage)
    (told,) = stage.alarms()
    assert "places.csv 有错，没有收进来，照旧用原来的：D8 的上级代码“99”在表里没有" in told
    assert len(names(stage)) == 8
    write(stage, SMALL)
    tick(stage)
    assert stage.alarms() == []


def test_the_terminal_takes_the_table_in_and_lists_it(stage: Stage) -> None:
    assert "读不出" in run(stage, "load", command="place")[1]
    write(stage, SMALL)
    assert run(stage, "load", command="place") == (0, "places.csv：8 行，新增 8 个。")
    assert run(stage, "load", command="place") == (0, "places.csv：8 行，没有变化。")
    write(stage, SMALL.replace("1202,community,东桥社区居委会,12\n", ""))
    assert "没有动：东桥社区居委会" in run(stage, "load", command="place")[1]
    assert "已撤销：东桥社区居委会" in run(stage, "load", "--retire", command="place")[1]
    with stage.parts.store.reading() as session:
        place = session.scalars(select(Place).where(Place.code == "1202")).one()
    assert place.active_to == date(2026, 12, 1)
    stage.later(days=1)
    assert run(stage, "list", "西桥", command="place") == (0, "1201  西桥街道新风二社区")
    assert json.loads(run(stage, "list", "--json", command="place")[1])[0] == {
        "code": "1", "level": "district", "name": "长河区", "parent": "",
    }  # fmt: skip


# names ---------------------------------------------------------------------------------------------------------------

TYPED = {
    "德胜": "德胜街道",
    "德胜街道办事处": "德胜街道",
    "德胜里": "德胜街道德胜里社区",
    "新街口西里三区": "新街口街道西里三区社区",
    "新街口西里三区社区居委会": "新街口街道西里三区社区",
    "新风": "德胜街道新风中直社区",
    "德胜街道新风社区": "德胜街道新风中直社区",
    "德胜 新风": "德胜街道新风中直社区",
    "月坛": "月坛街道",
    "月坛社区": "月坛街道月坛社区",
    "三里河一区": "月坛街道三里河一区社区",
    "六铺炕南小街": "德胜街道六铺炕南小街社区",
    "西城区": "西城区",
}


@pytest.mark.one_database
@pytest.mark.parametrize("typed", TYPED)
def test_places_of_the_real_district_are_found_as_people_type_them(typed: str) -> None:
    known = district()
    assert known.full(known.named(typed)) == TYPED[typed]


def test_every_place_is_found_by_its_official_name_and_as_it_is_shown() -> None:
    known = district()
    assert all(known.named(spot.name) == spot == known.named(known.full(spot)) for spot in known.places)
    assert len(known.places) == 279


def test_what_is_not_clear_is_asked_with_the_candidates() -> None:
    known = small()
    with pytest.raises(OpsError, match="“新风”有几个：东桥街道新风一社区、西桥街道新风二社区。请写全名。"):
        known.named("新风")
    with pytest.raises(OpsError, match="没有叫“槐林里”的街道或社区。是不是：东桥街道槐树里社区？"):
        known.named("槐林里")
    assert known.named("西桥新风").name == "新风二社区居委会"
    assert known.named("老槐树").name == "槐树里社区居委会"
    assert known.named("东桥").name == "东桥街道"
