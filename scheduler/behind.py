"""The rows behind a number: what was counted, one by one, so that whoever audits can go from the total to each thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session


class Row(NamedTuple):
    """One thing that counts: its day, what it is, where, by how much, and what it still lacks.

    subject: its name in the trail, such as record:12 or article:3; "" for a figure. lacks: the evidence that is
    missing, as people call it; nothing when it is complete. owner: who owes what is missing, "" for nobody known.
    """

    day: date
    what: str
    place: str
    value: int
    subject: str = ""
    lacks: Sequence[str] = ()
    owner: str = ""


Rows = Callable[
    [Session, date, date], Sequence[Row]
]  # of a period, both days included; the values add up to the number
