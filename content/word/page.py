"""Writing HTML onto the pages of a Word file: headings, paragraphs, lists, tables, pictures, notes for links."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from docx.blkcntnr import BlockItemContainer
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.shared import Cm, Length, Pt
from docx.text.paragraph import Paragraph

from content.markup.notes import TITLE as NOTES_TITLE
from content.markup.styles import declarations
from content.word.htmltree import parts
from content.word.listing import restarted

WIDEST = Cm(15)  # between the margins of the template's page
_INLINE = frozenset(
    ("a", "b", "br", "code", "del", "em", "i", "s", "small", "span", "strong", "sub", "sup", "u", "wbr")
)
_DEEPEST_LIST = 3  # Word's template has List Bullet 1 to 3


@dataclass(frozen=True)
class _Form:
    """How a stretch of text looks."""

    bold: bool = False
    italic: bool = False
    struck: bool = False
    under: bool = False
    raised: str = ""
    code: bool = False


@dataclass(frozen=True)
class _Place:
    """Where a block goes: into the page or a cell, in which style, how deep in lists, in the middle or not."""

    holder: Document | BlockItemContainer
    style: str | None = None
    lists: int = 0
    number: int | None = None  # the list's own numbering
    centred: bool = False


@dataclass
class Page:
    """One document while an article is written into it; pictures by the addresses that the HTML has for them."""

    document: Document
    pictures: Mapping[str, tuple[str, bytes]]
    _notes: list[tuple[str, str]] = field(default_factory=list)
    _first_note: int = 1

    def write(self, root: Element) -> None:
        """Write everything below a root; the notes for links go on with the numbers that the article has."""
        numbers = [int(found) for found in re.findall(r"\[(\d+)\]", "".join(root.itertext()))]
        self._first_note = max(numbers, default=0) + 1
        self._flow(root, _Place(self.document))
        if self._notes and NOTES_TITLE not in [paragraph.text for paragraph in self.document.paragraphs]:
            self.document.add_paragraph(NOTES_TITLE)
        for number, (words, address) in enumerate(self._notes, self._first_note):
            self.document.add_paragraph(f"[{number}] {words}：{address}")

    def _flow(self, element: Element, place: _Place) -> None:
        """Write text and elements in order: what stands in a line goes into one paragraph."""
        centred = ("text-align", "center") in declarations(element.get("style", ""))
        place = replace(place, centred=centred or place.centred)
        paragraph: Paragraph | None = None
        for part in parts(element):
            if isinstance(part, str) or part.tag in _INLINE or (part.tag == "img" and paragraph is not None):
                if isinstance(part, str) and not part.strip() and paragraph is None:
                    continue
                if paragraph is None:
                    paragraph = _paragraph(place)
                    place = replace(place, style="List Continue" if place.lists else place.style, number=None)
                self._inline(part, paragraph, _Form())
            else:
                paragraph = None
                self._block(part, place)

    def _block(self, element: Element, place: _Place) -> None:
        tag = element.tag
        if re.fullmatch("h[1-6]", tag):
            self._flow(element, replace(place, style=f"Heading {max(1, int(tag[1]) - 1)}"))
        elif tag in ("ul", "ol"):
            self._list(element, place)
        elif tag == "table":
            self._table(element, place)
        elif tag == "img":
            self._picture(element, _paragraph(replace(place, centred=True)))
        elif tag == "blockquote":
            self._flow(element, replace(place, style="Quote"))
        elif tag == "pre":
            self._inline(element, _paragraph(place), _Form(code=True))
        elif tag != "hr":
            self._flow(element, place)

    def _list(self, element: Element, place: _Place) -> None:
        depth = min(place.lists + 1, _DEEPEST_LIST)
        name = ("List Number" if element.tag == "ol" else "List Bullet") + (f" {depth}" if depth > 1 else "")
        start = element.get("start", "1")
        number = restarted(self.document, name, int(start) if start.isdigit() else 1) if element.tag == "ol" else None
        for item in element.findall("li"):
            self._flow(item, replace(place, style=name, lists=place.lists + 1, number=number))

    def _table(self, element: Element, place: _Place) -> None:
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
        spots = _spots(rows)
        width = max((column + _span(cell, "colspan") for cell, (_, column) in spots), default=0)
        if not width:
            return
        table = self.document.add_table(len(rows), width, "Table Grid")
        for cell, (row, column) in spots:
            last = min(row + _span(cell, "rowspan"), len(rows)) - 1, column + _span(cell, "colspan") - 1
            made = table.cell(row, column).merge(table.cell(*last))
            self._flow(cell, _Place(made))
            if len(made.paragraphs) > 1 and not made.paragraphs[0].text:
                made._element.remove(made.paragraphs[0]._element)  # the empty one that a new cell has

    def _inline(self, part: str | Element, paragraph: Paragraph, form: _Form) -> None:
        if isinstance(part, str):
            _run(part, paragraph, form)
        elif part.tag == "br":
            paragraph.add_run().add_break()
        elif part.tag == "img":
            self._picture(part, paragraph)
        else:
            for inside in parts(part):
                self._inline(inside, paragraph, _formed(part.tag, form))
            if part.tag == "a" and part.get("href"):
                self._notes.append(("".join(part.itertext()), part.get("href", "")))
                _run(f"[{self._first_note + len(self._notes) - 1}]", paragraph, _Form(raised="sup"))

    def _picture(self, element: Element, paragraph: Paragraph) -> None:
        name, data = self.pictures.get(element.get("src", ""), (element.get("alt", ""), b""))
        run = paragraph.add_run()
        try:
            shape = run.add_picture(io.BytesIO(data))
        except (UnrecognizedImageError, ValueError, KeyError, ZeroDivisionError):  # a kind that python-docx has not
            run.add_text(f"（图片：{name}）")
            return
        if shape.width > WIDEST:
            shape.height = Length(shape.height * WIDEST // shape.width)
            shape.width = WIDEST


def _paragraph(place: _Place) -> Paragraph:
    made = place.holder.add_paragraph(style=place.style)
    if place.centred:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if place.number is not None:
        properties = made._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = place.number
        properties.get_or_add_ilvl().val = 0
    return made


def _run(text: str, paragraph: Paragraph, form: _Form) -> None:
    run = paragraph.add_run(text.replace("\xa0", " ").replace("\n", " "))
    run.bold, run.italic, run.underline = form.bold or None, form.italic or None, form.under or None
    run.font.strike = form.struck or None
    run.font.superscript, run.font.subscript = form.raised == "sup" or None, form.raised == "sub" or None
    if form.code:
        run.font.name, run.font.size = "Consolas", Pt(9)


def _formed(tag: str, form: _Form) -> _Form:
    if tag in ("strong", "b"):
        return replace(form, bold=True)
    if tag in ("em", "i"):
        return replace(form, italic=True)
    if tag in ("del", "s"):
        return replace(form, struck=True)
    if tag in ("sup", "sub"):
        return replace(form, raised=tag)
    return replace(form, under=form.under or tag == "u", code=form.code or tag == "code")


def _spots(rows: list[list[Element]]) -> list[tuple[Element, tuple[int, int]]]:
    """Return each cell with its row and column, those that merged cells cover left free."""
    taken: set[tuple[int, int]] = set()
    spots = []
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            covered = [
                (at + r, column + c) for r in range(_span(cell, "rowspan")) for c in range(_span(cell, "colspan"))
            ]
            taken |= set(covered)
            spots.append((cell, (at, column)))
    return spots


def _span(cell: Element, name: str) -> int:
    told = cell.get(name, "1")
    return min(int(told), 50) if told.isdigit() and int(told) else 1
