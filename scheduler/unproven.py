"""Recorded verdicts without evidence: after a day operators are reminded, once for all that were recorded on one day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

from content import recorded
from content.clock import local_day
from content.db import Store
from content.recorded import Recorded
from scheduler import alarm

UNPROVEN = "unproven"  # the alarm's kind
WAITED = timedelta(days=1)
LOOKED_BACK = timedelta(days=62)  # what is older stands on the month's 补签单


def remind(store: Store, now: datetime) -> None:
    """Ring for the days whose recorded verdicts have waited for evidence for a day; what has come ends it."""
    with store.transaction() as session:
        lacking: dict[date, list[Recorded]] = defaultdict(list)
        for one in recorded.unproven(session, recorded.between(session, now - LOOKED_BACK, now)):
            lacking[local_day(one.review.at)].append(one)
        named = []
        for day, found in lacking.items():
            key, begun = f"{UNPROVEN}:{day}", found[0].review.at
            if begun > now - WAITED or alarm.is_settled(session, key, since=begun):
                continue
            named.append(key)
            alarm.ring(session, key, _text(day, found), now=now)
        alarm.end_others(session, (UNPROVEN,), named, now=now)


def _text(day: date, found: list[Recorded]) -> str:
    lines = [
        f"{one.words}（{one.person}，{one.review.way}，{one.review.recorded_by}记），请发：{one.again}" for one in found
    ]
    return (
        f"{day.month}月{day.day}日代录的意见还没有凭证：{'；'.join(lines)}。发过以后 10 分钟内把截图或扫描件发来，"
        f"或运行 wxops review 稿号 --scan 文件 --by 姓名。"
    )
