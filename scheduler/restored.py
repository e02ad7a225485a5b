"""A restored database: one that is older than what was last published from here starts paused.

After each claim the highest event id is written beside the database. A database
that does not know that event was put back from a backup, and would send again.
"""

from __future__ import annotations

import logging
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import control
from content.db import Store
from content.models import Event, Post, State
from content.posts import UNSENT, waiting_for
from content.workflow import move
from scheduler import alarm
from scheduler.drafts import live_publication, new_publication
from scheduler.ready import RESTORED

log = logging.getLogger(__name__)

SEEN = "restored"  # the control that keeps the mark which people were told about
TEXT = (
    "数据库像是从旧备份恢复的，自动发布已暂停。请先核对哪些推文已经发出（看：待发），"
    "发出了的逐条回复：已发出 编号；核对完请回复：恢复"
)


def remember(store: Store, folder: Path) -> None:
    """Write the highest event id beside the database, so that a restored old database is noticed.

    A disk that does not take it is logged and stops nothing: the post is claimed and must go on.
    """
    with store.reading() as session:
        highest = session.scalar(select(func.max(Event.id))) or 0
    file = _mark(folder)
    partial = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(exist_ok=True)
        with partial.open("w", encoding="utf-8") as opened:
            opened.write(f"{highest}\n")
            opened.flush()
            os.fsync(opened.fileno())
        partial.replace(file)
    except OSError:
        log.exception("the mark of what was published last could not be written")


def notice_restored(store: Store, folder: Path, now: datetime) -> None:
    """Start paused, with an alarm, when the database is older than what was last published from here.

    Posts whose time has passed may be out already: each waits for a person's word, also after the pause.
    """
    last = _read(folder)
    with store.transaction() as session:
        highest = session.scalar(select(func.max(Event.id))) or 0
        seen = control.read(session, SEEN)
        if highest >= last or (seen and int(seen.value) >= last):
            return
        control.write(session, SEEN, str(last), by="wxops", now=now)
        control.pause(session, by="wxops", now=now)
        alarm.ring(session, "restored", TEXT, now=now)
        for post in session.scalars(select(Post).where(Post.state.in_(UNSENT), Post.due_at <= now)).all():
            _doubt(session, post, now)


def _doubt(session: Session, post: Post, now: datetime) -> None:
    if not post.articles or waiting_for(post):
        return  # it cannot go out by itself
    publication = live_publication(session, post)
    if publication is None:
        publication = new_publication(post)
        session.add(publication)
    publication.doubt = RESTORED
    if post.state == State.SCHEDULED:
        move(session, post, State.DRAFTED, by="wxops", now=now, why=RESTORED)


def _mark(folder: Path) -> Path:
    return folder / ".wxops" / "last"


def _read(folder: Path) -> int:
    """Return the event id that was written last; 0 when there is none, or none that can be read."""
    try:
        return int(_mark(folder).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0
    except (OSError, ValueError):
        log.exception("the mark of what was published last could not be read")
        return 0
