"""The watchdog: while the scheduler is silent, another process tells people, by e-mail and robot alone.

Nobody but the scheduler may write to WeChat, so customer messages wait for it; without a
mailbox and a robot only `/healthz` turns unhealthy, for whoever watches that address.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from content import control
from content.clock import stamp
from content.db import Store
from scheduler import alarm, outbox, telling
from scheduler.channels import Channels
from scheduler.heartbeat import HEARTBEAT, SILENT

log = logging.getLogger(__name__)

SILENT_FOR = timedelta(minutes=5)  # longer than a restart


def watch(store: Store, channels: Channels, now: datetime) -> bool:
    """Ring and tell when the scheduler has not ticked for five minutes; say whether it is silent.

    One that never ran is not missed. The scheduler ends the alarm itself with its next tick.
    """
    with store.reading() as session:
        beat = control.read(session, HEARTBEAT)
    if beat is None or abs(now - beat.at) < SILENT_FOR:
        return False
    text = (
        f"调度从 {stamp(beat.at)} 起没有动静，到时间的推文不会发出，也不再给大家发微信。"
        "请登录服务器看 wxops serve（或 wxops run）是不是在运行，重新启动它；找原因：wxops doctor。"
    )
    with store.transaction() as session:
        alarm.ring(session, SILENT, text, now=now)
        telling.queue(session, now=now, channels=channels)
    outbox.deliver_beside_wechat(store, now, channels)
    log.error("the scheduler has been silent since %s", stamp(beat.at))
    return True
