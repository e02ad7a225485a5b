"""What stands in the lines of a paragraph: words in their form, notes and pictures, cleaned of what only Word needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_INVISIBLE = re.compile(
    "[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\x00-\x08\x0b-\x1f]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_BLANK = " \t\r\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANKS = re.compile(f"[{_BLANK}]+")
_ONE = "\u3000"  # a single full-width blank stays: it stands in names of two characters


@dataclass(frozen=True)
class Words:
    """Text in one form; "\\n" is a line break. `script` is "sup", "sub" or "", `link` the address it leads to."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    script: str = ""
    link: str = ""


@dataclass(frozen=True)
class Note:
    """A reference to a footnote, by its number in the article."""

    number: int


@dataclass(frozen=True)
class Picture:
    """A picture by its file's name in the article's folder, and what Word tells those who cannot see it."""

    file: str
    alt: str = ""


Piece = Words | Note | Picture


def cleaned(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces without false indents, repeated blanks and characters that nobody sees; alike ones joined."""
    made: list[Piece] = []
    before = "\n"  # what stands before: at a line's beginning no blank is kept
    for piece in pieces:
        if isinstance(piece, Words):
            text = _tidy(piece.text, before)
            if not text:
                continue
            before = text[-1]
            _append(made, replace(piece, text=text))
        else:
            before = "x"
            made.append(piece)
    return _without_tail(made)


def _tidy(text: str, before: str) -> str:
    text = _BLANKS.sub(_one_blank, _INVISIBLE.sub("", _PRIVATE.sub("", text)))
    text = re.sub(f"[{_BLANK}]*\n[{_BLANK}]*", "\n", text)
    return text.lstrip(_BLANK) if before in _BLANK or before == "\n" else text


def _one_blank(found: re.Match[str]) -> str:
    return _ONE if found[0] == _ONE else " "


def _append(made: list[Piece], piece: Words) -> None:
    last = made[-1] if made else None
    if isinstance(last, Words) and replace(last, text="") == replace(piece, text=""):
        made[-1] = replace(last, text=last.text + piece.text)
    else:
        made.append(piece)


def _without_tail(made: list[Piece]) -> tuple[Piece, ...]:
    """Drop blanks and line breaks at the end, and blanks that a later piece has put before a line break."""
    while made and isinstance(last := made[-1], Words):
        text = last.text.rstrip(_BLANK + "\n")
        if text:
            made[-1] = replace(last, text=text)
            break
        made.pop()
    while made and isinstance(first := made[0], Words):
        text = first.text.lstrip(_BLANK + "\n")
        if text:
            made[0] = replace(first, text=text)
            break
        made.pop(0)
    return tuple(made)


def private_signs(pieces: Iterable[Piece]) -> str:
    """Return the characters of symbol fonts in the text: they look like anything on another machine."""
    return "".join(sign for piece in pieces if isinstance(piece, Words) for sign in _PRIVATE.findall(piece.text))


def plain(pieces: Iterable[Piece]) -> str:
    """Return the words alone; a line break is a blank."""
    return "".join(piece.text for piece in pieces if isinstance(piece, Words)).replace("\n", " ").strip()


def lines(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces line by line."""
    line: list[Piece] = []
    for piece in pieces:
        if not isinstance(piece, Words):
            line.append(piece)
            continue
        first, *rest = piece.text.split("\n")
        line.append(replace(piece, text=first))
        for text in rest:
            yield [one for one in line if not isinstance(one, Words) or one.text]
            line = [replace(piece, text=text)]
    yield [one for one in line if not isinstance(one, Words) or one.text]
