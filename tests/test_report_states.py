"""A report goes to 甲方 with its figures frozen and is confirmed or returned by 甲方 alone; the last payment waits for it."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from gateway_kit import NOW
from report_kit import decide, kept, people, state, submit
from sqlalchemy import select

from content.db import Store
from content.errors import FilesWrong, OpsError
from content.models import Event
from scheduler import report_desk
from scheduler.models import Report
from scheduler.report_states import (
    MOVES,
    ReportState,
    acceptance_confirmed,
    move,
    only_for_the_house,
    that_counts,
)

PAIRS = list(product(ReportState, ReportState))


@pytest.mark.parametrize(("old", "new"), PAIRS, ids=[f"{a.name}-{b.name}" for a, b in PAIRS])
def test_a_report_moves_as_the_table_says_and_writes_it_down(store: Store, old: ReportState, new: ReportState) -> None:
    with store.transaction() as session:
        report = Report(kind="monthly", place="", period="2026-12", version=1, state=old.value, made_at=NOW)
        session.add(report)
        session.flush()
        if (old, new) not in MOVES:
            with pytest.raises(OpsError, match="不能变为"):
                move(session, report, new, by="甲", now=NOW, why="")
        else:
            move(session, report, new, by="甲", now=NOW, why="因为")
        assert report.state == (new if (old, new) in MOVES else old)
        written = session.scalars(select(Event)).all()
    told = [(e.subject, e.from_state, e.to_state, e.why) for e in written]
    assert told == ([(f"report:{report.id}", old.value, new.value, "因为")] if (old, new) in MOVES else [])


@pytest.fixture
def house(store: Store, tmp_path: Path) -> tuple[Store, Path]:
    people(store)
    return store, tmp_path


def test_what_was_submitted_stays_as_it_was_whatever_becomes_of_the_file(house: tuple[Store, Path]) -> None:
    store, folder = house
    number = kept(store, folder)
    assert "1 个文件不再变" in submit(store, folder, number)
    (file,) = (folder / ".wxops/reports/acceptance/2026/all/v1").iterdir()
    before = file.read_bytes()
    file.write_bytes(b"changed")
    with store.transaction() as session:
        report = report_desk.named(session, number)
        assert report_desk.take_out(session, folder, report, file.name, by="运营", now=NOW) == before
    (frozen,) = (folder / ".wxops/reports/submitted").iterdir()
    frozen.write_bytes(b"changed, too")
    with store.transaction() as session, pytest.raises(FilesWrong, match="提交以后被改过"):
        report_desk.take_out(session, folder, report, file.name, by="运营", now=NOW)


def test_a_file_that_was_edited_before_is_submitted_as_it_is_then(house: tuple[Store, Path]) -> None:
    store, folder = house
    number = kept(store, folder)
    (file,) = (folder / ".wxops/reports/acceptance/2026/all/v1").iterdir()
    file.write_bytes(b"edited in Word")
    submit(store, folder, number)
    with store.transaction() as session:
        report = report_desk.named(session, number)
        assert report_desk.take_out(session, folder, report, file.name, by="运营", now=NOW) == b"edited in Word"


@pytest.mark.parametrize("by", ["编辑", "主任", "科长", "街道"])
def test_only_an_operator_of_the_contractor_submits(house: tuple[Store, Path], by: str) -> None:
    number = kept(*house)
    with pytest.raises(OpsError, match="由乙方的运营或管理员提交"):
        submit(*house, number, by=by)
    assert state(house[0], number) == "draft"


@pytest.mark.parametrize("by", ["运营", "编辑", "街道"])
@pytest.mark.parametrize("confirmed", [True, False])
def test_only_the_client_confirms_or_returns(house: tuple[Store, Path], by: str, confirmed: bool) -> None:
    number = kept(*house)
    submit(*house, number)
    with pytest.raises(OpsError, match="由甲方的人确认或退回"):
        decide(house[0], number, confirmed, by=by)
    assert state(house[0], number) == "submitted"


def test_a_returned_report_needs_a_reason_and_is_followed_by_a_new_version_even_of_the_same_figures(
    house: tuple[Store, Path],
) -> None:
    store, folder = house
    first = kept(store, folder)
    submit(store, folder, first)
    with pytest.raises(OpsError, match="请写退回的原因"):
        decide(store, first, False, reason=" ")
    assert decide(store, first, False, by="科长").endswith("会是新的一版。")
    second = kept(store, folder)
    assert second != first
    submit(store, folder, second)
    decide(store, second, True)
    assert (state(store, first), state(store, second)) == ("returned", "confirmed")


def test_of_a_period_one_version_alone_lies_at_the_client_or_is_confirmed(house: tuple[Store, Path]) -> None:
    store, folder = house
    first, second = kept(store, folder), kept(store, folder, '{"n": 2}')
    with pytest.raises(OpsError, match="不是最新的一版，请提交报告2"):
        submit(store, folder, first)
    submit(store, folder, second)
    third = kept(store, folder, '{"n": 3}')
    with pytest.raises(OpsError, match=r"没有提交：报告2.*请先请甲方退回"):
        submit(store, folder, third)
    decide(store, second, True)
    with pytest.raises(OpsError, match=r"没有提交：报告2.*甲方已确认，不再换别的版本"):
        submit(store, folder, third)
    with pytest.raises(OpsError, match="不能变为"):
        decide(store, second, False)
    with store.reading() as session:
        counts = that_counts(session, "acceptance", "", "2026")
        said = [only_for_the_house(session, report_desk.named(session, one)) for one in (first, second, third)]
    assert counts is not None
    assert (counts.id, said[1:]) == (second, ["", "甲方已确认的是第 2 版，第 3 版只供内部看，不能提交。"])


def test_a_word_that_another_person_wrote_down_names_both(house: tuple[Store, Path]) -> None:
    store, folder = house
    number = kept(store, folder)
    submit(store, folder, number)
    with pytest.raises(OpsError, match="编辑不能代录"):
        decide(store, number, True, recorder="编辑")
    assert "甲方确认（主任，运营代录）" in decide(store, number, True, recorder="运营")
    with store.reading() as session:
        verdict = report_desk.verdict_of(session, report_desk.named(session, number))
    assert verdict is not None
    assert (verdict.person, verdict.recorded_by, verdict.verdict) == ("主任", "运营", "confirmed")


def test_the_last_payment_opens_on_a_confirmed_report_of_the_whole_contract_alone(house: tuple[Store, Path]) -> None:
    store, folder = house

    def opened() -> int | None:
        with store.reading() as session:
            found = acceptance_confirmed(session, date(2026, 1, 1))
            return found.id if found else None

    interim = kept(store, folder, '{"final": false}', period="2026-01-01_2026-11-30")
    whole = kept(store, folder, '{"final": true}', period="2026-01-01_2026-12-31")
    for number in (interim, whole):
        submit(store, folder, number)
        assert opened() is None
    decide(store, interim, True)
    assert opened() is None
    decide(store, whole, True)
    assert opened() == whole


def test_a_weekly_report_of_a_community_is_not_for_the_client(house: tuple[Store, Path]) -> None:
    number = kept(*house, kind="社区周报", period="2026-W49")
    with pytest.raises(OpsError, match="不用甲方确认"):
        submit(*house, number)
    with pytest.raises(OpsError, match="不用甲方确认"):
        decide(house[0], number, True)
