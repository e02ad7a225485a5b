"""What looks wrong in the figures of a batch is written down as it comes in, and stays open until somebody explains it.

Nothing is corrected and nothing refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import OpsError
from content.models import Event, Person
from scheduler.anomaly_models import Anomaly
from scheduler.anomaly_search import DAILY, FELL, JUMPED, TIMES, found_in
from scheduler.metrics import METRICS
from scheduler.models import Batch, Figure

EXPLAINERS = ("admin", "operator", "chief")
_LONGEST = 500  # characters of an explanation


def look(session: Session, batch: Batch, *, now: datetime) -> int:
    """Write down what looks wrong in a batch that has just been taken in; return how much that is.

    What was odd and has now been corrected is over.
    """
    _end_corrected(session, batch.id, now)
    found = list(found_in(session, batch.id))
    if found:
        keys = ("kind", "metric", "whole", "subject", "day", "value", "than")
        insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(Anomaly)
        session.execute(
            insert.on_conflict_do_nothing(),  # nothing that merely looks odd refuses a figure
            [dict(zip(keys, one, strict=True)) | _NEW | {"batch_id": batch.id} for one in found],
        )
    return len(found)


def end_of_batch(session: Session, number: int, *, now: datetime) -> None:
    """End what is open of a batch that is undone."""
    session.execute(update(Anomaly).where(Anomaly.batch_id == number, *_OPEN).values(ended_at=now))


def explain(session: Session, number: int, words: str, person: Person, *, now: datetime) -> Anomaly:
    """Say why a figure is as it is; OpsError without words, without the right, or where it is over."""
    if person.role not in EXPLAINERS:
        raise OpsError("数据的异常由运营、主编或管理员说明。")
    if not words.strip():
        raise OpsError(f"请写明原因，例如：异常 {number} 平台清理了重复账号")
    if len(words) > _LONGEST:
        raise OpsError(f"说明最多 {_LONGEST} 字。")
    one = session.get(Anomaly, number, with_for_update=True) if 0 < number < 2**31 else None
    if one is None:
        raise OpsError(f"没有异常 {number}。看全部请发：异常")
    if one.ended_at:
        raise OpsError(
            f"异常 {number} 已经了结（{stamp(one.ended_at)}{f'，{one.by}：{one.words}' if one.by else ''}）。"
        )
    one.ended_at, one.by, one.words = now, person.name, words.strip()
    session.add(Event(subject=f"anomaly:{number}", at=now, by=person.name, why=one.words))
    return one


def listed(session: Session, *, all_of_them: bool = False, batch: int = 0, most: int = 200) -> list[Anomaly]:
    """Return what is open, or everything, the newest first."""
    query = select(Anomaly).order_by(Anomaly.id.desc()).limit(most)
    query = query if all_of_them else query.where(*_OPEN)
    return list(session.scalars(query.where(Anomaly.batch_id == batch) if batch else query))


def open_by_batch(session: Session) -> dict[int, int]:
    """Return how many are open in each batch that has any."""
    found = select(Anomaly.batch_id, func.count()).where(*_OPEN).group_by(Anomaly.batch_id)
    return dict(session.execute(found).tuples().all())


def told(one: Anomaly, where: str) -> str:
    """Return an anomaly as people read it: what, where (`where` is its subject in words), when, and beside what."""
    metric = METRICS[one.metric]
    value = f"{one.day} {where} {metric.name} {one.value:,} {metric.unit}"
    if one.kind == FELL:
        return f"{value}，比前一次的 {one.than:,} 少 {one.than - one.value:,}"
    if one.kind == JUMPED:
        more = "这一天" if one.metric in DAILY else "增加的"
        return f"{value}，{more}是平时的 {TIMES} 倍以上（平时 {one.than:,}）"
    return f"{value}，比{METRICS[one.whole].name} {one.than:,} 还多"


def state(one: Anomaly) -> str:
    """Return whether it is open, or how it ended."""
    if one.ended_at is None:
        return "待说明"
    return f"{stamp(one.ended_at)} {one.by}：{one.words}" if one.by else f"{stamp(one.ended_at)} 数已更正或撤销"


def _end_corrected(session: Session, batch: int, now: datetime) -> None:
    corrected = (
        select(Anomaly.id)
        .join(
            Figure,
            and_(
                Figure.batch_id == Anomaly.batch_id, Figure.metric == Anomaly.metric,
                Figure.subject == Anomaly.subject, Figure.day == Anomaly.day,
            ),
        )
        .where(*_OPEN, Figure.superseded_by == batch)
    )  # fmt: skip
    ended = update(Anomaly).where(Anomaly.id.in_(corrected)).values(ended_at=now)
    session.execute(ended, execution_options={"synchronize_session": False})


_OPEN = (Anomaly.ended_at.is_(None),)
_NEW: dict[str, Any] = {"ended_at": None, "by": "", "words": ""}
