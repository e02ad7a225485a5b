"""WeChat's events about publications, kept by the web process, applied here one by one."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.db import Store
from scheduler import alarm
from scheduler.confirm import UNREADABLE, apply_mass, apply_publish
from scheduler.models import PUBLISH, JobNotice, Publication

log = logging.getLogger(__name__)


def waiting_notices(store: Store) -> list[int]:
    """Return the events that WeChat sent and that are not taken yet, oldest first."""
    with store.reading() as session:
        return list(session.scalars(select(JobNotice.id).where(JobNotice.taken_at.is_(None)).order_by(JobNotice.id)))


def take_notice(store: Store, notice_id: int, now: datetime) -> None:
    """Apply one event; one whose receipt is not recorded yet stays until it is.

    One that cannot be read is put aside with an alarm: the status is asked later.
    """
    try:
        with store.transaction() as session:
            notice = session.get_one(JobNotice, notice_id, with_for_update=True)
            if notice.taken_at is None:
                _apply(session, notice, now)
    except UNREADABLE:
        log.exception("notice %s cannot be applied", notice_id)
        with store.transaction() as session:
            session.get_one(JobNotice, notice_id).taken_at = now
            text = f"微信的一条发布结果读不懂（通知{notice_id}），对应的推文会改为查询状态。请把日志报给开发者。"
            alarm.ring(session, f"notice:{notice_id}", text, now=now)


def _apply(session: Session, notice: JobNotice, now: datetime) -> None:
    payload = json.loads(notice.payload)
    publication = _spoken_of(session, notice, payload)
    if publication is None:
        return
    notice.taken_at = now
    if notice.kind == PUBLISH:
        apply_publish(session, publication, payload, notice.at, now)
    else:
        apply_mass(session, publication, payload, notice.at, now)
    session.flush()


def _spoken_of(session: Session, notice: JobNotice, payload: dict[str, Any]) -> Publication | None:
    """Find the publication by its receipt, or by its article_id when it was found in the published list first."""
    column = Publication.publish_id if notice.kind == PUBLISH else Publication.msg_id
    known = session.scalar(select(Publication).where(column == notice.job))
    article_id = str(payload.get("article_id") or "")
    if known is None and article_id:
        return session.scalar(select(Publication).where(Publication.article_id == article_id))
    return known
