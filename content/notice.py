"""A notice: something about the library that a person must hear for as long as it is so."""

from __future__ import annotations

from dataclasses import dataclass

# What a scan speaks of again each time while it lasts: an alarm of these kinds that it does not name is over.
LASTING = ("changed", "missing", "slug", "full", "notify", "broken", "unreadable")


@dataclass(frozen=True)
class Notice:
    """What a person must hear; the key begins with its kind and is the same as long as it is the same matter."""

    key: str
    text: str
