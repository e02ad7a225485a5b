"""Places that have nobody today: an alarm that stands until somebody is assigned; before the first assignment nobody is missed."""

from __future__ import annotations

from datetime import datetime

from content import coverage
from content.clock import local_day
from content.db import Store
from content.place_table import some
from scheduler import alarm

UNCOVERED = "uncovered"  # the alarm's kind


def remind(store: Store, now: datetime) -> None:
    """Ring while a street or community has no 乙方联络员 or 社区对接人 today."""
    with store.transaction() as session:
        told = ""
        if kinds := coverage.begun(session):
            found = coverage.covered(session, local_day(now))
            lacking = {kind: [one.spot.shown for one in found if kind in one.lacks()] for kind in kinds}
            told = "".join(f"今天没有{kind}的：{some(names)}。" for kind, names in lacking.items() if names)
        if told:
            alarm.ring(
                session,
                UNCOVERED,
                f"{told}请分配：wxops person assign 姓名 街道或社区；全部列出：wxops place coverage",
                now=now,
            )
        else:
            alarm.end(session, UNCOVERED, now=now)
