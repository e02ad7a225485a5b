"""The last look before a post is claimed: it is approved whole, and its draft is still the one that was reviewed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from content.db import Store
from content.models import Post, State
from content.posts import waiting_for
from content.workflow import move
from scheduler.again import again_at
from scheduler.draft_once import names, same_texts
from scheduler.drafts import frozen_texts, live_publication
from scheduler.edited import keep
from scheduler.hold import POSTS, Stopped, hold
from scheduler.ready import be_unsure, ring_for_edited, tell_of_wait
from scheduler.refusals import DRAFT_GONE, LATER, WHOLE_ACCOUNT, NotSent, Refused, Trouble, Unsure
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

RETRY_FIRST, RETRY_LAST = timedelta(seconds=5), timedelta(minutes=5)


def is_whole(store: Store, post_id: int, now: datetime) -> bool:
    """Say whether all articles are approved and drafted as they are; a draft of other texts is made anew."""
    with store.transaction() as session:
        post = session.get_one(Post, post_id)
        if post.state != State.SCHEDULED or waiting_for(post):
            return False
        publication = live_publication(session, post)
        if publication and publication.media_id and publication.drafted == names(frozen_texts(session, post)):
            return True
        move(session, post, State.OPEN, by="scheduler", now=now, why="草稿不是审过的最新稿，重新建")
        return False


def draft_is_ours(store: Store, wechat: WeChat, post_id: int, now: datetime) -> bool:
    """Look at the draft just before claiming: gone means perhaps pressed by hand, changed means not reviewed."""
    with store.reading() as session:
        post = session.get_one(Post, post_id)
        publication = live_publication(session, post)
        revisions = frozen_texts(session, post)
    if publication is None or not publication.media_id:
        return False
    try:
        items = wechat.get_draft(publication.media_id)
    except (NotSent, Refused, Unsure) as trouble:
        if isinstance(trouble, Refused) and trouble.errcode == DRAFT_GONE:
            _draft_gone(store, post_id, now)
        else:
            _wait(store, post_id, trouble, now)
            stop_if_all_are_refused(trouble)
        return False
    if same_texts(items, revisions):
        return True
    with store.transaction() as session:
        hold_edited(session, session.get_one(Post, post_id), items, now)
    return False


def hold_edited(session: Session, post: Post, items: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Hold a scheduled post whose draft was edited in the back office: that text was not reviewed, a person decides."""
    publication = live_publication(session, post)
    if post.state != State.SCHEDULED or publication is None:
        return
    reviewed = names(frozen_texts(session, post))
    why = f"草稿在后台被改动，和审过的 {reviewed} 不一样"
    move(session, post, State.DRAFTED, by="scheduler", now=now, why=why)
    keep(publication, items)
    session.flush()
    ring_for_edited(session, post, now)


def stop_if_all_are_refused(trouble: Trouble) -> None:
    """Raise Stopped when WeChat refuses the whole account: the other posts would fare the same."""
    if isinstance(trouble, Refused) and trouble.errcode in WHOLE_ACCOUNT:
        raise Stopped from trouble


def _wait(store: Store, post_id: int, trouble: Trouble, now: datetime) -> None:
    """Look again later: soon at first, then less and less often, since WeChat allows 1,000 looks a day."""
    with store.transaction() as session:
        post = session.get_one(Post, post_id)
        publication = live_publication(session, post)
        if post.state != State.SCHEDULED or publication is None:
            return
        late = now - (post.due_at or now)
        publication.last_error = str(trouble)
        publication.retry_at = now + min(max(late / 2, RETRY_FIRST * 2), RETRY_LAST)
        if isinstance(trouble, Refused) and trouble.errcode in LATER:
            publication.retry_at = again_at(trouble, 1, now)
        elif isinstance(trouble, Refused) and trouble.errcode in WHOLE_ACCOUNT:
            hold(session, POSTS, publication.retry_at, now=now)
        tell_of_wait(session, post, trouble, now)
    log.warning("post %s: its draft could not be looked at: %s", post_id, trouble)


def _draft_gone(store: Store, post_id: int, now: datetime) -> None:
    with store.transaction() as session:
        post = session.get_one(Post, post_id)
        publication = live_publication(session, post)
        if post.state == State.SCHEDULED and publication:
            publication.media_id = None
            be_unsure(session, post, "发布前草稿不见了，可能已在后台发表。", now)
