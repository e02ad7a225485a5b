"""What was received is remembered for a week: WeChat's three tries are over within a minute; 更多 goes on for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from content import guessing, more
from content.db import Store
from scheduler.models import Received

KEPT = timedelta(days=7)


def forget_old(store: Store, now: datetime) -> None:
    """Delete the keys and answers, the rests of answers and the wrong codes that count no more."""
    with store.transaction() as session:
        session.execute(delete(Received).where(Received.at < now - KEPT))
        more.forget_old(session, now=now)
        guessing.forget_old(session, now=now)
