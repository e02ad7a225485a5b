"""The queue of comments: those that nobody has seen to, the oldest first, and the alarm when one has waited too long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.db import Store
from content.errors import OpsError
from content.lint.privacy import masked
from content.models import Article, Event, State
from content.workdays import workdays_since
from content.workflow import in_words
from scheduler import alarm
from scheduler.comment_models import Comment, CommentThread, CommentWish
from scheduler.rules import Rules

_IN_VAIN = select(CommentThread.id).join(Article).where(Article.state == State.WITHDRAWN)  # they went with the article
_WAITING = (Comment.settled_at.is_(None), Comment.deleted_at.is_(None), Comment.thread_id.not_in(_IN_VAIN))


def waiting(session: Session, *, limit: int | None = None) -> Sequence[Comment]:
    """Return the comments that nobody has seen to, oldest first."""
    query = select(Comment).where(*_WAITING).order_by(Comment.created_at, Comment.id)
    return session.scalars(query.limit(limit) if limit else query).all()


def count_waiting(session: Session) -> int:
    """Return how many comments nobody has seen to."""
    return session.scalar(select(func.count(Comment.id)).where(*_WAITING)) or 0


def blind(session: Session) -> str:
    """Return why nobody knows whether readers wrote anything, "" where some article's comments were listed in order.

    Articles that were taken down, and an account that never published, have none to be listed.
    """
    threads = session.execute(
        select(CommentThread.asked_at, CommentThread.trouble)
        .join(Article)
        .where(Article.state != State.WITHDRAWN)
        .order_by(CommentThread.id.desc())
    ).all()
    if any(asked_at and not trouble for asked_at, trouble in threads):
        return ""
    if trouble := next((trouble for _, trouble in threads if trouble), ""):
        return f"取不到留言：{trouble.rstrip('。')}"
    published = select(Article.id).where(Article.state == State.PUBLISHED).limit(1)
    return "还没有取过留言" if threads or session.scalar(published) else ""


def latest(session: Session, *, limit: int) -> Sequence[Comment]:
    """Return the newest comments, whatever became of them."""
    return session.scalars(select(Comment).order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit)).all()


def comment_by_number(session: Session, number: int) -> Comment:
    """Return comment N; OpsError when there is none."""
    comment = session.get(Comment, number) if 0 < number < 2**31 else None
    if comment is None:
        raise OpsError(f"没有留言 {number}。请发“评论”看编号。")
    return comment


def thread_of(session: Session, article: Article) -> CommentThread:
    """Return where the comments of an article are; OpsError when WeChat's id of it is not known."""
    query = select(CommentThread).where(CommentThread.article_id == article.id).order_by(CommentThread.id.desc())
    thread = session.scalars(query).first()
    if thread is None:
        raise OpsError(f"{in_words(article)}还没有发出，或者微信还没有告诉它的编号；发出后第二天取到数据就知道了。")
    return thread


def live_wish(session: Session, target: str) -> CommentWish | None:
    """Return what is still to be done to a comment or thread, or None."""
    return session.scalar(select(CommentWish).where(CommentWish.target == target, CommentWish.ended_at.is_(None)))


def state_of(comment: Comment) -> str:
    """Return how a comment stands, in a word or two."""
    if comment.deleted_at:
        return "已删除"
    if comment.settled_at is None:
        return "改过，待处理" if comment.edited_at else "待处理"
    words = [word for word, said in (("已精选", comment.elected), ("已回复", bool(comment.reply))) if said]
    return "、".join(words) or "不用回"


def oldest_in_words(session: Session, rules: Rules, now: datetime) -> str:
    """Return since when the oldest comment waits: 最早的 2026-12-01 10:05，过了 2 个工作日; "" when none waits."""
    oldest = next(iter(waiting(session, limit=1)), None)
    if oldest is None:
        return ""
    passed = workdays_since(oldest.created_at, now, rules.days)
    return f"最早的 {stamp(oldest.created_at)}，" + (f"过了 {passed} 个工作日" if passed else "不到 1 个工作日")


def watch(store: Store, rules: Rules, now: datetime) -> None:
    """Ring while a comment waits for more workdays than the setting allows; the alarm ends with the last of them."""
    with store.transaction() as session:
        late = _late(session, rules, now)
        if not late:
            alarm.end(session, "comments:queue", now=now)
            return
        oldest = late[0]
        text = (
            f"有 {len(late)} 条留言过了 {rules.comment_days} 个工作日还没有人理，{oldest_in_words(session, rules, now)}："
            f"“{brief(oldest)}”（{in_words(oldest.thread.article)}）。看留言请发：评论；不用回的请发：不用回 {oldest.id}。"
        )
        alarm.ring(session, "comments:queue", text, now=now)


def note(session: Session, comment: Comment, *, by: str, now: datetime, why: str) -> None:
    """Write down what happened to a comment."""
    session.add(Event(subject=f"comment:{comment.id}", at=now, by=by, why=why))


def brief(comment: Comment, length: int = 40) -> str:
    """Return the beginning of a comment in one line, without private numbers."""
    text = " ".join(masked(comment.content).split())
    return text if len(text) <= length else f"{text[:length]}……"


def _late(session: Session, rules: Rules, now: datetime) -> Sequence[Comment]:
    """Return the waiting comments that are too old; the newer ones are not looked at any more."""
    late = []
    for comment in waiting(session):
        if workdays_since(comment.created_at, now, rules.days) <= rules.comment_days:
            break
        late.append(comment)
    return late
