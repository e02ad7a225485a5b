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
from content.posts import UNSENT, waiting_for
from content.steps import Chain
from content.workflow import in_words
from scheduler import alarm
from scheduler.drafts import is_refused, live_publication
from scheduler.held import OVERDUE, SENSITIVE, resumed_at, sensitive, waits_for_word
from scheduler.ready import TOLD_AFTER, is_pressed
from scheduler.rules import Rules

UNAPPROVED, UNDRAFTED, UNPRESSED = "unapproved", "undrafted", "unpressed"  # the kinds of the alarms


def ring_for_late_posts(store: Store, rules: Rules, chain: Chain, now: datetime) -> None:
    """Ring for posts whose time has come and that wait for a person: too late, on a sensitive day, or not approved.

    An alarm ends by itself when it is not true any more, for example since the file names a later time.
    """
    with store.transaction() as session:
        if control.is_on(session, control.PAUSE):
            return
        resumed, ringing = resumed_at(session), {}
        found = select(Post).where(Post.due_at <= now, Post.state.in_((*UNSENT,)))
        for post in session.scalars(found).all():
            if post.state == State.SCHEDULED and (kind := waits_for_word(post, resumed, rules, now)):
                ringing[f"{kind}:post:{post.id}"] = _late(post) if kind == OVERDUE else _sensitive(post, rules, now)
            elif post.state == State.OPEN and waiting_for(post):
                ringing[f"{UNAPPROVED}:post:{post.id}"] = _unapproved(session, post, chain, now)
            elif not post.articles or now - _since(post) < TOLD_AFTER:
                continue
            elif post.state == State.OPEN:
                ringing[f"{UNDRAFTED}:post:{post.id}"] = _undrafted(session, post)
            elif post.state == State.DRAFTED and is_pressed(session, post, rules):
                ringing[f"{UNPRESSED}:post:{post.id}"] = _unpressed(post)
        alarm.end_others(session, (OVERDUE, SENSITIVE, UNAPPROVED, UNDRAFTED, UNPRESSED), ringing, now=now)
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


def _since(post: Post) -> datetime:
    """Return since when a due post could have its draft, or be pressed: a late approval gives it a little time anew."""
    moments = (post.state_since, *(article.state_since for article in post.articles))
    return max(*moments, post.due_at or post.state_since)


def _when(post: Post) -> str:
    return stamp(post.due_at) if post.due_at else ""


def _undrafted(session: Session, post: Post) -> str:
    publication = live_publication(session, post)
    why = publication.last_error if publication and publication.last_error else "还没有轮到它，或微信暂时不受理。"
    first = post.articles[0].id
    refused = publication is not None and is_refused(session, post, publication)
    return (
        f"{in_words(post)}定在 {_when(post)}，到点没有发出，草稿还没有建成：{why}"
        f"{f'不用改、再试一次请回复：补发 {first}；' if refused else '会自动再试。'}"
        f"要改文字就改文件后回复：送审 {first}；改时间：改期 {first} 时间"
    )


def _unpressed(post: Post) -> str:
    first = post.articles[0].id
    return (
        f"{in_words(post)}定在 {_when(post)}，时间已过，还没有人在后台按“发表”。"
        f"发出了请回复：已发出 {first}；改时间：改期 {first} 时间"
    )
