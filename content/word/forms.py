"""What a paragraph is by its form: a heading, an item of a list, a caption, and how it stands out from the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from content.word.looks import DEFAULT_SIZE, Looks
from content.word.numbers import Number
from content.word.ooxml import child, tag

_KINDS = (
    (re.compile(r"^(?:title|标题)$", re.IGNORECASE), "title"),
    (re.compile(r"^(?:subtitle|副标题)$", re.IGNORECASE), "subtitle"),
    (re.compile(r"^(?:caption|题注|图表?题|图片说明)$", re.IGNORECASE), "caption"),
    (re.compile(r"^(?:toc|table of figures|目录|图表目录)(?:\b|\s|$|\d)", re.IGNORECASE), "toc"),
    (re.compile(r"^(?:intense )?quote$|^(?:明显)?引用$", re.IGNORECASE), "quote"),
)
_DECIMAL = re.compile(r"^\d+\s*[.．、)）]?$")
_SIMPLE = re.compile(r"^[0-9a-zA-Z]+\s*[.．、)）]?$")
_DEEPER = re.compile(r"^(?:list (?:bullet|number)|列表(?:项目符号|编号)) ([2-9])$", re.IGNORECASE)
_HEADING_FONT = re.compile(r"黑体|小标宋|SimHei|Heiti|STZhongsong|华文中宋", re.IGNORECASE)
LEVELS = 6  # deeper outlines are running text in an article


@dataclass(frozen=True)
class Form:
    """One paragraph's form. `number` is to be written out; a `list` has its number in the list instead.

    `size` is in half points, of the largest text; `strong` means that all of the text is bold.
    """

    kind: str = "text"
    level: int = 0
    ordered: bool = False
    count: int = 0
    number: str = ""
    centred: bool = False
    strong: bool = False
    size: int = DEFAULT_SIZE
    heading_font: bool = False


def form_of(paragraph: Element, looks: Looks, number: Number | None) -> Form:
    """Return a paragraph's form, before its drawings and runs are made plain."""
    look = looks.of_paragraph(paragraph)
    kind, level = _kind(look.name, look.outline)
    runs = [looks.of_run(run, look) for run in paragraph.iter(tag("w:r")) if _says_something(run)]
    as_list = kind == "text" and number is not None and _is_item(number)
    return Form(
        kind="list" if as_list else kind,
        level=_depth(look.name, number) if as_list and number else level,
        ordered=as_list and number is not None and not number.bullet,
        count=number.count if number else 0,
        number=number.text if number else "",
        centred=look.align == "center",
        strong=bool(runs) and all(run.bold for run in runs),
        size=max((run.size or DEFAULT_SIZE for run in runs), default=look.size or DEFAULT_SIZE),
        heading_font=bool(runs) and all(_HEADING_FONT.search(run.font) for run in runs),
    )


def _kind(name: str, outline: int | None) -> tuple[str, int]:
    found = next((kind for pattern, kind in _KINDS if pattern.search(name)), "")
    if found:
        return found, 0
    if outline is not None and outline < LEVELS:
        return "heading", outline
    return "text", 0


def _depth(name: str, number: Number) -> int:
    """Return the level of an item; Word's styles for deeper lists each count from level 0."""
    found = _DEEPER.match(name)
    return number.level or (int(found[1]) - 1 if found else 0)


def _is_item(number: Number) -> bool:
    """Tell whether a number is one that a list shows by itself: 1. and at deeper levels also a) or i."""
    if number.bullet:
        return True
    return bool((_DECIMAL if number.level == 0 else _SIMPLE).match(number.text))


def _says_something(run: Element) -> bool:
    texts = (part.text or "" for part in run.iter(tag("w:t")))
    return child(run, "w:t") is not None and any(text.strip() for text in texts)
