"""The effect analysis kept: at the terminal, on the page, by message, and a month's draft by itself, exactly once."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from console_kit import House
from docx import Document
from effect_kit import FIRST, LAST, furnish
from figures_kit import out, put
from openpyxl import load_workbook
from sqlalchemy import select, update
from test_recorded import run

from content import control
from content.clock import SHANGHAI
from content.db import Store
from content.people import add_person, person_named
from content.word.filling import FORMS, copied
from scheduler import alarm, report_desk, stats
from scheduler.effect_changes import since_before
from scheduler.effect_facts import thawed
from scheduler.effect_keeping import make, make_due
from scheduler.models import Report
from scheduler.rules import Rules

RULES = Rules(account="西城家园")


def moment(day: int, hour: int = 9, month: int = 1) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=SHANGHAI)


def drafts(store: Store) -> list[tuple[str, str, int, str]]:
    with store.reading() as session:
        rows = session.scalars(select(Report).order_by(Report.id))
        return [(row.kind, row.period, row.version, row.by) for row in rows]


def ringing(store: Store) -> list[str]:
    with store.reading() as session:
        return [one.text for one in alarm.ringing(session) if one.key.startswith("effect:")]


# by itself --------------------------------------------------------------------------------------------------------------


def test_the_draft_of_a_month_is_made_once_on_the_third_at_nine(store: Store, tmp_path: Path) -> None:
    out(store, moment(17, month=12).replace(year=2026), "一")
    for now in (moment(1), moment(3, 8), moment(3), moment(3, 10), moment(20)):
        if now == moment(20):  # what comes later makes a new version only when somebody asks for it
            put(store, LAST, {("read_user", "article:1"): 5})
        make_due(store, tmp_path, RULES, now)
        assert len(drafts(store)) == (now >= moment(3)), now
    assert drafts(store) == [("monthly", "2026-12", 1, "自动")]
    make_due(store, tmp_path, Rules(report_day=0), moment(9, month=2))
    assert len(drafts(store)) == 1
    make_due(store, tmp_path, RULES, moment(9, month=2))
    assert drafts(store)[1:] == [("monthly", "2027-01", 1, "自动")]


def test_no_draft_is_made_of_a_month_before_we_kept_the_book(store: Store, tmp_path: Path) -> None:
    make_due(store, tmp_path, RULES, moment(9))
    out(store, moment(8), "一")
    make_due(store, tmp_path, RULES, moment(9))
    assert drafts(store) == []


def test_a_death_before_it_is_written_down_makes_no_second_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out(store, moment(17, month=12).replace(year=2026), "一")

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(control, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            make_due(store, tmp_path, RULES, moment(3))
    assert drafts(store) == []
    make_due(store, tmp_path, RULES, moment(3, 10))
    make_due(store, tmp_path, RULES, moment(3, 11))
    assert drafts(store) == [("monthly", "2026-12", 1, "自动")]


def test_a_broken_template_rings_once_and_what_is_made_by_hand_ends_it(store: Store, tmp_path: Path) -> None:
    out(store, moment(17, month=12).replace(year=2026), "一")
    (tmp_path / "forms").mkdir()
    own = tmp_path / "forms" / "effect.docx"
    own.write_bytes(b"no Word file")
    for hour in (9, 10):
        make_due(store, tmp_path, RULES, moment(3, hour))
    (told,) = ringing(store)
    assert "模板 effect.docx 读不出来，请用 Word 另存为 .docx。 改好以后请运行：wxops report monthly 2026-12" in told
    own.unlink()
    make(store, tmp_path, RULES, "monthly", "2026-12", by="运营", now=moment(3, 11))
    assert ringing(store) == []
    make_due(store, tmp_path, RULES, moment(3, 12))
    assert [version for *_, version, _ in drafts(store)] == [1]


# in versions ------------------------------------------------------------------------------------------------------------


def test_a_month_is_made_changed_compared_submitted_and_taken_out(store: Store, tmp_path: Path) -> None:
    furnish(store, tmp_path)

    def made() -> Report:
        return make(store, tmp_path, RULES, "monthly", "2026-12", by="运营", now=moment(3))

    first = made()
    assert made().id == first.id
    with store.reading() as session:
        told = stats.gained(session, FIRST, LAST)
        assert {m: thawed(first.facts).chapter("overview").row(m)["value"] for m in told} == told
    put(store, LAST, {("read_user", "article:2"): 1200}, complete=False)
    copied(tmp_path, "effect").write_bytes(copied_with_a_change())
    second = made()
    with store.reading() as session:
        assert since_before(session, first) is None
        changed = since_before(session, second)
    assert changed is not None
    assert "文章：“楼道里的歇脚椅” 的阅读 1,160 人→1,200 人" in changed
    assert "文章：本期文章阅读 1,235 人→1,275 人" in changed
    assert changed[-1] == "Word 模板换了"
    with store.transaction() as session:
        add_person(session, "运营", "operator", party="乙方", company="", now=moment(1))
        lies = report_desk.named(session, second.id)
        said = report_desk.submit(session, tmp_path, lies, person_named(session, "运营"), now=moment(4))
    assert "月度推广效果数据分析报告 2026-12 第 2 版）已提交甲方，数字和 2 个文件不再变" in said


def copied_with_a_change() -> bytes:
    changed, made = Document(str(FORMS / "effect.docx")), io.BytesIO()
    changed.add_paragraph("制表：办公室")
    changed.save(made)
    return made.getvalue()


# the doors --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "space", database)
    with made.open():
        made.staff()
        furnish(made.parts.store, made.folder)
        made.at(moment(3))
        yield made


def test_the_month_is_told_by_message_and_made_on_the_page(house: House) -> None:
    answer = house.say("运营", "月报")
    assert "阅读 1,275 人，比上期上升 390.4%。" in answer
    assert "报告还没有生成。" in answer
    visitor = house.visitor("运营")
    visitor.get("/console/reports")
    assert 'value="2026-12"' in visitor.page.text
    assert "应写成 2026-Q4 这样" in visitor.press("/console/reports", {"kind": "quarterly", "period": "12月"}).text
    visitor.press("/console/reports", {"kind": "monthly", "period": "2026-12"})
    assert "第 1 版" in visitor.text
    assert "-2026-12.docx" in visitor.text
    assert "http://wx.test/console/reports/1" in house.say("主任", "月报 12月")
    assert "不用甲方" not in house.say("编辑", "月报 2026-12")
    assert "还没有过完" in house.say("编辑", "月报 本月")
    visitor.get("/console/reports")
    assert re.search(r"月度推广效果数据分析报告\s+1 2026-12 第 1 版\s+草稿\s+运营", visitor.text)
    other = house.visitor("编辑")
    other.get("/console/reports")
    assert "生成推广效果" not in other.text
    assert other.press("/console/reports", {"kind": "monthly", "period": "2026-12"}).status_code == 403


def test_after_the_client_confirmed_a_version_the_next_one_is_for_the_house(house: House) -> None:
    store, visitor = house.parts.store, house.visitor("运营")
    month = {"kind": "monthly", "period": "2026-12"}
    visitor.get("/console/reports")
    visitor.press("/console/reports", month)
    with store.transaction() as session:
        session.execute(update(Report).values(state="confirmed"))
    put(store, LAST, {("read_user", "article:2"): 1200}, complete=False)
    visitor.get("/console/reports")
    visitor.press("/console/reports", month)
    inside = "甲方已确认的是第 1 版，第 2 版只供内部看，不能提交。"
    assert inside in visitor.text
    assert "提交以后" not in visitor.text
    assert inside in run(house, "monthly", "2026-12", "--by", "运营", command="report")[1]
    assert "第 1 版，甲方已确认" in house.say("主任", "月报 2026-12")


def test_the_terminal_makes_it_and_saves_a_copy_with_the_watermark(house: House, tmp_path: Path) -> None:
    code, said = run(house, "monthly", "2026-12", "--out", str(tmp_path / "out"), "--by", "运营", command="report")
    assert code == 0, said
    assert said.startswith("报告1（月度推广效果数据分析报告 2026-12 第 1 版）在 .wxops/reports/monthly/2026-12/all/v1")
    line = "运营 于 2027-01-03 09:00 导出，仅供履约使用，请勿外传。"
    word, book = sorted((tmp_path / "out").iterdir())
    assert Document(str(word)).paragraphs[-1].text == line
    assert {sheet.cell(sheet.max_row, 1).value for sheet in load_workbook(book)} == {line}
    assert run(house, "monthly", "2027-01", command="report")[0] == 4
    code, said = run(house, "monthly", "2026-11", "--out", str(tmp_path), "--by", "别人", command="report")
    assert (code, "没有名叫别人的人" in said, len(drafts(house.parts.store))) == (4, True, 1)
    assert "不能生成" in run(house, "monthly", "2026-11", "--by", "编辑", command="report")[1]
    assert run(house, "template", "effect", command="report")[1].startswith("已复制：")
