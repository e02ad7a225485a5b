"""The render cases in tests/cases/md: what a reader must see, and how the HTML must be built."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from content.article import read_article
from content.render import render, theme_css, visible_text

CASES = Path(__file__).parent / "cases" / "md"
VOID = {"br", "hr", "img", "wbr"}


class Node:
    """An element, with enough of a tree to ask the questions of the cases."""

    def __init__(self, tag: str, attrs: dict[str, str], parent: Node | None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Node | str] = []

    @property
    def style(self) -> str:
        return self.attrs.get("style", "")

    def all(self) -> list[Node]:
        found = [self]
        for child in self.children:
            if isinstance(child, Node):
                found += child.all()
        return found

    def text(self) -> str:
        return "".join(c if isinstance(c, str) else "\n" if c.tag == "br" else c.text() for c in self.children)

    def depth(self) -> int:
        return 0 if self.parent is None else 1 + self.parent.depth()


class Tree(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("", {}, None)
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {k: v or "" for k, v in attrs}, self.at)
        self.at.children.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> closes <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def nodes(html: str, *tags: str) -> list[Node]:
    return [node for node in Tree(html).root.all() if not tags or node.tag in tags]


def no_empty_li(html: str) -> None:
    for node in nodes(html, "li"):
        assert node.text().strip() or any(n.tag == "img" for n in node.all())
    for node in nodes(html, "ul", "ol"):
        assert not any(isinstance(child, str) for child in node.children), "text between items"


def li_single_child(html: str) -> None:
    assert all(len(node.children) == 1 for node in nodes(html, "li"))


def no_double_marker(html: str) -> None:
    for node in nodes(html, "ol", "ul"):
        for item in node.children:
            assert isinstance(item, Node)
            typed = re.match(r"\s*(?:\d+[.、)]|[•·-])\s", item.text())
            assert not (typed and "list-style:none" not in node.style + item.style)


def list_markers_visible(html: str) -> None:
    for node in nodes(html, "ol", "ul"):
        assert "list-style:" in node.style
        assert "none" not in node.style


def ordinals_123(html: str) -> None:
    lists = nodes(html, "ol")
    assert len(lists) == 1
    assert sum(isinstance(c, Node) for c in lists[0].children) == 3
    assert lists[0].attrs.get("start", "1") == "1"


def code_ws(html: str) -> None:
    for pre in nodes(html, "pre"):
        for node in pre.all():
            for child in node.children:
                if isinstance(child, str):
                    assert "\n" not in child
                    assert child.strip(" ") or not child
                    assert not child.startswith(" ")


def no_external_href(html: str) -> None:
    for node in nodes(html):
        assert re.match(r"https?://mp\.weixin\.qq\.com/", node.attrs.get("href", "https://mp.weixin.qq.com/"))


def note_numbers_unique(html: str) -> None:
    at_end = re.findall(r"^\[(\d+)\]", visible_text(html), re.M)
    assert at_end == [str(n) for n in range(1, len(at_end) + 1)]
    assert {sup.text().strip("[]") for sup in nodes(html, "sup")} == set(at_end)


def th_in_tr(html: str) -> None:
    assert all(node.parent is not None and node.parent.tag == "tr" for node in nodes(html, "th", "td"))


def soft_break(html: str) -> None:
    wide = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
    assert not re.search(f"{wide}[ \n]+{wide}", re.sub("<br>|</[a-z0-9]+>|<pre.*?</pre>", "", html))


def bg_has_color(html: str) -> None:
    for node in nodes(html):
        if "background" in node.style:
            assert re.search(r"(?:^|;)color:", node.style), node.style


def wrap_style(html: str) -> None:
    assert re.search(r"overflow-wrap:\s*break-word|word-break:\s*break-word", html)
    for node in nodes(html, "section", "p"):
        assert "break-all" not in node.style or "http" in node.text()


SPECIAL: dict[str, Callable[[str], None]] = {
    f.__name__: f
    for f in (
        no_empty_li, li_single_child, no_double_marker, list_markers_visible, ordinals_123, code_ws, no_external_href,
        note_numbers_unique, th_in_tr, soft_break, bg_has_color, wrap_style,
    )
}  # fmt: skip


def depth(html: str, pair: str) -> None:
    outer, inner = (min(n.depth() for n in nodes(html, "section") if own(n).startswith(w)) for w in pair.split("<"))
    assert inner > outer


def own(node: Node) -> str:
    return "".join(child for child in node.children if isinstance(child, str))


def styled(html: str, words: str) -> None:
    for word in words.split(","):
        holders = [n for n in nodes(html) if word in own(n)]
        assert any(n.style and n.depth() > 1 for n in holders), word


def structure_is_valid(html: str) -> None:
    """WeChat's structure rules (verify-article-structure-spec) as far as they show without a browser."""
    assert not re.search(r"!important|gradient|font-family|opacity:0|caret-color|text-align:(?:start|end)", html)
    assert not re.search(r"(?:^|[;\"])(?:width|height|min-width):\d+px", html)
    for pre in nodes(html, "pre"):
        assert "white-space:pre-wrap" in pre.style
        assert "overflow" not in pre.style
    for table in nodes(html, "table"):
        assert "data-ignore-width" in table.attrs
        assert "display:block" in table.style
        assert "overflow-x:auto" in table.style
    bg_has_color(html)
    li_single_child(html)


def special(html: str, name: str) -> None:
    kind, _, rest = name.partition(":")
    if kind in ("depth", "styled"):
        {"depth": depth, "styled": styled}[kind](html, rest)
    else:
        SPECIAL[kind](html)


def check_text(text: str, want: dict[str, Any]) -> None:
    for words in want.get("text_has", ()):
        assert words in text
    for words in want.get("text_not", ()):
        assert words not in text
    for words, times in want.get("count_text", {}).items():
        assert text.count(words) == times, words
    at = -1
    for words in want.get("text_order", ()):
        assert text.count(words) == 1, words
        assert text.index(words) > at
        at = text.index(words)


def check_html(html: str, want: dict[str, Any]) -> None:
    for pattern in (*want.get("html_has", ()), *want.get("html_has2", ())):
        assert re.search(pattern, html, re.S), pattern
    for pattern in want.get("html_not", ()):
        assert not re.search(pattern, html, re.S), pattern
    if any_of := want.get("html_has_any"):
        assert any(re.search(pattern, html, re.S) for pattern in any_of)
    for tag, times in want.get("count", {}).items():
        assert len(re.findall(rf"<{tag}\b", html)) == times, tag
    if "code_text" in want:
        (pre,) = nodes(html, "pre")
        assert pre.text().replace("\xa0", " ") == want["code_text"]
    if want.get("official_valid"):
        structure_is_valid(html)
    for name in want.get("special", ()):
        special(html, name)


def wanted(folder: Path) -> dict[str, Any]:
    block = re.search(r"```json\n(.*?)\n```", (folder / "expect.md").read_text("utf-8"), re.S)
    assert block is not None
    return dict(json.loads(block[1]))


RENDER = [folder for folder in sorted(CASES.iterdir()) if folder.is_dir() and wanted(folder)["kind"] == "render"]


@pytest.mark.parametrize("theme", ["formal", "calm", "warm"])
@pytest.mark.parametrize("folder", RENDER, ids=lambda folder: folder.name)
def test_every_render_case_comes_out_as_its_expectation_says(folder: Path, theme: str) -> None:
    source = read_article(folder / "input.md", f"{folder.name}/input.md")
    html = render(source, css=theme_css(theme), picture=lambda reference: reference)
    want = wanted(folder)
    check_text(visible_text(html), want)
    check_html(html, want)
    structure_is_valid(html)
    no_external_href(html)


def test_there_are_render_cases() -> None:
    assert len(RENDER) >= 22
