"""The drafts that still hold an article that was withdrawn before it went out: they are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from content.after_models import Withdrawal
from content.db import Store
from content.models import Post
from scheduler import withdraw
from scheduler.drafts import LOST, delete_draft, live_publication
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.take_down import try_again
from scheduler.wechat import WeChat
from scheduler.withdraw import UNSENT

DRAFT_PATIENCE = timedelta(minutes=10)  # a draft that was being made has its media_id by then


def clear_drafts(store: Store, wechat: WeChat, now: datetime) -> None:
    """Delete the drafts that still hold an article that was withdrawn before it went out."""
    with store.reading() as session:
        query = select(Withdrawal).where(Withdrawal.stage == UNSENT, Withdrawal.ended_at.is_(None))
        rows = [row for row in session.scalars(query) if row.retry_at is None or row.retry_at <= now]
        posts = {row.id: live_publication(session, session.get_one(Post, row.post_id)) for row in rows}
    for row in rows:
        publication = posts[row.id]
        if publication and publication.drafting_at and not publication.media_id:
            _wait_for(store, row.id, publication.drafting_at, now)
            continue
        try:
            held = publication is not None and publication.media_id is not None
            after = delete_draft(store, wechat, publication, begun=False) if publication and held else None
        except (NotSent, Refused, Unsure) as trouble:
            try_again(store, row.id, trouble, now)
            continue
        with store.transaction() as session:
            live = session.get_one(Withdrawal, row.id)
            if after is not None and after.doubt == LOST:
                withdraw.by_hand(session, live, "草稿不见了，可能已在后台发表。", now=now)
            else:
                withdraw.finish(session, live, "草稿已删除，没有发出过", now=now)


def _wait_for(store: Store, row_id: int, since: datetime, now: datetime) -> None:
    with store.transaction() as session:
        if now - since >= DRAFT_PATIENCE:
            row = session.get_one(Withdrawal, row_id)
            withdraw.by_hand(session, row, "草稿建到一半断了，草稿箱里可能还有它。", now=now)
