"""The parser: python-markdown with our extensions, from a text to the finished tree."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions.footnotes import FootnoteBlockProcessor, FootnoteExtension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from content.article import NO_FACTS, Facts
from content.markup import blocks, drawn, inline, regions
from content.markup.finish import finish
from content.markup.foot import Foot, Framing
from content.markup.html_blocks import HtmlBlocks

Picture = Callable[[str], str]


@dataclass(frozen=True)
class Wish:
    """What to make of a text: where its pictures are, what its front matter says, what we add to it.

    A first heading that repeats the title is dropped; `math` says whether $…$ in
    a line is a formula. Without `foot`, the bare text: no label and no foot.
    """

    picture: Picture
    facts: Facts = NO_FACTS
    foot: Foot | None = None
    draw: drawn.Draw | None = None  # makes pictures of formulas and diagrams; without it their source stays


def tree(body: str, wish: Wish) -> Element:
    """Return the article's root section with everything in it, in the form that WeChat keeps."""
    try:
        return _parsed(body, wish)
    except RecursionError:  # thousands of nested brackets: shown as they were written
        root = Element("section", {"class": "article"})
        for part in re.split(r"\n\s*\n", body):
            SubElement(root, "p").text = re.sub(r"[\x00-\x08\x0b-\x1f]", "", part)
        return root


def _parsed(body: str, wish: Wish) -> Element:
    md = Markdown()
    notes = _Notes()
    notes.extendMarkdown(md)
    blocks.register(md)
    inline.register(md, f"{body}\n{wish.foot.text if wish.foot else ''}")
    if wish.facts.math and wish.draw:
        md.inlinePatterns.register(drawn.Formulas(wish.draw), "formula", 185)  # after code, before escapes
    md.preprocessors.register(_Stash(md, wish.draw), "stash", 25)
    md.preprocessors.register(HtmlBlocks(md), "html_block", 20)  # in the place of the parser's own
    md.treeprocessors.deregister("prettify")
    if wish.foot:
        md.treeprocessors.register(Framing(md, wish.facts, wish.foot), "framing", 55)
    md.treeprocessors.register(_Finish(md, wish), "finish", -10)
    lines = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", body).split("\n")
    for step in md.preprocessors:
        lines = step.run(lines)
    root = md.parser.parseDocument(lines).getroot()
    if root is None:  # only the type allows it
        raise TypeError("python-markdown gave no root")
    for change in md.treeprocessors:
        changed = change.run(root)
        root = root if changed is None else changed
    return root


class _Stash(Preprocessor):
    """Puts fenced code and formulas away before anything reads them as Markdown, and drops editors' comments."""

    def __init__(self, md: Markdown, draw: drawn.Draw | None) -> None:
        super().__init__(md)
        self._draw = draw

    def run(self, lines: list[str]) -> list[str]:
        kept: list[str] = []
        at = 0
        for region in regions.regions(lines):
            kept += lines[at : region.first]
            kept.append(region.prefix + self.md.htmlStash.store(_element(region, self._draw)))
            at = region.last + 1
        kept += lines[at:]
        return regions.without_comments("\n".join(kept)).split("\n")


def _element(region: regions.Region, draw: drawn.Draw | None) -> Element:
    if (figure := drawn.figure(region, draw)) is not None:
        return figure
    element = Element("pre" if region.kind == "code" else "section")
    element.text = AtomicString(region.text)
    if region.kind == "math":
        element.set("class", "math")
    return element


class _Notes(FootnoteExtension):
    """The authors' notes, kept as a last section of the tree; `finish` numbers them together with the links."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        self.parser = md.parser
        self.md = md
        md.parser.blockprocessors.register(FootnoteBlockProcessor(self), "footnote", 17)
        md.inlinePatterns.register(inline.References(r"(?<!!)\[\^([^\]\n]+)\]", self.footnotes), "footnote", 175)
        md.treeprocessors.register(_NoteBodies(md, self.footnotes), "notes", 50)


class _NoteBodies(Treeprocessor):
    """Appends the text of every note to the tree, so that it is read like all other text."""

    def __init__(self, md: Markdown, notes: dict[str, str]) -> None:
        super().__init__(md)
        self._notes = notes

    def run(self, root: Element) -> None:
        if not self._notes:
            return
        kept = SubElement(root, "section", {"class": "notes"})
        for name, text in list(self._notes.items()):
            self.md.parser.parseChunk(SubElement(kept, "section", {"note": name}), text)


class _Finish(Treeprocessor):
    """Hands the tree, all its inline text read, to `finish`."""

    def __init__(self, md: Markdown, wish: Wish) -> None:
        super().__init__(md)
        self._wish = wish

    def run(self, root: Element) -> None:
        finish(root, self.md.htmlStash.rawHtmlBlocks, title=self._wish.facts.title, picture=self._wish.picture)
