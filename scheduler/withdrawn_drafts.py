"""The drafts that still hold an article that was withdrawn before it went out: they are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from content.after_models import Withdrawal
from content.db import Store
from content.models import Post
from scheduler import withdraw
from scheduler.drafts import DELETING, LOST, delete_draft, live_publication
from scheduler.models import Publication
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.take_down import try_again
from scheduler.wechat import WeChat
from scheduler.withdraw import UNSENT

DRAFT_PATIENCE = timedelta(minutes=10)  # a draft that was being made has its media_id by then


def clear_drafts(store: Store, wechat: WeChat, now: datetime) -> None:
    """Delete the drafts that still hold an article that was withdrawn before it went out."""
    with store.reading() as session:
        query = select(Withdrawal).where(Withdrawal.stage == UNSENT, Withdrawal.ended_at.is_(None))
        rows = [row for row in session.scalars(query).all() if row.retry_at is None or row.retry_at <= now]
        held = {row.id: live_publication(session, session.get_one(Post, row.post_id)) for row in rows}
    for row in rows:
        publication = held[row.id]
        if publication and publication.drafting_at and not publication.media_id:
            _wait_for(store, row.id, publication.drafting_at, now)
        elif publication and publication.media_id and _holds(publication, row.article_id):
            _delete(store, wechat, row.id, publication, now)
        else:
            _finish(store, row.id, "没有发出过，草稿里已没有它", now)


def _holds(publication: Publication, number: int) -> bool:
    """Say whether a draft holds article N, or is being deleted: another that was made since holds it no more."""
    numbers = [name.partition("-")[0] for name in publication.drafted.split()]
    return publication.drafted in ("", DELETING) or str(number) in numbers  # "": to be written over, as it stands


def _delete(store: Store, wechat: WeChat, row_id: int, publication: Publication, now: datetime) -> None:
    try:
        after = delete_draft(store, wechat, publication, begun=publication.drafted == DELETING)
    except (NotSent, Refused, Unsure) as trouble:
        try_again(store, row_id, trouble, now)
        return
    if after.doubt != LOST:
        _finish(store, row_id, "没有发出过，草稿已删除", now)
        return
    with store.transaction() as session:
        row = session.get_one(Withdrawal, row_id)
        withdraw.by_hand(session, row, "草稿不见了，可能已在后台发表。", now=now)


def _finish(store: Store, row_id: int, seen: str, now: datetime) -> None:
    with store.transaction() as session:
        withdraw.finish(session, session.get_one(Withdrawal, row_id), seen, now=now)


def _wait_for(store: Store, row_id: int, since: datetime, now: datetime) -> None:
    with store.transaction() as session:
        if now - since >= DRAFT_PATIENCE:
            row = session.get_one(Withdrawal, row_id)
            withdraw.by_hand(session, row, "草稿建到一半断了，草稿箱里可能还有它。", now=now)
