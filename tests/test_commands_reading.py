"""Questions by message: what would go out, whole and in parts; lists that fit and say what they leave out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from wechat_sender import Entrance

from bot.commands.fitting import Unfinished, cut, first_part, is_whole, listed
from content.clock import SHANGHAI
from content.models import Article, Revision, State
from content.render import visible_text
from content.revisions import latest_revision

pytestmark = pytest.mark.one_database

ODD_TITLE = "歇脚椅]]>&<b>“新”😀\u200b①"


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


def revision(door: Entrance, number: int = 1) -> Revision:
    with door.parts.store.reading() as session:
        found = latest_revision(session, session.get_one(Article, number))
        assert found is not None
        return found


# 看 ------------------------------------------------------------------------------------------------------------------


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


LONG = "\n\n".join(f"第{n}段。" + "居民议事会讨论了楼道照明，大家各抒己见😀。" * (n % 9) for n in range(1, 60))


BODIES = [LONG, "长" * 5000, "😀" * 3000, "a" * 4001, "短。"]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(len(body)))
def test_what_would_go_out_is_shown_whole_in_parts_that_fit(staffed: Entrance, body: str) -> None:
    staffed.submit(staffed.write(body=body, title="题" * 32, digest="摘" * 100))
    first = staffed.say("复审", "看 1")
    told = re.search(r"共 (\d+) 部分", first)
    count = int(told[1]) if told else 1
    parts = [staffed.say("复审", f"看 1 {n}") for n in range(1, count + 1)]
    assert parts[0] == first
    assert all(len(part.encode()) <= 2048 for part in parts)
    words = "等初审。同意请回复：同意 1-1\n退回请回复：退回 1-1 原因"
    assert all(part.endswith(words) for part in parts)
    shown = "".join(_inside(part, n) for n, part in enumerate(parts, 1))
    assert squeezed(shown).endswith(squeezed(visible_text(revision(staffed).html)))
    assert staffed.say("复审", f"看 1 {count + 1}") == f"文章1“{'题' * 32}”只有 {count} 部分。"


def _inside(part: str, n: int) -> str:
    """A part without its title line (from the second on) and without the words that follow the text."""
    inside = re.sub(r"(\n\n（第 \d+ 部分[^）]+）\n|\n\n)等初审。[^。]*$", "", part)
    return inside if n == 1 else inside.partition("）\n\n")[2]


def test_a_long_head_does_not_push_the_words_to_reply_out(staffed: Entrance) -> None:
    link = "https://www.example.cn/" + "a" * 900
    staffed.submit(staffed.write(title="😀" * 32, digest="摘" * 120, original_link=link, body="文" * 900))
    answer = staffed.say("编辑", "看 1")
    assert answer.endswith("退回请回复：退回 1-1 原因")
    assert "没有显示完" not in answer


def test_what_is_shown_has_title_author_digest_and_time(staffed: Entrance) -> None:
    due = datetime(2026, 12, 5, 18, 30, tzinfo=SHANGHAI)
    staffed.submit(staffed.write(due=due, title="歇脚椅", original_link="https://www.example.cn/a", notify="静默"))
    assert staffed.say("编辑", "看 1") == (
        "《歇脚椅》（1-1）\n作者：编辑部\n摘要：一句话摘要\n时间：2026-12-05 18:30，不推送\n"
        "阅读原文：https://www.example.cn/a\n\n正文第一段。\n作者：编辑部\n\n"
        "等初审。同意请回复：同意 1-1\n退回请回复：退回 1-1 原因"
    )


def test_an_article_is_shown_however_its_number_is_typed(sent: Entrance) -> None:
    for words in ("看 1", "看1", "看 １", "看\u3000１", "看 1-1", "看 1 1", "看１－１", "看 1，谢谢"):
        assert sent.say("编辑", words).startswith("《歇脚椅》（1-1）")


NO_NUMBERS = [
    ("看", "请写文章编号，例如：看 12"),
    ("看 甲", "请写文章编号，例如：看 12"),
    ("看 9999999999", "请写文章编号，例如：看 12"),
    ("看 " + "9" * 2000, "请写文章编号，例如：看 12"),
    ("看 999999999", "没有文章999999999。"),
    ("看 0", "没有文章0。"),
    ("看 1 0", "文章1“歇脚椅”只有 1 部分。"),
    ("看 1 9999", "文章1“歇脚椅”只有 1 部分。"),
    ("文章 " + "9" * 30, f"没有标题里有“{'9' * 20}”的文章。"),
]


def test_a_number_that_is_none_is_said_to_be_none(sent: Entrance) -> None:
    for words, answer in NO_NUMBERS:
        assert sent.say("编辑", words) == answer


def test_what_is_not_submitted_or_is_passed_has_no_words_to_reply(sent: Entrance) -> None:
    sent.approve("1-1")
    assert sent.say("编辑", "看 1").endswith("\n\n现在是：已通过")
    with sent.parts.store.transaction() as session:
        session.add(Article(slug="new", title="新稿", state=State.WRITTEN, state_since=sent.now))
    assert sent.say("编辑", "看 2") == "文章2“新稿”还没有送审，没有可看的稿子。"


# lists ---------------------------------------------------------------------------------------------------------------


def test_lists_say_so_when_there_is_nothing(staffed: Entrance) -> None:
    assert staffed.say("编辑", "待审") == "没有待审的文章。"
    assert staffed.say("编辑", "待发") == "没有待发的推文。"
    assert staffed.say("编辑", "文章") == "还没有文章。"
    assert staffed.say("编辑", "统计") == (
        "统计（11月1日—11月30日，还没有取到数据）\n发布：0 次，0 篇，其中推送 0 次\n互动：—\n粉丝：—，期内净增 —"
    )


def test_what_waits_for_me_comes_first(staffed: Entrance) -> None:
    for n in (1, 2):
        staffed.submit(staffed.write(f"0{n}-a{n}", title=f"第{n}篇"))
    staffed.say("编辑", "同意 1-1")
    lines = ["1-1 第1篇（{}）", "2-1 第2篇（{}）"]
    assert staffed.say("复审", "待审").split("\n") == [
        "待审 2 篇：", lines[0].format("复审，轮到您"), lines[1].format("等初审"), "看稿请发：看 1",
    ]  # fmt: skip
    assert staffed.say("编辑", "待审").split("\n") == [
        "待审 2 篇：", lines[1].format("初审，轮到您"), lines[0].format("等复审"), "看稿请发：看 2",
    ]  # fmt: skip


def test_what_is_due_is_listed_soonest_first_with_what_it_waits_for(sent: Entrance) -> None:
    for n, due in ((2, sent.now + timedelta(hours=3)), (3, sent.now + timedelta(hours=2))):
        sent.submit(sent.write(f"0{n}-a{n}", title=f"第{n}篇", due=due, notify="推送" if n == 2 else "静默"))
    sent.approve("2-1")
    assert sent.say("主任", "待发").split("\n") == [
        "待发 2 次：",
        "2026-12-01 11:00 不推送 3 第3篇（待定稿）",
        "　差：文章3“第3篇”等初审（编辑），审的人请回复：同意 3-1",
        "2026-12-01 12:00 推送 2 第2篇（待定稿）",
    ]
    sent.say("主任", "暂停")
    assert sent.say("主任", "待发").startswith("自动发布已暂停（主任）。\n待发 2 次：")


def test_an_article_is_told_with_its_state(sent: Entrance) -> None:
    assert sent.say("编辑", "文章") == "最近的文章：\n1 歇脚椅（审核中）\n看一篇请发：文章 编号"
    assert sent.say("编辑", "文章 1") == "文章1“歇脚椅”：审核中\n修订 1-1，等初审"
    sent.approve("1-1")
    assert sent.say("编辑", "文章１") == "文章1“歇脚椅”：已通过"


@pytest.mark.parametrize("title", [ODD_TITLE, "😀" * 32], ids=["odd", "long"])
def test_lists_of_sixty_with_odd_or_long_titles_fit_and_say_what_they_leave_out(staffed: Entrance, title: str) -> None:
    due = staffed.now + timedelta(hours=5)
    for n in range(3):
        staffed.submit(staffed.write(f"0{n}-a{n}", title=title, due=due))
    with staffed.parts.store.transaction() as session:
        session.add_all(
            Article(slug=f"s{n}", title=title, state=State.WRITTEN, state_since=staffed.now) for n in range(57)
        )
    for words in ("文章", "待审", "待发", "统计", "文章 1", "看 1"):
        answer = staffed.say("编辑", words)  # read strictly, and not over 2,048 bytes
        assert title in answer or words == "统计"
        assert "没有显示完" not in answer
    lines = staffed.say("编辑", "文章").split("\n")
    left = re.fullmatch(r"……还有 (\d+) 条，接着看请发：更多", lines[-2])
    assert left is not None
    assert int(left[1]) + len(lines) - 3 == 60
    assert staffed.say("编辑", "待审").endswith("看稿请发：看 1")


# what fits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "a" * 2048, "长" * 682, "长" * 683, "😀" * 600, "a" + "😀" * 512, "é" * 3000])
def test_a_text_is_cut_between_characters_and_says_so(text: str) -> None:
    assert is_whole(text) == (len(text.encode()) <= 2048)
    if is_whole(text):
        return
    part, rest = first_part(text)
    assert len(part.encode()) <= 2048
    assert part.removesuffix("\n（没有完，接着看请发：更多）") + rest.text == text


@pytest.mark.parametrize("size", [4, 7, 100])
@pytest.mark.parametrize("text", ["", "短", "一\n二\n\n三", "长" * 50, "😀a" * 30, "行一\n" + "长" * 40 + "\n行三"])
def test_parts_hold_everything_and_none_is_too_long(text: str, size: int) -> None:
    parts = cut(text, size)
    assert all(len(part.encode()) <= size for part in parts)
    assert squeezed("".join(parts)) == squeezed(text)


def test_a_list_keeps_its_head_and_foot_and_counts_what_it_leaves_out() -> None:
    assert listed(["头"], ["一", "二"], ["尾"]) == "头\n一\n二\n尾"
    long = listed(["头"], ["长" * 300] * 20, ["尾"], of=50)
    assert long == "\n".join(["头", "长" * 300, "长" * 300, "……还有 48 条，接着看请发：更多", "尾"])
    assert isinstance(long, Unfinished)
    assert long.rest.text.split("\n") == ["长" * 300] * 18 + ["……还有 30 条没有列出。"]
