"""The outlook: what would become of a post by itself, what keeps it from going out at its time, what people must do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import control
from content.awaited import awaited
from content.by_hand import checklist
from content.clock import stamp
from content.models import Post, State
from content.posts import UNSENT, approved_late, waiting_for
from content.steps import Chain
from scheduler.drafts import is_refused
from scheduler.held import OVERDUE, held_back, resumed_at, sensitive, waits_for_word
from scheduler.hold import DRAFTS, POSTS, is_held
from scheduler.models import Publication
from scheduler.ready import PRESS, is_pressed
from scheduler.rules import Rules
from scheduler.word_holds import why_held


@dataclass(frozen=True)
class Outlook:
    """`next`: what happens next by itself; `held`: why the post does not go out at its time, "" where it does.

    missing: what must be done before, a sentence for each article. steps: what is done by hand, numbered.
    """

    next: str
    held: str
    missing: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


def outlook(session: Session, post: Post, rules: Rules, chain: Chain, now: datetime) -> Outlook:
    """Return what would become of a post if nobody did anything."""
    missing = tuple(awaited(session, post, chain, now=now)) if post.state in UNSENT else ()
    steps = tuple(checklist(post)) if post.state == State.DRAFTED and is_pressed(session, post, rules) else ()
    why = held(session, post, rules, now)
    return Outlook(_next(post, rules, now) if not (missing or why) else "", why, missing, steps)


def held(session: Session, post: Post, rules: Rules, now: datetime) -> str:
    """Return why a post that is approved will not go out by itself at its time, in a few words; "" when it will."""
    if post.state not in UNSENT or post.due_at is None or not post.articles or waiting_for(post):
        return ""
    at, confirm = max(now, post.due_at), f"等人确认：补发 {post.articles[0].id}"
    if post.by_hand:
        return f"有手工项（{post.by_hand}），要在后台发表"
    if is_pressed(session, post, rules):
        return PRESS if post.state == State.DRAFTED else "不会自动发，到时请在后台按“发表”"
    if words := why_held(session, post):
        return words
    if doubt := _doubt(session, post):
        return doubt
    if approved_late(post):
        return f"过了时间才通过，{confirm}"
    if kind := waits_for_word(post, resumed_at(session), rules, at):
        return f"晚了太久，{confirm}" if kind == OVERDUE else f"敏感日期（{sensitive(post, rules, at)}），{confirm}"
    if control.is_on(session, control.PAUSE):
        return "自动发布已暂停"
    if why := held_back(post, rules, at):
        return why
    return _refused(session, post, at)


def _refused(session: Session, post: Post, at: datetime) -> str:
    """Return why WeChat will not take a post at a moment, as far as it has said so."""
    live = select(Publication).where(Publication.post_id == post.id, Publication.ended_at.is_(None))
    publication = session.scalar(live)
    if publication and is_refused(session, post, publication):
        return f"微信没有接受草稿，不会自动再试：{publication.last_error}"
    if publication and publication.retry_at and publication.retry_at > at:
        return f"{stamp(publication.retry_at)} 再试：{publication.last_error}"
    held_kind = DRAFTS if post.state == State.OPEN else POSTS
    return "微信暂时不受理，稍后自动再试" if is_held(session, held_kind, at) else ""


def _doubt(session: Session, post: Post) -> str:
    live = select(Publication.doubt).where(Publication.post_id == post.id, Publication.ended_at.is_(None))
    return session.scalar(live) or ""


def _next(post: Post, rules: Rules, now: datetime) -> str:
    if post.due_at is None:
        return "没有定时间，不会自动发"
    way = "自动推送" if post.notify else "自动发表，不推送"
    drafted = post.due_at - rules.draft_ahead
    if post.state == State.OPEN:
        return f"{f'{stamp(drafted)} 建草稿' if drafted > now else '就要建草稿'}，到时间{way}"
    return f"到时间{way}" if post.state in UNSENT else ""
