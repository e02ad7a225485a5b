"""Rules for the finished HTML: WeChat's structure check (verify-article-structure-spec 1.0), told with block and line.

The authors' own HTML is judged before by `html`; what is found here comes from a
theme, or from what a theme makes of a text. Not looked at are the rules that need
a browser (overlapping lines as they are drawn, overflow as it is measured) and
those for what our HTML never holds (SVG, animations, leaves of WeChat's editor).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from content.article import Level, Problem
from content.lint.example import Example, Part
from content.lint.look import Look, Rule
from content.markup import styles
from content.render import visible_text

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>")
_STYLE = re.compile(r'\bstyle="([^"]*)"')
_VOID = frozenset(("br", "hr", "img", "wbr"))
_PIXELS = re.compile(r"^(\d+(?:\.\d+)?)px$")
SCREEN = 360  # px; the narrowest phone that is common
NESTED = 10  # verify-article-structure-spec: nestNodes
_NAMES = {
    "p": "段落", "section": "区块", "table": "表格", "td": "表格", "th": "表头", "img": "图片", "pre": "代码", "code": "代码",
    "li": "列表", "ul": "列表", "ol": "列表", "blockquote": "引用", "span": "文字", "a": "链接", "strong": "粗体",
    "h1": "标题", "h2": "标题", "h3": "标题", "h4": "标题",
}  # fmt: skip


@dataclass(frozen=True)
class _Block:
    """An element of the HTML: its tag, its attributes, its style, where it begins."""

    tag: str
    attributes: str
    style: tuple[tuple[str, str], ...]
    at: int

    def get(self, name: str) -> str:
        """Return a property of the style, "" where it is not told."""
        return dict(self.style).get(name, "")


Fault = Callable[[_Block], str]


@lru_cache(maxsize=2)
def _blocks(html: str) -> tuple[_Block, ...]:
    """Return one element for each different opening tag, the first of its kind."""
    first: dict[str, _Block] = {}
    for found in _TAG.finditer(html):
        if not found[1] and found[0] not in first:
            style = _STYLE.search(found[3])
            pairs = tuple(styles.declarations(style[1])) if style else ()
            first[found[0]] = _Block(found[2], found[3], pairs, found.start())
    return tuple(first.values())


def _faults(look: Look, code: str, fault: Fault) -> Iterator[Problem]:
    told: set[str] = set()
    for block in _blocks(look.html):
        what = fault(block)
        if what and what not in told:
            told.add(what)
            yield _problem(look, code, block, what)


def _problem(look: Look, code: str, block: _Block, what: str) -> Problem:
    text = _text_of(look.html, block)
    line, col = _place(look, text)
    shown = f"“{text[:16]}”" if text else ""
    message = (
        f"{_NAMES.get(block.tag, block.tag)}{shown}的排版会被公众号判为结构异常：{what}。请改主题样式，或换一个主题。"
    )
    return look.problem(line, code, Level.WARN, message, col=col)


def _text_of(html: str, block: _Block) -> str:
    """Return the first words that are seen in a block."""
    return next(
        (line.strip() for line in visible_text(html[block.at : block.at + 3000]).split("\n") if line.strip()), ""
    )


def _place(look: Look, text: str) -> tuple[int, int]:
    """Return where in the file the words of a block stand; the body's first line where they are not the author's."""
    for length in (len(text), 16, 6):
        if 1 < length <= len(text) and (at := look.body.text.find(text[:length])) >= 0:
            return look.body.place(at)
    at = look.source.body.find(text) if len(text) > 1 else -1
    if at >= 0:
        return look.source.body_line + look.source.body.count("\n", 0, at), 1
    return look.source.body_line, 1


def code_does_not_scroll(look: Look) -> Iterator[Problem]:
    """pre: code in a pre wraps; one that scrolls is flagged."""
    yield from _faults(look, "STRUCTURE_PRE", _pre)


def _pre(block: _Block) -> str:
    if block.tag != "pre":
        return ""
    scrolls = [block.get(name) for name in ("overflow", "overflow-x")]
    if any(value in ("auto", "scroll") for value in scrolls):
        return "代码块左右滚动（overflow），应自动换行（white-space: pre-wrap）"
    return (
        ""
        if block.get("white-space") in ("pre-wrap", "pre-line", "normal", "break-spaces")
        else "代码块不换行，应写 white-space: pre-wrap"
    )


def blocks_fit_the_screen(look: Look) -> Iterator[Problem]:
    """width: what is wider than the phone is flagged; a table that scrolls by itself says data-ignore-width."""
    yield from _faults(look, "STRUCTURE_WIDTH", _width)


def _width(block: _Block) -> str:
    if block.tag == "table" and not _ignores_width(block) and block.get("width") != "100%":
        return "表格没有写 data-ignore-width 和 display: block，也没有写 width: 100%"
    for name in ("width", "min-width"):
        pixels = _PIXELS.match(block.get(name))
        if pixels and block.tag != "img" and float(pixels[1]) > SCREEN and not _ignores_width(block):
            return f"写死了宽度 {name}: {block.get(name)}，手机上放不下"
    return "宽度写成了屏幕宽度（vw）" if "vw" in block.get("width") + block.get("min-width") else ""


def _ignores_width(block: _Block) -> bool:
    return "data-ignore-width" in block.attributes and (block.tag != "table" or block.get("display") == "block")


def texts_are_aligned_by_side(look: Look) -> Iterator[Problem]:
    """text-align: start and end are not understood by every phone."""
    yield from _faults(look, "STRUCTURE_ALIGN", _align)


def _align(block: _Block) -> str:
    value = block.get("text-align")
    return f"text-align: {value} 应写成 {'left' if value == 'start' else 'right'}" if value in ("start", "end") else ""


def lines_do_not_overlap(look: Look) -> Iterator[Problem]:
    """line-height: lines below the height of their characters run into one another."""
    yield from _faults(look, "STRUCTURE_LINE_HEIGHT", _line_height)


def _line_height(block: _Block) -> str:
    value = block.get("line-height")
    number = re.match(r"^(\d*\.?\d+)(px|em|%)?$", value)
    if number is None:
        return ""
    least = {"px": _font(block), "%": 100.0}.get(number[2] or "", 1.0)
    return f"行高 line-height: {value} 太小，上下行会重叠" if float(number[1]) < least else ""


def _font(block: _Block) -> float:
    size = _PIXELS.match(block.get("font-size"))
    return float(size[1]) if size else 12.0


def nothing_is_hidden(look: Look) -> Iterator[Problem]:
    """height:0, hidden overflow, opacity:0, a transparent caret: what a reader cannot see is taken for a trick."""
    yield from _faults(look, "STRUCTURE_HIDDEN", _hidden)


def _hidden(block: _Block) -> str:
    for name, value in block.style:
        if name in ("height", "max-height") and re.match(r"^0(?:px|em|%)?$", value):
            return f"高度为零（{name}: {value}）"
        if name == "opacity" and re.match(r"^0?\.?0*$", value):
            return "完全透明（opacity: 0）"
        if name == "caret-color" and value == "transparent":
            return "光标颜色透明（caret-color）"
        if (name, value) in (("visibility", "hidden"), ("display", "none")):
            return f"隐藏了内容（{name}: {value}）"
    return (
        "固定高度并隐藏超出的部分（overflow: hidden）"
        if block.get("overflow") == "hidden" and _PIXELS.match(block.get("height"))
        else ""
    )


def styles_are_plain(look: Look) -> Iterator[Problem]:
    """!important, gradients and font families are flagged or dropped when the article is saved."""
    yield from _faults(look, "STRUCTURE_STYLE", _plain)


def _plain(block: _Block) -> str:
    for name, value in block.style:
        if "!important" in value:
            return f"用了 !important（{name}）"
        if "gradient" in value:
            return f"用了渐变（{name}），深色模式下会看不清"
        if name == "font-family":
            return "指定了字体（font-family）"
        if name == "position" and value in ("fixed", "absolute"):
            return f"用了定位（position: {value}）"
    return ""


def texts_can_be_read(look: Look) -> Iterator[Problem]:
    """darkmode-low-contrast: a text on its own or its parent's background has a contrast of 1.5 at least."""
    told: set[tuple[styles.Colour, styles.Colour]] = set()
    for block, text, ground in _grounds(look.html):
        if styles.contrast(text, ground) < styles.LEAST_CONTRAST and (text, ground) not in told:
            told.add((text, ground))
            ratio = styles.contrast(text, ground)
            yield _problem(look, "STRUCTURE_CONTRAST", block, f"文字和背景颜色太接近（对比度 {ratio:.1f}，至少 1.5）")


def _grounds(html: str) -> Iterator[tuple[_Block, styles.Colour, styles.Colour]]:
    """Yield each element that sets a style, with the text colour and the background that hold in it."""
    known = {html[block.at : html.index(">", block.at) + 1]: _colours(block) for block in _blocks(html)}
    stack: list[tuple[str, styles.Colour, styles.Colour]] = [("", (51, 51, 51), (255, 255, 255))]
    for found in _TAG.finditer(html):
        if found[1]:
            if len(stack) > 1 and stack[-1][0] == found[2]:
                stack.pop()
        elif found[2] not in _VOID:
            own, own_ground = known[found[0]]
            text, ground = own or stack[-1][1], own_ground or stack[-1][2]
            stack.append((found[2], text, ground))
            if own or own_ground:
                yield _Block(found[2], found[3], (), found.start()), text, ground


def _colours(block: _Block) -> tuple[styles.Colour | None, styles.Colour | None]:
    pairs = dict(block.style)
    return styles.colour(pairs.get("color", "")), styles.background(pairs)


def wrappers_are_few(look: Look) -> Iterator[Problem]:
    """nestNodes: ten wrappers in one another, all alike, are taken for padding."""
    depth, last = 0, ""
    for found in _TAG.finditer(look.html):
        if found[1] or found[2] in _VOID:
            depth, last = 0, ""
            continue
        depth, last = (depth + 1 if found[0] == last else 1), found[0]
        if depth == NESTED:
            block = _Block(found[2], found[3], (), found.start())
            yield _problem(look, "STRUCTURE_NESTING", block, f"{NESTED} 层相同的标签套在一起")
            return


RULES: tuple[Rule, ...] = (
    code_does_not_scroll,
    blocks_fit_the_screen,
    texts_are_aligned_by_side,
    lines_do_not_overlap,
    nothing_is_hidden,
    styles_are_plain,
    texts_can_be_read,
    wrappers_are_few,
)

EXAMPLES = (
    Example("STRUCTURE_PRE", "代码块自动换行。", "pre { overflow-x: auto }", "pre { white-space: pre-wrap }", Part.THEME),
    Example("STRUCTURE_WIDTH", "不写死超过手机屏幕的宽度。", "p { width: 677px }", "p { width: 100% }", Part.THEME),
    Example("STRUCTURE_ALIGN", "对齐写 left、right。", "p { text-align: start }", "p { text-align: left }", Part.THEME),
    Example("STRUCTURE_LINE_HEIGHT", "行高不小于字高。", "p { line-height: .8 }", "p { line-height: 1.6 }", Part.THEME),
    Example("STRUCTURE_HIDDEN", "不隐藏内容。", "p { opacity: 0 }", "p { opacity: 1 }", Part.THEME),
    Example(
        "STRUCTURE_STYLE", "不用定位、渐变、指定字体。", "p { position: absolute }", "p { margin: 0 }", Part.THEME,
    ),
    Example("STRUCTURE_NESTING", "引用、列表不要套十层。", "> " * 10 + "一段话", "> 一段话"),
    Example(
        "STRUCTURE_CONTRAST", "文字和背景要分得清。", "p { color: #eee; background: #fff }",
        "p { color: #333; background: #fff }", Part.THEME,
    ),
)  # fmt: skip
