"""What looks wrong in the figures rings, an alarm a batch, until all of it is explained, corrected or undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from content.clock import local_day
from content.db import Store
from content.gazetteer import gazetteer
from content.place_names import PlaceNames
from scheduler import alarm, anomalies
from scheduler.anomaly_models import Anomaly
from scheduler.models import Batch
from scheduler.subject_names import subject_name

KIND = "anomaly"  # of the alarm
_SHOWN = 3


def watch(store: Store, now: datetime) -> None:
    """Ring for each batch with something open that nobody has settled; what is not open any more ends it."""
    with store.reading() as session:
        waiting = anomalies.open_by_batch(session)
        ringing = any(one.key.startswith(f"{KIND}:") for one in alarm.ringing(session))
    if not waiting and not ringing:
        return
    with store.transaction() as session:
        named = []
        for number, count in anomalies.open_by_batch(session).items():
            key, batch = f"{KIND}:{number}", session.get_one(Batch, number)
            if not alarm.is_settled(session, key, since=batch.at):
                named.append(key)
                alarm.ring(session, key, _text(session, batch, count, local_day(now)), now=now)
        alarm.end_others(session, (KIND,), named, now=now)


def lines(session: Session, found: Sequence[Anomaly], today: date) -> list[str]:
    """Return anomalies in words, each with its number."""
    places = PlaceNames(gazetteer(session, today))
    return [f"异常 {one.id}：{anomalies.told(one, subject_name(one.subject, places))}" for one in found]


def _text(session: Session, batch: Batch, count: int, today: date) -> str:
    told = lines(session, anomalies.listed(session, batch=batch.id, most=_SHOWN), today)
    more = f"等 {count} 处" if count > _SHOWN else ""
    return (
        f"数据第 {batch.id} 批（{batch.file_name}）有 {count} 处异常，数已收，没有改：{'；'.join(told)}{more}。"
        f"请核对：有原因的发“异常 编号 原因”；错了的导入改正的文件，或撤销那一批：wxops batch undo {batch.id}"
    )
