"""代理: a 甲方 step passes to another person of 甲方 for some days, under all rules of the chain, and no day longer."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from shelf import CHAIN, Shelf, at
from sqlalchemy import select
from stage import Stage
from test_recorded import run

from content import delegations, evidence, reviews
from content.approval import approval_of
from content.awaited import awaited
from content.db import Store
from content.errors import OpsError
from content.models import Article, Event, State
from content.paper import Delegation
from content.people import add_person, person_named
from content.steps import Step
from scheduler.models import Outbox

PAPER = "京民函〔2026〕12号"
FIRST, LAST = date(2026, 12, 2), date(2026, 12, 4)


@pytest.fixture
def shelf(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """The chain, a deputy of 甲方 and an operator; 1-1 waits for the last step."""
    shelf = Shelf(store, tmp_path / "space", monkeypatch)
    shelf.hire()
    shelf.hire({"副处长": "reviewer", "科长": "reviewer"}, party="甲方")
    shelf.hire({"运营": "operator"})
    shelf.submit(shelf.write(due=at(9)))
    shelf.judge("编辑", 1)
    shelf.judge("复审", 1)
    return shelf


def pass_on(shelf: Shelf, giver: str = "主任", to: str = "副处长", by: str = "运营", **more: object) -> Delegation:
    told = {"first": FIRST, "last": LAST, "document": PAPER} | more
    with shelf.store.transaction() as session:
        who = (person_named(session, name) for name in (giver, to))
        return delegations.delegate(session, *who, **told, by=person_named(session, by), now=shelf.now)  # type: ignore[arg-type]


def why_not(shelf: Shelf, who: str = "副处长") -> str:
    with shelf.store.reading() as session:
        revision = reviews.latest_revision(session, shelf.article(1))
        assert revision
        return reviews.why_not(session, revision, person_named(session, who), CHAIN, now=shelf.now)


def test_it_holds_from_the_first_day_to_the_last_and_no_longer(shelf: Shelf) -> None:
    pass_on(shelf)
    for moment, held in ((at(1, 23, 59), False), (at(2, 0, 0), True), (at(4, 23, 59), True), (at(5, 0, 0), False)):
        shelf.now = moment
        assert (why_not(shelf) == "") == held, moment
    assert "由甲方终审人审，您不能代审" in why_not(shelf)


def test_the_verdict_says_in_whose_place_and_by_which_document(shelf: Shelf) -> None:
    pass_on(shelf)
    shelf.now = at(3)
    assert "审核完成" in shelf.judge("副处长", 1)
    with shelf.store.reading() as session:
        told = approval_of(session, shelf.folder, 1).verdicts[-1]
        trail = session.scalars(select(Event.why).where(Event.subject == "article:1")).all()
    assert (told.person, told.standing) == ("副处长", f"代理主任，{PAPER}")
    assert f"终审通过（代理主任，{PAPER}），审核完成" in trail


def test_what_either_has_held_counts_for_both(shelf: Shelf) -> None:
    shelf.submit(shelf.write(due=at(9), body="第二稿。"))
    shelf.judge("编辑", 1, 2)
    shelf.judge("副处长", 1, 2)  # 复审, in their own right
    pass_on(shelf)
    shelf.now = at(3)
    with pytest.raises(OpsError, match="您已经审过这一稿（复审）"):
        shelf.judge("副处长", 1, 2)
    shelf.judge("主任", 1, 2)
    assert shelf.article(1).state == State.APPROVED


def test_a_step_of_two_is_not_held_by_one_and_their_delegate(shelf: Shelf) -> None:
    chain = (Step("初审", "editor"), Step("复审", "reviewer"), Step("终审", "chief", "甲方", people=2))
    pass_on(shelf)
    shelf.now = at(3)
    shelf.judge("副处长", 1, chain=chain)
    with pytest.raises(OpsError, match="您已经审过这一稿（终审）"):
        shelf.judge("主任", 1, chain=chain)


def test_the_delegate_of_who_submitted_has_not_the_last_word(shelf: Shelf) -> None:
    shelf.submit(shelf.write(due=at(9), body="主任写的。"), by="主任")
    shelf.judge("编辑", 1, 2)
    shelf.judge("复审", 1, 2)
    pass_on(shelf)
    shelf.now = at(3)
    with pytest.raises(OpsError, match="不能是送审人主任"):
        shelf.judge("副处长", 1, 2)


def test_a_step_of_the_other_party_is_not_passed_on(shelf: Shelf) -> None:
    shelf.hire({"甲方复审": "reviewer"}, party="甲方")
    shelf.submit(shelf.write(due=at(9), body="第二稿。"))
    shelf.judge("编辑", 1, 2)
    shelf.hire({"老主任": "chief"})
    pass_on(shelf, "甲方复审", "老主任")
    shelf.now = at(3)
    assert "现在是复审" in why_not(shelf, "老主任")


REFUSED = {
    "代理人必须是甲方的人": {"to": "复审"},
    "委托人必须是甲方的人": {"giver": "编辑"},
    "代理人不能是本人": {"to": "主任"},
    "副处长不能登记": {"by": "副处长"},
    "编辑不能登记": {"by": "编辑"},
    "请写代理的依据": {"document": " "},
    "日期不对": {"last": date(2026, 12, 1)},
    "没有名叫": {"to": "无名"},
}


def test_what_may_not_be_is_refused(shelf: Shelf) -> None:
    for why, wrong in REFUSED.items():
        with pytest.raises(OpsError, match=why):
            pass_on(shelf, **wrong)  # type: ignore[arg-type]
    shelf.hire({"联络": "liaison"}, party="甲方")
    with pytest.raises(OpsError, match="不能审稿"):
        pass_on(shelf, to="联络")
    made = pass_on(shelf)
    with pytest.raises(OpsError, match=f"代理 停 {made.id}"):
        pass_on(shelf, to="科长", first=LAST, last=LAST + timedelta(days=3))
    pass_on(shelf, to="科长", first=LAST + timedelta(days=1), last=LAST + timedelta(days=3), by="主任")


def test_who_is_missing_names_the_delegate(shelf: Shelf) -> None:
    pass_on(shelf)
    shelf.now = at(3)
    with shelf.store.reading() as session:
        post = session.get_one(Article, 1).post
        assert post
        assert awaited(session, post, CHAIN, now=shelf.now) == [
            "文章1“题01-a”等终审（主任、副处长），审的人请回复：同意 1-1"
        ]


# people ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(stage: Stage) -> Stage:
    stage.hire()
    with stage.parts.store.transaction() as session:
        _, code = add_person(session, "副处长", "reviewer", party="甲方", company="", now=stage.now)
    stage.say("副处长", f"绑定 {code}")
    stage.submit(stage.write(title="歇脚椅"))
    stage.say("编辑", "同意 1-1")
    stage.say("复审", "同意 1-1")
    return stage


def test_by_message_the_delegate_is_told_and_judges(office: Stage) -> None:
    assert "请写全" in office.say("运营", "代理 主任 副处长 12-01")
    assert "看不懂" in office.say("运营", "代理 主任 副处长 12-01 13-05 文号")
    told = office.say("运营", f"代理　主任 副处长 12-01 12月5日 {PAPER}")
    assert told == (
        f"已登记代理1：主任 → 副处长，2026-12-01 到 2026-12-05，{PAPER}。"
        "这几天该主任审的，副处长也可以审，记为代理。提前结束请发：代理 停 1"
    )
    assert f"1  主任 → 副处长，2026-12-01 到 2026-12-05，{PAPER}" in office.say("主任", "代理")
    office.tick()
    with office.parts.store.reading() as session:
        texts = session.scalars(select(Outbox.text).where(Outbox.key.startswith("turn:"))).all()
    assert [text for text in texts if text.startswith(f"轮到您审（代理主任，{PAPER}）《歇脚椅》（1-1，终审）")]
    assert "审核完成" in office.say("副处长", "同意 1-1")


def test_it_is_ended_before_its_time(office: Stage) -> None:
    office.say("运营", f"代理 主任 副处长 12-01 12-05 {PAPER}")
    assert office.say("主任", "代理 停 1").startswith("已停止代理1：")
    assert "没有正在生效的代理1" in office.say("主任", "代理 停 1")
    assert "您不能代审" in office.say("副处长", "同意 1-1")
    assert office.say("主任", "代理") == "没有生效的代理。"


def test_at_the_terminal_with_its_scan(office: Stage) -> None:
    scan = office.folder / "委托书.pdf"
    scan.write_bytes(b"%PDF-1.7 x")
    days = ("--from", "2026-12-01", "--until", "2026-12-05", "--document", str(scan), "--by", "运营")
    code, said = run(office, "delegate", "主任", "--to", "副处长", *days, command="person")
    assert (code, "委托书。这几天" in said) == (0, True)
    with office.parts.store.reading() as session:
        assert [row.name for row in evidence.of(session, "delegation:1")] == ["委托书.pdf"]
    assert "主任 → 副处长" in run(office, "delegations", command="person")[1]
    assert "已停止代理1" in run(office, "delegations", "--end", "1", "--by", "运营", command="person")[1]
