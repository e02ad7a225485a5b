"""Pictures in the place of formulas and diagrams; they carry no caption, and their size goes with the letters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown.inlinepatterns import InlineProcessor

from content.drawing import BLOCK, IN_LINE, address, draw
from content.drawn import CannotBeDrawn
from content.markup import words
from content.markup.regions import Region

DIAGRAMS = words("mermaid plantuml puml dot graphviz flowchart sequence flow mindmap echarts")
# A price is no formula: no blank inside the signs, no figure behind them.
FORMULA = r"(?<![\\$\w])\$(?=[^\s$])((?:\\.|[^$\n\\])+?)(?<=\S)\$(?![\d$])"
MARK = "drawn"  # the attribute of elements that are finished; it is never written


@dataclass(frozen=True)
class Placed:
    """A drawn picture as it stands on the page: its address, its alt text, width and depth below the line in em."""

    address: str
    alt: str
    width: float = 0.0
    sinks: float = 0.0


Draw = Callable[[str, str], Placed | None]  # the kind and the text; None leaves the text as it is written


def kind_of(region: Region) -> str:
    """Return what is to be drawn of a region, as `drawing.draw` calls it; "" for code that stays code."""
    if region.kind == "math":
        return BLOCK
    name = region.info.split()[0].strip("{}.").lower() if region.info.strip("{}. ") else ""
    return name if name in DIAGRAMS else ""


def figure(region: Region, drawing: Draw | None) -> Element | None:
    """Return a section with the picture of a formula or a diagram in it, or None where there is nothing to draw."""
    kind = kind_of(region)
    placed = drawing(kind, region.text) if drawing and kind else None
    if placed is None:
        return None
    section = Element("section", {"class": "figure", MARK: "1"})
    section.append(_image(placed))
    return section


def _image(placed: Placed, *, in_line: bool = False) -> Element:
    style = f"width:{placed.width:g}em;max-width:100%" if placed.width else "max-width:100%"
    if in_line:  # a theme makes blocks of images
        style = f"display:inline;margin:0;{style};vertical-align:-{placed.sinks:g}em"
    return Element("img", {"src": placed.address, "alt": placed.alt, "style": style, MARK: "1"})


class Formulas(InlineProcessor):
    """Formulas in a line, where the article asks for them."""

    def __init__(self, drawing: Draw) -> None:
        """Take what draws."""
        super().__init__(FORMULA)
        self._drawing = drawing

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        """Return the picture of a formula, or nothing where it cannot be drawn: it stays as it is written."""
        placed = self._drawing(IN_LINE, m[1])
        if placed is None:
            return None, None, None
        holder = Element("span")  # an image alone in its line would be taken for a figure
        SubElement(holder, "img").attrib.update(_image(placed, in_line=True).attrib)
        return holder, m.start(), m.end()


def look_at(kind: str, text: str) -> Placed | None:
    """Draw for looking at an article on this machine: the picture is in its address; what cannot be drawn stays text."""
    try:
        made = draw(kind, text)
    except CannotBeDrawn:
        return None
    return Placed(address(made), made.alt, made.width, made.sinks)
