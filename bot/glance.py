"""A glance at the database when words come in: the answer they had before, who writes, the question they were asked.

One statement, prepared; most messages only ask, and need no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select
from sqlalchemy.orm import Session, make_transient_to_detached

from bot.kept import given
from bot.messages import Message
from content.dialogue import Dialogue, Question, question_in
from content.models import Person
from content.prepared import Prepared
from scheduler.models import Received

_PERSON = Person.__table__.c
_NAMES = tuple(_PERSON.keys())
_WRITES = (_PERSON.openid == bindparam("openid")) & _PERSON.revoked_at.is_(None)
_GLANCE = Prepared(
    select(
        Received.answer,
        Received.theirs,
        *_PERSON,
        Dialogue.kind,
        Dialogue.facts,
        Dialogue.expires_at,
    )
    .select_from(select(literal_column("1")).subquery())
    .outerjoin(Received.__table__, Received.key == bindparam("key"))
    .outerjoin(Person.__table__, _WRITES)
    .outerjoin(Dialogue.__table__, Dialogue.person_id == _PERSON.id)
)
_PERSON_OF = Prepared(select(*_PERSON).where(_WRITES))


@dataclass(frozen=True)
class Known:
    """What is known of a message: the answer it had before, its person, who belongs to no session, their question."""

    answer: str | None
    person: Person | None
    question: Question | None


def known(connection: Connection, message: Message) -> Known:
    """Look a message up."""
    row = _GLANCE.first(connection, key=message.key, openid=message.sender)
    assert row is not None  # it begins with a row of nothing
    answer, theirs, *person, kind, facts, expires_at = row
    return Known(
        given(answer, theirs, message),
        _person(person) if person[0] is not None else None,
        question_in(kind, facts, expires_at),
    )


def person_in(session: Session, openid: str) -> Person | None:
    """Return who is behind a sender as a row of a session that was just opened, or None for a stranger."""
    row = _PERSON_OF.first(session.connection(), openid=openid)
    if row is None:
        return None
    person = _person(row)
    make_transient_to_detached(person)
    session.add(person)
    return person


def _person(row: Sequence[Any]) -> Person:
    """Return a person with the values of a row as the ORM has them once loaded, without a history for each."""
    person = Person()
    person.__dict__.update(zip(_NAMES, row, strict=True))
    return person
