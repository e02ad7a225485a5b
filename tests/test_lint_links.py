"""Links and QR codes: what readers cannot open, what expires, what leads to one person; and the structure of the HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from content.article import Facts, Problem, Source
from content.lint import Look, check, samples
from content.lint.links import RULES as LINKS
from content.lint.qr import RULES as CODES
from content.lint.qr import targets
from content.lint.structure import RULES as STRUCTURE
from content.render import theme_css

CONTEXT = samples.context()


def found(
    body: str, rules: object, folder: Path = Path("/nowhere"), css: str = CONTEXT.css, **facts: str
) -> list[Problem]:
    source = Source(folder / "index.md", "2026-12/01-a/index.md", Facts(title="甲", **facts), body, 1)  # type: ignore[arg-type]
    look = Look(source, replace(CONTEXT, css=css))
    return [problem for rule in rules for problem in rule(look)]  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    samples.lay_out(tmp_path)
    return tmp_path


TARGETS = [
    ("[甲](报名表.docx)", "LINK_LOCAL", 1),
    ("[甲](<附 件/表.pdf>)", "LINK_LOCAL", 1),
    ("一\n二[甲](a.md#b)", "LINK_LOCAL", 2),
    ("[甲][乙]\n\n[乙]: <附 件.pdf>", "LINK_LOCAL", 3),
    ("一\n[甲](/news/1)", "LINK_LOST", 2),
    ("[甲](javascript:x)", "LINK_LOST", 1),
    ("<a href='magnet:?xt=1'>甲</a>", "LINK_LOST", 1),
    ("[甲](C:\\a.docx)", "LINK_LOST", 1),
    ("一\n\n[甲][没有]", "LINK_LABEL", 3),
    ("![甲][]", "LINK_LABEL", 1),
    ("[甲](http://localhost:8000/a)", "LINK_PRIVATE", 1),
    ("[甲](https://10.1.2.3/a)", "LINK_PRIVATE", 1),
    ("[甲](file:///C:/a.docx)", "LINK_PRIVATE", 1),
    ("[甲](https://mp.weixin.qq.com/s?__biz=a&tempkey=b)", "LINK_PREVIEW", 1),
    ("[甲](https://mp.weixin.qq.com/cgi-bin/appmsg?t=media)", "LINK_PREVIEW", 1),
    ("[甲](https://mp.weixin.qq.com/s?__biz=a&amp;tempkey=b)", "LINK_PREVIEW", 1),
    ("https://u.wechat.com/abc", "LINK_PERSONAL", 1),
    ("<https://weixin.qq.com/g/abc>", "LINK_PERSONAL", 1),
    ("[甲](wxp://f2f0abc)", "LINK_PERSONAL", 1),
    ("[甲][x]\n\n[x]: https://t.cn/abc", "LINK_SHORT", 3),
    ('<a href="https://dwz.cn/abc">甲</a>', "LINK_SHORT", 1),
    ("见http://example.com/a。", "LINK_HTTP", 1),
]


@pytest.mark.parametrize(("body", "code", "line"), TARGETS, ids=[body for body, _, _ in TARGETS])
def test_a_link_that_fails_readers_is_found_on_its_line(body: str, code: str, line: int) -> None:
    problems = [problem for problem in found(body, LINKS) if problem.code == code]
    assert [problem.line for problem in problems] == [line]


@pytest.mark.parametrize(
    "body",
    [
        "[甲](https://example.com/a_(b)) [乙](#前言) [丙](mailto:a@example.com) <a@example.com> ![图](图.png)",
        "[甲][A b] ![乙][p] [1][2] [丙](//e.com/a) [丁](ftp://e.com/a)\n\n[a  B]: https://example.com\n[p]: <图 1.png>",
        "[甲](https://mp.weixin.qq.com/s/abc_def) https://weixin.qq.com/",
        "`http://localhost/` <!-- [甲](a.docx) -->\n\n```\nhttp://127.0.0.1\n```",
    ],
)
def test_links_that_readers_can_open_are_silent(body: str) -> None:
    assert found(body, LINKS) == []


def test_a_local_file_that_is_not_even_there_says_so(folder: Path) -> None:
    here, missing = (found(f"[甲]({name})", LINKS, folder)[0].message for name in ("plain.png", "no.png"))
    assert "文件夹里也没有这个文件" not in here
    assert "文件夹里也没有这个文件" in missing


def test_the_link_of_the_original_is_judged_too() -> None:
    assert [p.code for p in found("正文。", LINKS, original_link="https://bit.ly/a")] == ["LINK_SHORT"]


@pytest.mark.parametrize(
    ("picture", "code", "told"),
    [
        ("qr.png", "QR_TARGET", "https://example.com/guide"),
        ("qr-personal.png", "QR_PERSONAL", "u.wechat.com"),
        ("qr-short.png", "QR_SHORT", "bit.ly"),
    ],
)
def test_a_code_in_a_picture_is_read_and_its_target_named(picture: str, code: str, told: str, folder: Path) -> None:
    (problem,) = found(f"一\n\n![码]({picture})", CODES, folder)
    assert (problem.code, problem.line) == (code, 3)
    assert told in problem.message


def test_a_code_on_the_cover_is_read_too(folder: Path) -> None:
    assert [p.code for p in found("正文。", CODES, folder, cover="qr-personal.png")] == ["QR_PERSONAL"]


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"\0" * 5000, b"GIF89a", b"text"]
)
def test_a_damaged_picture_has_no_code_and_raises_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert targets(tmp_path / "a.png") == ()


def test_a_picture_outside_the_folder_is_not_opened(folder: Path) -> None:
    inner = folder / "inner"
    inner.mkdir()
    assert found("![码](../qr-personal.png)", CODES, inner) == []


THEMES = [
    ("pre { overflow-x: auto }", "STRUCTURE_PRE", 4),
    ("pre { white-space: nowrap }", "STRUCTURE_PRE", 4),
    ("p { width: 677px }", "STRUCTURE_WIDTH", 1),
    ("p { min-width: 100vw }", "STRUCTURE_WIDTH", 1),
    ("table { display: table }", "STRUCTURE_WIDTH", 7),
    ("p { text-align: start }", "STRUCTURE_ALIGN", 1),
    ("p { line-height: .8 }", "STRUCTURE_LINE_HEIGHT", 1),
    ("p { line-height: 10px }", "STRUCTURE_LINE_HEIGHT", 1),
    ("p { opacity: 0 }", "STRUCTURE_HIDDEN", 1),
    ("p { height: 0; overflow: hidden }", "STRUCTURE_HIDDEN", 1),
    ("p { caret-color: transparent }", "STRUCTURE_HIDDEN", 1),
    ("p { position: absolute }", "STRUCTURE_STYLE", 1),
    ("p { color: #eee; background: #fff }", "STRUCTURE_CONTRAST", 1),
    (".article { background: #333; color: #fff } p { color: #444 }", "STRUCTURE_CONTRAST", 1),
]
BODY = "第一段文字。\n\n```\ncode\n```\n\n| 街道 | 场次 |\n|---|---|\n| 1 | 2 |\n"


@pytest.mark.parametrize(("css", "code", "line"), THEMES, ids=[css for css, _, _ in THEMES])
def test_what_a_theme_breaks_is_told_with_block_and_line(css: str, code: str, line: int) -> None:
    problems = [p for p in found(BODY, STRUCTURE, css=f"{CONTEXT.css}\n{css}") if p.code == code]
    assert problems
    assert problems[0].line == line


@pytest.mark.parametrize("theme", ["formal", "calm", "warm"])
def test_our_own_themes_keep_the_structure_of_wechat(theme: str) -> None:
    body = BODY + "\n# 题\n\n## 题二\n\n- 甲\n  1. 乙\n     - [x] 丙\n\n> 引\n>> 引二\n\n> [!WARNING]\n> 注意[^1]\n\n---\n\n[链](https://example.com) ![图](a.png)\n\n[^1]: 注。\n"  # fmt: skip
    assert found(body, STRUCTURE, css=theme_css(theme)) == []


def test_ten_quotations_in_one_another_are_told() -> None:
    assert [p.code for p in found("> " * 10 + "甲", STRUCTURE)] == ["STRUCTURE_NESTING"]


def test_the_first_address_in_brackets_of_a_picture_is_no_link() -> None:
    assert found("![图](http://example.com/a.png)", LINKS) == []


def test_a_good_article_with_all_of_it_is_silent(folder: Path) -> None:
    source = Source(
        folder / "index.md", "2026-12/01-a/index.md", Facts(title="甲", digest="乙。", cover="plain.png"), BODY, 1
    )
    assert {problem.code for problem in check(source, CONTEXT)} <= {"LICENCE_UNKNOWN"}
