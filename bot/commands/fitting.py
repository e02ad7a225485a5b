"""What fits into one answer: lists that say what they leave out, long texts in parts."""

from __future__ import annotations

from collections.abc import Sequence

REPLY_BYTES = 2048  # of a text reply; longer ones vanish
LINES = 12
LINE_BYTES = 1200


def fit(text: str, limit: int = REPLY_BYTES) -> str:
    """Return the text cut to what one reply holds, never inside a character, and saying that it was cut."""
    if len(text.encode()) <= limit:
        return text
    tail = "……（太长，没有显示完）"
    room = limit - len(tail.encode())
    return text.encode()[:room].decode(errors="ignore") + tail


def listed(head: Sequence[str], lines: Sequence[str], foot: Sequence[str] = (), *, of: int = 0) -> str:
    """Return as many whole lines between head and foot as one reply holds, and how many more there are.

    of: how many lines there are in all, when only the first ones are given.
    """
    shown = [fit(line, LINE_BYTES) for line in lines[:LINES]]
    while True:
        left = max(of, len(lines)) - len(shown)
        more = [f"……还有 {left} 条没有列出。"] if left else []
        text = "\n".join([*head, *shown, *more, *foot])
        if len(text.encode()) <= REPLY_BYTES or not shown:
            return text
        shown.pop()


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
