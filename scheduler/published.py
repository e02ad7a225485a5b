"""The published list: posts that may be out quietly are looked for in it, since their outcome is not known otherwise."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from content.db import Store
from content.models import Post, State
from scheduler.calls import moment_in
from scheduler.confirm import alone, confirm_listed, is_time_to_ask
from scheduler.draft_once import same_texts
from scheduler.drafts import frozen_texts, live_publication
from scheduler.listing import listed, shown
from scheduler.models import Publication
from scheduler.refusals import Answer

if TYPE_CHECKING:
    from scheduler.wechat import WeChat  # the web process settles, too, and does not load the gateway

log = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(minutes=5)


def find_published(store: Store, wechat: WeChat, now: datetime) -> None:
    """Look in the published list for posts that may be out quietly: same titles and text, and nobody else's."""
    for publication in _doubtful(store, now):
        with alone(store, publication):
            _look_for(store, wechat, publication, now)


def published_items(wechat: WeChat, since: datetime) -> Iterator[Answer]:
    """Yield what was published quietly since a moment, newest first, with what was deleted since (`is_deleted`)."""
    for item in listed(wechat.list_published):
        at = moment_in(item, "update_time")
        if at is None or not item.get("article_id"):
            log.warning("a publication without an id or a time is passed over: %s", sorted(item))
        elif at < since:
            return
        else:
            yield item


def _doubtful(store: Store, now: datetime) -> list[Publication]:
    with store.transaction() as session:
        posts = session.scalars(select(Post).where(Post.state == State.UNSURE)).all()
        publications = [publication for post in posts if (publication := live_publication(session, post))]
        quiet = [p for p in publications if not p.post.notify or p.claimed_at is None]  # or pressed by hand
        return [p for p in quiet if is_time_to_ask(p, p.tried_at or p.post.state_since, now)]


def _look_for(store: Store, wechat: WeChat, publication: Publication, now: datetime) -> None:
    with store.reading() as session:
        revisions = frozen_texts(session, session.get_one(Post, publication.post_id))
        held = set(session.scalars(select(Publication.article_id).where(Publication.article_id.is_not(None))))
    since = publication.claimed_at or max(revision.made_at for revision in revisions)
    for item in published_items(wechat, since - CLOCK_SKEW):
        article_id, articles = str(item["article_id"]), shown(item)
        if article_id not in held and same_texts(articles, revisions):
            urls, at = [str(article.get("url") or "") for article in articles], moment_in(item, "update_time") or now
            with store.transaction() as session:
                live = session.get_one(Publication, publication.id)
                confirm_listed(session, live, articles, urls=urls, article_id=article_id, at=at, now=now)
            return
