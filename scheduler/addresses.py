"""Addresses of a publication's articles, each in its article's place, however WeChat orders and leaves them out."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from content.schedule import ARTICLES_A_POST
from scheduler.outcomes import as_list

log = logging.getLogger(__name__)


def in_places(items: Any, place: str, address: str) -> list[str]:
    """Return the addresses in the order of the articles, "" for an article without one; [] when there is none.

    items: one or many (wechat-api.md §2.4, `item` of an event), in any order. place and address: the names of their
    fields; the place counts from 1, and an item that tells none stands where it is listed.
    """
    found: dict[int, str] = {}
    for at, item in enumerate(as_list(items), start=1):
        if not isinstance(item, Mapping):
            log.warning("an article without fields is passed over: %r", item)
        elif item.get(address):
            found.setdefault(_number(item.get(place)) or at, str(item[address]))
    return [found.get(at, "") for at in range(1, max(found, default=0) + 1)]


def together(known: str, said: Sequence[str]) -> str:
    """Return a publication's addresses, one a line, when WeChat said these; what it left out stays as it is known."""
    lines = [new or old for new, old in zip_longest(said, known.split("\n"), fillvalue="")]
    return "\n".join(lines) if any(lines) else ""


def _number(place: object) -> int:
    """Return a place as a number from 1 to the most articles that a post has, 0 for anything else."""
    text = str(place)
    return int(text) if text.isdecimal() and len(text) == 1 and 1 <= int(text) <= ARTICLES_A_POST else 0
