"""What Markdown gets wrong in Chinese: whether two lines meet without a blank."""

from __future__ import annotations

import unicodedata

_QUOTES = frozenset("“”‘’—…·")
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))


def is_wide(char: str) -> bool:
    """Tell whether a character stands in a full square and is written without blanks (Korean is not)."""
    if unicodedata.east_asian_width(char) not in "WF":
        return False
    return not any(first <= ord(char) <= last for first, last in _HANGUL)


def is_wide_stop(char: str) -> bool:
    """Tell whether a character is full-width punctuation, which carries its own blank."""
    return is_wide(char) and unicodedata.category(char).startswith("P")


def meets(left: str, right: str) -> bool:
    """Tell whether a line that ends in `left` and one that begins with `right` join without a blank."""
    if is_wide_stop(left) or is_wide_stop(right):
        return True
    if is_wide(left):
        return is_wide(right) or right in _QUOTES
    return left in _QUOTES and (is_wide(right) or right in _QUOTES)


def han_count(text: str) -> int:
    """Return how many Han characters a text has."""
    return sum(1 for char in text if "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff")
