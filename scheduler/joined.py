"""Joined: a post that a person published, or saw published, and the address it stands at; never two for one."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.after_models import Correction, Withdrawal
from content.errors import OpsError
from content.models import Article, Post, State
from content.posts import waiting_for
from content.workflow import in_words, note
from scheduler import alarm, hand, hearsay, ledger, settle
from scheduler.comment_models import CommentThread
from scheduler.drafts import live_publication
from scheduler.models import Publication
from scheduler.outside import OUTSIDE
from scheduler.rules import Rules
from scheduler.sent import is_titled
from scheduler.tally import article_anew

URL_BYTES = 1024  # our own bound, that of a menu's address (wechat-api.md §9): one reply must hold it
_LINK = re.compile(r"https?://mp\.weixin\.qq\.com/s[/?][!-~]+", re.IGNORECASE)


def link_in(words: str) -> str:
    """Return the address of a published article that stands in words, "" where there is none; OpsError for a long one."""
    found = _LINK.search(words)
    return _bounded(found[0].rstrip(".,;!)>\"'")) if found else ""


def published(
    session: Session, article: Article, url: str, rules: Rules, *, title: str = "", by: str, now: datetime
) -> str:
    """Record that an article's post is out, as a person has seen, with the address where it was told.

    NotAwaited where nothing waits for that word, the title is not given and no article of that
    title is known at the address: the number may be a wrong one.

    A post that is out already only gets its address. What was taken in as published
    elsewhere under that address was this post, and is counted once. OpsError where
    the address is too long or belongs to another post of ours, and where the two cannot become one.
    """
    post = article.post
    strange = _holder(session, _bounded(url), post) if url else None
    if strange and any(each.origin != OUTSIDE for each in strange.post.articles):
        raise OpsError(f"这个链接已经记在{in_words(strange.post)}名下，请核对编号。")
    if strange and post:
        _refuse_unlike(session, strange.post, post)
    if post is None or post.state != State.PUBLISHED or not url:
        if not (strange and any(is_titled(session, article, each.title) for each in strange.post.articles)):
            hearsay.demand_title(session, article, title, rules, now=now)
        told = settle.is_out(session, article, url=url, by=by, now=now)
        told += f"记错了请回复：没发出 {article.id}" if title and not strange else ""
    elif strange:
        told = f"{in_words(article)}早已记为发出。"
    else:
        told = _addressed(session, article, post, url, by=by, now=now)
    if strange and article.post:
        told += _merged(session, strange, article.post, by=by, now=now)
    return told


def candidates(session: Session) -> list[Post]:
    """Return the posts that somebody may just have published by hand, soonest first; those out without address, too."""
    may_be = (State.DRAFTED, State.SCHEDULED, State.UNSURE, State.PUBLISHING, State.FAILED)
    found = session.scalars(select(Post).where(Post.state.in_(may_be)).order_by(Post.due_at.is_(None), Post.due_at))
    ready = [post for post in found if post.articles and not waiting_for(post)]
    nameless = select(Publication).where(Publication.url == "", Publication.published_at.is_not(None))
    out = session.scalars(nameless.order_by(Publication.id.desc()).limit(5))
    return ready + [one.post for one in out if one.post.articles and one.post.state == State.PUBLISHED]


def known_as(session: Session, url: str) -> str:
    """Return what the article at an address is called, "" where the address is not known."""
    holder = _holder(session, url, None)
    return in_words(holder.post) if holder else ""


def _addressed(session: Session, article: Article, post: Post, url: str, *, by: str, now: datetime) -> str:
    publication = live_publication(session, post)
    lines = publication.url.split("\n") if publication else []
    place = article.position or 1
    if publication is None or (len(lines) >= place and lines[place - 1] not in ("", url)):
        raise OpsError(f"{in_words(article)}早已记为发出，链接是另一个：{lines[place - 1] if lines else '没有'}")
    publication.url = "\n".join([*(lines + [""] * place)[: place - 1], url, *lines[place:]])
    note(session, article, by=by, now=now, why=f"记下链接 {url}")
    return f"{in_words(article)}早已记为发出，链接已补记。"


def _bounded(url: str) -> str:
    if (size := len(url.encode(errors="replace"))) > URL_BYTES:
        raise OpsError(f"链接有 {size} 字节，最多 {URL_BYTES} 字节，没有记下。请在文章里重新复制链接再发。")
    return url


def _holder(session: Session, url: str, post: Post | None) -> Publication | None:
    """Return the publication, of another post than this, that an address belongs to."""
    wanted = _identity(url)
    for one in session.scalars(select(Publication).where(Publication.url != "").order_by(Publication.id.desc())):
        if one.post is not post and wanted in [_identity(line) for line in one.url.split("\n") if line]:
            return one
    return None


def _identity(url: str) -> str:
    """Return what is the same in all forms of an article's address: its short name, or its message and place in it."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    if "mid" in asked:
        return f"{asked['mid'][0]}_{asked.get('idx', ['1'])[0]}"
    return parts.path.rstrip("/")


def _refuse_unlike(session: Session, double: Post, post: Post) -> None:
    """Raise OpsError where the double has an article that ours has not, or one that somebody corrects or takes down."""
    places = {article.position for article in post.articles}
    for article in double.articles:
        if article.position not in places:
            raise OpsError(
                f"{in_words(article)}也在这个链接的那一次发布里，是第 {article.position} 篇，"
                f"{in_words(post)}里没有，不能并为一条。请核对编号。"
            )
        for table, what in ((Withdrawal, "撤稿"), (Correction, "更正")):
            if session.scalar(select(table.id).where(table.article_id == article.id).limit(1)):
                raise OpsError(f"这个链接先前记为外部发布的{in_words(article)}，已经有人要求{what}，不能再并为一条。")


def _merged(session: Session, strange: Publication, post: Post, *, by: str, now: datetime) -> str:
    """Let what was taken in as published elsewhere become one with our post: figures, comments, ids move, the double goes."""
    ours, double = live_publication(session, post), strange.post
    assert ours is not None
    taken = (strange.article_id, strange.msg_data_id, strange.url, strange.published_at)
    names = in_words(double)
    places = {article.position: article for article in post.articles}
    for article in list(double.articles):
        own = places[article.position]
        hand.move(session, f"article:{article.id}", f"article:{own.id}", by=by, now=now)
        ledger.move_figures(session, f"article:{article.id}", f"article:{own.id}")
        session.execute(update(CommentThread).where(CommentThread.article_id == article.id).values(article_id=own.id))
        alarm.end(session, f"outside:article:{article.id}", now=now)
        session.delete(article)
    session.delete(strange)
    session.flush()
    session.delete(double)
    session.flush()
    article_id, msg_data_id, url, at = taken
    ours.article_id, ours.msg_data_id = ours.article_id or article_id, ours.msg_data_id or msg_data_id
    ours.url, ours.published_at = _longer(url, ours.url), at or ours.published_at
    for article in post.articles:
        article_anew(session, article.id)
    note(session, post, by=by, now=now, why=f"外部发布（{names}）就是它，并为一条")
    return f"先前记为外部发布的（{names}）就是它，已并为一条。"


def _longer(url: str, other: str) -> str:
    return url if len(url.strip().split("\n")) >= len(other.strip().split("\n")) else other
