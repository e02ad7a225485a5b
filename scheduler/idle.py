"""Falling silent: told after 7, 10 and 13 days without a post, since 14 fail the inspection by themselves.

国办秘函〔2019〕19号: two weeks without an update is a 单项否决 (domain.md §2.2); what was
published elsewhere (外部发布) counts as well, what was taken down does not.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import posts
from content.clock import day_start, local_day, stamp
from content.db import Store
from content.models import Post, State
from content.workflow import in_words
from scheduler import alarm
from scheduler.models import Publication
from scheduler.night import not_at_night

SOON, LAST = "idle", "idle-last"  # the alarms' kinds
LIMIT = 14
DAYS = (13, 10, 7)


def remind(store: Store, now: datetime) -> None:
    """Ring after 7, 10 and 13 days without a post, each anew and in the morning; a new post ends it."""
    with store.transaction() as session:
        last = last_out(session)
        days = (local_day(now) - local_day(last)).days if last else 0
        reached = next((each for each in DAYS if days >= each), None)
        if reached == DAYS[-1] and _goes_out_today(session, now):
            reached = None  # a post a week is the usual pace
        key = LAST if reached == DAYS[0] else SOON
        alarm.end_others(session, (SOON, LAST), [key] if reached else [], now=now)
        if last is None or reached is None:
            return
        since = not_at_night(day_start(local_day(last) + timedelta(days=reached)))
        if now >= since and not alarm.is_settled(session, key, since=since):
            alarm.ring_anew(session, key, _text(session, last, days, now), since=since, now=now)


def last_out(session: Session) -> datetime | None:
    """Return when something went out last that readers can still see; None when nothing ever did."""
    newest = select(Publication).where(Publication.published_at.is_not(None))
    for publication in session.scalars(newest.order_by(Publication.published_at.desc())):
        if any(article.state != State.WITHDRAWN for article in publication.post.articles):
            return publication.published_at
    return None


def _goes_out_today(session: Session, now: datetime) -> bool:
    scheduled = session.scalars(select(Post).where(Post.state == State.SCHEDULED, Post.due_at.is_not(None)))
    return any(local_day(post.due_at or now) == local_day(now) for post in scheduled)


def _text(session: Session, last: datetime, days: int, now: datetime) -> str:
    limit = local_day(last) + timedelta(days=LIMIT)
    coming = [post for post in posts.unsent(session) if post.due_at and post.due_at > now and post.articles]
    following = f"下一次定在 {stamp(coming[0].due_at)}（{in_words(coming[0])}）" if coming and coming[0].due_at else ""
    return (
        f"已经 {days} 天没有发布（上一次 {stamp(last)}），{limit} 满 {LIMIT} 天，检查时单项否决。"
        f"{following or '没有排好时间的推文'}。看还差什么请回复：待发；"
        f"{'改早' if coming else '定时间'}请回复：改期 {coming[0].articles[0].id if coming else '编号'} 时间"
    )
