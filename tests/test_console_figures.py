"""The page for files of figures: hand in, answer, look, confirm; nothing is taken in before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from console_kit import House, Visitor
from table_kit import ALL, HEAD, PLACES, values_on, workbook

from content import place_table

pytestmark = pytest.mark.one_database
AT = "/console/figures/import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAY = date(2026, 11, 30)


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        with made.parts.store.transaction() as session:
            place_table.load(session, place_table.parse(PLACES.encode(), "places.csv"), by="运营", now=made.now)
        yield made


def bring(
    visitor: Visitor, *rows: list[object], name: str = "注册20261130.xlsx", source: str = "users", day: str = ""
) -> None:
    visitor.get(AT)
    visitor.press(AT, {"source": source, "day": day}, file=(name, workbook(表1=rows), XLSX))


def here(visitor: Visitor) -> str:
    """The address of the page that is shown."""
    return visitor.page.url


def registered(house: House) -> dict[str, int]:
    with house.parts.store.reading() as session:
        return values_on(session, "registered", DAY)


def test_a_file_is_seen_before_it_is_taken_in(house: House) -> None:
    visitor = house.visitor("编辑")
    bring(visitor, HEAD, *ALL[:4])
    assert "注册用户：4 行 8 个数" in visitor.text
    assert "2026-11-30 德胜街道新风社区 注册用户 100 人" in visitor.text
    assert "没有“注册用户”：月坛街道一区社区（不记 0；台账里已有的数照算）" in visitor.text
    assert registered(house) == {}
    visitor.press(here(visitor))
    assert "第 1 批：注册用户，注册20261130.xlsx，4 行，2026-12-01 09:00，编辑" in visitor.text
    assert registered(house) == {"101": 100, "102": 200, "103": 300, "111": 400}
    assert list((house.folder / ".wxops" / "imports").iterdir()) == []


def test_unknown_heads_and_the_day_are_asked_and_heads_remembered(house: House) -> None:
    visitor = house.visitor("编辑")
    bring(visitor, ["社区", "激活人数"], ["新风", 7], name="激活.xlsx")
    assert "表1!B1 的“激活人数”是哪一列？" in visitor.text
    answers = f"{here(visitor)}/answers"
    visitor.press(answers, {"day": "2026-11-30"})
    assert "请为每个不认得的表头选一项。" in visitor.text
    visitor.press(answers, {"head-0": "registered", "day": "2026-11-30"})
    assert "2026-11-30 德胜街道新风社区 注册用户 7 人" in visitor.text
    bring(visitor, ["社区", "激活人数"], ["新风", 8], name="激活20261130.xlsx")
    assert "注册用户：1 行 1 个数" in visitor.text


def test_faults_are_listed_and_the_rest_is_taken_in_only_when_wished(house: House) -> None:
    visitor = house.visitor("编辑")
    bring(visitor, HEAD, ALL[0], ["德胜", "安德", "很多", 1])
    assert "有 1 行 1 处不对" in visitor.text
    assert "表1!C3 “很多”不是数" in visitor.text
    look = here(visitor)
    rest = visitor.session.get(f"{look}/bad.csv", timeout=30)
    assert "德胜,安德,2026-11-30,很多,1,“很多”不是数,表1!第 3 行" in rest.content.decode()
    visitor.press(look)
    assert "一个数也没有收" in visitor.text
    assert registered(house) == {}
    visitor.press(look, {"skip_bad": "1"})
    assert registered(house) == {"101": 100}


def test_what_cannot_be_taken_in_is_said_on_the_page(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = house.visitor("编辑")
    bring(visitor, HEAD, *ALL, source="")
    assert "请写明种类" in visitor.text
    visitor.press(AT, {"source": "users"}, file=("a.xlsx", b"PK\x03\x04 broken", XLSX))
    assert "文件不完整或已经损坏" in visitor.text
    visitor.press(AT, {"source": "users"})
    assert "请选择数据表" in visitor.text
    monkeypatch.setattr("bot.console.figures_import.MOST_ROWS", 3)
    bring(visitor, HEAD, *ALL)
    assert "网页上一次最多 3 行。请在服务器上运行：wxops import 注册用户 注册20261130.xlsx" in visitor.text
    assert list((house.folder / ".wxops" / "imports").iterdir()) == []


def test_the_same_file_again_is_refused_and_a_file_that_is_gone_is_said(house: House) -> None:
    visitor = house.visitor("编辑")
    bring(visitor, HEAD, *ALL)
    look = here(visitor)
    visitor.press(look)
    assert "这个文件已经不在了" in (visitor.get(look), visitor.text)[1]
    bring(visitor, HEAD, *ALL)
    visitor.press(here(visitor))
    assert "已经收过：第 1 批" in visitor.text


def test_reviewers_may_not_bring_figures(house: House) -> None:
    assert house.visitor("复审").get(AT).status_code == 403
