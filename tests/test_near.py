"""What people really type: polite words, stray blanks, signs that nobody sees, other signs, slips of the pen."""

from __future__ import annotations

import pytest

from bot.commands.near import closest, courteous, seen, without_thanks
from bot.commands.table import reference, split
from content.models import Person

pytestmark = pytest.mark.one_database

OPERATOR = Person(name="运营", role="operator", party="乙方")
EDITOR = Person(name="编辑", role="editor", party="乙方")


def understood(words: str) -> tuple[str, str] | None:
    words = seen(words)
    found = split(words) or courteous(words)
    return (found[0].names[0], found[1]) if found else None


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("同 意 12-3", ("同意", "12-3")),
        ("同\n意\u200b12-3", ("同意", "12-3")),
        ("\ufeff看\u2060１２", ("看", "１２")),
        ("取消 排期 12", ("取消排期", "12")),
        ("更正 文章12", ("更正", "文章12")),  # not 更正文章
        ("请看一下12", ("看", "12")),
        ("看一下 12", ("看", "12")),
        ("麻烦您退回 12-3 第二段不对，谢谢", ("退回", "12-3 第二段不对，谢谢")),
        ("待审吧", ("待审", "")),
        ("待审，谢谢！", ("待审", "谢谢！")),
        ("同意：12-3", ("同意", "12-3")),
        ("同意，12-3", ("同意", "12-3")),
        ("看: 12", ("看", "12")),
        ("排期：12 明天9点", ("排期", "12 明天9点")),
        ("问题：1", ("工单", "1")),
        ("帮助：排期", ("帮助", "排期")),
        ("统计，上周", ("统计", "上周")),
        ("退回：12-3：错字", ("退回", "12-3：错字")),
        ("帮我预览 12", ("看", "12")),
        ("您好，统计", ("统计", "")),
        ("暂停一下", ("暂停", "")),
        ("暂停发布", ("暂停", "")),
        ("请停止发布！", ("暂停", "！")),
        ("暂停自动发布 等街道核实", ("暂停", "等街道核实")),
        ("恢复发布", ("恢复", "")),
        ("恢复自动发布吧", ("恢复", "")),
        ("可以发 12-3", ("同意", "12-3")),
        ("打回 12-3 错字", ("退回", "12-3 错字")),
        ("定时 12 周五18:30", ("排期", "12 周五18:30")),
        ("下架 12 写错", ("撤稿", "12 写错")),
        ("删除 12 写错", ("撤稿", "12 写错")),
        ("请回复 3 好的，谢谢", ("回复", "3 好的，谢谢")),  # a reader gets these words whole
        ("统计昨天", ("统计", "昨天")),
        ("帮助排期", ("帮助", "排期")),
        ("评论员文章", None),
        ("请问这个社区有食堂吗", None),
        ("谢谢", None),
        ("好的", None),
        ("", None),
    ],
)
def test_it_is_understood(words: str, meant: tuple[str, str] | None) -> None:
    assert understood(words) == meant


@pytest.mark.parametrize(
    ("rest", "found"),
    [("第12篇", (12, None)), ("文章 12", (12, None)), ("#12-3", (12, 3)), ("﹟12﹣3", (12, 3)), ("12篇", (12, None))],
)
def test_a_number_is_understood_with_what_stands_around_it(rest: str, found: tuple[int, int | None]) -> None:
    read = reference(rest)
    assert read is not None
    assert read[:2] == found


def test_a_number_is_of_what_the_command_is_about() -> None:
    for words in ("3", "告警3", "告警 3", "第3条", "#3"):
        read = reference(words, "告警")
        assert read is not None
        assert read[:2] == (3, None)
    assert reference("告警3") is None  # 没发出 告警3 means no article
    assert reference("记录3", "告警") is None


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("统记", "统计"),
        ("带审", "待审"),
        ("同义 12-3", "同意 12-3"),
        ("同义12-3", "同意 12-3"),
        ("我同意 1-1", "同意 1-1"),
        ("12-3 同意", "同意 12-3"),
        ("推回 12-3 日期不对", "退回 12-3 日期不对"),
        ("牌期 １２　明天９点", "排期 12 明天9点"),
        ("取消期排 12", "取消排期 12"),
        ("立即发部 12", "立即发布 12"),
        ("没发初 12", "没发出 12"),
        ("撤高 12", "撤稿 12"),
        ("账停", "暂停"),
        ("今天天气不错", ""),
        ("好", ""),
        ("老年餐怎么报名", ""),
        ("12-3", ""),
        ("……", ""),
    ],
)
def test_a_slip_is_answered_with_the_closest_command(words: str, meant: str) -> None:
    assert closest(words, OPERATOR) == meant


def test_nobody_is_offered_what_they_may_not_say() -> None:
    assert closest("牌期 12", OPERATOR) == "排期 12"
    assert "排期" not in closest("牌期 12", EDITOR)
    assert closest("带审", None) == ""


def test_polite_words_are_no_reason() -> None:
    assert without_thanks("谢谢！") == ""
    assert without_thanks("12 谢谢您，辛苦了") == "12"
    assert without_thanks("日期不对") == "日期不对"
