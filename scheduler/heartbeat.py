"""The scheduler's sign of life, which the web process shows and doctor reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from content import control
from content.db import Store
from scheduler import alarm

HEARTBEAT = "heartbeat"
SILENT = "scheduler-silent"  # the alarm that another process rings
EVERY = timedelta(seconds=10)


def beat(store: Store, now: datetime) -> None:
    """Write down that the scheduler ticks, every ten seconds."""
    with store.reading() as session:
        last = control.read(session, HEARTBEAT)
    if last is None or abs(now - last.at) >= EVERY:
        with store.transaction() as session:
            control.write(session, HEARTBEAT, "tick", by="scheduler", now=now)
            alarm.end(session, SILENT, now=now)
