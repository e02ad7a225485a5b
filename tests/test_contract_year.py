"""A contract year from a fixed seed: whatever dirty way it came in, every door tells the same totals as its raw rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from days_of_tests import SOAK
from openpyxl import load_workbook
from sqlalchemy import select
from terminal_kit import wxops
from wechat_sender import Entrance
from year_rows import LAST, Year
from year_taken import take_in

from content.clock import local_day
from content.weeks import week_of
from scheduler import acceptance, weekly_reports
from scheduler.contract import standings
from scheduler.counting import NAMES
from scheduler.models import Report
from scheduler.targets import read_contract

COUNTED = ("articles", "themes", "cases", "visits", "trainings", "events", "groups", "users", "interactions")
WEEKS = 52 if SOAK else 8  # every dirty form of a file comes in eight weeks


@pytest.fixture
def lived(database: str, tmp_path: Path) -> Iterator[tuple[Entrance, Year]]:
    house, year = Entrance(tmp_path / "space", database), Year(WEEKS)
    with house.open():
        house.staff()
        take_in(house, year)
        yield house, year


def test_the_whole_year_is_as_the_contract_has_it() -> None:
    year = Year(53)
    assert year.last > LAST
    told = year.truth()
    assert (len(year.spots), told["articles"], told["visits"]) == (263, 48, 1_052)
    assert (told["trainings"], told["events"], told["groups"], told["themes"]) == (15, 15, 15, 12)
    assert told["registrations"] == 11
    assert told["interactions"] > 1_500_000
    assert Year(4).truth() == Year(4).truth() != Year(4, seed=8).truth()


def test_the_same_totals_stand_at_every_door(lived: tuple[Entrance, Year]) -> None:
    house, year = lived
    truth = year.truth()
    with house.parts.store.reading() as session:
        _, found = standings(session, house.folder, local_day(house.now))
    board = {one.target.count: one.counted.value for one in found if one.counted.value is not None}
    assert board == {name: truth[name] for name in board}
    assert {*COUNTED} <= board.keys()
    listed = json.loads(wxops(house, "contract", "--json").stdout)["targets"]
    assert {one["count"]: one["done"] for one in listed if one["count"] in COUNTED} == {
        name: truth[name] for name in COUNTED
    }
    _weekly_report_tells_the_same(house, year)
    told = house.say("运营", "进度")
    for one in found:
        if one.counted.value is not None:
            assert f"{one.target.name}：{truth[one.target.count]:,}/" in told
    assert f"{truth['interactions']:,}" in house.say("运营", "互动")
    assert f"{year.followers(year.last):,}" in house.say("运营", "粉丝")
    with house.parts.store.reading() as session:
        report = acceptance.gather(session, house.folder, year.last, today=local_day(house.now), seed=1)
        _, then = standings(session, house.folder, year.last)
    assert [(one.id, one.done) for one in report.facts.targets] == [(one.target.id, one.counted.value) for one in then]
    assert {one.id: one.done for one in report.facts.targets if one.annex} == {
        target: sum(row.value for row in rows) for target, rows in report.rows.items()
    }


def _weekly_report_tells_the_same(house: Entrance, year: Year) -> None:
    """Make one community's report of the last week, and read its workbook and page back."""
    spot = year.spots[0]
    contract = read_contract(house.folder, NAMES)
    assert contract is not None
    with house.parts.store.transaction() as session:
        weekly_reports.plan(session, week_of(year.last), contract, by="运营", now=house.now)
        place = (Report.kind == weekly_reports.COMMUNITY, Report.place == spot.code)
        number = session.scalars(select(Report.id).where(*place).order_by(Report.period.desc())).first()
    assert number is not None
    assert weekly_reports.make(house.parts.store, house.folder, number, house.now)
    with house.parts.store.reading() as session:
        folder = house.folder / session.get_one(Report, number).path
    book = load_workbook(next(folder.glob("*.xlsx")), data_only=True)
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    page = next(folder.glob("*.html")).read_text(encoding="utf-8")
    for value in year.newest(spot.code, year.last):
        assert value in cells
        assert f"{value:,}" in page
