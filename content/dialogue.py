"""Dialogue: what a person was asked by message, so that their next plain message is understood as the answer.

At most one question is open for each person; it stands in the database, so it
survives a restart, and it is over after some minutes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Text, UniqueConstraint, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from content.db import Base
from content.models import Person
from content.prepared import Prepared

MINUTES = 10  # for which a question waits where its asker does not say


class Dialogue(Base):
    """What a person was asked by message and has not answered yet; one question at most."""

    __tablename__ = "dialogue"
    __table_args__ = (UniqueConstraint("person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Text)  # the command that asked
    facts: Mapped[str] = mapped_column(Text)  # what it has learned so far, JSON
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class Question:
    """An open question: the command that asked, what it has learned so far, and until when it waits."""

    kind: str
    facts: Mapping[str, Any]
    expires_at: datetime


def ask(
    session: Session, person: Person, kind: str, facts: Mapping[str, Any], *, now: datetime, minutes: int = MINUTES
) -> None:
    """Open a question to a person, in the place of any other one.

    kind: the first name of the command that asks. facts: what JSON can hold.
    """
    row = _row(session, person)
    if row is None:
        row = Dialogue(person_id=person.id)
        session.add(row)
    row.kind, row.facts = kind, json.dumps(facts, ensure_ascii=False)
    row.asked_at, row.expires_at = now, now + timedelta(minutes=minutes)
    session.flush()


def question_to(session: Session, person: Person, *, hold: bool = False) -> Question | None:
    """Return what a person was asked last and has not answered, also when it has expired; None for nothing.

    hold: no other transaction may answer it before this one ends.
    """
    row = (_HELD if hold else _ASKED).first(session.connection(), person=person.id)
    return question_in(*row) if row else None


def question_in(kind: str | None, facts: str, expires_at: datetime) -> Question | None:
    """Return the question in what was selected of it; None when these are NULL."""
    return None if kind is None else Question(kind, json.loads(facts), expires_at)


def end(session: Session, person: Person) -> str:
    """End a person's question; return the command that asked it, "" when there was none."""
    row = _END.first(session.connection(), person=person.id)
    return str(row[0]) if row else ""


def _row(session: Session, person: Person) -> Dialogue | None:
    query = select(Dialogue).where(Dialogue.person_id == person.id).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update())


_TABLE = Dialogue.__table__  # asked at each message, so prepared
_OF_PERSON = _TABLE.c.person_id == bindparam("person")
_QUESTION = select(_TABLE.c.kind, _TABLE.c.facts, _TABLE.c.expires_at).where(_OF_PERSON)
_ASKED, _HELD = Prepared(_QUESTION), Prepared(_QUESTION.with_for_update())
_END = Prepared(text("DELETE FROM dialogue WHERE person_id = :person RETURNING kind"))
