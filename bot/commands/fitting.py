"""What fits into one answer: lists that offer what they leave out, long texts in parts."""

from __future__ import annotations

from collections.abc import Sequence

from content.more import Rest
from content.replies import REPLY_BYTES

PART_BYTES = 1980  # the rest of them is for the line that says how to go on
LINES = 12  # of a list; on a phone, nobody reads more at once
MOST = 100  # of a list with all its parts
MORE = "更多"
_GO_ON = f"（没有完，接着看请发：{MORE}）"


class Unfinished(str):
    """A part of an answer that says itself how to go on, with what follows it."""

    rest: Rest

    def __new__(cls, text: str, rest: Rest) -> Unfinished:
        """Return the text as it is, with its rest."""
        made = super().__new__(cls, text)
        made.rest = rest
        return made


def under(head: str, said: str) -> str:
    """Return an answer under a line of its own; what follows it follows still."""
    text = f"{head}\n{said}"
    return Unfinished(text, said.rest) if isinstance(said, Unfinished) else text


def whole(said: str) -> str:
    """Return an answer with the text that follows it."""
    return "\n".join(filter(None, [str(said), said.rest.text if isinstance(said, Unfinished) else ""]))


def is_whole(said: str) -> bool:
    """Say whether one reply holds an answer and nothing follows it."""
    return not isinstance(said, Unfinished) and (len(said) <= REPLY_BYTES // 4 or len(said.encode()) <= REPLY_BYTES)


def first_part(said: str) -> tuple[str, Rest]:
    """Return what one reply holds of an answer that is not whole, saying how to go on, and what follows."""
    rest = said.rest if isinstance(said, Unfinished) else Rest()
    if len(said.encode()) <= REPLY_BYTES:
        return str(said), rest
    text = "\n".join(filter(None, [said.strip(), rest.text]))
    part = cut(text, PART_BYTES)[0]
    return f"{part}\n{_GO_ON}", Rest(text[len(part) :].removeprefix("\n"))


def listed(head: Sequence[str], lines: Sequence[str], foot: Sequence[str] = (), *, of: int = 0) -> str:
    """Return as many whole lines between head and foot as one reply holds, and keep the others for 更多.

    of: how many lines there are in all, when only the first ones are given.
    """
    beyond = max(of - len(lines), 0)
    for count in range(min(len(lines), LINES), -1, -1):
        left = len(lines) - count + beyond
        said = "\n".join([*head, *lines[:count], *([f"……还有 {left} 条，接着看请发：{MORE}"] if left else []), *foot])
        if len(said.encode()) <= REPLY_BYTES:
            break
    if not left:
        return said
    unlisted = [f"……还有 {beyond} 条没有列出。"] if beyond else []
    return Unfinished(said, Rest("\n".join([*lines[count:], *unlisted])))


def cut(text: str, size: int) -> list[str]:
    """Cut a text into parts of at most `size` bytes, at line ends where possible, never inside a character."""
    parts: list[list[str]] = [[]]
    filled = -1
    for line in text.strip().split("\n"):
        for piece in _pieces(line, size):
            length = len(piece.encode()) + 1
            if filled + length > size and parts[-1]:
                parts.append([])
                filled = -1
            parts[-1].append(piece)
            filled += length
    return ["\n".join(part) for part in parts]


def _pieces(line: str, size: int) -> list[str]:
    """Cut one line where it is full; its bytes are counted along, since a line may be a whole article."""
    if len(line.encode()) <= size:
        return [line]
    pieces, filled = [""], 0
    for character in line:
        filled += len(character.encode())
        if filled > size:
            pieces.append("")
            filled = len(character.encode())
        pieces[-1] += character
    return pieces
