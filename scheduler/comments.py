"""Comments: what readers write under our articles is listed now and then and kept, with what became of it there.

There is no event about a comment (wechat-api.md §8), so WeChat is asked: fresh
articles often, older ones rarely. A page that was read is kept at once; what was
broken off is asked again a minute later.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.db import Store
from content.models import Article, State
from content.revisions import latest_revision
from scheduler.calls import list_in, moment_in, number_in
from scheduler.comment_models import Comment, CommentThread
from scheduler.comment_queue import note
from scheduler.hold import hold, is_held
from scheduler.limits import next_day
from scheduler.models import Publication
from scheduler.refusals import DAY_LIMIT, WHOLE_ACCOUNT, Answer, NotSent, Refused, Trouble, Unsure
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

COMMENTS = "comments-wait"  # the control that says until when nothing is asked
EVERY = (  # up to which age an article is asked how often
    (timedelta(hours=6), timedelta(minutes=15)),
    (timedelta(days=1), timedelta(minutes=30)),
    (timedelta(days=3), timedelta(hours=2)),
    (timedelta(days=14), timedelta(hours=12)),
    (timedelta(days=60), timedelta(days=1)),
    (timedelta(days=365), timedelta(days=7)),
)
SELDOM = timedelta(days=30)
CLOSED, NEVER_OPEN = timedelta(days=1), timedelta(days=14)  # nobody can write there, unless the back office opens them
FIRST = timedelta(minutes=15)  # after an article has come out
AGAIN = timedelta(minutes=1)  # after a pull that was broken off
AFTER_TROUBLE = timedelta(minutes=10)
AT_ONCE = 5  # articles a tick, so that nothing else waits for long
PAGES = 100  # of 49 comments; more than that no article of ours has had
NO_COMMENTS, GONE = 88000, 88001


@dataclass
class _Pass:
    """What one listing from its beginning to its end has shown."""

    pages: int = 0
    totals: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Say whether nothing came or went meanwhile, so that what was not seen is not there any more."""
        return self.totals == {len(self.seen)}


def pull(store: Store, wechat: WeChat, now: datetime) -> None:
    """Ask for the comments of the articles whose turn it is; trouble is logged and tried again later."""
    with store.reading() as session:
        if is_held(session, COMMENTS, now):
            return
        due = select(CommentThread).where(CommentThread.ask_at <= now).order_by(CommentThread.ask_at)
        threads = session.scalars(due.limit(AT_ONCE)).all()
    for thread in threads:
        try:
            _pull(store, wechat, thread, now)
        except (NotSent, Refused, Unsure) as trouble:
            log.warning("comments of article %s: %s", thread.article_id, trouble)
            if _record_trouble(store, thread, trouble, now):
                return


def begin_threads(store: Store, now: datetime) -> None:
    """Begin to ask for the comments of articles that have come out, as soon as WeChat's id of them is known."""
    missing = (
        select(Article, Publication)
        .join(Publication, Publication.post_id == Article.post_id)
        .outerjoin(CommentThread, CommentThread.article_id == Article.id)
        .where(Article.state == State.PUBLISHED, Article.position.is_not(None), CommentThread.id.is_(None))
        .where(Publication.msg_data_id.is_not(None), Publication.published_at.is_not(None))
        .where(Publication.ended_at.is_(None))
    )
    with store.transaction() as session:
        for article, publication in session.execute(missing).unique().all():
            revision = latest_revision(session, article)
            is_open = revision.comments if revision else True  # of what others published nothing is known
            first = FIRST if is_open else NEVER_OPEN
            session.add(
                CommentThread(
                    article_id=article.id,
                    msg_data_id=publication.msg_data_id,
                    place=article.position - 1,
                    is_open=is_open,
                    out_at=publication.published_at,
                    ask_at=max(now, publication.published_at + first),
                )
            )


def pause(age: timedelta, *, is_open: bool, has_some: bool = True) -> timedelta:
    """Return for how long an article that has been out for so long is not asked again; `has_some`: comments."""
    often = next((pause for until, pause in EVERY if age < until), SELDOM)
    if is_open:
        return often
    return max(often, CLOSED if has_some else NEVER_OPEN)


def pages_of(wechat: WeChat, thread: CommentThread) -> Iterator[tuple[int, Sequence[Answer]]]:
    """Yield the total and the comments of each page of a listing; Unsure where an answer cannot be read."""
    begin, total = 0, 1
    for _ in range(PAGES):
        if begin >= total:
            return
        answer = wechat.comments(thread.msg_data_id, thread.place, begin)
        listed, total = list_in(answer, "comment"), number_in(answer, "total")
        yield total, [item for item in listed if isinstance(item, dict)]
        begin += len(listed) or total


def reply_in(item: Mapping[str, object]) -> tuple[str, datetime | None]:
    """Return the reply that a listed comment has and when it was made; WeChat's samples show an object and a list."""
    reply = item.get("reply")
    if isinstance(reply, list):
        reply = reply[0] if reply else None
    if not isinstance(reply, dict) or not reply.get("content"):
        return "", None
    return str(reply["content"]), moment_in(reply, "create_time")


def _pull(store: Store, wechat: WeChat, thread: CommentThread, now: datetime) -> None:
    with store.transaction() as session:  # should we die in the middle, it is asked again soon, and not each second
        session.get_one(CommentThread, thread.id).ask_at = now + AGAIN
    listing = _Pass()
    for total, items in pages_of(wechat, thread):
        with store.transaction() as session:
            listing.seen |= _keep(session, thread, items, now)
        listing.pages += 1
        listing.totals.add(total)
    with store.transaction() as session:
        live = session.get_one(CommentThread, thread.id)
        if listing.is_whole:
            _let_go(session, thread, listing.seen, now)
        live.asked_at, live.trouble = now, ""
        again = pause(now - thread.out_at, is_open=live.is_open, has_some=bool(listing.seen))
        live.ask_at = now + again * max(1, listing.pages)


def _keep(session: Session, thread: CommentThread, items: Sequence[Answer], now: datetime) -> set[int]:
    """Take a page in and return the numbers of its comments; one that cannot be read does not stop the others."""
    by_number = {number: item for item in items if (number := number_in(item, "user_comment_id"))}
    there = select(Comment).where(Comment.thread_id == thread.id, Comment.user_comment_id.in_(by_number))
    known = {comment.user_comment_id: comment for comment in session.scalars(there)}
    for number in sorted(by_number, key=lambda one: (number_in(by_number[one], "create_time"), one)):
        item = by_number[number]  # WeChat lists the newest first; the numbers that people say shall go up
        comment = known.get(number)
        if comment is None:
            comment = Comment(
                thread_id=thread.id,
                user_comment_id=number,
                content=str(item.get("content") or ""),
                nickname=str(item.get("nick_name") or item.get("nickname") or ""),
                reader=_hashed(item.get("openid")),
                created_at=moment_in(item, "create_time") or now,
            )
            session.add(comment)
            session.flush()
        _follow(session, comment, item, now)
    return set(by_number)


def _follow(session: Session, comment: Comment, item: Answer, now: datetime) -> None:
    """Bring a comment up to what WeChat shows: the reader's text, and what was done in the back office."""
    content, elected = str(item.get("content") or ""), str(item.get("comment_type")) == "1"
    reply, replied_at = reply_in(item)
    if content != comment.content:
        comment.content, comment.edited_at, comment.settled_at = content, now, None
        note(session, comment, by="wechat", now=now, why="读者改了留言")
    elif (elected and not comment.elected) or (reply and not comment.reply):
        comment.settled_at = comment.settled_at or now
    if comment.deleted_at:
        comment.deleted_at = None
        note(session, comment, by="wechat", now=now, why="留言又在了")
    comment.elected, comment.reply, comment.replied_at = elected, reply, replied_at


def _let_go(session: Session, thread: CommentThread, seen: set[int], now: datetime) -> None:
    there = select(Comment).where(Comment.thread_id == thread.id, Comment.deleted_at.is_(None))
    for comment in session.scalars(there).all():
        if comment.user_comment_id not in seen:
            comment.deleted_at = now
            note(session, comment, by="wechat", now=now, why="留言不在了：读者或后台删除了")


def _record_trouble(store: Store, thread: CommentThread, trouble: Trouble, now: datetime) -> bool:
    """Say when to ask again; return whether the others must wait, too."""
    errcode = trouble.errcode if isinstance(trouble, Refused) else 0
    everybody = errcode in WHOLE_ACCOUNT or errcode == NO_COMMENTS or isinstance(trouble, NotSent)
    with store.transaction() as session:
        live = session.get_one(CommentThread, thread.id)
        live.trouble = str(trouble)
        live.ask_at = now + (CLOSED if errcode == GONE else AFTER_TROUBLE)
        if everybody:
            until = next_day(now) if errcode in (DAY_LIMIT, NO_COMMENTS) else live.ask_at
            hold(session, COMMENTS, until, now=now)
    return everybody


def _hashed(openid: object) -> str:
    return hashlib.sha256(openid.encode()).hexdigest() if isinstance(openid, str) and openid else ""
