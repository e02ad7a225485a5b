"""本月, 专题 and 告警 by message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from wechat_sender import Entrance

from content import library
from content.clock import SHANGHAI
from content.models import Article, Post, State
from scheduler import alarm
from scheduler.drafts import new_publication

LINK = "https://mp.weixin.qq.com/s/aBcDeFgHiJkLmNoPqRsTuV"


@pytest.fixture
def door(database: str, tmp_path: Path) -> Iterator[Entrance]:
    house = Entrance(tmp_path / "space", database)
    with house.open():
        house.staff()
        yield house


def taken_in(door: Entrance, month: str, title: str, *names: str) -> None:
    """Write a month's theme and articles, and let the library take them in."""
    for n, name in enumerate(names, 1):
        folder = door.write(f"0{n}-{name}", title=name, due=datetime(2026, 12, 2 + 5 * n, 10, 0, tzinfo=SHANGHAI))
        if month != "2026-12":
            (door.folder / month).mkdir(exist_ok=True)
            folder.rename(door.folder / month / folder.name)
    (door.folder / month).mkdir(exist_ok=True)
    text = f"---\ntitle: {title}\nsummary: 从身边说起。\n---\n"
    (door.folder / month / "theme.md").write_text(text, encoding="utf-8")
    scan(door)


def scan(door: Entrance) -> None:
    library.scan(door.parts.store, door.parts.library, door.now)


def test_the_month_shows_its_articles_and_what_it_lacks(door: Entrance) -> None:
    assert door.say("运营", "本月").split("\n") == [
        "2026-12（2026-12-01 09:00 的情况）",
        "专题：还没有",
        "文章 0 篇",
        "每月至少 4 篇和一个专题：4 篇里还差 4 篇，还差专题。",
        "2026-11-30 到 2027-01-01 有 32 天没有文章，超过 7 天。",
    ]
    taken_in(door, "2026-12", "温暖过冬", "歇脚椅", "助餐点")
    answer = door.say("运营", "本月").split("\n")
    assert answer[1:5] == [
        "专题：温暖过冬",
        "文章 2 篇：在写 2 篇",
        "1 歇脚椅（在写，12-07 10:00 推送）",
        "2 助餐点（在写，12-12 10:00 推送）",
    ]
    assert answer[5] == "每月至少 4 篇和一个专题：4 篇里还差 2 篇。"


def test_the_theme_shows_its_articles_with_their_links_and_the_next_one(door: Entrance) -> None:
    assert door.say("编辑", "专题") == "2026-12 专题：还没有\n还没有文章。\n2027-01 还没有起草。"
    taken_in(door, "2026-12", "温暖过冬", "歇脚椅", "助餐点")
    with door.parts.store.transaction() as session:
        article = session.get_one(Article, 1)
        post = session.get_one(Post, article.post_id)
        article.state = post.state = State.PUBLISHED
        publication = new_publication(post)
        publication.published_at, publication.url = door.now, LINK
        session.add(publication)
    taken_in(door, "2027-01", "新年好", "新年", "旧事")
    assert door.say("编辑", "专题").split("\n") == [
        "2026-12 专题：温暖过冬",
        "从身边说起。",
        "1 歇脚椅（已发布）",
        LINK,
        "2 助餐点（在写）",
        "2027-01 专题：新年好，2 篇",
    ]


def test_another_month_is_shown_where_it_is_named_and_what_is_none_is_refused(door: Entrance) -> None:
    for words, month in (
        ("12月", "2026-12"),
        ("2026年11月", "2026-11"),
        ("1月", "2027-01"),
        ("下个月", "2027-01"),
        ("上月", "2026-11"),
    ):
        assert door.say("运营", f"本月 {words}").startswith(f"{month}（"), words
        assert door.say("运营", f"专题 {words}").startswith(f"{month} 专题"), words
    for words in ("13月", "去年", "3 篇"):
        assert "请写是哪个月" in door.say("运营", f"本月 {words}"), words
    assert "看一篇请发，例如：文章 12" in door.say("运营", "待发 3")


def test_what_rings_is_listed_with_the_words_that_settle_it(door: Entrance) -> None:
    assert door.say("运营", "告警") == "没有要处理的告警（2026-12-01 09:00）。"
    with door.parts.store.transaction() as session:
        alarm.ring(session, "evidence:1", "截图取不回来。", now=door.now)
        alarm.ring(
            session, "outside:2", f"公众号里有一篇不是这里发的：{'很长的标题' * 60}。请看是谁发的。", now=door.now
        )
    lines = door.say("运营", "报警").split("\n")
    assert lines[0] == "要处理的告警 2 条："
    assert lines[1].startswith("告警2（12-01 09:00 起，紧急）：公众号里有一篇")
    assert lines[1].endswith("请看是谁发的。")
    assert lines[2:] == [
        "看过并处理好了请回复：处理完 2",
        "您来处理就回复：收到 2",
        "告警1（12-01 09:00 起）：截图取不回来。",
        "看过并处理好了请回复：处理完 1",
        "一条的全文请发：告警 编号",
    ]
    assert "很长的标题" * 60 in door.say("运营", "告警 2")
    door.say("运营", "收到 2")
    door.say("运营", "暂停 等核实")
    lines = door.say("运营", "警报").split("\n")
    assert lines[0] == "自动发布已暂停（运营：等核实）。"
    assert "（12-01 09:00 起，运营在处理）" in lines[2]
    assert door.say("运营", "告警 告警1") == door.say("运营", "告警 1")
    assert "像是在问，没有办" in door.say("运营", "处理完 告警1 了吗？")
    assert "已记为处理完" in door.say("运营", "处理完 告警1")
    assert door.say("运营", "告警 1") == "告警1 已经结束，或没有这条。"


def test_an_alarm_shows_only_the_words_that_its_reader_may_send(door: Entrance) -> None:
    with door.parts.store.transaction() as session:
        alarm.ring(session, "outside:2", "公众号里有一篇不是这里发的。", now=door.now)
        alarm.ring(session, "guessing:1", "有人乱试绑定码。", now=door.now)
    said = {who: door.say(who, "告警") for who in ("管理", "运营", "主任")}
    assert {who: [words for words in ("处理完 1", "收到 1", "解锁绑定", "处理完 2") if words in said[who]] for who in said} == {
        "管理": ["处理完 1", "收到 1", "解锁绑定", "处理完 2"], "运营": ["处理完 1", "收到 1", "处理完 2"], "主任": [],
    }  # fmt: skip
    assert "乱试绑定码" in door.say("主任", "告警 2")
