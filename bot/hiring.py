"""People taken in from a table, as the terminal and the page do it."""

from __future__ import annotations

from bot.wiring import Parts
from content.person_table import parse, take_in


def take_people(parts: Parts, data: bytes, name: str, *, by: str, is_check: bool = False) -> str:
    """Take people and their places in from a table; return what was done, or would be. TableWrong has all that is wrong."""
    now = parts.clock.now()
    opened = parts.store.reading if is_check else parts.store.transaction
    with opened() as session:  # what only reads keeps nothing
        told = take_in(session, parse(session, data, name, now=now), by=by, now=now)
    return f"只检查了，没有收。收进来会：{told}" if is_check else str(told)
