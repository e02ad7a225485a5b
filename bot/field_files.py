"""A table of field work as the terminal and the page bring it: read, checked and taken in within one transaction."""

from __future__ import annotations

from pathlib import Path

from bot.wiring import Parts
from content.people import person_named
from content.sheets import opened
from scheduler import record_undo
from scheduler.record_intake import Taken, Wanted
from scheduler.record_intake import take as take_in


def take(parts: Parts, file: Path, name: str, wanted: Wanted, *, by: str) -> Taken:
    """Take in a table by a person; RecordsWrong, and nothing is taken, where a row is wrong and none may be left out."""
    with opened(file, name) as table, parts.store.transaction() as session:
        return take_in(session, table, file, wanted, person_named(session, by), now=parts.clock.now())


def undo(parts: Parts, number: int, why: str, *, by: str) -> str:
    """Take back a ledger with a reason; return what was done."""
    with parts.store.transaction() as session:
        return record_undo.undo(session, number, why, person_named(session, by), now=parts.clock.now())
