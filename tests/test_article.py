"""Reading an article's file: what editors write, as they write it, and what they are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.article import Facts, Level, PictureFacts, Source, read_article
from content.frontmatter import NAMES, read_front_matter
from content.values import NotUnderstood, moment, yes

EVENING = datetime(2026, 12, 5, 10, 30, tzinfo=UTC)


def read(text: str | bytes, tmp_path: Path) -> Source:
    file = tmp_path / "index.md"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_article(file, "2026-12/01-a/index.md")


def facts(front: str) -> Facts:
    found = read_front_matter(f"---\n{front}\n---\n正文", "a.md")
    assert not [problem for problem in found.problems if problem.level == Level.ERROR], found.problems
    return found.facts


def problem(front: str) -> tuple[int, str, str]:
    (found,) = list(read_front_matter(f"---\ntitle: 题\n{front}\n---\n正文", "a.md").problems)
    return found.line, found.code, found.message


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-05 18:30",
        "2026/12/5 18:30",
        "2026.12.5 18:30",
        "2026年12月5日18:30",
        "2026年12月5日（周六）18：30",
        "２０２６年１２月５日　１８：３０",
        "2026年12月5日 下午6点半",
        "2026年12月5日18时30分",
        "2026-12-05T18:30:00+08:00",
        "2026-12-05T10:30:00Z",
        '"2026-12-05 18:30"',
    ],
)
def test_a_moment_is_understood_however_an_editor_writes_it(written: str) -> None:
    assert facts(f"title: 题\n发布时间：{written}").publish_at == EVENING


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2026-12-05", "没有写时间"),
        ("2026年12月5日", "没有写时间"),
        ("下周五", "看不懂"),
        ("2026-02-30 10:00", "不存在"),
        ("2026-12-05 25:00", "不存在"),
    ],
)
def test_a_moment_that_cannot_be_meant_is_an_error_that_says_what_to_write(written: str, told: str) -> None:
    line, code, message = problem(f"publish_at: {written}")
    assert (line, code) == (3, "BAD_DATE")
    assert told in message
    assert "2026-12-05 18:30" in message


@given(st.text())
def test_any_text_for_a_moment_is_read_or_refused(text: str) -> None:
    try:
        found = moment(text)
    except NotUnderstood:
        return
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    "title",
    ["甲: 乙", "第 1 期 #2", "12:30", "no", "010", "1.10", "@甲", "*重要*", "- 甲", "100%", "甲：乙", "[通知] 停水"],
)
def test_a_title_stays_as_it_was_written(title: str) -> None:
    shown = read_front_matter(f"---\ntitle: {title}\nauthor: a\n---\n正文", "a.md")
    if title.startswith("["):  # YAML's own sign: quotation marks are needed, and the line is named
        assert [(p.code, p.line) for p in shown.problems if p.level == Level.ERROR] == [("YAML", 2)]
    else:
        assert shown.facts.title == title
        assert not shown.problems


def test_every_key_is_known_in_english_and_in_chinese() -> None:
    values = {
        "publish_at": "2026-12-05 18:30",
        "position": "2",
        "month": "2026-12",
        "pictures": "[]",
        "notify": "推送",
        "cover_focus": "上",
    }
    for key, names in NAMES.items():
        for name in names:
            found = read_front_matter(f"---\ntitle: 题\n{name}: {values.get(key, '是')}\n---\n正文", "a.md")
            assert found.lines.get(key) == 2 if key == "title" else found.lines.get(key) == 3
    english, chinese = (
        "\n".join(f"{names[at]}: {values.get(key, '是')}" for key, names in NAMES.items()) for at in (0, 1)
    )
    assert facts(english) == facts(chinese)
    assert facts(chinese).comments is True


def test_lists_and_the_rights_in_pictures_are_read_in_every_form() -> None:
    found = facts(
        "标题：题\n社区: [广内街道，椿树社区]\nby_hand:\n  - 原创声明\n  - 赞赏\n"
        "图片:\n  - 文件：a.png\n    来源: 自拍\n    权利人: 街道\n    许可：自有\n    肖像同意: 已取得\n顺序: ２\n推送: no"
    )
    assert found.places == ("广内街道", "椿树社区")
    assert found.by_hand == ("原创声明", "赞赏")
    assert found.pictures == (PictureFacts("a.png", "自拍", "街道", "自有", "已取得"),)
    assert found.position == 2
    assert found.notify is False
    assert facts("title: 题\n社区: 甲社区、乙社区").places == ("甲社区", "乙社区")
    assert facts("title: 题").notify is None


@pytest.mark.parametrize(
    ("written", "meant"), [("是", True), ("Yes", True), ("开", True), ("否", False), ("ＮＯ", False)]
)
def test_a_yes_is_understood_in_many_words(written: str, meant: bool) -> None:
    assert yes(written) is meant


@pytest.mark.parametrize(
    ("front", "line", "code", "told"),
    [
        ("descripton: x", 3, "UNKNOWN_KEY", "digest"),
        ("description: x", 3, "UNKNOWN_KEY", "digest"),
        ("作着: x", 3, "UNKNOWN_KEY", "作者"),
        ("author: a\nauthor: b", 4, "DUPLICATE_KEY", "第 3 行"),
        ("author: a\n作者: b", 4, "DUPLICATE_KEY", "两次"),
        ('author: "a', 3, "YAML", "引号"),
        ("notify: 也许", 3, "BAD_VALUE", "静默"),
        ("position: 头条", 3, "BAD_VALUE", "整数"),
        ("pictures: a.png", 3, "BAD_VALUE", "文件"),
        ("图片:\n  - 档案: a.png", 3, "BAD_VALUE", "肖像同意"),
        ("不是一项", 3, "FRONT_MATTER_LINE", "名称: 内容"),
        ("  author: 编辑部", 3, "FRONT_MATTER_LINE", "顶格"),
        ("\t作者：编辑部", 3, "FRONT_MATTER_LINE", "“作者”前面有空格"),
    ],
)
def test_what_is_wrong_in_the_front_matter_is_told_at_its_line(front: str, line: int, code: str, told: str) -> None:
    found = problem(front)
    assert found[:2] == (line, code)
    assert told in found[2]


def test_an_indented_key_is_no_text_of_the_value_before_it_and_indented_text_is() -> None:
    front = read_front_matter("---\ntitle: 题\n  author: 编辑部\n  digest: 摘\n---\n正文", "a.md")
    assert (front.facts.title, front.facts.author, front.facts.digest) == ("题", "编辑部", "摘")
    assert [problem.line for problem in front.problems] == [3, 4]
    assert facts("title: 题\ndigest: 周六\n  地点：中心").digest == "周六 地点：中心"
    assert facts('title: 题\ndigest: "周六\n  作者：某某"').digest == "周六 作者：某某"
    assert facts("title: 题\ndigest: |\n  author: x").digest == "author: x"


def test_bom_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    source = read("\ufeff---\r\ntitle: “题”\r\ntags: [甲, 乙]\r\n---\r\n\r\n第一段。\r\n".encode(), tmp_path)
    assert source.facts.title == "“题”"
    assert source.body == "\n第一段。\n"
    assert source.body_line == 5
    assert source.lines["title"] == 2
    assert not source.problems


def test_a_gbk_file_is_read_and_named(tmp_path: Path) -> None:
    source = read("---\ntitle: 停水通知\n---\n正文".encode("gbk"), tmp_path)
    assert source.facts.title == "停水通知"
    (found,) = source.problems
    assert found.code == "ENCODING"
    assert "GBK" in found.message
    assert "UTF-8" in found.message


def test_front_matter_never_closed_is_told_and_still_read(tmp_path: Path) -> None:
    source = read("---\ntitle: 题\nauthor: 编辑部\n\n正文。", tmp_path)
    assert [(p.code, p.line) for p in source.problems] == [("FRONT_MATTER_UNCLOSED", 1)]
    assert source.facts.author == "编辑部"
    assert source.body.strip() == "正文。"
    assert source.body_line == 4


def test_a_first_heading_stands_in_for_the_title_and_says_so(tmp_path: Path) -> None:
    source = read("---\nauthor: 编辑部\n---\n\n# 停水 **通知**\n\n正文", tmp_path)
    assert source.facts.title == "停水 通知"
    assert [(p.code, p.line, p.level) for p in source.problems] == [("TITLE_FROM_HEADING", 5, Level.WARN)]


def test_a_file_without_front_matter_is_all_body(tmp_path: Path) -> None:
    source = read("正文。\n", tmp_path)
    assert source.body == "正文。\n"
    assert source.body_line == 1
    assert source.facts == Facts()


def test_a_missing_file_is_the_callers_business(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_article(tmp_path / "none.md", "none.md")


@given(st.text(st.sampled_from(list("---\n:：,，[]{}\"'#&*!|>- \t是12甲title\ufeff\r"))))
def test_any_front_matter_is_read_without_raising(text: str) -> None:
    for whole in (text, f"---\n{text}\n---\n正文"):
        found = read_front_matter(whole, "a.md")
        assert 1 <= found.body_line <= whole.count("\n") + 1
        assert all(1 <= p.line <= whole.count("\n") + 1 for p in found.problems)
