"""Closed months: by whom, and that nothing of them changes without a reason, through whatever door."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from console_kit import House
from sqlalchemy import select
from stage import Stage, png
from test_assignments import district  # noqa: F401 - the fixture
from test_field import trail
from test_field_evidence import house, send  # noqa: F401 - the fixture
from test_field_terminal import record
from test_recorded import run

from content import evidence
from content.clock import SHANGHAI
from content.dossier_models import Dossier, DossierStep
from content.models import Event
from content.people import add_person

EARLY = datetime(2026, 12, 5, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def closed(district: Stage) -> Stage:  # noqa: F811
    """A district whose November is closed, with one visit in it."""
    district.at(EARLY)
    assert "已记下" in district.say("小东", "走访 北街 11月20日 3人 座谈 原因：例行")
    with district.parts.store.transaction() as session:
        add_person(session, "管理", "admin", party="", company="", now=district.now)
    assert record(district, "close", "2026-11", "--by", "管理") == (
        0,
        "2026年11月的记录已封存，以后补记、更正、作废都要写原因。",
    )
    return district


def test_a_closed_month_changes_only_with_a_reason_which_its_trail_keeps(closed: Stage) -> None:
    asked = "2026年11月的记录已经封存（管理，2026-12-05 09:00），补记和更正要写原因：在最后加上“原因：为什么”再发一次"
    for words in ("走访 北街 11月21日 又去座谈", "走访 更正 1 4人", "走访 更正 1 12月1日"):
        assert asked in closed.say("小东", words), words
    assert [why for _, why in trail(closed)] == ["记下：走访"]
    assert "已记下" in closed.say("小东", "走访 北街 11月21日 又去座谈 原因：手机坏了")
    assert "内容：又去座谈\n" in closed.say("小东", "记录 2")
    assert trail(closed, 2) == [("小东", "记下：走访。原因：手机坏了")]
    assert "已更正：人数 3→4。" in closed.say("小东", "走访 更正 1 4人 原因：登记表上是4人")
    assert "已作废" in closed.say("小东", "走访 作废 2 记重了")
    assert [why for _, why in trail(closed)] == ["记下：走访", "更正：人数 3→4。原因：登记表上是4人"]
    assert trail(closed, 2)[-1][1] == "作废（已封存的月份）：记重了"
    assert "已记下" in closed.say("小东", "走访 北街 12月1日 座谈")
    assert asked in closed.say("小东", "走访 更正 3 11月30日")


def test_the_terminal_asks_for_the_same_reason(closed: Stage) -> None:
    added = ("add", "走访", "北街", "11月22日", "座谈", "--by", "小东")
    assert record(closed, *added)[0] == 4
    assert record(closed, *added, "--why", "补录")[0] == 0
    assert "在终端加 --why" in record(closed, "correct", "1", "5人", "--by", "小东")[1]
    assert record(closed, "correct", "1", "5人", "--why", "数错了", "--by", "小东")[0] == 0
    assert record(closed, "months")[1] == "2026-11 已封存，管理，2026-12-05 09:00"


def test_a_deliberation_of_a_closed_month_needs_a_reason_too(closed: Stage) -> None:
    asked = "2026年11月的记录已经封存"
    assert asked in closed.say("小东", "议事 北街 11月21日 楼道堆物")
    assert "（东桥街道北街社区，2026-11-21）：楼道堆物\n" in closed.say(
        "小东", "议事 北街 11月21日 楼道堆物 原因：纸质补录"
    )
    assert asked in closed.say("小东", "议事 1 分级 11月22日 一般")
    step = ("step", "1", "分级", "一般", "--day", "11月22日", "--by", "小东")
    assert asked in run(closed, *step, command="dossier")[1]
    assert run(closed, *step, "--why", "补录", command="dossier")[0] == 0
    assert "已记下" in closed.say("小东", "议事 1 组织 12月2日 约人 原因：例行")
    changed = ("correct", "1", "分级", "重要", "--why", "记错了", "--by", "小东")
    assert run(closed, *changed, command="dossier")[0] == 0
    assert run(closed, "void", "1", "--why", "重复", "--by", "小东", command="dossier")[0] == 0
    with closed.parts.store.reading() as session:
        told = session.scalars(select(Event.why).where(Event.subject == "dossier:1").order_by(Event.id)).all()
        assert session.scalars(select(DossierStep.text).where(DossierStep.step == "组织")).one() == "约人 原因：例行"
    assert told == [
        "立档：议事。原因：纸质补录",
        "议题采集（2026-11-21）。原因：纸质补录",
        "分级（2026-11-22）。原因：补录",
        "组织（2026-12-02）",
        "更正分级（已封存的月份）：2026-11-22 一般→2026-11-22 重要。原因：记错了",
        "作废（已封存的月份）：重复",
    ]


def test_evidence_of_a_closed_month_needs_a_reason_too(closed: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png("late"))
    prove = ("prove", "1", str(tmp_path / "a.png"), "--by", "小东")
    asked = "2026年11月的记录已经封存"
    assert asked in record(closed, *prove)[1]
    assert not (closed.folder / evidence.FOLDER).exists()
    assert asked in closed.say("小东", "照片 1")
    assert (
        send(closed, "late") == "图片没有收下：不知道附在哪里。请先发要附图的那一句（例如“走访”），10 分钟内再发图片。"
    )
    assert record(closed, *prove, "--why", "补交")[0] == 0
    assert "作为图片发来" in closed.say("小东", "照片 1 原因：手机找到了")
    assert [why for _, why in trail(closed)][1:] == [
        "补材料（已封存的月份）。原因：补交",
        "补材料（已封存的月份）。原因：手机找到了",
    ]
    closed.say("小东", "走访 北街 12月1日 座谈")
    assert "作为图片发来" in closed.say("小东", "照片 2")
    assert [why for _, why in trail(closed, 2)] == ["记下：走访"]


def test_evidence_of_a_step_in_a_closed_month_needs_a_reason_too(closed: Stage, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png("late"))
    closed.say("小东", "议事 北街 11月21日 楼道堆物 原因：纸质补录")
    prove = ("prove", "1", "议题采集", str(tmp_path / "a.png"), "--by", "小东")
    assert "已经封存" in run(closed, *prove, command="dossier")[1]
    shown = closed.say("小东", "议事 1")
    assert shown.endswith("2026年11月的记录已经封存，补材料要写原因：议事 1 原因：为什么")
    assert "作为图片发来" in closed.say("小东", "议事 1 原因：补照片")
    assert run(closed, *prove, "--why", "补交", command="dossier")[0] == 0
    with closed.parts.store.reading() as session:
        told = session.scalars(select(Event.why).where(Event.subject == "dossier:1").order_by(Event.id)).all()
    assert told[2:] == [
        "给“议题采集”补材料（已封存的月份）。原因：补照片",
        "给“议题采集”补材料（已封存的月份）。原因：补交",
    ]


@pytest.mark.parametrize(
    ("last", "new", "is_asked"),
    [
        ("2026-12-03", "2026-11-20", True), ("2026-11-20", "2026-11-25", True), ("2026-11-20", "2026-12-03", True),
        ("", "2026-11-20", True), ("", "2026-12-03", False), ("2026-11-30", "2026-12-03", False),
        ("2026-12-03", "2026-11-30", False),
    ],
)  # fmt: skip
def test_the_end_of_a_span_needs_a_reason_where_days_of_a_closed_month_change(
    closed: Stage, last: str, new: str, is_asked: bool
) -> None:
    with closed.parts.store.transaction() as session:
        first, until = date(2026, 10, 20), date.fromisoformat(last) if last else None
        made = Dossier(
            form="不可抗力", title="停电", first=first, last=until, targets="visits", person_id=1, by="小东", company="",
            at=closed.now,
        )  # fmt: skip
        session.add(made)
    end = ("end", "1", new, "--by", "运营")
    code, said = run(closed, *end, command="dossier")
    assert ("2026年11月的记录已经封存" in said, code != 0) == (is_asked, is_asked)
    assert run(closed, *end, "--why", "通知改了", command="dossier")[0] == 0
    with closed.parts.store.reading() as session:
        told = session.scalars(select(Event.why).where(Event.subject == "dossier:1")).all()
    late = "（已封存的月份）" if is_asked else ""
    assert told[-1] == f"结束日期{late} {(last if is_asked else new) or '未定'}→{new}。原因：通知改了"


def test_a_span_over_a_closed_month_is_opened_with_a_reason(closed: Stage) -> None:
    made = (
        "open",
        "不可抗力",
        "停电",
        "--from",
        "2026-10-20",
        "--to",
        "2026-12-02",
        "--target",
        "visits",
        "--by",
        "运营",
    )
    assert "2026年11月的记录已经封存" in run(closed, *made, command="dossier")[1]
    assert run(closed, *made, "--why", "通知来得晚", command="dossier")[0] == 0


def test_in_an_open_month_a_correction_keeps_what_looks_like_a_reason(closed: Stage) -> None:
    closed.say("小东", "走访 北街 12月1日 座谈")
    assert "已更正" in closed.say("小东", "走访 更正 2 内容 调解纠纷，原因：楼上漏水")
    assert "内容：调解纠纷，原因：楼上漏水" in closed.say("小东", "记录 2")


def test_who_closes_and_what_can_be_closed(closed: Stage) -> None:
    for words, said in (
        (("close", "2026-11", "--by", "管理"), "已经封存了"),
        (("close", "2026-12", "--by", "管理"), "还没有过完"),
        (("close", "11月", "--by", "管理"), "月份应写成"),
        (("close", "2026-10", "--by", "运营"), "由管理员来做"),
        (("reopen", "2026-11", "--why", " ", "--by", "管理"), "要写原因"),
        (("reopen", "2026-10", "--why", "x", "--by", "管理"), "没有封存"),
        (("reopen", "2026-11", "--why", "甲方要补一条", "--by", "管理"), "重新打开了"),
    ):
        assert said in record(closed, *words)[1], words
    assert "已更正" in closed.say("小东", "走访 更正 1 4人")
    assert record(closed, "months")[1] == "没有封存的月份。"


def test_an_admin_closes_and_opens_a_month_on_the_page(house: House) -> None:  # noqa: F811
    house.at(EARLY)
    house.say("运营", "走访 北街 11月30日 3人 座谈")
    admin, liaison, desk = house.visitor("管理"), house.visitor("联络"), house.visitor("运营")
    liaison.get("/console/records?month=2026-11")
    assert "封存" not in liaison.text
    assert liaison.press("/console/records/months", {"month": "2026-11"}).status_code == 422
    admin.get("/console/records?month=2026-11")
    admin.press("/console/records/months", {"month": "2026-11"})
    assert "2026-11 已封存" in admin.text
    assert "2026-11 已封存" in liaison.get("/console/records?month=2026-11").text
    assert "为什么更正" in desk.get("/console/records/1").text
    assert desk.press("/console/records/1/correct", {"words": "4人", "why": ""}).status_code == 422
    desk.press("/console/records/1/correct", {"words": "4人", "why": "登记表是4人"})
    assert "更正：人数 3→4。原因：登记表是4人" in desk.text
    assert "为什么补材料" in desk.text
    scan = ("a.png", png("late"), "image/png")
    assert desk.press("/console/records/1/upload", scan=scan).status_code == 422
    desk.press("/console/records/1/upload", {"why": "补交"}, scan=scan)
    assert "补材料（已封存的月份）。原因：补交" in desk.text
    admin.get("/console/records?month=2026-11")
    admin.press("/console/records/months", {"month": "2026-11", "why": "甲方要补一条"})
    assert "2026-11 没有封存" in admin.text
    assert "重新打开：甲方要补一条" in admin.text
