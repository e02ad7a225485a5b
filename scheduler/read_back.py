"""Reading back what was corrected by hand, where WeChat lets us: corrected is what it shows, and nothing else.

Only a quiet publication can be read (freepublish/getarticle, 100 a day, wechat-api.md §4.1).
Whether that shows an edit of the back office is not documented: the old words prove
nothing, so a picture is asked for then.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from content.after_models import Correction
from content.corrections import places_of, shows
from content.db import Store
from content.library import Library
from content.workflow import note
from scheduler import correct
from scheduler.correction_article import draft
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.sent import sent_as
from scheduler.standing import read_out
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

LOOK_AGAIN = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10))
OLD_SHOWN = "微信接口读回的还是旧的字。后台改过的文章，接口给不给新的字，微信没有写明，所以这不说明没有改成。"
UNREADABLE = "微信接口读不回这一篇。"


def read_back(store: Store, wechat: WeChat, now: datetime) -> None:
    """Look whether what people say they corrected shows, at once and after 1, 4 and 14 minutes."""
    with store.reading() as session:
        due = select(Correction).where(Correction.retry_at <= now, Correction.ended_at.is_(None))
        waiting = [(row.id, sent_as(session, row.article)) for row in session.scalars(due).all()]
    for row_id, sent in waiting:
        try:
            items = read_out(wechat, sent)
        except (NotSent, Refused, Unsure) as trouble:
            log.warning("correction %s was not read back: %s", row_id, trouble)
            items = None
        shown = str(items[sent.place - 1].get("content", "")) if items and len(items) >= sent.place else ""
        _record(store, row_id, shown, now)


def _record(store: Store, row_id: int, shown: str, now: datetime) -> None:
    with store.transaction() as session:
        row = session.get_one(Correction, row_id, with_for_update=True)
        if row.ended_at or row.retry_at is None:
            return  # a person settled it meanwhile
        if shown and shows(shown, places_of(row.revision, row.old), row.old, row.new):
            correct.read_back(session, row, now=now)
        elif row.looks < len(LOOK_AGAIN):
            row.retry_at = now + LOOK_AGAIN[row.looks]
            row.looks += 1
        else:
            correct.not_shown(session, row, OLD_SHOWN if shown else UNREADABLE, now=now)


def draft_articles(store: Store, library: Library, now: datetime) -> None:
    """Draft the correction articles that people wish for; drafted twice, the first one stays."""
    with store.reading() as session:
        wished = select(Correction).where(Correction.notice_by != "", Correction.notice == "")
        rows = session.scalars(wished).all()
        texts = {row.id: (row, sent_as(session, row.article).published_at) for row in rows}
    for row, published_at in texts.values():
        name = draft(library.folder, row, published_at, now)
        with store.transaction() as session:
            live = session.get_one(Correction, row.id)
            live.notice = name
            note(session, live.article, by="scheduler", now=now, why=f"起草了更正文章：{name}")
