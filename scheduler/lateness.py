"""Lateness: what is late by more than the grace waits for a person, counted from the end of a pause."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.clock import stamp
from content.db import Store
from content.models import Post, State
from content.posts import waiting_for
from content.workflow import in_words
from scheduler import alarm
from scheduler.rules import Rules

OVERDUE, UNAPPROVED = "overdue:post:", "unapproved:post:"


def resumed_at(session: Session) -> datetime | None:
    """Return when the last pause ended, or None."""
    row = control.read(session, control.PAUSE)
    return row.at if row and row.value == control.OFF else None


def too_late(due: datetime, resumed: datetime | None, rules: Rules, now: datetime) -> bool:
    """Say whether a post that was due then needs a person's word to go out now."""
    return now - max(due, resumed or due) > rules.grace


def ring_for_late_posts(store: Store, rules: Rules, now: datetime) -> None:
    """Ring for posts that are too late to go out by themselves, and for those whose time came without approval.

    An alarm ends by itself when it is not true any more, for example since the file names a later time.
    """
    with store.transaction() as session:
        if control.is_on(session, control.PAUSE):
            return
        resumed = resumed_at(session)
        found = select(Post).where(Post.due_at <= now, Post.state.in_((State.SCHEDULED, State.OPEN)))
        ringing = {}
        for post in session.scalars(found).all():
            if post.state == State.SCHEDULED and post.due_at and too_late(post.due_at, resumed, rules, now):
                ringing[f"{OVERDUE}{post.id}"] = _overdue(post)
            elif post.state == State.OPEN and waiting_for(post):
                ringing[f"{UNAPPROVED}{post.id}"] = _unapproved(post)
        for alarmed in alarm.ringing(session):
            if alarmed.key.startswith((OVERDUE, UNAPPROVED)) and alarmed.key not in ringing:
                alarm.end(session, alarmed.key, now=now)
        for key, text in ringing.items():
            alarm.ring(session, key, text, now=now)


def _overdue(post: Post) -> str:
    first = post.articles[0].id
    return (
        f"{in_words(post)}定在 {_when(post)}，已经晚了太久，没有自动发出。现在发：wxops post confirm {first}；"
        f"改时间：wxops post move {first} 时间。"
    )


def _unapproved(post: Post) -> str:
    missing = waiting_for(post)
    return (
        f"{_when(post)} 的推文到点没有发出，还不能发的有：{'、'.join(in_words(a) for a in missing)}。"
        f"不等它：wxops post move {missing[0].id} --out。"
    )


def _when(post: Post) -> str:
    return stamp(post.due_at) if post.due_at else ""
