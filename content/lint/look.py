"""What the rules look at: the article, what it is checked against, and its HTML, made once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from urllib.parse import unquote

from content.article import NO_FACTS, Facts, Level, Problem, Source
from content.drawing import BLOCK, IN_LINE
from content.lint.reading import Link, Piece, body_piece, links_in
from content.lint.tables import NO_TABLES, Tables
from content.markup import regions
from content.markup.drawn import Placed
from content.markup.foot import NO_FOOT, Foot
from content.markup.links import characters
from content.markup.parser import Wish, tree
from content.markup.writer import write
from content.render import dressed
from content.schedule import NO_SCHEDULE, Schedule

# As long as the address that WeChat gives a picture; the length of an article is counted with it.
PICTURE_ADDRESS = "https://mmbiz.qpic.cn/mmbiz_png/" + "0" * 110 + "/0?from=appmsg"
_END = "</section>"
_ESCAPED = re.compile(r"\\[\\!<\[\]]")


@dataclass(frozen=True)
class Context:
    """What an article is checked against: the moment, its folder's month, places, tables, times, how it is rendered.

    Without a schedule nothing is said of other articles' times and of what the day is.
    """

    now: datetime
    month: str = ""
    places: frozenset[str] = frozenset()
    css: str = ""
    foot: Foot = NO_FOOT
    tables: Tables = NO_TABLES
    schedule: Schedule = NO_SCHEDULE


class Look:
    """One article under the eyes of the rules."""

    def __init__(self, source: Source, context: Context) -> None:
        """Take the article and its context; nothing is parsed before a rule asks."""
        self.source = source
        self.facts = source.facts
        self.context = context

    def problem(self, line: int, code: str, level: Level, message: str, *, fix: str = "", col: int = 1) -> Problem:
        """Return a problem of this article's file."""
        return Problem(self.source.name, max(1, line), code, level, message, col, fix)

    def found(
        self,
        piece: Piece,
        span: tuple[int, int],
        code: str,
        level: Level,
        message: str,
        *,
        fix: str = "",
        sure: bool = True,
    ) -> Problem:
        """Return a problem of a stretch of text; with `sure`, `fix` can be put in its place where the file has it whole."""
        line, col = piece.place(span[0])
        was = piece.text[slice(*span)] if fix and sure and piece.exactly(*span) else ""
        return Problem(self.source.name, max(1, line), code, level, message, col, fix, was)

    def at(self, key: str) -> int:
        """Return the line of a fact in the front matter, or the first line where it is not given."""
        return self.source.lines.get(key, 1)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the body."""
        return self.source.body.split("\n")

    @cached_property
    def regions(self) -> list[regions.Region]:
        """The fenced code and the formulas of the body."""
        return list(regions.regions(self.lines))

    @cached_property
    def prose(self) -> list[str]:
        """The lines of the body without code, formulas and comments; columns keep their places."""
        return regions.prose(self.source.body)

    @cached_property
    def prose_text(self) -> str:
        """The same in one text, for what may run over several lines."""
        return "\n".join(self.prose)

    @cached_property
    def signs_text(self) -> str:
        """The same without what a backslash makes text: what looks like a tag, a link or a note in it is one."""
        return _ESCAPED.sub("  ", self.prose_text) if "\\" in self.prose_text else self.prose_text

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What readers see, as text: the title and the digest, then the body without Markdown's signs."""
        return (
            Piece("title", self.facts.title, self.at("title")),
            Piece("digest", self.facts.digest, self.at("digest")),
            self.body,
        )

    @cached_property
    def body(self) -> Piece:
        """The body without Markdown's signs, a line for each of its blocks."""
        return body_piece(self.prose, self.source.body_line)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links of the body as they are written."""
        return links_in(self.signs_text)

    def line_at(self, offset: int) -> int:
        """Return the line of the file for a place in `prose_text`."""
        return self.source.body_line + bisect_right(self._starts, offset) - 1

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        for line in self.prose:
            starts.append(starts[-1] + len(line) + 1)
        return starts

    @cached_property
    def _made(self) -> tuple[str, tuple[str, ...]]:
        return bare_html(self.source.body, self.facts)

    @property
    def bare(self) -> str:
        """The HTML of the article with the classes of its parts and without styles."""
        return self._made[0]

    @property
    def pictures(self) -> tuple[str, ...]:
        """The local pictures of the text, percent-decoded, in order."""
        return self._made[1]

    @cached_property
    def html(self) -> str:
        """The HTML of the article as it goes out, with addresses as long as WeChat's."""
        return dressed(f"{self.bare.removesuffix(_END)}{self._added}{_END}", self.context.css)

    @property
    def _added(self) -> str:
        """What stands around the text in the end, so that it is counted: the label and the foot."""
        facts = self.facts
        return _framing(
            Facts(author=facts.author, source=facts.source, ai_generated=facts.ai_generated), self.context.foot
        )

    def line_of(self, reference: str) -> int:
        """Return the line of the file in which a picture stands."""
        for number, line in enumerate(self.lines):
            if reference in line or reference in unquote(characters(line)):
                return self.source.body_line + number
        return self.source.body_line


def bare_html(body: str, facts: Facts = NO_FACTS) -> tuple[str, tuple[str, ...]]:
    """Return a text as HTML without styles, label and foot, and the local pictures in it."""
    found: dict[str, None] = {}

    def note(reference: str) -> str:
        found[reference] = None
        return PICTURE_ADDRESS

    return write(tree(body, Wish(note, facts, draw=_stand_in))), tuple(found)


@lru_cache(maxsize=64)  # an account's articles have few authors
def _framing(facts: Facts, foot: Foot) -> str:
    return write(tree("", Wish(lambda _: PICTURE_ADDRESS, facts, foot))).partition(">")[2].removesuffix(_END)


def _stand_in(kind: str, text: str) -> Placed:
    """Stand for the picture of a formula or a diagram: as long in the HTML, and nothing is drawn for it."""
    return Placed(PICTURE_ADDRESS, text if kind in (BLOCK, IN_LINE) else f"{kind} 图", 12.34, 1.23)


Rule = Callable[[Look], Iterator[Problem]]
