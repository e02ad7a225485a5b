"""Lateness: what waits for a person when its time has come rings: too late, on a sensitive day, not approved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.awaited import awaited
from content.clock import stamp
from content.db import Store
from content.models import Post, State
from content.posts import waiting_for
from content.steps import Chain
from content.workflow import in_words
from scheduler import alarm
from scheduler.held import OVERDUE, SENSITIVE, resumed_at, sensitive, waits_for_word
from scheduler.rules import Rules

UNAPPROVED = "unapproved"  # the kind of the alarm


def ring_for_late_posts(store: Store, rules: Rules, chain: Chain, now: datetime) -> None:
    """Ring for posts whose time has come and that wait for a person: too late, on a sensitive day, or not approved.

    An alarm ends by itself when it is not true any more, for example since the file names a later time.
    """
    with store.transaction() as session:
        if control.is_on(session, control.PAUSE):
            return
        resumed, ringing = resumed_at(session), {}
        found = select(Post).where(Post.due_at <= now, Post.state.in_((State.SCHEDULED, State.OPEN)))
        for post in session.scalars(found).all():
            if post.state == State.SCHEDULED and (kind := waits_for_word(post, resumed, rules, now)):
                ringing[f"{kind}:post:{post.id}"] = _late(post) if kind == OVERDUE else _sensitive(post, rules, now)
            elif post.state == State.OPEN and waiting_for(post):
                ringing[f"{UNAPPROVED}:post:{post.id}"] = _unapproved(session, post, chain, now)
        alarm.end_others(session, (OVERDUE, SENSITIVE, UNAPPROVED), ringing, now=now)
        for key, text in ringing.items():
            alarm.ring(session, key, text, now=now)


def _late(post: Post) -> str:
    first = post.articles[0].id
    return (
        f"{in_words(post)}定在 {_when(post)}，已经晚了太久，没有自动发出。现在发请回复：补发 {first}；"
        f"改时间：改期 {first} 时间"
    )


def _sensitive(post: Post, rules: Rules, now: datetime) -> str:
    first = post.articles[0].id
    return (
        f"{in_words(post)}定在 {_when(post)} 推送，遇上敏感日期（{sensitive(post, rules, now)}），没有自动发出。"
        f"看过内容合适，现在发请回复：补发 {first}；改时间：改期 {first} 时间"
    )


def _unapproved(session: Session, post: Post, chain: Chain, now: datetime) -> str:
    return (
        f"{_when(post)} 的推文到点没有发出，还差：{'；'.join(awaited(session, post, chain, now=now))}。"
        f"不等它请回复：移出 {waiting_for(post)[0].id}"
    )


def _when(post: Post) -> str:
    return stamp(post.due_at) if post.due_at else ""
