"""群发保护: the administrator confirms each push within 30 minutes, so he is told before it, at it, and until he has.

wechat-api.md §4.3: without his word in that time the push is void, err(40002). Hours in
which he cannot confirm hold pushes back (`held.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.clock import local, stamp
from content.db import Store
from content.models import Post, State
from content.workflow import in_words
from scheduler import alarm
from scheduler.drafts import live_publication
from scheduler.held import held_back, resumed_at, waits_for_word
from scheduler.ready import is_pressed
from scheduler.rules import CONFIRM_WITHIN, Rules

KIND = "protected"  # the alarm's kind
AHEAD = timedelta(minutes=30)
AFTER_MINUTES = (20, 10, 0)  # since WeChat took the push, the last that has passed counts


def remind(store: Store, rules: Rules, now: datetime) -> None:
    """Ring 30 minutes before a protected push, when WeChat has it, and 10 and 20 minutes later while it waits.

    Each time people are told anew; what is confirmed, refused, void or moved rings no more.
    """
    if rules.protected is None:
        return
    with store.transaction() as session:
        found = {key: (text, since) for key, text, since in _said(session, rules, now)}
        alarm.end_others(session, (KIND,), found, now=now)
        for key, (text, since) in found.items():
            alarm.ring_anew(session, key, text, since=since, now=now)


def _said(session: Session, rules: Rules, now: datetime) -> Iterator[tuple[str, str, datetime]]:
    """Yield key, text and the moment since which it is to be said, for each push that asks for the administrator."""
    pushes = select(Post).where(Post.notify, Post.state.in_((State.SCHEDULED, State.PUBLISHING)))
    for post in session.scalars(pushes).all():
        said = _coming(session, post, rules, now) if post.state == State.SCHEDULED else _waiting(session, post, now)
        if said:
            yield f"{KIND}:post:{post.id}", *said


def _coming(session: Session, post: Post, rules: Rules, now: datetime) -> tuple[str, datetime] | None:
    at = post.due_at
    if at is None or not at - AHEAD <= now < at or is_pressed(session, post, rules):
        return None
    if control.is_on(session, control.PAUSE) or held_back(post, rules, at):
        return None
    if waits_for_word(post, resumed_at(session), rules, at):
        return None
    text = (
        f"{in_words(post)}{stamp(at)} 推送。公众号开了群发保护：推送后管理员要在 30 分钟内在微信里确认，不然作废。"
        f"请管理员到时拿着手机；来不及就改时间，请回复：改期 {post.articles[0].id} 时间"
    )
    return text, at - AHEAD


def _waiting(session: Session, post: Post, now: datetime) -> tuple[str, datetime] | None:
    publication = live_publication(session, post)
    begun = publication.receipt_at if publication else None
    if begun is None or now - begun >= CONFIRM_WITHIN:
        return None
    minutes = next(each for each in AFTER_MINUTES if now - begun >= timedelta(minutes=each) or each == 0)
    waited = f"已经等了 {minutes} 分钟，管理员还没有确认" if minutes else "已交给微信，等管理员确认"
    text = (
        f"{in_words(post)}{waited}：请管理员在微信收到的确认消息里同意这次群发，"
        f"{local(begun + CONFIRM_WITHIN):%H:%M} 以后作废。作废了再发，请回复：重发 {post.articles[0].id}"
    )
    return text, begun + timedelta(minutes=minutes)
