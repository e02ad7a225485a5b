"""补签单 that have not come back signed: told once a month, until the scan is there."""

from __future__ import annotations

from datetime import datetime

from content.clock import day_start, local_day
from content.countersign import in_words, open_months
from content.db import Store
from scheduler import alarm

UNSIGNED = "countersign"  # the alarm's kind


def remind(store: Store, now: datetime) -> None:
    """Ring for each month that is over and not signed; an alarm of an earlier month begins anew, so it is told again."""
    begun = day_start(local_day(now).replace(day=1))
    with store.transaction() as session:
        named = []
        for month in open_months(session, now=now):
            named.append(key := f"{UNSIGNED}:{month}")
            if not alarm.is_settled(session, key, since=begun):
                alarm.ring_anew(session, key, _text(month), since=begun, now=now)
        alarm.end_others(session, (UNSIGNED,), named, now=now)


def _text(month: str) -> str:
    return (
        f"{in_words(month)}有线下审签还没有补签。导出补签单请本人签字：wxops countersign {month}；"
        f"签好扫描后登记：wxops countersign {month} --signed 扫描件 --by 姓名。"
    )
