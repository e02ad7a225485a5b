"""Rules for the authors' own HTML: what WeChat refuses, and what its structure check would flag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.article import Level, Problem
from content.lint.look import Look, Rule
from content.markup import html_blocks, raw, styles, words

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?/?)>")
_OPEN_FORBIDDEN = re.compile(rf"<({'|'.join(sorted(raw.FORBIDDEN))})(?=[\s/>])", re.IGNORECASE)
_STYLE = re.compile(r"\bstyle\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\[\^[^\]\n\0]+\]|!?\[[^\[\]\n\0]+\]\([^()\s\0][^()\n\0]*\)|~~[^~\s][^~\n\0]*~~|^[ \t]*(?:#{1,6}|[-*+]|\d{1,2}[.)])[ \t]+[^\s\0][^\n\0]*",
    re.MULTILINE,
)
_SWALLOWING = words("blockquote center div form pre section table ul ol")
_WRAPPERS = words("div section span")
NESTED_LIMIT = 10  # WeChat, verify-article-structure-spec: nestNodes
_ADVICE = {
    "video": "视频请在公众号后台插入",
    "audio": "音频请在公众号后台插入",
    "iframe": "视频请在公众号后台插入，其他内容请改用图片或链接",
    "form": "报名、问卷请改用小程序或二维码图片",
    "svg": "请导出为 PNG 图片再插入",
    "style": "请改用主题样式",
}


def tags_are_allowed(look: Look) -> Iterator[Problem]:
    """WeChat answers 45166 to these, and does not say where."""
    for found in _OPEN_FORBIDDEN.finditer(look.signs_text):
        name = found[1].lower()
        message = f"公众号不接受 <{name}> 标签。{_ADVICE.get(name, '请删去')}。"
        yield look.problem(look.line_at(found.start()), "HTML_FORBIDDEN", Level.ERROR, message)


def tags_are_closed(look: Look) -> Iterator[Problem]:
    """A block never closed holds all that follows: its style goes on to the end of the text."""
    opened: list[tuple[str, int]] = []
    for found in _TAG.finditer(look.signs_text):
        name = found[2].lower()
        if name not in _SWALLOWING or found[3].endswith("/"):
            continue
        if not found[1]:
            opened.append((name, found.start()))
        elif any(name == other for other, _ in opened):
            while opened.pop()[0] != name:
                pass
    for name, at in opened:
        message = f"<{name}> 没有结束，后面的正文都会算在它里面，排版可能不对。请补上 </{name}>。"
        yield look.problem(look.line_at(at), "HTML_UNCLOSED", Level.WARN, message, fix=f"</{name}>")


def markdown_is_outside(look: Look) -> Iterator[Problem]:
    """In a block of HTML nothing is Markdown before an empty line; a picture would not go out. Stars are `text`'s."""
    if "<" not in look.signs_text:
        return
    for block in html_blocks.blocks(look.signs_text):
        for (start, end), is_html in block:
            plain = html_blocks.without_tags(look.prose_text[start:end]) if is_html else ""
            if found := _MARKDOWN.search(plain):
                at = start + found.end() - len(found[0].lstrip())
                message = (
                    f"HTML 标签里的“{found[0].strip()[:30]}”不会排版，读者会看到记号。"
                    "请在这段文字和它前后的标签之间各空一行，或者改用 HTML 标签。"
                )
                yield look.problem(look.line_at(at), "HTML_MARKDOWN", Level.WARN, message)


def styles_are_kept(look: Look) -> Iterator[Problem]:
    """Styles that WeChat drops or flags are left out; the editor should know."""
    for tag in _TAG.finditer(look.signs_text):
        for found in _STYLE.finditer(tag[3]):
            style = found[1] if found[1] is not None else found[2]
            if dropped := styles.refused(style):
                message = f"这些样式公众号不接受，已略去：{'；'.join(dropped[:5])}。"
                yield look.problem(look.line_at(tag.start()), "STRUCTURE_STYLE", Level.WARN, message)
            yield from _contrast(look, look.line_at(tag.start()), style)


def _contrast(look: Look, line: int, style: str) -> Iterator[Problem]:
    pairs = dict(styles.declarations(style))
    ground, text = styles.background(pairs), styles.colour(pairs.get("color", ""))
    if ground and text and (ratio := styles.contrast(ground, text)) < styles.LEAST_CONTRAST:
        message = f"文字颜色和背景太接近（对比度 {ratio:.1f}，至少 {styles.LEAST_CONTRAST}），已改用看得清的文字颜色。"
        yield look.problem(line, "STRUCTURE_CONTRAST", Level.WARN, message)


def nesting_is_flat(look: Look) -> Iterator[Problem]:
    """WeChat flags ten wrappers in one another."""
    depth = 0
    for found in _TAG.finditer(look.signs_text):
        if found[2].lower() in _WRAPPERS and not found[3].endswith("/"):
            depth = max(0, depth - 1) if found[1] else depth + 1
            if depth == NESTED_LIMIT:
                message = f"这里的标签嵌套了 {NESTED_LIMIT} 层，公众号会提示结构异常；多余的层已略去。"
                yield look.problem(look.line_at(found.start()), "STRUCTURE_NESTING", Level.WARN, message)
                return


RULES: tuple[Rule, ...] = (tags_are_allowed, tags_are_closed, markdown_is_outside, styles_are_kept, nesting_is_flat)
