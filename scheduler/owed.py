"""Owed: what WeChat refused to take for a person waits and comes with that person's next message, once.

Nobody may write to who was silent for 48 hours, nor more than five messages after
each of theirs (wechat-api.md §9: 45015, 45047); what such a refusal keeps back is not
sent. `person.owed` says to whoever answers next that something waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from content.clock import stamp
from content.models import Person
from scheduler import late
from scheduler.channels import WECHAT
from scheduler.models import Alarm, Outbox
from scheduler.refusals import Refused

BYTES = 900  # of one reply for what is owed, so that the answer itself has room; the rest comes with the message after
HEAD = "先前没能发给您的："
OVER = "已经了结，不用再说"


def keep(session: Session, row: Outbox, refusal: Refused) -> None:
    """Let a letter that was certainly not delivered wait for its person's next message."""
    row.failed = str(refusal)
    session.execute(update(Person).where(Person.id == row.person_id).values(owed=True))


def bring(session: Session, person: Person, *, now: datetime) -> str:
    """Return what a person is owed, late answers and then letters with when they were written; each is told once.

    Letters beyond what fits stay owed. Of alarms only those come that still ring and that nobody has taken.
    """
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())  # nothing is added meanwhile
    answers = late.bring(session, person)
    told: list[str] = []
    size = 0
    for row in _letters(session, person, now):
        said = f"（{stamp(row.due)}）{row.text}"
        size += len(said.encode(errors="replace"))
        if told and size > BYTES:
            person.owed = True
            break
        told.append(said)
        row.sent_at, row.failed = now, ""
    return "\n\n".join(filter(None, [answers, "\n".join([HEAD, *told]) if told else ""]))


def _letters(session: Session, person: Person, now: datetime) -> Iterator[Outbox]:
    """Yield the letters that wait for a person's message, oldest first; an alarm that needs nobody any more ends."""
    refused = and_(Outbox.tried_at.is_not(None), Outbox.failed != "", Outbox.sent_at.is_(None))
    mine = select(Outbox).where(Outbox.person_id == person.id, Outbox.channel == WECHAT, refused)
    over = or_(Alarm.ended.is_not(None), Alarm.taken_at.is_not(None))
    ended = set(session.scalars(mine.join(Alarm, Alarm.id == Outbox.alarm_id).where(over).with_only_columns(Outbox.id)))
    for row in session.scalars(mine.order_by(Outbox.id)).all():
        if row.id in ended:
            row.sent_at, row.failed = now, OVER
        else:
            yield row
