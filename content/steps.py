"""The steps of the review chain: what one is, and to whom it belongs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from content.models import Person

CLIENT = "甲方"


@dataclass(frozen=True)
class Step:
    """One step of the chain: its name, the role that holds it, 甲方 or 乙方 where it matters, and how many people."""

    name: str
    role: str
    party: str = ""
    people: int = 1


Chain = Sequence[Step]


def may_hold(step: Step, person: Person) -> bool:
    """Say whether a step belongs to this person's role and party."""
    return person.role == step.role and step.party in ("", person.party)
