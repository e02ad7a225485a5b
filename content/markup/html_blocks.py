"""Blocks of HTML among Markdown: from a tag at a line's begin to where it is closed; after an empty line Markdown goes on.

CommonMark 0.31, §4.6, kinds 1 and 6, with three kindnesses: what follows a block that is closed is Markdown
without an empty line, a block that goes on may be indented as deep as it likes, and an empty line in a <pre> is code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from content.markup import words

PART = "html"  # the tag of an element that holds one piece of a block, as it is written
_NAMES = "|".join(
    sorted(
        words(
            "address article aside base blockquote body canvas caption center col colgroup dd details dialog dir div dl dt"
            " fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe"
            " legend li link main map math menu nav noframes noscript object ol optgroup option output p param pre progress"
            " script section style summary table tbody td textarea tfoot th thead title tr track ul video"
        )
    )
)
_VOID = words("area base br col embed frame hr img input link meta param source track wbr")
_BEGIN = re.compile(rf"^ {{0,3}}(?=<(?:{_NAMES})[\s/>]|<[?!][a-z\[])", re.IGNORECASE | re.MULTILINE)
_NEXT = re.compile(rf" *(?=<(?:{_NAMES})[\s/>])", re.IGNORECASE)
_HERE = re.compile(rf"\s*(?=</?(?:{_NAMES})[\s/>])", re.IGNORECASE)
_AT_LINE_START = re.compile(rf"^ {{0,3}}</?(?:{_NAMES})[\s/>]", re.IGNORECASE | re.MULTILINE)
_IS_BLOCK = re.compile(rf"(?:{_NAMES})", re.IGNORECASE)
_CODE = r"<(?P<code>pre|script|style|textarea)(?=[\s/>])[^<>]*>(?:[\s\S]*?</(?P=code)\s*>|[\s\S]*)"
_TAG = re.compile(
    rf"{_CODE}|<[?!][^>]*>|<(?P<close>/?)(?P<name>[a-z][a-z0-9-]*)(?=[\s/>])(?:(?:[^<>\"']|\"[^\"]*\"|'[^']*')*|[^<>]*)>",
    re.IGNORECASE,
)
_IN_MARKDOWN = re.compile(
    rf"\\[!-/:-@\[-`{{-~]|(?<!`)(?P<ticks>`+)(?!`)[\s\S]+?(?<!`)(?P=ticks)(?!`)|{_TAG.pattern}", re.IGNORECASE
)
_PAUSE = re.compile(rf"{_CODE}|(?P<pause>\n(?:[ \t]*\n)+)", re.IGNORECASE)

Span = tuple[int, int]


def blocks(text: str) -> Iterator[list[tuple[Span, bool]]]:
    """Yield the blocks of a text, each as its pieces in order: where one stands, and whether it is HTML, not Markdown."""
    at = 0
    while begun := _BEGIN.search(text, at):
        if not _TAG.match(text, begun.end()):  # a tag that does not end is text
            at = begun.end() + 1
            continue
        while begun:
            at = _closed(text, begun.end(), len(text))
            yield [piece for piece in _pieces(text, begun.end(), at) if text[slice(*piece[0])].strip()]
            begun = _NEXT.match(text, at)


def without_tags(html: str) -> str:
    """Return HTML with its tags, and the code in it, as zero bytes: what Markdown could be meant by; places stay."""
    return _TAG.sub(lambda tag: re.sub(r"[^\n]", "\0", tag[0]), html)


def _closed(text: str, start: int, end: int) -> int:
    """Return where the tag at a place is closed, or the end."""
    opened: list[str] = []
    for tag in _TAG.finditer(text, start, end):
        name = (tag["name"] or "").lower()
        if tag["close"]:
            if name in opened:
                while opened.pop() != name:
                    pass
        elif name and name not in _VOID and not tag[0].endswith("/>"):
            opened.append(name)
        if not opened:
            return tag.end()
    return end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[Span, bool]]:
    for begun, stop in _segments(text, start, end):
        at = begun
        while at < stop:
            here = _HERE.match(text, at, stop) if at != start else None
            if here or at == start:
                then = _closed(text, here.end() if here else at, stop)
                yield (at, then), True
            else:
                then = _markdown(text, at, stop)
                yield (at, then), False
            at = then


def _segments(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what stands between the empty lines that are not in code."""
    at = start
    for found in _PAUSE.finditer(text, start, end):
        if found["pause"]:
            yield at, found.start()
            at = found.end()
    yield at, end


def _markdown(text: str, at: int, end: int) -> int:
    """Return where Markdown ends: at a block tag that begins a line, or at the closing tag of a block around it."""
    line = _AT_LINE_START.search(text, at, end)
    end = line.start() if line else end
    opened: list[str] = []
    for tag in _IN_MARKDOWN.finditer(text, at, end):
        name = (tag["name"] or "").lower()
        if not _IS_BLOCK.fullmatch(name) or name in _VOID:
            continue
        if not tag["close"]:
            opened.append(name)
        elif name in opened:
            opened.remove(name)
        else:
            return tag.start()
    return end


class HtmlBlocks(Preprocessor):
    """Puts blocks of HTML away before anything reads them as Markdown; those with Markdown in them piece by piece."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with a mark for each piece."""
        text = "\n".join(lines)
        if "<" not in text:
            return lines
        out: list[str] = []
        at = 0
        for pieces in blocks(text):
            begun = pieces[0][0][0]
            indent = text[text.rfind("\n", 0, begun) + 1 : begun]
            for piece, start, end in self._kept(text, pieces, indent if indent.isspace() else ""):
                out.append(f"{text[at:start]}\n\n{piece}\n\n")
                at = end
        out.append(text[at:])
        return "".join(out).split("\n")

    def _kept(self, text: str, pieces: list[tuple[Span, bool]], indent: str) -> Iterator[tuple[str, int, int]]:
        """Yield what to write for each piece of one block; the first and the last are always HTML."""
        store, block = self.md.htmlStash.store, str(len(self.md.htmlStash.rawHtmlBlocks))
        for number, ((start, end), is_html) in enumerate(pieces):
            piece = text[start:end]
            if is_html:
                piece = indent + store(
                    piece if len(pieces) == 1 else _part(piece, block, last=number == len(pieces) - 1)
                )
            elif number == len(pieces) - 1:
                piece += f"\n\n{indent}{store(_part('', block, last=True))}"
            yield piece, start, end


def _part(html: str, block: str, *, last: bool) -> Element:
    part = Element(PART, {"block": block, "last": "last" if last else ""})
    part.text = AtomicString(html)
    return part
