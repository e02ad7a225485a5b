"""How text looks in Word, as far as it tells what the text is: styles and what is set over them, resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from content.word.ooxml import child, switched, tag, value

_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
DEFAULT_SIZE = 21  # half points; 五号, what Word and WPS begin with in China


@dataclass(frozen=True)
class Look:
    """What the styles say of a paragraph or a run; None and "" where nothing is said. Sizes are in half points."""

    name: str = ""
    bold: bool | None = None
    italic: bool | None = None
    struck: bool | None = None
    hidden: bool | None = None
    size: int | None = None
    font: str = ""
    align: str = ""
    outline: int | None = None  # 0 is the first level, 9 is running text
    number: tuple[str, str] = ("", "")  # id of the numbering, its level; ("0", …) takes it away

    def over(self, base: Look) -> Look:
        """Return this look with what it leaves open taken from another."""
        return Look(
            self.name or base.name,
            _first(self.bold, base.bold),
            _first(self.italic, base.italic),
            _first(self.struck, base.struck),
            _first(self.hidden, base.hidden),
            size=self.size if self.size is not None else base.size,
            font=self.font or base.font,
            align=self.align or base.align,
            outline=self.outline if self.outline is not None else base.outline,
            number=self.number if self.number[0] else base.number,
        )


def _first(mine: bool | None, theirs: bool | None) -> bool | None:
    return theirs if mine is None else mine


class Looks:
    """The styles of one document."""

    def __init__(self, root: Element | None) -> None:
        """Take the root of styles.xml; None for a document without one."""
        found = root.findall(tag("w:style")) if root is not None else []
        self._styles = {style.get(tag("w:styleId"), ""): style for style in found}
        self._default = next((i for i, s in self._styles.items() if _is_default(s)), "")
        self._base = _look(child(root, "w:docDefaults", "w:rPrDefault", "w:rPr"), None)
        self._known: dict[str, Look] = {}

    def of_paragraph(self, paragraph: Element) -> Look:
        """Return how a paragraph looks before its runs say otherwise."""
        properties = child(paragraph, "w:pPr")
        style = value(properties, "w:pStyle") or self._default
        return _look(None, properties).over(self.of_style(style)).over(self._base)

    def of_run(self, run: Element, paragraph: Look) -> Look:
        """Return how a run looks in a paragraph."""
        properties = child(run, "w:rPr")
        style = value(properties, "w:rStyle")
        own = _look(properties, None)
        return (own.over(self.of_style(style)) if style else own).over(replace(paragraph, name=""))

    def of_style(self, style: str) -> Look:
        """Return the look of a style with those it is based on."""
        if style not in self._known:
            look = Look()
            for one in self._chain(style):
                part = _look(child(one, "w:rPr"), child(one, "w:pPr"))
                look = look.over(replace(part, name=value(one, "w:name") or "", outline=_outline(part, one)))
            self._known[style] = replace(look, name=value(self._styles.get(style), "w:name") or "")
        return self._known[style]

    def style_of(self, paragraph: Element) -> str:
        """Return the id of a paragraph's style."""
        return value(child(paragraph, "w:pPr"), "w:pStyle") or self._default

    def _chain(self, style: str) -> Iterator[Element]:
        seen: set[str] = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            yield self._styles[style]
            style = value(self._styles[style], "w:basedOn") or ""


def _is_default(style: Element) -> bool:
    return style.get(tag("w:type")) == "paragraph" and style.get(tag("w:default")) in ("1", "true")


def _outline(part: Look, style: Element) -> int | None:
    """Return the level of a heading; a style named "heading 2" is one whatever else it says."""
    found = _HEADING_NAME.search(value(style, "w:name") or "")
    return int(found[1]) - 1 if found else part.outline


def _look(run: Element | None, paragraph: Element | None) -> Look:
    size, outline = value(run, "w:sz") or "", value(paragraph, "w:outlineLvl") or ""
    fonts = child(run, "w:rFonts")
    numbering = child(paragraph, "w:numPr")
    return Look(
        bold=switched(run, "w:b"),
        italic=switched(run, "w:i"),
        struck=_either(switched(run, "w:strike"), switched(run, "w:dstrike")),
        hidden=switched(run, "w:vanish"),
        size=int(size) if size.isdigit() else None,
        font=(fonts.get(tag("w:eastAsia")) or "") if fonts is not None else "",
        align=value(paragraph, "w:jc") or "",
        outline=int(outline) if outline.isdigit() else None,
        number=(value(numbering, "w:numId") or "", value(numbering, "w:ilvl") or ""),
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    return one if other is None else other if one is None else one or other
