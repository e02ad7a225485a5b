"""Rules for the text: stars that stay, links without a target, blocks never closed, length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.article import Level, Problem
from content.lint.look import Look, Rule, bare_html
from content.markup.regions import Region
from content.render import visible_text

HTML_LIMIT = 20000  # characters; WeChat, draft/add: content is under 20,000 characters and under 1 MB
HTML_NEAR = 16000  # four fifths: time to think of two articles
BYTE_LIMIT = 1024 * 1024

_EMPTY_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(\s*(?:<\s*>|#)?\s*\)|(?<!!)\[\s*\]\([^()\n]+\)")
_EMPTY_PICTURE = re.compile(r"!\[[^\[\]\n]*\]\(\s*(?:<\s*>)?\s*\)")
_CODE = re.compile(r'<(pre|code)\b[\s\S]*?</\1>|<section class="math">[\s\S]*?</section>')
_MASKED = re.compile(r"(?<=\d)\*+(?=\d)")  # 138****1234
_NOTE_USED = re.compile(r"(?<!!)\[\^([^\]\n]+)\](?!:)")
_NOTE_GIVEN = re.compile(r"^ {0,3}\[\^([^\]\n]+)\]:", re.MULTILINE)


def text_is_there(look: Look) -> Iterator[Problem]:
    """WeChat refuses an empty article."""
    if not visible_text(look.bare).strip() and "<img" not in look.bare and "<" not in look.prose_text:
        message = "正文是空的，请写上正文。"
        yield look.problem(look.source.body_line, "BODY_EMPTY", Level.ERROR, message)


def stars_are_closed(look: Look) -> Iterator[Problem]:
    """Stars that a reader would see: a bold text never closed, or blanks inside the stars."""
    if "**" not in _MASKED.sub("", _CODE.sub("", look.bare)):
        return
    for first, block in _blocks(look):
        if "**" in block and _stars_stay(block):
            lines = block.split("\n")
            bad = [number for number, line in enumerate(lines) if "**" in line and _stars_stay(line)]
            whole = len(bad) < 2 or all(lines[n].count("**") % 2 for n in bad)
            if not bad:  # each line alone is right: they stand among tags
                with_stars = [number for number, line in enumerate(lines) if "**" in line]
                staying = (number for number in with_stars if _stars_stay("\n".join(lines[: number + 1])))
                bad = [next(staying, with_stars[0])]
            for number in bad[:1] if whole else bad:
                message = (
                    "这里的 ** 没有变成粗体，读者会看到星号：请检查是否成对，** 与文字之间不要有空格；"
                    "在 HTML 标签里，要和标签隔一个空行。"
                )
                yield look.problem(
                    first + number, "BARE_EMPHASIS", Level.WARN, message, col=lines[number].find("**") + 1
                )


def _blocks(look: Look) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of the prose with the line of the file where each begins."""
    begun: list[str] = []
    for number, line in enumerate([*look.prose, ""]):
        if line.strip():
            begun.append(line)
        elif begun:
            yield look.source.body_line + number - len(begun), "\n".join(begun)
            begun = []


def _stars_stay(text: str) -> bool:
    return "**" in _MASKED.sub("", _CODE.sub("", bare_html(text)[0]))


def links_have_targets(look: Look) -> Iterator[Problem]:
    """A link to nowhere, or one without words, is something forgotten."""
    for found in _EMPTY_LINK.finditer(look.signs_text):
        message = f"这个链接是空的：“{found[0]}”。请补上网址和文字，或去掉链接。"
        yield look.problem(look.line_at(found.start()), "EMPTY_LINK", Level.WARN, message)
    for found in _EMPTY_PICTURE.finditer(look.signs_text):
        message = f"这张图片没有写文件：“{found[0]}”。请补上图片文件，或删去。"
        yield look.problem(look.line_at(found.start()), "EMPTY_PICTURE", Level.ERROR, message)


def blocks_are_closed(look: Look) -> Iterator[Problem]:
    """A fence never closed makes code of all that follows; a comment never closed hides it."""
    for region in look.regions:
        if region.kind == "code" and not region.closed:
            fence = _fence_of(region, look.lines[region.first])
            message = f"代码块没有结束，后面的正文都会变成代码。请在代码的下一行补上 {fence}。"
            yield look.problem(look.source.body_line + region.first, "UNCLOSED_FENCE", Level.ERROR, message, fix=fence)
    text = re.sub(r"`[^`\n]*`", lambda code: " " * len(code[0]), _without_regions(look))
    opened = text.rfind("<!--")
    if opened >= 0 and "-->" not in text[opened:]:
        message = "注释 <!-- 没有结束，后面的正文都不会发出去。请补上 -->。"
        line = look.source.body_line + text.count("\n", 0, opened)
        yield look.problem(line, "UNCLOSED_COMMENT", Level.ERROR, message, fix="-->")


def _fence_of(region: Region, line: str) -> str:
    """Return the line that closes a block of code: the same signs, as many of them, in the same quotation."""
    signs = line[len(region.prefix) :].lstrip()
    quoted = region.prefix[: region.prefix.rfind(">") + 1].strip()
    return f"{quoted} {signs[: len(signs) - len(signs.lstrip(signs[0]))]}".lstrip()


def _without_regions(look: Look) -> str:
    lines = list(look.lines)
    for region in look.regions:
        for number in range(region.first, region.last + 1):
            lines[number] = ""
    return "\n".join(lines)


def notes_are_paired(look: Look) -> Iterator[Problem]:
    """A reference without its note is shown as it is; a note without a reference is not shown at all."""
    given = {found[1]: found.start() for found in _NOTE_GIVEN.finditer(look.signs_text)}
    used: dict[str, int] = {}
    for found in _NOTE_USED.finditer(look.signs_text):
        used.setdefault(found[1], found.start())
    for name, at in used.items():
        if name not in given:
            message = f"脚注 [^{name}] 没有写内容，会原样显示。请在文末写 [^{name}]: 内容。"
            yield look.problem(look.line_at(at), "NOTE_MISSING", Level.WARN, message)
    for name, at in given.items():
        if name not in used:
            message = f"脚注 [^{name}] 写了内容，正文里却没有用到，不会显示。"
            yield look.problem(look.line_at(at), "NOTE_UNUSED", Level.WARN, message)


def content_fits(look: Look) -> Iterator[Problem]:
    """WeChat counts the characters of the HTML, not those of the text."""
    length, size = len(look.html), len(look.html.encode())
    words = len(re.sub(r"\s", "", visible_text(look.bare)))
    told = f"正文 {words} 字，排版后的 HTML 有 {length} 个字符"
    line = look.source.body_line
    if length >= HTML_LIMIT or size >= BYTE_LIMIT:
        message = f"{told}，必须少于 {HTML_LIMIT} 个（并且小于 1 MB）。{_heaviest(look)}请拆成两篇或精简。"
        yield look.problem(line, "CONTENT_TOO_LONG", Level.ERROR, message)
    elif length >= HTML_NEAR:
        message = f"{told}，接近 {HTML_LIMIT} 个的上限。{_heaviest(look)}再加内容请先拆篇。"
        yield look.problem(line, "CONTENT_TOO_LONG", Level.WARN, message)


def _heaviest(look: Look) -> str:
    parts = {
        "表格": sum(len(found[0]) for found in re.finditer(r"<table[\s\S]*?</table>", look.html)),
        "代码": sum(len(found[0]) for found in re.finditer(r"<pre[\s\S]*?</pre>", look.html)),
        "图片": sum(len(found[0]) for found in re.finditer(r"<img[^<>]*>", look.html)),
        "链接": sum(len(found[0]) for found in re.finditer(r"<a [^<>]*>", look.html)),
    }
    name, most = max(parts.items(), key=lambda pair: pair[1])
    return f"其中{name}占 {most} 个字符。" if most > 1000 else ""


RULES: tuple[Rule, ...] = (
    text_is_there,
    stars_are_closed,
    links_have_targets,
    blocks_are_closed,
    notes_are_paired,
    content_fits,
)
