"""Publishing exactly once: claim, then call, then record, and ask when unsure.

The claim is committed before the call, the outcome after it, each in its own
transaction; between them no transaction is open. A push is handed over under a
key that WeChat remembers, so it may be repeated; a quiet publication has no key
and is never handed over again without a person.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import added, control, library
from content.clock import local_day
from content.db import Store
from content.library import Library
from content.models import Post, State
from content.posts import set_time, waiting_for
from content.steps import Chain
from content.workflow import Overtaken, move
from scheduler import alarm, restored
from scheduler.again import again_at
from scheduler.confirm import fail
from scheduler.draft_once import names
from scheduler.drafts import frozen_texts, live_publication
from scheduler.held import held_back, resumed_at, too_late
from scheduler.hold import DRAFT_ONLY, POSTS, is_held
from scheduler.look import RETRY_FIRST, RETRY_LAST, draft_is_ours, is_whole, stop_if_all_are_refused
from scheduler.models import Publication
from scheduler.ready import be_unsure, must_be_pressed, tell_of_wait
from scheduler.refusals import (
    LATER,
    MAY_BE_OUT,
    NO_RIGHT,
    NotSent,
    Refused,
    Trouble,
    Unsure,
)
from scheduler.rules import Rules
from scheduler.wechat import Receipt, WeChat
from scheduler.withdraw import being_withdrawn
from scheduler.word_holds import why_held

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """What is handed over, read in the claiming transaction and safe to use without one."""

    post_id: int
    publication_id: int
    media_id: str
    key: str
    notify: bool


def claim_of(post: Post, publication: Publication) -> Claim:
    """Return what is handed over for a post."""
    return Claim(post.id, publication.id, publication.media_id or "", publication.key, post.notify)


def due_posts(store: Store, rules: Rules, now: datetime) -> list[int]:
    """Return the posts to hand over now, soonest first: due, not held back, and not late by more than the grace."""
    with store.reading() as session:
        held = is_held(session, POSTS, now) or control.is_on(session, DRAFT_ONLY) or rules.draft_only
        if control.is_on(session, control.PAUSE) or held:
            return []
        resumed = resumed_at(session)
        found = session.scalars(
            select(Post)
            .join(Publication, (Publication.post_id == Post.id) & Publication.ended_at.is_(None))
            .where(
                Post.state == State.SCHEDULED,
                Post.due_at <= now,
                Post.by_hand == "",
                (Publication.retry_at.is_(None)) | (Publication.retry_at <= now),
            )
            .order_by(Post.due_at, Post.id)
        ).all()
        return [p.id for p in found if not held_back(p, rules, now) and not too_late(p, resumed, rules, now)]


def publish_post(
    store: Store, wechat: WeChat, shelf: Library, rules: Rules, chain: Chain, post_id: int, now: datetime
) -> None:
    """Hand one due post over, unless its files changed, its draft is not ours any more, or another process was first.

    Whatever happens to the call is recorded. Stopped when WeChat refuses the whole account.
    """
    for notice in library.recheck(store, shelf, post_id, now):
        with store.transaction() as session:
            alarm.ring(session, notice.key, notice.text, now=now)
    if not is_whole(store, post_id, now) or not draft_is_ours(store, wechat, post_id, now):
        return
    claim = _claim(store, rules, chain, post_id, now)
    if claim is None:
        return
    restored.remember(store, shelf.folder)
    _hand_over(store, wechat, claim, now)


def _claim(store: Store, rules: Rules, chain: Chain, post_id: int, now: datetime) -> Claim | None:
    """Take the post for this process: one row changes from SCHEDULED to PUBLISHING, or none does."""
    with store.transaction() as session:
        post = session.get_one(Post, post_id)
        publication = live_publication(session, post)
        if publication is None or publication.drafted != names(frozen_texts(session, post)) or waiting_for(post):
            return None  # an article changed a moment ago
        if control.is_on(session, control.PAUSE) or control.is_on(session, DRAFT_ONLY) or post.by_hand:
            return None
        if post.state != State.SCHEDULED or post.due_at is None or post.due_at > now:
            return None  # it was moved a moment ago
        if held_back(post, rules, now) or why_held(session, post) or being_withdrawn(session, post):
            return None  # the quiet hours began a moment ago, words.csv was changed, or somebody takes it down
        if _lacks_a_step(session, post, chain, now):
            return None
        try:
            move(session, post, State.PUBLISHING, by="scheduler", now=now, why="到时间，交给微信")
        except Overtaken:
            return None
        publication.tried_at = now
        publication.claimed_at = publication.claimed_at or now  # WeChat's memory of the key begins at its first use
        publication.attempts += 1
        return claim_of(post, publication)


def _lacks_a_step(session: Session, post: Post, chain: Chain, now: datetime) -> bool:
    """Say whether an added step is missing; the next tick sends the post back into review.

    Its column was changed or its time set a moment ago, or it was held over midnight
    into a day that asks for one: then this day becomes its own.
    """
    if any(added.lacks_one(session, article, chain) for article in post.articles):
        return True
    today = local_day(now)
    if post.due_at is None or local_day(post.due_at) >= today:
        return False
    if not any(added.lacks_one(session, article, chain, today) for article in post.articles):
        return False
    set_time(session, post, now, by="scheduler", now=now)
    return True


def _hand_over(store: Store, wechat: WeChat, claim: Claim, now: datetime) -> None:
    try:  # no transaction is open while we wait for WeChat
        receipt = wechat.send_to_all(claim.media_id, claim.key) if claim.notify else wechat.submit(claim.media_id)
    except (NotSent, Refused, Unsure) as trouble:
        _record_trouble(store, claim, trouble, now)
        stop_if_all_are_refused(trouble)
        return
    record_receipt(store, claim.publication_id, claim.notify, receipt, now)


def record_receipt(store: Store, publication_id: int, notify: bool, receipt: Receipt, now: datetime) -> None:
    """Record that WeChat has taken the post; the confirmation is still to come."""
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        publication.receipt, publication.receipt_at = json.dumps(asdict(receipt)), now
        publication.msg_data_id = receipt.msg_data_id or publication.msg_data_id
        publication.last_error, publication.retry_at = "", None
        if notify:
            publication.msg_id = receipt.job
        else:
            publication.publish_id = receipt.job
        post = publication.post
        if post.state == State.UNSURE:
            move(session, post, State.PUBLISHING, by="scheduler", now=now, why="微信确认收到过")
        alarm.end(session, f"unsure:post:{post.id}", f"waits:post:{post.id}", now=now)
    log.info("post %s handed over, job %s", publication.post_id, receipt.job)


def _record_trouble(store: Store, claim: Claim, trouble: Trouble, now: datetime) -> None:
    with store.transaction() as session:
        post, publication = session.get_one(Post, claim.post_id), session.get_one(Publication, claim.publication_id)
        publication.last_error = str(trouble)
        if post.state != State.PUBLISHING:
            return  # a person settled it meanwhile
        if isinstance(trouble, NotSent) or (isinstance(trouble, Refused) and trouble.errcode in LATER):
            publication.retry_at = _later(publication, trouble, now)
            _forget_use(publication)
            move(session, post, State.SCHEDULED, by="scheduler", now=now, why=f"没有发出，稍后再发：{trouble}")
            tell_of_wait(session, post, trouble, now)
        elif isinstance(trouble, Refused) and trouble.errcode == NO_RIGHT:
            _forget_use(publication)
            _fall_back_to_drafts(session, post, trouble, now)
        elif isinstance(trouble, Unsure) or trouble.errcode in MAY_BE_OUT:
            be_unsure(session, post, str(trouble), now)
        else:
            fail(session, publication, str(trouble), now=now)
    log.warning("post %s: %s", claim.post_id, trouble)


def _forget_use(publication: Publication) -> None:
    """The key was certainly not used this time; an earlier use stays known."""
    if publication.claimed_at == publication.tried_at:
        publication.claimed_at = None


def _fall_back_to_drafts(session: Session, post: Post, refusal: Refused, now: datetime) -> None:
    """48001: the account has no right to publish, so it stays at drafts until doctor sees the right again."""
    control.write(session, DRAFT_ONLY, control.ON, by="wechat", now=now)
    move(session, post, State.SCHEDULED, by="wechat", now=now, why="没有发出")
    move(session, post, State.DRAFTED, by="wechat", now=now, why=str(refusal))
    alarm.ring(session, f"press:post:{post.id}", must_be_pressed(session, post, Rules()), now=now)


def _later(publication: Publication, trouble: Trouble, now: datetime) -> datetime:
    if isinstance(trouble, Refused):
        return again_at(trouble, 1, now) or now + RETRY_LAST
    longer: timedelta = RETRY_FIRST * (2 ** min(publication.attempts, 10))
    return now + min(longer, RETRY_LAST)
