"""The night: when people are left alone unless it cannot wait."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from content.clock import SHANGHAI, local

NIGHT_BEGINS, NIGHT_ENDS = time(22), time(7, 30)
TOLD_AT = time(8, 30)  # what came up at night


def is_night(moment: datetime) -> bool:
    """Say whether people are left alone at a moment."""
    clock = local(moment).time()
    return clock >= NIGHT_BEGINS or clock < NIGHT_ENDS


def not_at_night(moment: datetime) -> datetime:
    """Return the moment itself, or the morning after it when it lies in a night."""
    if not is_night(moment):
        return moment
    there = local(moment)
    day = there.date() + timedelta(days=there.time() >= NIGHT_BEGINS)
    return datetime.combine(day, TOLD_AT, SHANGHAI)
