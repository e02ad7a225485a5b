"""Missing approvals, told before a post's time: 24, 4 and 1 hours ahead, each once, as long as they are missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.awaited import awaited
from content.clock import stamp
from content.db import Store
from content.models import Post
from content.posts import UNSENT, waiting_for
from content.steps import Chain
from scheduler import alarm

SOON = "unapproved-soon"  # the alarm's kind
HOURS = (24, 4, 1)


def remind(store: Store, chain: Chain, now: datetime) -> None:
    """Ring for posts whose time is near and whose articles are not approved; what is approved or moved rings no more.

    An alarm is told once, so it begins anew where fewer hours are left than it was rung for.
    """
    ahead = timedelta(hours=max(HOURS))
    with store.transaction() as session:
        coming = select(Post).where(Post.state.in_(UNSENT), Post.due_at > now, Post.due_at <= now + ahead)
        named = [key for post in session.scalars(coming).all() if (key := _remind(session, post, chain, now))]
        alarm.end_others(session, (SOON,), named, now=now)


def _remind(session: Session, post: Post, chain: Chain, now: datetime) -> str:
    """Ring for one post; return the alarm's key, "" when nothing is missing."""
    missing = awaited(session, post, chain, now=now)
    if post.due_at is None or not missing:
        return ""
    hours = min(hours for hours in HOURS if post.due_at - timedelta(hours=hours) <= now)
    key, begun = f"{SOON}:post:{post.id}", post.due_at - timedelta(hours=hours)
    first = waiting_for(post)[0].id
    text = (
        f"{stamp(post.due_at)} 的推文不到 {hours} 小时就要发了，还差：{'；'.join(missing)}。"
        f"不等它请回复：移出 {first}；改时间：改期 {first} 时间"
    )
    if not alarm.is_settled(session, key, since=begun):
        alarm.ring_anew(session, key, text, since=begun, now=now)
    return key
