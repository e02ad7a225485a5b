"""Folding: a word is found whatever hides it: width, case, blanks, and signs put between its characters."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from content.cjk import han_count

_BLANKS = r"\t\v\f\r \xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufe00-\ufe0f\ufeff\u0300-\u036f"
_TRICKS = "*·•・‧∙_|/\\~^`'.+=#-"  # put between two Han characters they hide a word
_BLANK = re.compile(f"[{_BLANKS}]")
_LOOKALIKES = ((0x80, 0x10000), (0x2F800, 0x2FA20))  # where characters stand that are others in another dress


@dataclass(frozen=True)
class Folded:
    """A folded text; `places` says of each of its characters where it stands in the text it was made of."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return a stretch of the folded text as one of the text that it was made of."""
        return self.places[start], self.places[end - 1] + 1


def folded(text: str) -> Folded:
    """Return a text as rules read it: letters and figures in one width, no blanks, no signs between Han characters.

    Punctuation and line ends stay as they are.
    """
    kept = [(_plain(char), at) for at, char in enumerate(text) if not _BLANK.match(char)]
    found: list[tuple[str, int]] = []
    for index, (char, at) in enumerate(kept):
        if char in _TRICKS and found and han_count(found[-1][0]):
            following = next((other for other, _ in kept[index:] if other not in _TRICKS), "")
            if han_count(following):
                continue
        found += [(one, at) for one in char]
    return Folded("".join(char for char, _ in found), tuple(at for _, at in found))


def needle_of(word: str) -> str:
    """Return a word as it is looked for; "" when nothing of it is left."""
    return "".join(char for char in folded(unicodedata.normalize("NFKC", word)).text if char != "\n")


def pattern_of(needle: str) -> re.Pattern[str]:
    """Return the pattern that finds a needle in any text, in whatever dress; it never runs over a line end."""
    parts = []
    for char, following in zip(needle, [*needle[1:], ""], strict=False):
        gap = _BLANKS + (re.escape(_TRICKS) if han_count(char) and han_count(following) else "")
        parts.append(f"[{re.escape(lookalikes(char))}]" + (f"[{gap}]*" if following else ""))
    return re.compile("".join(parts))


def lookalikes(char: str) -> str:
    """Return a character with all that mean the same: other widths and cases, radicals."""
    return char + char.upper()[:1] + _lookalikes().get(char, "")


def excerpt(text: str, start: int, end: int, *, around: int = 12) -> str:
    """Return a stretch of a text with what stands around it, in one line: ……前面【词】后面……."""
    before, after = text[max(0, start - around) : start], text[end : end + around]
    head = "……" if start > around else ""
    tail = "……" if end + around < len(text) else ""
    return " ".join(f"{head}{before}【{text[start:end]}】{after}{tail}".split())


def _plain(char: str) -> str:
    if char.isascii() or unicodedata.category(char)[0] not in "LN":
        return char.lower()
    return unicodedata.normalize("NFKC", char).casefold()


@cache
def _lookalikes() -> Mapping[str, str]:
    """Return, of each character, the others that NFKC makes the same; it takes some hundredths of a second, once."""
    same: dict[str, str] = defaultdict(str)
    for first, last in _LOOKALIKES:
        for char in map(chr, range(first, last)):
            plain = unicodedata.normalize("NFKC", char).casefold()
            if len(plain) == 1 and plain != char:
                same[plain] += char
    return same
