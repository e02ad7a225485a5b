"""Who may take an article down or have it corrected: administrators, operators, and the heads of 甲方."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import Person
from content.people import people
from content.reviews import ROLES
from content.steps import CLIENT

ROLES_THAT_MAY = ("admin", "operator")
WHO = "管理员、运营和甲方终审人"


def is_authorised(person: Person) -> bool:
    """Say whether a person may decide on what is out (domain.md §2.5: who takes down answers for it)."""
    return person.role in ROLES_THAT_MAY or (person.role == "chief" and person.party == CLIENT)


def authorised(session: Session) -> Sequence[Person]:
    """Return everybody who may, oldest first."""
    return [person for person in people(session) if is_authorised(person)]


def demand_authority(person: Person, what: str) -> None:
    """OpsError unless the person may; `what` names the deed: 撤稿."""
    if not is_authorised(person):
        raise OpsError(f"{person.name}是{ROLES[person.role]}，不能{what}。{what}由{WHO}办，请找他们。")
