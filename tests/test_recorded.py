"""代录: a verdict that was given elsewhere is recorded under all rules of the chain, marked, and proven."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from stage import Stage, png

from bot.cli import cli
from content.approval import approval_of
from content.errors import OpsError
from content.models import Event, Review, State
from content.people import add_person

ASKED = "请在 10 分钟内把截图或扫描件作为图片发来，可以发几张，都附在1-1终审的代录上。"


@pytest.fixture
def office(stage: Stage) -> Stage:
    """The staff, a second operator and a director without WeChat; 1-1 waits for the last step."""
    stage.hire()
    with stage.parts.store.transaction() as session:
        add_person(session, "王局长", "chief", party="甲方", company="区民政局", now=stage.now)
    stage.submit(stage.write(title="歇脚椅"))
    stage.say("编辑", "同意 1-1")
    stage.say("复审", "同意 1-1")
    return stage


def verdicts(stage: Stage) -> list[tuple[str, str, str, str, str]]:
    with stage.parts.store.reading() as session:
        rows = session.scalars(select(Review).order_by(Review.id))
        return [(r.step, r.verdict, r.comment, r.way, r.recorded_by) for r in rows if r.way]


def trail(stage: Stage) -> list[str]:
    with stage.parts.store.reading() as session:
        return [e.why for e in session.scalars(select(Event).where(Event.subject == "article:1").order_by(Event.id))]


def test_a_director_who_never_opens_anything_has_the_last_word_by_telephone(office: Stage) -> None:
    assert office.say("运营", "代录 1-1 同意 王局长 电话 周二上午在电话里看过") == (
        "文章1“歇脚椅”修订1-1已通过终审，审核完成。已记为线下审签（王局长，电话），由运营代录。\n" + ASKED
    )
    assert office.article(1).state == State.APPROVED
    assert verdicts(office) == [("终审", "pass", "周二上午在电话里看过", "电话", "运营")]
    assert trail(office)[-1] == "终审通过（线下审签：王局长，电话，运营代录），审核完成"
    assert "附在1-1终审的代录上" in (office.sim.say(openid="openid-运营", picture=png("chat"))["reply"] or "")
    office.tick()
    with office.parts.store.reading() as session:
        told = approval_of(session, office.folder, 1).verdicts[-1]
    assert (told.person, told.recorded, told.way, told.evidence) == ("王局长", "运营", "电话", "有凭证")


def test_sending_back_is_recorded_with_its_reason(office: Stage) -> None:
    assert "退回要写原因" in office.say("运营", "代录 1-1 退回 王局长 纸质")
    answer = office.say("运营", "代录１—１　退回　王局长　纸质：第二段，日期不对（见批示）")
    assert answer.startswith("已退回文章1“歇脚椅”修订1-1（终审）。已记为线下审签（王局长，纸质），由运营代录。")
    assert verdicts(office) == [("终审", "back", "第二段，日期不对（见批示）", "纸质", "运营")]
    assert office.article(1).state == State.WRITTEN


REFUSED = {
    "代录 1 同意 王局长 电话": "请写全",
    "代录 1-1 同意 王局长": "请写全",
    "代录 1-1 同意 王局长 短信": "请写全",
    "代录 1-1 王局长 电话": "请写全",
    "代录 1-1 同意 张局长 电话": "没有名叫张局长的人",
    "代录 1-1 同意 运营 电话": "自己的意见不用代录",
    "代录 1-1 同意 复审 微信": "现在是终审，由甲方终审人审，复审不能代审",
    "代录 1-2 同意 王局长 电话": "修订1-2不是现在的稿子，最新是1-1",
}


def test_what_is_unclear_or_against_the_rules_is_not_recorded(office: Stage) -> None:
    for words, why in REFUSED.items():
        assert why in office.say("运营", words)
    assert verdicts(office) == []


def test_an_outdated_verdict_is_not_recorded(office: Stage) -> None:
    office.submit(office.write(title="歇脚椅", body="改过的正文。"))
    assert "修订1-1不是现在的稿子，最新是1-2" in office.say("运营", "代录 1-1 同意 王局长 电话")
    assert verdicts(office) == []


def test_who_submitted_does_not_record_the_last_word(office: Stage) -> None:
    office.submit(office.write(title="歇脚椅", body="改过的正文。"), by="运营")
    assert "已通过初审" in office.say("运营", "代录 1-2 同意 编辑 微信")
    assert trail(office)[-1] == "初审通过（线下审签：编辑，微信，运营代录）"
    office.say("复审", "同意 1-2")
    assert "是运营送审的，终审要由另一位" in office.say("运营", "代录 1-2 同意 王局长 电话")
    assert office.article(1).state == State.IN_REVIEW


def test_one_person_holds_no_two_steps_by_another_hand_either(office: Stage) -> None:
    with office.parts.store.transaction() as session:
        for review in session.scalars(select(Review).where(Review.step == "初审")):
            session.delete(review)
        add_person(session, "李编辑", "editor", party="", company="", now=office.now)
    assert "复审不能代审" in office.say("运营", "代录 1-1 同意 复审 微信")
    assert "已通过初审" in office.say("运营", "代录 1-1 同意 李编辑 微信")
    assert "现在是终审" in office.say("运营", "代录 1-1 同意 李编辑 微信")


def test_only_operators_and_administrators_record(office: Stage) -> None:
    assert "不归编辑用" in office.say("编辑", "代录 1-1 同意 王局长 电话")
    assert run(office, "1-1", "--pass", "--for", "王局长", "--via", "电话", "--by", "编辑") == (
        4,
        "代录由运营或管理员来做，编辑不能代录。",
    )


# at the terminal -------------------------------------------------------------------------------------------------------


def run(stage: Stage, *arguments: str, command: str = "review") -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WXOPS_CLOCK", stage.environ["WXOPS_CLOCK"])
        result = CliRunner().invoke(cli, ["--workspace", str(stage.folder), command, *arguments])
    if isinstance(result.exception, OpsError):
        return result.exception.exit_code, str(result.exception)
    return result.exit_code, result.output.strip()


@pytest.fixture
def scan(tmp_path: Path) -> str:
    (tmp_path / "批示.pdf").write_bytes(b"%PDF-1.7 signed")
    return str(tmp_path / "批示.pdf")


def test_the_terminal_records_with_a_scan(office: Stage, scan: str) -> None:
    told = run(office, "1-1", "--pass", "--for", "王局长", "--via", "纸质", "--scan", scan, "--by", "运营")
    assert told[0] == 0
    assert told[1].endswith("由运营代录。凭证“批示.pdf”已收下，附在1-1终审的代录上。")
    assert office.article(1).state == State.APPROVED


def test_a_scan_may_follow(office: Stage, scan: str) -> None:
    assert "没有代录的意见" in run(office, "1-1", "--scan", scan, "--by", "运营")[1]
    told = run(office, "1-1", "--pass", "--for", "王局长", "--via", "纸质", "--by", "运营")
    assert "还没有凭证：请发“凭证 1-1 终审”再发图片" in told[1]
    assert run(office, "1-1", "--scan", scan, "--by", "编辑")[0] == 4
    assert "已收下" in run(office, "1-1", "--scan", scan, "--by", "运营")[1]


def test_what_is_left_out_is_asked_for(office: Stage) -> None:
    for wrong in (("1-1",), ("1-1", "--pass", "--via", "电话"), ("1", "--pass", "--for", "王局长", "--via", "电话")):
        assert run(office, *wrong, "--by", "运营")[0] == 2
    assert verdicts(office) == []


# without evidence ---------------------------------------------------------------------------------------------------


def test_a_day_without_evidence_is_told_once_and_ends_with_the_picture(office: Stage) -> None:
    office.say("运营", "代录 1-1 同意 王局长 电话")
    office.later(hours=23)
    office.tick()
    assert office.alarms() == []
    office.later(hours=1)
    office.tick()
    (told,) = office.alarms()
    assert "12月1日代录的意见还没有凭证：1-1终审的代录（王局长，电话，运营记），请发：凭证 1-1 终审。" in told
    assert ASKED in office.say("运营", "凭证 1-1")
    office.sim.say(openid="openid-运营", picture=png("chat"))
    office.later(minutes=1)
    office.tick()
    assert office.alarms() == []
