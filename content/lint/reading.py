"""The text as a reader meets it: without Markdown's signs, each character knowing where it stands in the file."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from content import cjk
from content.markup.links import characters, label_of

ADDRESS = r"(?:https?|ftp)://[!-;=?-_a-~]+"
_TARGET = r"\(\s*(?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+(?:\"(?P<t{0}>[^\"\n]*)\"|'[^'\n]*'))?\s*\)"
_SIGNS = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    rf"|!?\[(?=(?:[^\[\]\n]|\[[^\[\]\n]*\]){{0,300}}\](?:{_TARGET.format(1)}|\[[^\]\n]*\]))"
    rf"|\]{_TARGET.format(2)}|\]\[[^\]\n]*\]|\[\^[^\]\n]+\]"
    rf"|<(?:{ADDRESS})>|<[^@\s<>]+@[^>\s]+>|{ADDRESS}"
    r"|(?P<break><br\b[^<>\n]*>)|</?[a-zA-Z][^<>\n]*>"
    r"|(?<![\d*])\*+|(?<=\d)\*+(?![\d*])|~~|[ \t\u3000]{2,}"
)
_PREFIX = re.compile(r"[ \t]*((?:>[ \t]?)*)[ \t]*")
_MARKER = re.compile(
    r"(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)(?:\[[ xX]\][ \t]+)?|#{1,6}[ \t]+|\[\^[^\]\n]+\]:[ \t]*|\[![A-Za-z]+\]"
)
_NO_TEXT = re.compile(r"[ \t]*(?:\[[^\]^\n][^\]\n]*\]:[ \t]*\S.*|[|: \t-]*-{2,}[|: \t-]*|[-*_=][-*_= \t]{2,})$")
_TABLE = re.compile(r"[ \t]*\||.* \| ")


@dataclass(frozen=True)
class Piece:
    """A stretch of what readers see: the title, the digest, or the body with a line for each of its blocks.

    `starts` and `sources` pair offsets in `text` with offsets in the prose of the
    file; both are empty for the front matter, of which only the line is known.
    """

    name: str
    text: str
    line: int
    starts: Sequence[int] = field(default=(), repr=False)
    sources: Sequence[int] = field(default=(), repr=False)
    lines: Sequence[int] = field(default=(), repr=False)
    prose: str = field(default="", repr=False)

    def place(self, at: int) -> tuple[int, int]:
        """Return the line of the file and the column, both from 1, of a character of the text."""
        if not self.starts:
            return self.line, 1
        source = self.source(at)
        line = bisect_right(self.lines, source) - 1
        return self.line + line, source - self.lines[line] + 1

    def source(self, at: int) -> int:
        """Return where a character of the body stands in the prose."""
        part = bisect_right(self.starts, at) - 1
        return self.sources[part] + at - self.starts[part]

    def exactly(self, start: int, end: int) -> bool:
        """Tell whether the file has these characters in one piece, in one line, just as they are read here."""
        if not self.starts or start >= end:
            return False
        source = self.source(start)
        return self.prose[source : source + end - start] == self.text[start:end] and "\n" not in self.text[start:end]


def body_piece(prose: Sequence[str], line: int) -> Piece:
    """Return the body as a piece; `prose` are its lines without code and comments, `line` is the first one's number."""
    reader = _Reader()
    for text in prose:
        reader.line(text)
    return Piece(
        "body", "".join(reader.parts), line, reader.starts or [0], reader.sources or [0], reader.lines, "\n".join(prose)
    )


class _Reader:
    """Takes the lines one by one and keeps what is to be read, with its place."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: list[int] = []
        self.sources: list[int] = []
        self.lines: list[int] = []
        self._length = 0
        self._at = 0
        self._depth = 0
        self._goes_on = False

    def line(self, text: str) -> None:
        """Take a line: it goes on where the one before ended, or begins a block."""
        self.lines.append(self._at)
        prefix = _PREFIX.match(text)
        begun = prefix.end() if prefix else 0
        marker = _MARKER.match(text, begun)
        table = "|" in text and _TABLE.match(text) is not None
        depth = prefix[1].count(">") if prefix else 0
        if not text[begun:].strip() or _NO_TEXT.match(text):
            self._goes_on = False
        else:
            self._join(bool(marker) or table or depth not in (0, self._depth), text[begun : begun + 1])
            for start, end, now in _kept(text, marker.end() if marker else begun, table):
                self._add(now if now is not None else text[start:end], self._at + start)
            self._goes_on = not table and not (marker and marker[0].startswith("#"))
        self._depth = depth
        self._at += len(text) + 1

    def _join(self, begins: bool, first: str) -> None:
        last = next((part[-1] for part in reversed(self.parts) if part), "")
        if not last or last == "\n":
            return
        if begins or not self._goes_on:
            self._add("\n", self._at - 1)
        elif not cjk.meets(last, first):
            self._add(" ", self._at - 1)

    def _add(self, text: str, source: int) -> None:
        if text:
            self.parts.append(text)
            self.starts.append(self._length)
            self.sources.append(source)
            self._length += len(text)


def _kept(text: str, begun: int, table: bool) -> Iterator[tuple[int, int, str | None]]:
    """Yield what is read of a line: from where to where, and what is read in its place where that differs."""
    at = begun
    for found in _SIGNS.finditer(text, begun):
        yield from _cells(text, at, found.start(), table)
        if found["escaped"]:
            yield found.end() - 1, found.end(), None
        elif found["break"]:
            yield found.start(), found.start(), "\n"
        elif found["t2"]:
            yield found.start(), found.start(), "\n"
            yield found.start("t2"), found.end("t2"), None
            yield found.end() - 1, found.end(), "\n"
        elif found[0].isspace():
            yield found.start(), found.start(), " "
        at = found.end()
    yield from _cells(text, at, len(text), table)


def _cells(text: str, start: int, end: int, table: bool) -> Iterator[tuple[int, int, str | None]]:
    while table and (bar := text.find("|", start, end)) >= 0:
        yield start, bar, None
        yield bar, bar, "\n"
        start = bar + 1
    yield start, end, None


@dataclass(frozen=True)
class Link:
    """A link as it is written: its target, its words, and where it begins in the prose."""

    target: str
    words: str
    at: int


_LINKS = re.compile(
    r"(?<!!)\[(?P<words>(?:[^\[\]\n]|!?\[[^\[\]\n]*\](?:\([^()\n]*\))?){0,300})\]\(\s*(?:<(?P<a>[^<>\n]*)>|(?P<b>[^()\s]+(?:\([^()\s]*\)[^()\s]*)*))"
    r"|^ {0,3}\[(?P<name>[^\]^\n][^\]\n]*)\]:[ \t]*(?:<(?P<f>[^<>\n]*)>|(?P<c>[^\s<>]+))"
    r"|<a\b[^<>]*?\bhref\s*=\s*[\"']?(?P<d>[^\s\"'<>]+)"
    rf"|(?P<e>{ADDRESS})",
    re.MULTILINE | re.IGNORECASE,
)


_PICTURE_LABEL = re.compile(r"!\[([^\[\]\n]*)\](?:\[([^\[\]\n]*)\])?(?!\()")


def links_in(prose: str) -> tuple[Link, ...]:
    """Return all links of a text: in the line, by reference, as HTML, and bare addresses; none of the pictures' files."""
    found = []
    pictures = {label_of(label[2] or label[1]) for label in _PICTURE_LABEL.finditer(prose)}
    for match in _LINKS.finditer(prose):
        if match["name"] and label_of(match["name"]) in pictures:
            continue
        target = (
            match["a"]
            or match["b"]
            or match["c"]
            or match["f"]
            or match["d"]
            or (match["e"] or "").rstrip("*_~.,;:!?'\")]}")
        )
        if target and not (match["e"] and prose[match.start() - 1 : match.start()] == "("):  # that is a picture's
            found.append(Link(characters(target.strip()), (match["words"] or "").strip(), match.start()))
    return tuple(found)
