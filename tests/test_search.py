"""排查: every text that holds a word is found, with its number, its state, where it stands, and its address when it is out."""

from __future__ import annotations

import json

import pytest
from comment_kit import hired, kept, out, pulled, terminal, written
from outside_kit import a_post
from stage import Stage

from content import library
from content.lint.tables import NO_TABLES
from content.models import State
from scheduler import comment_wishes
from scheduler.search import ANSWERS, OUT, TABLES, WAITING, WRITTEN, search

URL = "http://mp.weixin.qq.com/s?__biz=MA==&mid=2247000001&idx=1&sn=a"


@pytest.fixture
def full(stage: Stage) -> Stage:
    """An account with the word in everything it has, each time written another way."""
    a_post(stage.parts.store, "残 废人的家", state=State.SCHEDULED, since=stage.now)
    a_post(stage.parts.store, "残废人之家", since=stage.now, url=URL)
    a_post(stage.parts.store, "别的事", since=stage.now)
    stage.write("05-draft", body="第一段。\n\n帮扶**残**废人。")
    stage.write("06-clean")
    library.scan(stage.parts.store, stage.parts.library, stage.now)
    stage.write("07-new", body="残·废·人也在内。")  # not taken in yet
    (stage.folder / "replies.csv").write_text("词,回答\n补贴,残废人补贴请拨打热线\n", encoding="utf-8")
    (stage.folder / "menu.toml").write_text('[[button]]\nname = "残废人服务"\n', encoding="utf-8")
    return stage


def hits(stage: Stage, word: str = "残废人") -> list[tuple[str, int, str, str]]:
    with stage.parts.store.reading() as session:
        found = search(session, stage.folder, word, stage.now)
    return [(hit.kind, hit.number, hit.where, hit.excerpt) for hit in found]


def test_every_text_that_holds_the_word_is_found_and_those_that_can_be_stopped_come_first(full: Stage) -> None:
    assert hits(full) == [
        (WAITING, 1, "标题", "【残 废人】的家"),
        (WRITTEN, 4, "正文", "第一段。 帮扶【残废人】。"),
        (WRITTEN, 0, "正文", "【残·废·人】也在内。"),
        (TABLES, 0, "第 2 行", "补贴 【残废人】补贴请拨打热线"),
        (TABLES, 0, "第 2 行", 'name = "【残废人】服务"'),
        (OUT, 2, "标题", "【残废人】之家"),
    ]
    assert hits(full, "没有的词") == []


def test_links_and_what_stands_under_pictures_are_searched_too(full: Stage) -> None:
    full.write("08-link", body="请看[这里](https://old.example.cn/a?b=1)。")
    assert hits(full, "old.example.cn") == [(WRITTEN, 0, "链接", "https://【old.example.cn】/a?b=1")]


def test_answers_to_comments_are_found_before_and_after_they_go_out(stage: Stage) -> None:
    number = out(stage)
    written(stage, number, "问一")
    pulled(stage)
    with stage.parts.store.transaction() as session:
        comment_wishes.reply(session, 1, "残废人也可以。", NO_TABLES, reason="", how="", by="运营", now=stage.now)
    assert hits(stage) == [(ANSWERS, 1, "回复", "【残废人】也可以。")]
    stage.tick()
    assert kept(stage)[0].reply
    assert hits(stage) == [(ANSWERS, 1, "回复", "【残废人】也可以。")]


def test_by_message_the_first_ones_are_told_with_counts_and_the_rest_in_parts(full: Stage) -> None:
    hired(full)
    answer = full.say("运营", "排查 残废 人")
    head, first, *_, last, url = answer.split("\n")
    assert head == "“残废 人”共 6 处：待发和审核中 1，稿件 2，表和菜单 2，已发布 1。"
    assert first == "1 《残 废人的家》（已排期，2026-12-01 09:00） 标题：【残 废人】的家，另有 1 处"
    assert last.startswith("2 《残废人之家》（已发布）")
    assert url == URL
    for n in range(99):
        a_post(full.parts.store, f"第{n}篇残废人长长长长长长长长长长长的标题", since=full.now)
    answer = full.say("运营", "排查 残废人")
    assert "只列前 100 处" in answer
    assert "（第 1 部分，共 " in answer
    assert "下一部分请发：排查 残废人 第2部分）" in answer
    assert "（第 2 部分" in full.say("运营", "排查 残废人 第2部分")
    assert "只有" in full.say("运营", "排查 残废人 第99部分")
    assert full.say("运营", "排查 没有的词") == "没有找到“没有的词”。"
    assert full.say("运营", "排查") == "请写要排查的词，例如：排查 残废人"


def test_the_terminal_lists_the_same_and_gives_json(full: Stage) -> None:
    code, text = terminal(full, "search", "残废人")
    assert code == 0
    assert "共 6 处" in text
    rows = json.loads(terminal(full, "search", "残废人", "--json")[1])
    assert [row["number"] for row in rows] == [1, 4, 0, 0, 0, 2]
    assert rows[-1]["url"] == URL
    assert terminal(full, "search", " ")[0] == 2
