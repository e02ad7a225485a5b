"""Whose work it was that somebody else brings in: the people and the company that a ledger names in a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.assignments import EVERYWHERE, FIELD
from content.models import Person
from content.values import NotUnderstood

_APART = re.compile(r"[、，,;；/\s]+")


@dataclass(frozen=True)
class Credit:
    """Who did it and owes its evidence, for which company, and all names that were told."""

    person: Person
    company: str
    names: Sequence[str]


class Credits:
    """The people and companies whom a ledger may name, as one person may bring it."""

    def __init__(self, session: Session, by: Person) -> None:
        """Take who brings the ledger: an operator for everybody, a liaison for themselves."""
        self._by = by
        people = session.scalars(select(Person).order_by(Person.revoked_at.is_(None), Person.id)).all()
        self._people = {one.name: one for one in people if one.role in FIELD}  # who is there now goes before who left
        self._companies = {one.company for one in people if one.company}

    def person(self, cell: str) -> tuple[Person, Sequence[str]]:
        """Return whom a cell names first and all its names, for an empty one who brings it; NotUnderstood says why not."""
        names = [name for name in _APART.split(cell) if name]
        if unknown := [name for name in names if name not in self._people]:
            who = "、".join(unknown)
            raise NotUnderstood(f"没有叫“{who}”的联络员或运营；请核对姓名，或先加入：wxops person add")
        if self._by.role in EVERYWHERE:
            return (self._people[names[0]] if names else self._by), names
        if names and self._by.name not in names:
            raise NotUnderstood(f"{'、'.join(names)}做的由运营来导入，{self._by.name}只能导入自己的")
        return self._by, names

    def company(self, cell: str, person: Person) -> str:
        """Return the company that a cell names, the person's where it is empty; NotUnderstood for one that nobody has."""
        name = "".join(cell.split())
        if name and self._companies and name not in self._companies:
            raise NotUnderstood(f"没有人是“{name}”的，有：{'、'.join(sorted(self._companies))}")
        return name or person.company
