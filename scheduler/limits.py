"""Daily limits: a call that WeChat answered with 45009 is not made again before the day turns."""

from __future__ import annotations

from datetime import datetime, timedelta

from content import control
from content.clock import day_start, local_day
from content.db import Store
from scheduler.refusals import DAY_LIMIT, Refused


def check(store: Store, call: str, now: datetime) -> None:
    """Raise Refused 45009 without calling when this call's limit of today is used up."""
    with store.reading() as session:
        row = control.read(session, _name(call))
        if row and datetime.fromisoformat(row.value) > now:
            raise Refused(call, DAY_LIMIT, "reach max api daily quota limit; not called again today")


def stop(store: Store, call: str, now: datetime) -> None:
    """Remember that a call's limit is used up until 00:00 Shanghai time."""
    with store.transaction() as session:
        control.write(session, _name(call), next_day(now).isoformat(), by="gateway", now=now)


def next_day(now: datetime) -> datetime:
    """Return the next 00:00 in Shanghai, when WeChat's daily limits begin anew."""
    return day_start(local_day(now) + timedelta(days=1))


def _name(call: str) -> str:
    return f"limit:{call}"
