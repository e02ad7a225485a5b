"""Blocks: lists nested by the indent of their text, separate quotations, tables and lists right after a paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockProcessor,
    BlockQuoteProcessor,
    HashHeaderProcessor,
    ParagraphProcessor,
    ReferenceProcessor,
)
from markdown.extensions.tables import TableProcessor
from markdown.util import nearing_recursion_limit

_MARKER = re.compile(r"^( *)(?:[-*+]|(\d{1,9})[.)])(?:( +)(?=\S)|[ ]*$)")
_RULE = re.compile(r"^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$")
_OTHER_BLOCK = re.compile(r"^ {0,3}(?:>|#{1,6} |\x02wzxhzdk:\d+\x03$)")
_TASK = re.compile(r"^\[([ xX])\][ ]+(?=\S)")
_ALONE = re.compile(r"^ *\x02wzxhzdk:\d+\x03 *$")
_ROW_RULE = re.compile(r"^ *\|?(?: *:?-+:? *\|)+ *(?::?-+:?)? *$")
_CODE_IN_CELL = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


@dataclass
class _Item:
    """One item while its lines are gathered; `indent` is the column where its text begins."""

    indent: int
    lines: list[str]
    loose: bool = field(default=False)


class Lists(BlockProcessor):
    """Ordered and unordered lists; what is indented as far as an item's text belongs to the item."""

    def test(self, parent: Element, block: str) -> bool:
        """Tell whether the block begins with an item."""
        return _starts_item(block.split("\n", 1)[0], limit=3) and not nearing_recursion_limit()

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Take the blocks of one list and put the list into the parent."""
        first = _MARKER.match(blocks[0].split("\n", 1)[0])
        if first is None:  # test() has seen one
            return
        ordered = first[2] is not None
        items = self._gather(blocks, ordered, len(first[1]))
        listed = SubElement(parent, "ol" if ordered else "ul")
        if ordered and int(first[2]) != 1:
            listed.set("start", str(int(first[2])))
        for item in items:
            self._build(listed, item)
        if all(li.get("class") == "task" for li in listed):  # told once for the list instead of in every item
            listed.set("class", "tasks")
            for li in listed:
                del li.attrib["class"]

    def _gather(self, blocks: list[str], ordered: bool, base: int) -> list[_Item]:
        items: list[_Item] = []
        while blocks:
            block = blocks[0].strip("\n")
            if items and not _goes_on(block, items[-1], ordered, base):
                break
            blocks.pop(0)
            if not block:
                continue
            if items:
                items[-1].lines.append("")
            rest = _take(block.split("\n"), items, ordered, base)
            if rest:
                blocks.insert(0, "\n".join(rest))
                break
        return items

    def _build(self, listed: Element, item: _Item) -> None:
        li = SubElement(listed, "li")
        inside = SubElement(li, "section")
        task = _TASK.match(item.lines[0]) if item.lines else None
        if task:
            li.set("class", "task")
            item.lines[0] = ("☐ " if task[1] == " " else "☑ ") + item.lines[0][task.end() :]
        self.parser.parseChunk(inside, "\n".join(item.lines))
        paragraphs = [child for child in inside if child.tag == "p" and not _ALONE.match(child.text or "")]
        if len(paragraphs) == 1 and inside[0] is paragraphs[0]:  # no <p> for a single one: shorter, and no gap
            inside.text = paragraphs[0].text
            inside.remove(paragraphs[0])


def _starts_item(line: str, *, limit: int) -> bool:
    marker = _MARKER.match(line)
    return marker is not None and len(marker[1]) <= limit and not _RULE.match(line)


def _goes_on(block: str, item: _Item, ordered: bool, base: int) -> bool:
    """Tell whether a block after an empty line still belongs to the list."""
    line = block.split("\n", 1)[0]
    if not block or len(line) - len(line.lstrip(" ")) >= item.indent:
        return True
    marker = _MARKER.match(line)
    if marker is None or _RULE.match(line):
        return False
    return (marker[2] is not None) == ordered or len(marker[1]) >= base + 2


def _take(lines: list[str], items: list[_Item], ordered: bool, base: int) -> list[str]:
    """Give the lines to the items; return those that are no longer the list's."""
    for number, line in enumerate(lines):
        blank = len(line) - len(line.lstrip(" "))
        marker = _MARKER.match(line)
        if items and blank >= items[-1].indent:
            items[-1].lines.append(line[items[-1].indent :])
        elif marker and not _RULE.match(line):
            if (
                items and blank >= base + 2 and not (ordered and _counts_on(marker))
            ):  # 2 or 3 blanks under «10.»: a list in the item
                items[-1].indent = blank
                items[-1].lines.append(line[blank:])
            elif items and (marker[2] is not None) != ordered:
                return lines[number:]
            else:
                items.append(_new_item(line, marker))
        elif _RULE.match(line) or _OTHER_BLOCK.match(line):
            return lines[number:]
        elif items:
            items[-1].lines.append(line.lstrip(" "))
    return []


def _counts_on(marker: re.Match[str]) -> bool:
    """Tell whether an item has a number that no list begins with: it is the list's next, if less indented than a text."""
    return marker[2] is not None and int(marker[2]) != 1


def _new_item(line: str, marker: re.Match[str]) -> _Item:
    gap = len(marker[3] or " ")
    indent = len(line[: marker.end()].rstrip(" ")) + (gap if gap < 5 else 1)
    return _Item(indent, [line[indent:]])


class Quotes(BlockQuoteProcessor):
    """Quotations; two that an empty line separates are two (python-markdown would merge them)."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Take one block as one quotation."""
        block = blocks.pop(0)
        found = self.RE.search(block)
        if found is None:  # test() has seen one
            return
        if before := block[: found.start()]:
            self.parser.parseBlocks(parent, [before])
        lines = [self.clean(line) for line in block[found.start() :].lstrip("\n").split("\n")]
        self.parser.parseChunk(SubElement(parent, "blockquote"), "\n".join(lines))


class Headings(HashHeaderProcessor):
    """Headings; «#话题» in running text is a topic, not a heading: one # needs a blank after it."""

    RE = re.compile(r"(?:^|\n)(?P<level>#(?= |\n|$)|#{2,6}(?!#))(?P<header>(?:\\.|[^\\\n])*?) *#*(?:\n|$)")


class Definitions(ReferenceProcessor):
    """Addresses by their labels; one between < and > may have blanks in it."""

    RE = re.compile(ReferenceProcessor.RE.pattern.replace(r"([^\s]+)", r"(<[^<>\n]*>|[^\s]+)"), re.MULTILINE)


class Paragraphs(ParagraphProcessor):
    """Paragraphs; a list, a table or a block of code may follow without an empty line."""

    def run(self, parent: Element, blocks: list[str]) -> None:
        """Take one block as a paragraph, up to where another kind of block begins."""
        lines = blocks.pop(0).split("\n")
        end = next((n for n in range(1, len(lines)) if _interrupts(lines, n)), len(lines))
        if _ALONE.match(lines[0]):
            end = 1
        text = "\n".join(lines[:end]).strip("\n ")
        if text:
            SubElement(parent, "p").text = text
        if end < len(lines):
            blocks.insert(0, "\n".join(lines[end:]).lstrip("\n"))


def _interrupts(lines: list[str], number: int) -> bool:
    line = lines[number]
    if _ALONE.match(line):
        return True
    if "|" in line and number + 1 < len(lines) and _ROW_RULE.match(lines[number + 1]):
        return True
    marker = _MARKER.match(line)
    return marker is not None and marker[3] is not None and not _counts_on(marker) and not _RULE.match(line)


class Tables(TableProcessor):
    """Tables; `\\|` in the code of a cell is one stroke."""

    def _split(self, row: str) -> list[str]:
        cells: list[str] = super()._split(row)  # type: ignore[misc]  # the stubs leave it out
        return [_CODE_IN_CELL.sub(_one_stroke, cell) if "\\|" in cell else cell for cell in cells]


def _one_stroke(code: re.Match[str]) -> str:
    return code[0].replace("\\|", "|")


def register(md: Markdown) -> None:
    """Put our blocks into the place of the parser's own."""
    parser: BlockParser = md.parser
    blocks = parser.blockprocessors
    for name in ("indent", "olist", "ulist"):
        blocks.deregister(name)
    blocks.register(Lists(parser), "list", 85)
    blocks.register(Tables(parser, {"use_align_attribute": False}), "table", 75)
    blocks.register(Headings(parser), "hashheader", 70)
    blocks.register(Quotes(parser), "quote", 20)
    blocks.register(Definitions(parser), "reference", 15)
    blocks.register(Paragraphs(parser), "paragraph", 10)
