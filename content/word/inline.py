"""The pieces of a paragraph as one stretch of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from content import cjk
from content.word.escape import address, escaped, line_start, literal
from content.word.pieces import Note, Picture, Piece, Words, lines

BREAK = "\\\n"


def written(pieces: Sequence[Piece], *, bold: bool = True, joint: str = BREAK, start: bool = True) -> str:
    """Return pieces as Markdown; without `bold` for headings; `joint` stands for a line break.

    `start` says whether the text begins a line of the file, where a number or a
    dash would make a list.
    """
    made = [_line(_without_bold(line) if not bold else line) for line in lines(pieces)]
    if start:
        made = [line_start(line) for line in made]
    return joint.join(made)


def picture(one: Picture, caption: str = "") -> str:
    """Return a picture; what is told about it is its caption."""
    words, told = (one.alt, caption) if one.alt and caption and one.alt != caption else (caption or one.alt, "")
    file = f"<{one.file}>" if " " in one.file or "(" in one.file else one.file
    title = f' "{_quoted(told)}"' if told else ""
    return f"![{escaped(words, in_link=True)}]({file}{title})"


def _quoted(text: str) -> str:
    return literal(text.replace('"', "”").replace("\\", "＼"))


def _without_bold(line: Iterable[Piece]) -> list[Piece]:
    return [replace(piece, bold=False) if isinstance(piece, Words) else piece for piece in line]


def _line(line: Sequence[Piece]) -> str:
    made = ""
    for link, group in groupby(range(len(line)), key=lambda at: _link_of(line[at])):
        places = list(group)
        made += _link(link, [line[at] for at in places]) if link else "".join(_piece(line, at) for at in places)
    return made


def _link_of(piece: Piece) -> str:
    return address(piece.link) if isinstance(piece, Words) and piece.text.strip() else ""


def _piece(line: Sequence[Piece], at: int) -> str:
    piece = line[at]
    if isinstance(piece, Note):
        return f"[^{piece.number}]"
    if isinstance(piece, Picture):
        return picture(piece)
    made = _formed(piece, _edge(line, at - 1, -1), _edge(line, at + 1, 0))
    follows = line[at + 1] if at + 1 < len(line) else None
    before_bracket = isinstance(follows, Note) or (follows is not None and bool(_link_of(follows)))
    return f"{made[:-1]}\\!" if before_bracket and made.endswith("!") else made  # ![ would begin a picture


def _edge(line: Sequence[Piece], at: int, end: int) -> str:
    piece = line[at] if 0 <= at < len(line) else None
    return piece.text[end] if isinstance(piece, Words) else ""


def _link(target: str, words: Sequence[Piece]) -> str:
    inside = "".join(_formed(word, in_link=True) for word in words if isinstance(word, Words))
    return f"[{inside}](<{target}>)" if "(" in target or ")" in target else f"[{inside}]({target})"


def _formed(words: Words, before: str = "", after: str = "", *, in_link: bool = False) -> str:
    """Return words with their signs; blanks at the ends stay outside of them."""
    text = words.text.strip(" \u3000")
    if not text:
        return words.text
    lead, tail = words.text[: words.text.index(text[0])], words.text[len(words.text.rstrip(" \u3000")) :]
    made = escaped(text, in_link=in_link)
    if words.script:
        made = f"<{words.script}>{made}</{words.script}>"
    if words.struck:
        made = f"<del>{made}</del>" if "~" in before + text + after else f"~~{made}~~"
    if words.italic or words.bold:
        made = _emphasised(made, text, words, "" if lead else before, "" if tail else after)
    return f"{lead}{made}{tail}"


def _emphasised(made: str, text: str, words: Words, before: str, after: str) -> str:
    """Return bold or slanted text, in tags where stars would stay stars: inside a number or a foreign word."""
    tight = _narrow(before + text[0]) or _narrow(text[-1] + after) or text[0] in "*_" or text[-1] in "*_\\"
    if words.italic:
        made = f"<em>{made}</em>" if tight or words.bold else f"*{made}*"
    if words.bold:
        made = f"<strong>{made}</strong>" if tight else f"**{made}**"
    return made


def _narrow(pair: str) -> bool:
    """Tell whether two characters that meet are both narrow; at the border of a line there is only one."""
    return len(pair) == 2 and not any(cjk.is_wide(char) for char in pair)
