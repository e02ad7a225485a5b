"""Callouts: a quotation that begins with [!NOTE] and the like becomes a box with a title."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from content.markup import words

_MARK = re.compile(r"^\[!([^\]\s]{1,20})\][+-]?[ \t]*")
_NAMES = {
    "note": "说明", "info": "信息", "tip": "提示", "hint": "提示", "important": "重要", "warning": "警告",
    "caution": "注意", "attention": "注意", "danger": "危险", "error": "错误", "todo": "待办", "success": "完成",
    "check": "完成", "done": "完成", "question": "问题", "help": "问题", "faq": "问题", "failure": "失败", "fail": "失败",
    "bug": "故障", "example": "示例", "quote": "引用", "cite": "引用", "abstract": "摘要", "summary": "摘要", "tldr": "摘要",
}  # fmt: skip
_ALARMING = words("warning caution attention danger error failure fail bug 警告 注意 危险")


def callouts(quotes: Iterable[Element]) -> None:
    """Change every quotation that is a callout, in place."""
    for quote in quotes:
        first = quote[0] if len(quote) else None
        if first is not None and first.tag == "p" and (mark := _MARK.match(first.text or "")):
            _box(quote, first, mark)


def _box(quote: Element, first: Element, mark: re.Match[str]) -> None:
    kind = mark[1].lower()
    title = Element("p", {"class": "callout-title"})
    first.text = (first.text or "")[mark.end() :]
    _move_line(first, title)
    if not (title.text or "").strip() and not len(title):
        title.text = _NAMES.get(kind, mark[1])
    quote.tag = "section"
    quote.set("class", "callout alarm" if kind in _ALARMING else "callout")
    if not (first.text or "").strip() and not len(first):
        quote.remove(first)
    quote.insert(0, title)


def _move_line(source: Element, target: Element) -> None:
    """Move what stands before the first line end from one paragraph to another."""
    text = source.text or ""
    if "\n" in text:
        target.text, source.text = text.split("\n", 1)
        return
    target.text, source.text = text, None
    for child in list(source):
        if child.tag == "br":
            source.text, child.tail = (child.tail or "").lstrip("\n"), None
            source.remove(child)
            return
        source.remove(child)
        target.append(child)
        if child.tail and "\n" in child.tail:
            child.tail, source.text = child.tail.split("\n", 1)
            return
