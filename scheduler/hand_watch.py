"""Typed figures that wait for a second person ring until somebody has decided on all of them."""

from __future__ import annotations

from datetime import datetime

from content.db import Store
from scheduler import alarm, hand

KIND = "figures"  # of the alarm
_SHOWN = 3


def watch(store: Store, now: datetime) -> None:
    """Ring while something waits; an alarm that was settled by hand stays silent until one more is typed."""
    with store.reading() as session:
        waiting = hand.waiting(session) > 0
        ringing = any(one.key.partition(":")[0] == KIND for one in alarm.ringing(session))
    if not waiting and not ringing:
        return
    with store.transaction() as session:
        found = hand.listed(session, most=_SHOWN)
        named = []
        if found and not alarm.is_settled(session, key := f"{KIND}:{found[0].id}", since=found[0].at):
            named.append(key)
            lines = [hand.in_words(session, one) for one in found[:_SHOWN]]
            count = hand.waiting(session)
            more = f"等 {count} 个" if count > _SHOWN else ""
            text = f"有 {count} 个填报的数待另一个人复核：{'；'.join(lines)}{more}。看一个请发：填报 编号"
            alarm.ring(session, key, text, now=now)
        alarm.end_others(session, (KIND,), named, now=now)
