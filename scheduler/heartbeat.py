"""The scheduler's sign of life, which the web process shows and doctor reads."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content import control
from content.clock import stamp
from content.db import Store
from scheduler import alarm

HEARTBEAT = "heartbeat"
SILENT = "scheduler-silent"  # the alarm that another process rings
EVERY = timedelta(seconds=10)
SILENT_AFTER = timedelta(minutes=2)  # a scheduler that has not been heard for this long is not well


def beat(store: Store, now: datetime) -> None:
    """Write down that the scheduler ticks, every ten seconds."""
    with store.reading() as session:
        last = control.read(session, HEARTBEAT)
    if last is None or abs(now - last.at) >= EVERY:
        with store.transaction() as session:
            control.write(session, HEARTBEAT, "tick", by="scheduler", now=now)
            alarm.end(session, SILENT, now=now)


def silent_since(session: Session, now: datetime) -> datetime | None:
    """Return since when the scheduler is silent; None while it ticks, and for one that never ran."""
    last = control.read(session, HEARTBEAT)
    return last.at if last and abs(now - last.at) >= SILENT_AFTER else None


def warning(session: Session, now: datetime) -> str:
    """Return what whoever waits for a deed of the scheduler must know of its silence; "" while it ticks."""
    since = silent_since(session, now)
    return (
        f"请注意：调度从 {stamp(since)} 起没有动静，它恢复以前什么也不会发出，送审、撤稿也不会办。"
        "请管理员到服务器上看 wxops serve（或 wxops run）是不是在运行。"
        if since
        else ""
    )
