"""Drafts: a post whose articles are all approved → pictures uploaded once → a draft of the frozen texts."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.db import Store
from content.library import Library
from content.models import Post, Revision, State
from content.posts import waiting_for
from content.revisions import latest_revision
from content.workflow import move
from scheduler import alarm
from scheduler.calls import NamedCalls
from scheduler.draft_once import Overtaken, claim, find_lost, names
from scheduler.draft_trouble import (
    COVER_FORGOTTEN,
    everybody_waits,
    record,
    record_lost_picture,
    tell_of_closed_comments,
    tell_of_new_draft,
)
from scheduler.hold import DRAFTS, OPEN_COMMENTS, Stopped, is_held
from scheduler.models import Publication
from scheduler.pictures import as_draft
from scheduler.refusals import DRAFT_GONE, NotSent, Refused, Unsure
from scheduler.rules import Rules

if TYPE_CHECKING:
    pass  # the web process settles, too, and does not load the gateway

log = logging.getLogger(__name__)

LOST = "原来的草稿不见了，可能已在后台发表或删除"  # these two are doubts that a publication keeps
EDITED = "草稿在后台被改动，和审过的稿子不一样，没有发出"
DELETING = "deleting"  # stands in `drafted` while we delete a draft of another number of articles


def wanted_drafts(store: Store, rules: Rules, now: datetime) -> list[int]:
    """Return the posts whose draft is to be made now: approved whole, and due within the lead time."""
    with store.reading() as session:
        if is_held(session, DRAFTS, now):
            return []
        posts = session.scalars(
            select(Post)
            .where(Post.state == State.OPEN, Post.due_at <= now + rules.draft_ahead)
            .order_by(Post.due_at, Post.id)
        ).all()
        ready = [post for post in posts if post.articles and not waiting_for(post)]
        return [post.id for post in ready if _may_try(session, post, now)]


def make_draft(store: Store, wechat: NamedCalls, library: Library, post_id: int, now: datetime) -> None:
    """Bring one post's draft up to its frozen texts and move the post on.

    Each picture and each outcome is recorded before the next call, so that a
    second run goes on where the first one died. Stopped when the other drafts would
    fare the same; any other trouble becomes an alarm and is tried again later.
    """
    with store.transaction() as session:
        post = session.get_one(Post, post_id)
        revisions = frozen_texts(session, post)
        publication = live_publication(session, post)
        if publication is None:
            publication = new_publication(post)
            session.add(publication)
            session.flush()
        comments = not is_held(session, OPEN_COMMENTS, now)
        if not comments and any(revision.comments for revision in revisions):
            tell_of_closed_comments(session, post, now)
    try:
        _bring_up_to_date(store, wechat, library, publication.id, revisions, now, comments=comments)
    except Overtaken:
        return
    except (Refused, NotSent, Unsure) as trouble:
        record(store, publication.id, revisions, trouble, now)
        if everybody_waits(trouble):
            raise Stopped from trouble
        return
    except OSError as error:  # a kept picture is gone or damaged: only a new submission brings it back
        record_lost_picture(store, publication.id, revisions, error, now)
        return
    _finish(store, post_id, names(revisions), now)


def frozen_texts(session: Session, post: Post) -> list[Revision]:
    """Return the newest revision of each article of a post, in order."""
    found = [latest_revision(session, article) for article in post.articles]
    return [revision for revision in found if revision]


def live_publication(session: Session, post: Post) -> Publication | None:
    """Return the post's publication that has not ended, if there is one."""
    return session.scalar(select(Publication).where(Publication.post_id == post.id, Publication.ended_at.is_(None)))


def new_publication(post: Post, media_id: str | None = None, drafted: str = "") -> Publication:
    """Return a publication for a post under a new random key of 32 bytes, the longest that WeChat takes."""
    return Publication(post_id=post.id, key=uuid.uuid4().hex, media_id=media_id, drafted=drafted)


def _may_try(session: Session, post: Post, now: datetime) -> bool:
    publication = live_publication(session, post)
    if publication is None or is_refused(session, post, publication):
        return publication is None
    return publication.retry_at is None or publication.retry_at <= now


def is_refused(session: Session, post: Post, publication: Publication) -> bool:
    """Say whether WeChat refuses the texts of a post as they stand: then they wait for others, or a person's word."""
    return bool(publication.refused) and publication.refused == names(frozen_texts(session, post))


def _bring_up_to_date(
    store: Store,
    wechat: NamedCalls,
    library: Library,
    publication_id: int,
    revisions: Sequence[Revision],
    now: datetime,
    *,
    comments: bool,
) -> None:
    with store.reading() as session:
        publication = session.get_one(Publication, publication_id)
    if publication.media_id and publication.drafted == DELETING:
        publication = delete_draft(store, wechat, publication, begun=True)
    old, wanted = publication.media_id, names(revisions)
    items = _articles_of(wechat, old) if old else None
    if items is not None and publication.drafted == wanted:
        return
    if publication.drafting_at and (found := find_lost(store, wechat, publication, revisions, now)):
        _drafted(store, publication_id, found, wanted)
        return
    articles = [as_draft(store, wechat, library, revision, comments=comments) for revision in revisions]
    fits = old and items is not None and len(items) == len(revisions)
    if old and fits and _written_over(store, wechat, publication, revisions, articles, now):
        _drafted(store, publication_id, old, wanted)
        return
    if old and items is not None:
        delete_draft(store, wechat, publication, begun=False)
    elif old:
        _lost_draft(store, publication_id)
    claim(store, publication, lambda session: _is_wanted(session, publication_id, wanted), now)
    _drafted(store, publication_id, _added(store, wechat, publication_id, articles), wanted)


def _added(store: Store, wechat: NamedCalls, publication_id: int, articles: Sequence[dict[str, object]]) -> str:
    try:
        return wechat.add_draft(articles)
    except (NotSent, Refused):  # it was certainly not made; a refusal of another call does not say so
        with store.transaction() as session:
            session.get_one(Publication, publication_id).drafting_at = None
        raise


def _written_over(
    store: Store,
    wechat: NamedCalls,
    publication: Publication,
    revisions: Sequence[Revision],
    articles: Sequence[dict[str, object]],
    now: datetime,
) -> bool:
    """Write what changed over its place; False when WeChat does not know the draft that it shows, with any cover."""
    try:
        for index in _changed(publication, revisions):
            wechat.update_draft(publication.media_id or "", index, articles[index])
    except Refused as refusal:
        if refusal.errcode != DRAFT_GONE or publication.attempts < COVER_FORGOTTEN:
            raise
        with store.transaction() as session:
            tell_of_new_draft(session, session.get_one(Publication, publication.id).post, now)
        return False
    return True


def _is_wanted(session: Session, publication_id: int, wanted: str) -> bool:
    """Say whether a post still holds these texts: one may have been taken out while pictures were uploaded."""
    post = session.get_one(Publication, publication_id).post
    return post.state == State.OPEN and names(frozen_texts(session, post)) == wanted


def _articles_of(wechat: NamedCalls, media_id: str) -> list[dict[str, Any]] | None:
    """Return what a draft holds, or None when it is gone."""
    try:
        return wechat.get_draft(media_id)
    except Refused as refusal:
        if refusal.errcode != DRAFT_GONE:
            raise
        return None


def _changed(publication: Publication, revisions: Sequence[Revision]) -> list[int]:
    drafted = dict(enumerate(publication.drafted.split()))
    return [index for index, name in enumerate(names(revisions).split()) if drafted.get(index) != name]


def delete_draft(store: Store, wechat: NamedCalls, publication: Publication, *, begun: bool) -> Publication:
    """Delete a draft that holds another number of articles; return its publication without it.

    The intent is written first: after a crash its absence is our own doing. One
    that is gone before we `begun` was pressed or deleted by hand a moment ago.
    """
    with store.transaction() as session:
        session.get_one(Publication, publication.id).drafted = DELETING
    doubt = ""
    try:
        wechat.delete_draft(publication.media_id or "")
    except Refused as refusal:
        if refusal.errcode != DRAFT_GONE:
            raise
        doubt = "" if begun else LOST
    with store.transaction() as session:
        live = session.get_one(Publication, publication.id)
        live.media_id, live.drafted = None, ""
        live.doubt = live.doubt or doubt
        return live


def _drafted(store: Store, publication_id: int, media_id: str, drafted: str) -> None:
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        publication.media_id, publication.drafted = media_id, drafted
        publication.drafting_at = publication.retry_at = None
        publication.attempts, publication.last_error, publication.edited, publication.refused = 0, "", "", ""
        publication.doubt = "" if publication.doubt == EDITED else publication.doubt
    log.info("publication %s: draft holds %s", publication_id, drafted)


def _lost_draft(store: Store, publication_id: int) -> None:
    """A draft that went without our doing may have been pressed by hand, unless its publication has failed."""
    with store.transaction() as session:
        publication = session.get_one(Publication, publication_id)
        failed = session.scalar(
            select(Publication.id).where(
                Publication.media_id == publication.media_id, Publication.ended_at.is_not(None)
            )
        )
        publication.media_id = None
        publication.doubt = publication.doubt if failed else LOST


def _finish(store: Store, post_id: int, drafted: str, now: datetime) -> None:
    """Move the post to DRAFTED, unless an article changed meanwhile."""
    with store.transaction() as session:
        post = session.get_one(Post, post_id)
        if post.state != State.OPEN or waiting_for(post) or names(frozen_texts(session, post)) != drafted:
            return
        move(session, post, State.DRAFTED, by="scheduler", now=now, why=f"草稿已建好（{drafted}）")
        alarm.end(session, *(f"{kind}:post:{post.id}" for kind in ("draft", "unapproved", "failed")), now=now)
