"""Verdicts by message: on the revision that was shown, by whose turn it is, with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from wechat_sender import Entrance

from content.models import Article, Review, State

UNKNOWN = "没有看懂。发“帮助”看能做什么。同意或退回要写稿号，例如：同意 12-3"


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        yield house


@pytest.fixture
def staffed(door: Entrance) -> Entrance:
    door.staff()
    return door


@pytest.fixture
def sent(staffed: Entrance) -> Entrance:
    """An article is in review: 1-1."""
    assert staffed.submit(staffed.write(title="歇脚椅")).name == "1-1"
    return staffed


def article(door: Entrance, number: int = 1) -> Article:
    return door.article(number)


def verdicts(door: Entrance) -> list[tuple[str, str, str]]:
    with door.parts.store.reading() as session:
        return [(r.step, r.verdict, r.comment) for r in session.query(Review).order_by(Review.id)]


def test_a_polite_word_approves_nothing(sent: Entrance) -> None:
    for words in ("已阅", "1-1", "1"):
        assert sent.say("编辑", words) == UNKNOWN
    for words in ("好", "好的", "收到", "OK", "行", "👍"):
        assert sent.say("编辑", words).startswith("好的。这一句不算同意，也没有办什么。")
    assert "您是想发：同意 吗？例如：同意 12-3。" in sent.say("编辑", "我同意")
    assert "请写明看过的是哪一稿" in sent.say("编辑", "同意吧")
    assert (verdicts(sent), article(sent).state) == ([], State.IN_REVIEW)


def test_an_approval_that_names_no_revision_is_refused(sent: Entrance) -> None:
    for words in ("同意", "同意 1", "通过", "可以发", "同意 歇脚椅", "同意 1-", "同意 1-1-1"):
        assert sent.say("编辑", words) == "请写明看过的是哪一稿，例如：同意 12-3。稿号在“看 12”里。"
    assert verdicts(sent) == []


def test_an_approval_is_understood_as_people_type_it(staffed: Entrance) -> None:
    for n, words in enumerate(["同意 1-1", "同意２－１", "通过 3-1", "可以发 4-1", "同意5—1。", "／同意\u30006-1"], 1):
        staffed.submit(staffed.write(f"0{n}-a{n}", title=f"第{n}篇"))
        assert staffed.say("编辑", words) == f"文章{n}“第{n}篇”修订{n}-1已通过初审，下一步：复审。"
    assert verdicts(staffed) == [("初审", "pass", "")] * 6


def test_a_question_a_condition_or_a_no_approves_nothing(sent: Entrance) -> None:
    for words in ("吗？", "？", " 还是退回", " 不行，第二段有错", "，改好错字后发", "但标题要改", " 明天9点"):
        for name in ("同意", "通过", "可以发"):
            answer = sent.say("编辑", f"{name} 1-1{words}")
            assert answer == "没有记。同意后面请不写别的，只发：同意 1-1；有意见请发：退回 1-1 意见", words
    assert "原因" in sent.say("编辑", "退回 1-1 吗？")
    assert (verdicts(sent), article(sent).state) == ([], State.IN_REVIEW)
    assert "已通过初审" in sent.say("编辑", "同意 1-1，谢谢，辛苦了")
    assert verdicts(sent) == [("初审", "pass", "")]


def test_an_approval_of_another_revision_is_refused(sent: Entrance) -> None:
    answer = "修订1-2不是现在的稿子，最新是1-1。请先看新稿，发：看 1"
    assert sent.say("编辑", "同意 1-2") == answer
    assert sent.say("编辑", "同意 9-1") == "没有文章9。"
    assert verdicts(sent) == []


def test_a_text_that_changed_after_it_was_shown_is_not_approved(sent: Entrance) -> None:
    assert "同意 1-1" in sent.say("编辑", "看 1")
    sent.submit(sent.write(title="歇脚椅", body="改过的正文。"))
    assert sent.say("编辑", "同意 1-1") == "修订1-1不是现在的稿子，最新是1-2。请先看新稿，发：看 1"
    assert verdicts(sent) == []
    assert "已通过初审" in sent.say("编辑", "同意 1-2")


def test_verdicts_follow_the_chain(sent: Entrance) -> None:
    assert "现在是初审" in sent.say("复审", "同意 1-1")
    assert "下一步：复审" in sent.say("编辑", "同意 1-1")
    assert "现在是复审" in sent.say("编辑", "同意 1-1")
    assert "现在是复审" in sent.say("主任", "同意 1-1")
    assert "下一步：终审" in sent.say("复审", "同意 1-1")
    assert "现在是终审，由甲方终审人审" in sent.say("外聘", "同意 1-1")
    assert sent.say("主任", "同意 1-1") == "文章1“歇脚椅”修订1-1已通过终审，审核完成。"
    assert sent.say("主任", "同意 1-1") == "文章1“歇脚椅”不在审核中，这条意见没有记下。请发：看 1"
    assert article(sent).state == State.APPROVED
    assert [step for step, _, _ in verdicts(sent)] == ["初审", "复审", "终审"]


def test_whoever_submitted_does_not_hold_the_last_step(staffed: Entrance) -> None:
    staffed.submit(staffed.write(), by="主任")
    staffed.say("编辑", "同意 1-1")
    staffed.say("复审", "同意 1-1")
    assert "不能是送审人主任" in staffed.say("主任", "同意 1-1")
    assert article(staffed).state == State.IN_REVIEW


def test_sending_back_needs_a_reason(sent: Entrance) -> None:
    for words in ("退回 1-1", "退回 1-1 ，。", "打回１－１"):
        assert sent.say("编辑", words) == "退回要写原因，例如：退回 1-1 第二段日期不对"
    assert (verdicts(sent), article(sent).state) == ([], State.IN_REVIEW)


def test_the_reason_is_kept_as_it_was_written(staffed: Entrance) -> None:
    said = [("退回", "第二段，日期：不对（见文件）"), ("打回", "一\n二 😀 ]]>"), ("不同意", "“' OR 1=1 --")]
    for n, (word, reason) in enumerate(said, 1):
        staffed.submit(staffed.write(f"0{n}-a{n}", title=f"第{n}篇"))
        assert staffed.say("编辑", f"{word} {n}-1 {reason}") == f"已退回文章{n}“第{n}篇”修订{n}-1（初审）。"
        assert verdicts(staffed)[-1] == ("初审", "back", reason)
        assert article(staffed, n).state == State.WRITTEN
