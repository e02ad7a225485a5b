"""What the page of an article shows of what became of it: how far its correction or its taking down has come, its trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import corrections
from bot.console.review import MACHINES
from bot.wiring import Parts
from bot.withdrawals import rows_of
from content.authority import is_authorised
from content.clock import stamp
from content.files import OVER
from content.models import Article, Event, Person, State
from content.workflow import subject
from scheduler import correct
from scheduler.sent import is_out, is_unsent, sent_as
from scheduler.withdraw import CARD_STAYS


@dataclass(frozen=True)
class Out:
    """What may be done with an article by who looks, and what was done; `card` warns of what stays after a push."""

    withdrawals: Sequence[dict[str, Any]]
    may: bool
    may_withdraw: bool
    may_confirm: bool
    unsent: bool
    card: str
    trail: Sequence[tuple[str, str, str]]
    corrections: Sequence[dict[str, Any]]
    may_correct: bool
    may_approve: bool


def out_of(parts: Parts, session: Session, article: Article, person: Person) -> Out:
    """Return what the page shows below; the trail only where nothing else of the page shows it."""
    rows, may = rows_of(session, parts.workspace, article), is_authorised(person)
    row, step = correct.newest(session, article), correct.approver(parts.chain, parts.rules)
    under_way = bool(rows) and not rows[0]["ended_at"]
    nothing_to_take = article.state == State.WITHDRAWN or (article.state == State.WRITTEN and article.post is None)
    return Out(
        withdrawals=rows,
        may=may,
        may_withdraw=may and not under_way and not nothing_to_take,
        may_confirm=may and bool(rows) and not rows[0]["confirmed_by"] and rows[0]["by"] != person.name,
        unsent=is_unsent(article),
        card=CARD_STAYS if is_out(article) and sent_as(session, article).pushed else "",
        trail=_trail(session, article) if article.state in OVER else (),
        corrections=corrections.rows_of(session, parts.workspace, article),
        may_correct=article.state == State.PUBLISHED and (row is None or bool(row.ended_at)),
        may_approve=row is not None and not row.approved_at and correct.may_approve(row, person, step),
    )


def _trail(session: Session, article: Article) -> list[tuple[str, str, str]]:
    events = session.scalars(select(Event).where(Event.subject == subject(article)).order_by(Event.id)).all()
    return [(stamp(event.at), MACHINES.get(event.by, event.by), event.why) for event in events]
