"""Checking: each rule finds its mistake on its line, and is silent where nothing is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.article import Problem, read_article
from content.kinds import kind_of
from content.lint import Context, check
from content.render import theme_css

NOW = datetime(2026, 11, 25, 2, tzinfo=UTC)
CONTEXT = Context(now=NOW, month="2026-12", places=frozenset(("椿树街道", "椿树社区")), css=theme_css("formal"))
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
GOOD = """---
title: 社区义诊安排
author: 编辑部
digest: 周六上午九点，社区活动中心义诊。
cover: cover.png
publish_at: 2026-12-05 18:30
places: 椿树社区
pictures:
  - file: cover.png
    source: 编辑部拍摄
    licence: 自有
---

"""


def problems(tmp_path: Path, body: str = "正文。", front: str = GOOD, context: Context = CONTEXT) -> list[Problem]:
    (tmp_path / "cover.png").write_bytes(PNG)
    (tmp_path / "index.md").write_text(front + body, "utf-8")
    return check(read_article(tmp_path / "index.md", "2026-12/01-a/index.md"), context)


def test_nothing_is_found_in_a_good_article(tmp_path: Path) -> None:
    good = (
        "价格 $5 到 $9，3*4*5，`**` 是记号。\n\n- [x] 完成\n\n> [!TIP]\n> 提示[^1]\n\n```\n** <iframe> $$\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: 注。\n\n<!-- 备注 <video> ** -->\n\n"
        "<div>\n\n**甲**\n\n- 乙\n\n<b>1. 丙</b>\n\n</div>\n- 丁\n\n<p>- 戊</p>\n"
    )
    assert problems(tmp_path, good) == []


BODIES = [
    ("甲**乙\n", 14, "BARE_EMPHASIS", "星号"),
    ("一段\n二段 ** 甲 ** 三", 15, "BARE_EMPHASIS", "空格"),
    ("**甲**\n<div>\n**乙**\n</div>", 16, "BARE_EMPHASIS", "空行"),
    ("<div>\n\n**甲**\n\n<p>\n![乙](cover.png)</p>\n</div>", 19, "HTML_MARKDOWN", "![乙](cover.png)"),
    ("<td>\n- 甲\n</td>", 15, "HTML_MARKDOWN", "- 甲"),
    ("[甲]()", 14, "EMPTY_LINK", "[甲]()"),
    ("[](https://e.com)", 14, "EMPTY_LINK", "链接"),
    ("![甲]()", 14, "EMPTY_PICTURE", "图片"),
    ("一\n\n~~~\n甲", 16, "UNCLOSED_FENCE", "没有结束"),
    ("一\n<!-- 甲", 15, "UNCLOSED_COMMENT", "-->"),
    ("<script>x</script>", 14, "HTML_FORBIDDEN", "<script>"),
    ("甲 <iframe src='x'></iframe>", 14, "HTML_FORBIDDEN", "iframe"),
    ("<div>\n甲", 14, "HTML_UNCLOSED", "</div>"),
    ('<p style="position:fixed;color:red">甲</p>', 14, "STRUCTURE_STYLE", "position"),
    ('<p style="background:linear-gradient(red,blue)">甲</p>', 14, "STRUCTURE_STYLE", "gradient"),
    ('<p style="background:#fff;color:#fefefe">甲</p>', 14, "STRUCTURE_CONTRAST", "1.5"),
    ("<div>" * 11 + "甲" + "</div>" * 11, 14, "STRUCTURE_NESTING", "10"),
    ("$$\n\\frac{a}{b\n$$", 14, "MATH_NEEDS_IMAGE", "花括号"),
    ("当 $x^2$ 时", 14, "MATH_INLINE", "$x^2$"),
    ("```mermaid\ngraph TD\n```", 14, "DIAGRAM_NEEDS_IMAGE", "mermaid"),
    ("甲[^1]", 14, "NOTE_MISSING", "[^1]"),
    ("甲\n\n[^1]: 注", 16, "NOTE_UNUSED", "[^1]"),
    ("![甲](https://e.com/a.png)", 14, "IMAGE_REMOTE", "e.com"),
    ("![甲](data:image/png;base64,AA)", 14, "IMAGE_EMBEDDED", "data"),
    ("![甲](../../etc/a.png)", 14, "PICTURE_OUTSIDE", "之外"),
    ("![甲](/etc/passwd)", 14, "PICTURE_OUTSIDE", "之外"),
    ("一\n\n![甲](Cover.PNG)", 16, "PICTURE_MISSING", "cover.png"),
    ("![甲](cover%2Epng) ![乙](b.png)", 14, "LICENCE_UNKNOWN", "b.png"),
    ("   ", 13, "BODY_EMPTY", "空"),
    ("甲" * 20001, 13, "CONTENT_TOO_LONG", "20000"),
]


@pytest.mark.parametrize(("body", "line", "code", "told"), BODIES, ids=lambda value: str(value)[:20])
def test_a_mistake_in_the_text_is_found_on_its_line(body: str, line: int, code: str, told: str, tmp_path: Path) -> None:
    found = [p for p in problems(tmp_path, body) if p.code == code]
    assert found
    assert found[0].line == line
    assert told in found[0].message


FRONTS = [
    ("title: 社区义诊安排", "title: " + "长" * 33, 2, "TITLE_TOO_LONG", "33"),
    ("title: 社区义诊安排\n", "", 1, "TITLE_MISSING", "title"),
    ("author: 编辑部", "author: " + "长" * 17, 3, "AUTHOR_TOO_LONG", "17"),
    ("digest: 周六上午九点，社区活动中心义诊。", "digest: " + "长" * 121, 4, "DIGEST_TOO_LONG", "121"),
    ("digest: 周六上午九点，社区活动中心义诊。", "digest: " + "长" * 129, 4, "DIGEST_TOO_LONG", "128"),
    ("digest: 周六上午九点，社区活动中心义诊。\n", "", 1, "DIGEST_MISSING", "正文。"),
    ("cover: cover.png\n", "", 1, "COVER_MISSING", "cover"),
    ("cover: cover.png", "cover: covre.png", 5, "PICTURE_MISSING", "cover.png"),
    ("cover: cover.png", "cover: https://e.com/a.png", 5, "IMAGE_REMOTE", "网址"),
    ("2026-12-05", "2026-11-05", 6, "PUBLISH_AT_PAST", "2026-11-05 18:30（北京时间）"),
    ("2026-12-05", "2027-01-05", 6, "MONTH_MISMATCH", "2026-12"),
    ("places: 椿树社区", "places: 椿数社区", 7, "UNKNOWN_PLACE", "椿树社区"),
    ("    licence: 自有\n", "", 5, "LICENCE_UNKNOWN", "许可"),
    ("author: 编辑部", "original_link: 见官网", 3, "BAD_VALUE", "http"),
]


@pytest.mark.parametrize(("old", "new", "line", "code", "told"), FRONTS, ids=lambda value: str(value)[:20])
def test_a_mistake_in_the_front_matter_is_found_on_its_line(
    old: str, new: str, line: int, code: str, told: str, tmp_path: Path
) -> None:
    found = [p for p in problems(tmp_path, front=GOOD.replace(old, new)) if p.code == code]
    assert found
    assert found[0].line == line
    assert told in found[0].message


def test_what_a_backslash_makes_text_is_no_tag_link_or_note(tmp_path: Path) -> None:
    body = "标签 \\<iframe>、\\<div>，\\[甲](乙.docx)、\\[丙]()、丁\\[^1]、\\<p style='position:fixed'>"
    assert problems(tmp_path, body) == []
    assert [p.code for p in problems(tmp_path, "\\\\<iframe>")] == ["HTML_FORBIDDEN"]


@pytest.mark.parametrize(
    ("body", "fence"),
    [
        ("```\na", "```"), ("~~~\na\n```", "~~~"), ("````md\n```\na", "````"), ("- 甲\n\n  ~~~~~ py\n  a", "~~~~~"),
        ("> ```\n> a", "> ```"), ("> > ~~~\n> > a", "> > ~~~"), ("> - ```\n>   a", "> ```"),
    ],
)  # fmt: skip
def test_the_fence_that_is_advised_closes_the_block(body: str, fence: str, tmp_path: Path) -> None:
    (told,) = [p for p in problems(tmp_path, body) if p.code == "UNCLOSED_FENCE"]
    assert told.fix == fence
    assert fence in told.message
    assert "UNCLOSED_FENCE" not in {p.code for p in problems(tmp_path, f"{body}\n{fence}")}


def test_a_title_of_exactly_32_characters_fits_and_an_emoji_counts_as_one(tmp_path: Path) -> None:
    assert problems(tmp_path, front=GOOD.replace("社区义诊安排", "🎉" + "长" * 31)) == []


def test_without_a_list_of_places_no_place_is_unknown(tmp_path: Path) -> None:
    assert problems(tmp_path, front=GOOD.replace("椿树社区", "别处"), context=Context(now=NOW)) == []


def test_a_link_of_the_file_system_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.png"
    outside.write_bytes(PNG)
    os.symlink(outside, tmp_path / "in.png")
    assert "PICTURE_OUTSIDE" in {p.code for p in problems(tmp_path, "![甲](in.png)")}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "jpg"),
        (PNG, "png"),
        (b"GIF89a", "gif"),
        (b"RIFF....WEBPVP8 ", "webp"),
        (b"BM123", "bmp"),
        (b"\0\0\0\x18ftypheic", "heic"),
        (b"\0\0\0\x18ftypavif", "avif"),
        (b"II*\0", "tiff"),
        (b"<?xml?><svg xmlns='x'>", "svg"),
        (b"hello", ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


def test_a_jpg_that_calls_itself_png_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\xff\xd8\xff\xe0" + b"\0" * 20)
    levels = {p.code: p.level for p in problems(tmp_path, "![甲](a.png)")}
    assert levels == {"IMAGE_MISLABELED": "warn", "LICENCE_UNKNOWN": "error"}


def test_checking_and_rendering_need_no_database() -> None:
    code = "import sys, content.lint, content.render; sys.exit('sqlalchemy' in sys.modules or 'PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


PIECES = [
    *"甲乙。 \n*_`~>-+|:[]()!$<>&;/\\=\"'^{}.#1",
    "\n\n",
    "<div>",
    "</b>",
    "```",
    "$$",
    "<!--",
    "![",
    "](",
    "[^1]",
    "../a.png",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(st.sampled_from(PIECES), max_size=60).map("".join) | st.text(st.characters(exclude_categories=["Cs"]))
)
def test_whatever_an_editor_writes_is_checked_without_raising(body: str, tmp_path: Path) -> None:
    for problem in problems(tmp_path, body):
        assert 1 <= problem.line <= (GOOD + body).count("\n") + body.count("\r") + 1


FRONT_PIECES = [
    "---\n", "title: ", "标题：", "publish_at: ", "cover: ", "pictures:\n", "  - file: ", "    licence: ", "places: ", "by_hand: ",
    "2026-12-05", "18:30", "\"", "'", "[", "]", "{", "}", "甲", "\n", "- ", ": ", "#", "&a", "*a", "|", "\t", "\0", "正文",
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.lists(st.sampled_from(FRONT_PIECES), max_size=40).map(lambda parts: ("---\n" + "".join(parts)).encode())
    | st.binary(max_size=200)
)
def test_a_file_of_whatever_bytes_is_checked_without_raising(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "index.md").write_bytes(data)
    check(read_article(tmp_path / "index.md", "2026-12/01-a/index.md"), CONTEXT)
