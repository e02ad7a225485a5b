"""What was received is remembered for a week: WeChat's three tries are over within a minute."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from content.db import Store
from scheduler.models import Received

KEPT = timedelta(days=7)


def forget_old(store: Store, now: datetime) -> None:
    """Delete the keys and answers that no repeat can ask for any more."""
    with store.transaction() as session:
        session.execute(delete(Received).where(Received.at < now - KEPT))
