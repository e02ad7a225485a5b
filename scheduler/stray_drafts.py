"""Stray drafts: what stands in the draft box for a post that its article has left is deleted, so that nobody presses it.

A post whose draft is made anew writes over it or deletes it itself (`drafts`); these are
the others: nothing is left in the post, or what is left is not ready. The intent stands in
the publication's row before the call (`drafts.delete_draft`), so that after a crash or a
lost answer the draft's absence is our own doing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.after_models import Withdrawal
from content.db import Store
from content.models import Article, Post, State
from content.workflow import in_words
from scheduler import alarm
from scheduler.calls import NamedCalls
from scheduler.drafts import DELETING, LOST, delete_draft
from scheduler.limits import next_day
from scheduler.models import Publication
from scheduler.refusals import DAY_LIMIT, NotSent, Refused, Trouble, Unsure
from scheduler.withdraw import UNSENT

log = logging.getLogger(__name__)

STRAY, GONE = "stray", "stray-gone"  # the kinds of the alarms: while it stands in the box; for a person to look at
AGAIN_AFTER = timedelta(minutes=5)
TOLD_AFTER = 3  # tries without success
DRAFT_PATIENCE = timedelta(minutes=10)  # a draft that was being made has its media_id by then


def clear_strays(store: Store, wechat: NamedCalls, now: datetime) -> None:
    """Delete the drafts that hold an article which has left their post; one that fails stops no other."""
    with store.transaction() as session:
        found = [one for one in _of_open_posts(session, now) if _is_stray(one)]
        alarm.end_others(session, (STRAY,), {_key(one) for one in found}, now=now)
    for publication in found:
        if publication.retry_at and publication.retry_at > now:
            continue
        if publication.media_id:
            _delete(store, wechat, publication, now)
        else:
            _lost_while_made(store, publication, now)


def _of_open_posts(session: Session, now: datetime) -> Sequence[Publication]:
    """Return the live publications of posts that wait for texts; withdrawals see to their own drafts."""
    withdrawn = select(Withdrawal.post_id).where(Withdrawal.stage == UNSENT, Withdrawal.ended_at.is_(None))
    query = (
        select(Publication)
        .join(Post, Post.id == Publication.post_id)
        .where(Post.state == State.OPEN, Publication.ended_at.is_(None))
        .where((Publication.media_id.is_not(None)) | (Publication.drafting_at <= now - DRAFT_PATIENCE))
        .where(Post.id.not_in(withdrawn.where(Withdrawal.post_id.is_not(None))))
    )
    return session.scalars(query.order_by(Publication.id)).all()


def _is_stray(publication: Publication) -> bool:
    """Say whether a draft holds, or held when its deletion began, an article that is not in its post any more."""
    here = {str(article.id) for article in publication.post.articles}
    if not here or publication.drafted == DELETING:
        return True
    return publication.media_id is not None and not _drafted(publication) <= here


def _drafted(publication: Publication) -> set[str]:
    """Return the numbers of the articles that a draft holds; none where it is to be written over as it stands."""
    return {name.partition("-")[0] for name in publication.drafted.split()}


def _delete(store: Store, wechat: NamedCalls, publication: Publication, now: datetime) -> None:
    held = _drafted(publication)
    try:
        after = delete_draft(store, wechat, publication, begun=publication.drafted == DELETING)
    except (NotSent, Refused, Unsure) as trouble:
        _try_again(store, publication.id, trouble, now)
        return
    log.info("publication %s: a draft that an article has left is deleted", publication.id)
    with store.transaction() as session:
        live = session.get_one(Publication, publication.id)
        live.attempts, live.retry_at, live.last_error = 0, None, ""
        alarm.end(session, _key(publication), now=now)
        if after.doubt == LOST:
            live.doubt = LOST if live.post.articles else ""  # what comes into an empty post later was never in it
            alarm.ring(session, _gone_key(publication), _pressed(session, publication, held), now=now)


def _try_again(store: Store, publication_id: int, trouble: Trouble, now: datetime) -> None:
    day_is_used_up = isinstance(trouble, Refused) and trouble.errcode == DAY_LIMIT
    with store.transaction() as session:
        live = session.get_one(Publication, publication_id)
        live.attempts, live.last_error = live.attempts + 1, str(trouble)
        live.retry_at = next_day(now) if day_is_used_up else now + AGAIN_AFTER
        if live.attempts >= TOLD_AFTER or day_is_used_up:
            text = (
                f"草稿箱里还有一份草稿，里面有已经移出推文的文章，没有删成，会自动再试：{trouble}"
                "请不要发表它；也可以到后台草稿箱把它删去。"
            )
            alarm.ring(session, _key(live), text, now=now)


def _lost_while_made(store: Store, publication: Publication, now: datetime) -> None:
    """The making of a draft broke off and its articles are gone: nobody knows whether it stands in the box."""
    with store.transaction() as session:
        live = session.get_one(Publication, publication.id)
        if live.media_id or live.drafting_at != publication.drafting_at:
            return
        live.drafting_at = None
        text = "有一份草稿建到一半断了，它的文章后来移出了推文，草稿箱里可能还有它。请到后台草稿箱看一看，有就删去。"
        alarm.ring(session, _gone_key(live), text, now=now)


def _pressed(session: Session, publication: Publication, held: set[str]) -> str:
    ids = [int(number) for number in held if number.isdigit()]
    gone = session.scalars(select(Article).where(Article.id.in_(ids)).order_by(Article.id)).all()
    named = "、".join(in_words(article) for article in gone if article.post_id != publication.post_id)
    return (
        f"草稿箱里的一份草稿不见了，可能已在后台发表，里面有已经移出推文的{named or '文章'}。请到后台“发表记录”看一看。"
    )


def _key(publication: Publication) -> str:
    return f"{STRAY}:post:{publication.post_id}"


def _gone_key(publication: Publication) -> str:
    return f"{GONE}:post:{publication.post_id}"
