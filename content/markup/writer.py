"""Writing a tree as HTML: no blank text between blocks, nothing empty, code whose blanks survive saving."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from content.markup import words

_VOID = frozenset(("br", "hr", "img", "wbr"))
_NOT_EMPTY = words("a blockquote code del em h1 h2 h3 h4 h5 h6 li ol p section span strong sub sup u ul")
_ATTRIBUTES = words("alt class colspan data-ignore-width href rowspan src start style")
_ALLOWED = _VOID | _NOT_EMPTY | words("b i pre s small table tbody td tfoot th thead tr")
_MANY_BLANKS = re.compile(r"^ +| {2,}| +$")


def write(root: Element) -> str:
    """Return the tree as HTML; an element without a tag, or with one that is not allowed, gives only its content."""
    out: list[str] = []
    _write(root, out, escaped)
    return "".join(out)


def _write(element: Element, out: list[str], text: Callable[[str], str]) -> None:
    tag = element.tag if element.tag in _ALLOWED else ""
    if tag == "pre":
        text = code
    if element.get("class") == "math":
        out.append(f'<section class="math">{escaped(element.text or "").replace(chr(10), "<br>")}</section>')
        return
    begun = len(out)
    if tag:
        out.append(f"<{tag}{_attributes(element)}>" if element.attrib else f"<{tag}>")
        if tag in _VOID:
            return
    if element.text:
        out.append(text(element.text))
    for child in element:
        _write(child, out, text)
        if child.tail:
            out.append(text(child.tail))
    if not tag:
        return
    if tag in _NOT_EMPTY and not any(part.strip() for part in out[begun + 1 :]):
        del out[begun:]
    else:
        out.append(f"</{tag}>")


def _attributes(element: Element) -> str:
    pairs = ((name, value) for name, value in element.attrib.items() if name in _ATTRIBUTES)
    return "".join(f' {name}="{quoted(value)}"' if name != "alt" or value else ' alt=""' for name, value in pairs)


def quoted(value: str) -> str:
    """Return a text as an attribute's value; < and > become full-width, so that a tag ends where it seems to."""
    for char, entity in (("&", "&amp;"), ('"', "&quot;"), ("<", "＜"), (">", "＞"), ("\n", " "), ("\xa0", " ")):
        if char in value:
            value = value.replace(char, entity)
    return value


def escaped(text: str) -> str:
    """Return a text as HTML."""
    for char, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\xa0", "&nbsp;")):
        if char in text:
            text = text.replace(char, entity)
    return text


def code(text: str) -> str:
    """Return code as HTML: line ends are <br>, blanks that WeChat would fold or drop are no-break spaces."""
    return "<br>".join(escaped(_MANY_BLANKS.sub(_no_break, line)) for line in text.expandtabs(4).split("\n"))


def _no_break(blanks: re.Match[str]) -> str:
    return "\xa0" * len(blanks[0])
