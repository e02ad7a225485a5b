"""What people really type: polite words, stray blanks, signs that nobody sees, other signs, slips of the pen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from wechat_sender import Entrance

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
        ("待审，谢谢！", ("待审", "，谢谢！")),
        ("帮我预览 12", ("看", "12")),
        ("您好，统计", ("统计", "")),
        ("暂停一下", ("暂停", "")),
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


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


def test_a_slip_never_acts(door: Entrance) -> None:
    door.submit(door.write(title="歇脚椅"))
    before = door.stored()
    assert door.say("编辑", "同义 1-1") == "没有看懂。您是想发：同意 1-1 吗？发“帮助”看能做什么。"
    assert door.say("运营", "账停") == "没有看懂。您是想发：暂停 吗？发“帮助”看能做什么。"
    assert door.stored() == before
    assert "请写明原因" in door.say("编辑", "退回 1-1 谢谢") or "原因" in door.say("编辑", "退回 1-1 谢谢")
    assert "通过" in door.say("编辑", "麻烦\u200b同 意 1—1 谢谢！")


def test_a_stranger_is_offered_nothing(door: Entrance) -> None:
    assert "您是想发" not in door.say("路人", "同义 1-1")


def test_one_knows_who_one_is_and_unties_oneself_after_a_question(door: Entrance) -> None:
    assert door.say("街道", "我是谁").split("\n") == [
        "街道，联络员，甲方",
        "2026-12-01 09:00 绑定了这个微信号",
        "能做什么请发：帮助",
    ]
    assert "唯一绑定的运营" not in door.say("运营", "解绑")  # an administrator hears alarms, too
    assert door.say("运营", "什么") == "没有解绑。确定要解绑请回复：确定解绑；不解绑请发：算了"
    assert door.say("运营", "算了") == "好的，“解绑”就此作罢。"
    assert "唯一" not in door.say("编辑", "解绑")
    assert door.say("编辑", "确定解绑", msg_id=77) == "编辑，已解绑。要再用，请向管理员要新的绑定码。"
    assert (
        door.say("编辑", "确定解绑", msg_id=77) == "编辑，已解绑。要再用，请向管理员要新的绑定码。"
    )  # WeChat's repeat
    assert "您可以发" not in door.say("编辑", "帮助")
    door.say("管理", "解绑")
    door.say("管理", "是的")
    assert "您是唯一绑定的运营" in door.say("运营", "解绑")
