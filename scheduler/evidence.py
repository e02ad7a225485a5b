"""Evidence that was sent as a picture message is fetched from WeChat, which keeps it for three days (wechat-api.md §6)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.db import Store
from content.errors import OpsError, WrongUse
from content.evidence import keep
from content.paper import Evidence
from content.record_models import Record
from scheduler import alarm
from scheduler.calls import NamedCalls
from scheduler.refusals import MEDIA_GONE, NotSent, Refused, Unsure

log = logging.getLogger(__name__)

LOST = "evidence"  # the alarm's kind
TICKETS = "ticket:"  # the subjects of readers' pictures: nobody here can send one again, and the ticket's page says it
KEPT_FOR = timedelta(days=3)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))  # after each try, the last one again
TOLD_AFTER = 4  # tries without success; people hear of it while it can still be mended
AT_ONCE = 5  # pictures a tick


def fetch(store: Store, wechat: NamedCalls, folder: Path, now: datetime) -> None:
    """Fetch what is due and keep it; what cannot be had any more ends as an alarm with the words to send.

    folder: the workspace. The next try is written before this one, so that a crash postpones it and
    nothing more; to fetch twice changes nothing.
    """
    with store.reading() as session:
        due = select(Evidence).where(Evidence.try_at <= now).order_by(Evidence.try_at, Evidence.id).limit(AT_ONCE)
        waiting = session.scalars(due).all()
    for row in waiting:
        pause = PAUSES[min(row.tries, len(PAUSES) - 1)]
        _write(store, row.id, tries=row.tries + 1, try_at=now + pause)
        try:
            path = keep(folder, wechat.temporary_media(row.media_id))
        except (NotSent, Refused, Unsure, WrongUse) as trouble:
            _record_trouble(store, row, trouble, now)
        else:
            log.info("evidence %s is kept", row.id)
            _record_kept(store, row, path, now)
    _let_void_go(store, now)


def _let_void_go(store: Store, now: datetime) -> None:
    """End the alarms of pictures whose record is void: there is nothing more to send them to."""
    with store.transaction() as session:
        asking = {one.key: one for one in alarm.ringing(session) if one.key.startswith(f"{LOST}:")}
        numbers = [int(key.partition(":")[2]) for key in asking]
        for row in session.scalars(select(Evidence).where(Evidence.id.in_(numbers))).all() if numbers else ():
            if _is_void(session, row):
                alarm.end(session, _key(row), now=now)


def _is_void(session: Session, row: Evidence) -> bool:
    kind, _, number = row.subject.partition(":")
    record = session.get(Record, int(number)) if kind == "record" and number.isdecimal() else None
    return record is not None and record.revoked_at is not None


def _record_kept(store: Store, row: Evidence, path: Path, now: datetime) -> None:
    _write(store, row.id, fetched_at=now, try_at=None, sha256=path.stem, path=path.as_posix(), last_error="")
    with store.transaction() as session:
        alarm.end(session, _key(row), now=now)


def _record_trouble(store: Store, row: Evidence, trouble: OpsError, now: datetime) -> None:
    log.warning("evidence %s was not fetched: %s", row.id, trouble)
    gone = isinstance(trouble, WrongUse) or (isinstance(trouble, Refused) and trouble.errcode == MEDIA_GONE)
    lost = gone or now - row.sent_at >= KEPT_FOR
    with store.transaction() as session:
        session.execute(update(Evidence).where(Evidence.id == row.id).values(last_error=str(trouble)))
        if lost:
            session.execute(update(Evidence).where(Evidence.id == row.id).values(try_at=None))
        silent = row.subject.startswith(TICKETS) or _is_void(session, row)
        if (lost or row.tries + 1 >= TOLD_AFTER) and not silent:
            alarm.ring(session, _key(row), _told(row, trouble, lost), now=now)


def _told(row: Evidence, trouble: OpsError, lost: bool) -> str:
    if not lost:
        return f"{_sent(row)}还没有取到，还在试（微信只保存 3 天）：{trouble}{_again(row)}"
    why = trouble if isinstance(trouble, WrongUse) else "微信那边已经没有这张图（只保存 3 天）。"
    return f"{_sent(row)}取不到了：{why}{_again(row)}"


def _write(store: Store, number: int, **values: object) -> None:
    with store.transaction() as session:
        session.execute(update(Evidence).where(Evidence.id == number).values(**values))


def _sent(row: Evidence) -> str:
    return f"{row.by}发来、附在{row.words}上的图片"


def _again(row: Evidence) -> str:
    return f"请{row.by}重发：先发“{row.again}”，再发图片。" if row.again else f"请{row.by}重发一次。"


def _key(row: Evidence) -> str:
    return f"{LOST}:{row.id}"
