"""A file is taken in once and whole, a corrected one says what it changed, and what is undone counts no more."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from sqlalchemy import event, select
from table_kit import ALL, HEAD, Office

from bot import taking_in
from bot.taking_in import FiguresWrong
from content.errors import OpsError
from scheduler import batches
from scheduler.batches import TakenBefore
from scheduler.models import Figure

WRONG = ["德胜", "一区", "很多", 70]


def corrected(value: int) -> list[list[Any]]:
    """All rows, with another number for 新风."""
    return [["德胜街道", "新风社区", value, 50], *ALL[1:]]


def current(office: Office) -> list[tuple[str, int]]:
    """What stands in the table as not superseded, of metrics and things."""
    with office.parts.store.reading() as session:
        rows = session.execute(select(Figure).where(Figure.superseded_by.is_(None), Figure.subject == "place:101"))
        return sorted((one.metric, one.value) for (one,) in rows)


def test_the_same_file_twice_is_refused(office: Office) -> None:
    file = office.file(HEAD, *ALL)
    office.take(file)
    with pytest.raises(TakenBefore, match=r"这个文件已经收过：第 1 批，2026-12-01 09:00，运营。.*wxops batch undo 1"):
        office.take(file)
    assert (office.batches(), office.count()) == (1, 10)


def test_the_same_figures_in_other_bytes_are_refused(office: Office) -> None:
    office.take(office.file(HEAD, *ALL))
    text = "\n".join(",".join(map(str, row)) for row in [HEAD, *reversed(ALL)])
    with pytest.raises(TakenBefore, match=r"这些数（文件“注册用户20261130\.xlsx”）已经收过"):
        office.take(office.text(text))


def test_the_same_bytes_of_another_day_are_another_file(office: Office) -> None:
    file = office.file(HEAD, *ALL)
    office.take(file)
    office.take(file.rename(file.with_name("注册用户20261129.xlsx")))
    assert office.batches() == 2


def test_a_corrected_file_supersedes_and_says_what_changed(office: Office) -> None:
    office.take(office.file(HEAD, *ALL))
    taken = office.take(office.file(HEAD, *corrected(120)))
    assert taken.lines[-2:] == ["改了 1 个数（旧 → 新）：", "  2026-11-30 德胜街道新风社区 注册用户 100 → 120"]
    assert office.figures()["101"] == 120
    assert current(office) == [("real_name", 50), ("registered", 120)]


def test_what_a_corrected_file_says_nothing_of_still_counts_and_is_named(office: Office) -> None:
    office.take(office.file(HEAD, *ALL))
    taken = office.take(office.file(HEAD, *corrected(120)[:4]))
    assert taken.lines[-1] == "同一天以前收过、这次没有的，仍用以前的数：月坛街道一区社区"
    assert office.figures()["112"] == 500


def test_a_file_of_another_street_on_that_day_changes_nothing(office: Office) -> None:
    office.take(office.file(HEAD, *ALL[:3]))
    taken = office.take(office.file(HEAD, *ALL[3:]))
    assert not [line for line in taken.lines if line.startswith(("改了", "同一天"))]
    assert len(office.figures()) == 5


def test_undoing_restores_what_was_superseded(office: Office) -> None:
    for value in (100, 120, 130):
        office.take(office.file(HEAD, *corrected(value)))
    assert taking_in.undo(office.parts, 2, "填错了", by="运营") == "已撤销第 2 批，被它替换的数重新作数。"
    assert (office.figures()["101"], current(office)) == (130, [("real_name", 50), ("registered", 130)])
    taking_in.undo(office.parts, 3, "填错了", by="运营")
    assert office.figures()["101"] == 100
    assert ("registered", 100) in current(office)


def test_what_is_undone_may_come_again(office: Office) -> None:
    file = office.file(HEAD, *ALL)
    office.take(file)
    taking_in.undo(office.parts, 1, "文件不对", by="运营")
    assert office.figures() == {}
    office.take(file)
    assert len(office.figures()) == 5


def test_undoing_wants_a_reason_and_happens_once(office: Office) -> None:
    office.take(office.file(HEAD, *ALL))
    with pytest.raises(OpsError, match="要写理由"):
        taking_in.undo(office.parts, 1, " ", by="运营")
    taking_in.undo(office.parts, 1, "文件不对", by="运营")
    with pytest.raises(OpsError, match="已经撤销了"):
        taking_in.undo(office.parts, 1, "再来", by="运营")
    with pytest.raises(OpsError, match="没有第 9 批"):
        taking_in.undo(office.parts, 9, "x", by="运营")
    assert taking_in.batch_lines(office.parts, 1)[-1] == "2026-12-01 09:00 运营 撤销：文件不对"


def test_one_bad_row_stops_the_whole_file(office: Office) -> None:
    with pytest.raises(FiguresWrong, match="1 行 1 处不对，一个数也没有收") as refused:
        office.take(office.file(HEAD, *ALL[:2], WRONG, *ALL[3:]))
    assert refused.value.problems[0].message == "表1!C4 “很多”不是数"
    assert (office.batches(), office.count()) == (0, 0)


def test_the_rest_can_be_taken_in_and_the_bad_rows_brought_again(office: Office) -> None:
    file = office.file(HEAD, *ALL[:2], WRONG, *ALL[3:])
    taken = office.take(file, skip_bad=True)
    assert taken.bad_file == file.with_name("注册用户20261130-没收进的行.csv")
    assert taken.lines[0] == "已收进第 1 批：注册用户，4 行 8 个数。"
    rows = list(csv.reader(taken.bad_file.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [
        ["街道", "社区", "日期", "注册用户", "实名认证用户", "原因", "位置"],
        ["德胜", "一区", "2026-11-30", "很多", "70", "“很多”不是数", "表1!第 4 行"],
    ]
    mended = taken.bad_file.read_text(encoding="utf-8-sig").replace("很多,", "300,")
    office.take(office.text(mended, name="改好.csv"))
    assert office.figures()["103"] == 300


def test_the_bad_rows_never_overwrite_a_file(office: Office) -> None:
    file = office.file(HEAD, *ALL[:2], WRONG)
    file.with_name("注册用户20261130-没收进的行.csv").write_text("别人的", encoding="utf-8")
    taken = office.take(file, skip_bad=True)
    assert taken.bad_file == file.with_name("注册用户20261130-没收进的行-2.csv")


class Died(BaseException):
    """The machine, at some point."""


@pytest.mark.parametrize("statement", ["INSERT INTO batch", "INSERT INTO figure", "UPDATE figure", "COMMIT"])
def test_whoever_dies_while_taking_in_has_taken_nothing_in(office: Office, statement: str) -> None:
    office.take(office.file(HEAD, *corrected(100)))
    second, engine = office.file(HEAD, *corrected(120)), office.parts.store.engine

    def die(*told: Any) -> None:
        if statement == "COMMIT" or str(told[2]).startswith(statement):
            raise Died

    name = "commit" if statement == "COMMIT" else "after_cursor_execute"
    event.listen(engine, name, die)
    with pytest.raises(Died):
        office.take(second)
    event.remove(engine, name, die)
    assert (office.batches(), office.count(), office.figures()["101"]) == (1, 10, 100)
    office.take(second)
    assert (office.batches(), office.count(), office.figures()["101"]) == (2, 20, 120)


def test_of_two_who_bring_one_file_at_one_moment_one_takes_it_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = office.file(HEAD, *ALL)
    monkeypatch.setattr(batches, "refuse_again", lambda *_: None)  # both have looked before either wrote
    office.take(file)
    with pytest.raises(TakenBefore, match="刚刚被别人收进来"):
        office.take(file)
    assert office.count() == 10
