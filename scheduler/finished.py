"""Drafts that wait in the draft box: compared with the frozen text, whether people finish them or they go by themselves."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.db import Store
from content.models import Post, State
from scheduler import alarm
from scheduler.draft_once import names, same_texts
from scheduler.drafts import EDITED, frozen_texts
from scheduler.edited import first_place, forget, is_edited, keep
from scheduler.hold import POSTS, is_held
from scheduler.look import hold_edited, stop_if_all_are_refused
from scheduler.models import Publication
from scheduler.ready import be_unsure, doubt_text, is_pressed
from scheduler.refusals import DRAFT_GONE, NotSent, Refused, Unsure
from scheduler.rules import Rules
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=15)  # 96 looks a day for a post, of the 1,000 that WeChat allows
LOOK_RARELY = timedelta(hours=1)
IN_THE_BOX = (State.DRAFTED, State.SCHEDULED)
CHANGED = "changed-draft"  # the alarm's kind


def compare_drafts(store: Store, wechat: WeChat, rules: Rules, now: datetime) -> None:
    """Look at the drafts that wait: each quarter of an hour for a person's 发表, each hour for their time.

    A text that differs from the frozen one rings, with the difference; a draft
    that is gone was perhaps sent, and is UNSURE until the published list or a
    person tells. Stopped when WeChat refuses the whole account.
    """
    for publication in _waiting(store, rules, now):
        try:
            items = wechat.get_draft(publication.media_id or "")
        except (NotSent, Refused, Unsure) as trouble:
            if isinstance(trouble, Refused) and trouble.errcode == DRAFT_GONE:
                _gone(store, publication.id, now)
                continue
            log.warning("the draft of post %s could not be compared: %s", publication.post_id, trouble)
            _looked(store, publication.id, now)
            stop_if_all_are_refused(trouble)
            continue
        _compare(store, publication.id, items, rules, now)


def _waiting(store: Store, rules: Rules, now: datetime) -> list[Publication]:
    with store.reading() as session:
        if is_held(session, POSTS, now):
            return []
        found = session.execute(
            select(Post, Publication)
            .join(Publication, (Publication.post_id == Post.id) & Publication.ended_at.is_(None))
            .where(Post.state.in_(IN_THE_BOX), Publication.media_id.is_not(None))
            .where(Publication.looked_at.is_(None) | (Publication.looked_at <= now - LOOK_EVERY))
            .order_by(Post.id)
        ).unique()
        return [publication for post, publication in found if _is_time(session, post, publication, rules, now)]


def _is_time(session: Session, post: Post, publication: Publication, rules: Rules, now: datetime) -> bool:
    """Say whether to look now: often at what a person works on, rarely at what goes out by itself, not at its time."""
    if is_pressed(session, post, rules) or is_edited(publication):
        return True
    if post.due_at is None or post.due_at <= now:
        return False  # the last look before publishing sees to it
    seen = publication.looked_at or post.state_since
    return seen <= now - LOOK_RARELY


def _looked(store: Store, publication_id: int, now: datetime) -> None:
    with store.transaction() as session:
        session.get_one(Publication, publication_id).looked_at = now


def _gone(store: Store, publication_id: int, now: datetime) -> None:
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        if publication.post.state in IN_THE_BOX:
            publication.media_id = None
            be_unsure(session, publication.post, "草稿箱里的草稿不见了，可能已在后台发表。", now)


def _compare(store: Store, publication_id: int, items: Sequence[dict[str, Any]], rules: Rules, now: datetime) -> None:
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        post, revisions = publication.post, frozen_texts(session, publication.post)
        publication.looked_at = now  # whatever comes of it: WeChat counts the looks
        if post.state not in IN_THE_BOX or publication.drafted != names(revisions):
            return
        if same_texts(items, revisions):
            forget(publication)
            alarm.end(session, f"{CHANGED}:post:{post.id}", now=now)
        elif post.state == State.SCHEDULED:
            hold_edited(session, post, items, now)
        else:
            keep(publication, items)
            session.flush()
            if not is_pressed(session, post, rules):
                return  # the alarm that holds it says the same
            text = doubt_text(post, EDITED, first_place(session, post))
            alarm.ring(session, f"{CHANGED}:post:{post.id}", text, now=now)
