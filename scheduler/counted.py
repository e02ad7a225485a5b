"""What a counting function returns: a number with the day to which it is known, or that nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Counted:
    """How much there is, and the last day that is in it; None for what nobody knows.

    is_stock: it stands on that day and does not add up over the days, so that no forecast can be made of it.
    lacks: the names of the places without which it is not done, whatever the number. notes: what stands below it. behind: which of its
    sources are known to an earlier day only, in words. is_least: some of it counts each person once, and is a lower bound.
    """

    value: int | None
    known_to: date | None
    is_stock: bool = False
    lacks: Sequence[str] = ()
    notes: Sequence[str] = ()
    behind: str = ""
    is_least: bool = False


Count = Callable[
    [Session, date, date], Counted
]  # from the contract's first day to the last that has passed, today included
