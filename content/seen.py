"""What a person was shown, so that the next revision can be shown with what has changed since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content.models import Person, Revision, Seen


def note_seen(session: Session, person: Person, revision: Revision, *, now: datetime) -> None:
    """Remember that a person was shown a revision to its end; when it is shown again nothing changes."""
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(Seen)
    once = insert.values(person_id=person.id, revision_id=revision.id, at=now)
    session.execute(once.on_conflict_do_nothing(index_elements=["person_id", "revision_id"]))


def has_seen(session: Session, person: Person, revision: Revision) -> bool:
    """Say whether a person was shown a revision to its end."""
    query = select(Seen.id).where(Seen.person_id == person.id, Seen.revision_id == revision.id)
    return session.scalar(query) is not None


def seen_before(session: Session, person: Person, revision: Revision) -> Revision | None:
    """Return the newest older revision of the same article that a person was shown; None when there is none."""
    older = (Revision.article_id == revision.article_id, Revision.number < revision.number)
    return session.scalar(
        select(Revision)
        .join(Seen, Seen.revision_id == Revision.id)
        .join(Person, Person.id == Seen.person_id)
        .where(*older, Person.name == person.name)  # by name: somebody who left and came back is the same person
        .order_by(Revision.number.desc())
        .limit(1)
    )
