"""Drafts that a person finishes and sends by hand: compared with the frozen text, for as long as they wait."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from content.db import Store
from content.models import Post, Revision, State
from content.render import visible_text
from scheduler import alarm
from scheduler.drafts import EDITED, frozen_texts, names, same_texts
from scheduler.hold import POSTS, is_held
from scheduler.look import stop_if_all_are_refused
from scheduler.models import Publication
from scheduler.ready import be_unsure, doubt_text, must_be_pressed
from scheduler.refusals import DRAFT_GONE, NotSent, Refused, Unsure
from scheduler.rules import Rules
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=15)  # 96 looks a day for a post, of the 1,000 that WeChat allows
CHANGED = "changed-draft"  # the alarm's kind
BEFORE, SHOWN = 8, 40  # characters before a difference, and in all


def compare_drafts(store: Store, wechat: WeChat, rules: Rules, now: datetime) -> None:
    """Look at the drafts that wait for a person's 发表, each every quarter of an hour.

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
        _compare(store, publication.id, items, now)


def _waiting(store: Store, rules: Rules, now: datetime) -> list[Publication]:
    with store.reading() as session:
        if is_held(session, POSTS, now):
            return []
        found = session.execute(
            select(Post, Publication)
            .join(Publication, (Publication.post_id == Post.id) & Publication.ended_at.is_(None))
            .where(Post.state == State.DRAFTED, Publication.media_id.is_not(None))
            .where(Publication.looked_at.is_(None) | (Publication.looked_at <= now - LOOK_EVERY))
            .order_by(Post.id)
        ).unique()
        return [publication for post, publication in found if must_be_pressed(session, post, rules)]


def _looked(store: Store, publication_id: int, now: datetime) -> None:
    with store.transaction() as session:
        session.get_one(Publication, publication_id).looked_at = now


def _gone(store: Store, publication_id: int, now: datetime) -> None:
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        if publication.post.state == State.DRAFTED:
            publication.media_id = None
            be_unsure(session, publication.post, "草稿箱里的草稿不见了，可能已在后台发表。", now)


def _compare(store: Store, publication_id: int, items: Sequence[dict[str, Any]], now: datetime) -> None:
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        post, revisions = publication.post, frozen_texts(session, publication.post)
        publication.looked_at = now  # whatever comes of it: WeChat counts the looks
        if post.state != State.DRAFTED or publication.drafted != names(revisions):
            return
        if same_texts(items, revisions):
            publication.doubt = "" if publication.doubt == EDITED else publication.doubt
            alarm.end(session, f"{CHANGED}:post:{post.id}", now=now)
            return
        publication.doubt = EDITED
        text = doubt_text(post, EDITED, difference(items, revisions))
        alarm.ring(session, f"{CHANGED}:post:{post.id}", text, now=now)


def difference(items: Sequence[dict[str, Any]], revisions: Sequence[Revision]) -> str:
    """Return the first place where a draft's text is not the frozen one, as people compare it; "" for the same."""
    for item, revision in zip(items, revisions, strict=False):
        for what, ours, theirs in (
            ("标题", revision.title, str(item.get("title", ""))),
            ("正文", visible_text(revision.html), visible_text(str(item.get("content", "")))),
        ):
            ours, theirs = "".join(ours.split()), "".join(theirs.split())
            if ours != theirs:
                pairs = zip(ours, theirs, strict=False)
                same = next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs)))
                start = max(0, same - BEFORE)
                return f"{what}审过的是“{_from(ours, start)}”，草稿里是“{_from(theirs, start)}”。"
    return "" if len(items) == len(revisions) else f"审过的有 {len(revisions)} 篇，草稿里有 {len(items)} 篇。"


def _from(text: str, start: int) -> str:
    return f"{'…' if start else ''}{text[start : start + SHOWN]}{'…' if len(text) > start + SHOWN else ''}"
