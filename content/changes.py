"""Changes of the library's files: what they do to a text that was reviewed, and what people must hear of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import posts
from content.files import OVER, Found
from content.models import Article, Event, Revision, State
from content.notice import Notice
from content.revisions import latest_revision
from content.workflow import in_words, move, note, subject

OURS, LIBRARY = "ours", "library"
CHANGED_LATE = "在发布途中被改动，已交给微信的内容不变"


def void(session: Session, article: Article, found: Found, now: datetime) -> None:
    """Void the approval of an article whose text is no longer the frozen one."""
    revision = latest_revision(session, article)
    if revision is None or found.frozen == revision.sha256:
        return
    why = f"文件有改动，修订{article.id}-{revision.number}的审核作废，请重新送审"
    move(session, article, State.WRITTEN, by=LIBRARY, now=now, why=why)
    if article.post:
        posts.reopen(session, article.post, by=LIBRARY, now=now, why=f"{in_words(article)}有改动")


def note_late_change(session: Session, article: Article, found: Found, now: datetime) -> None:
    """Write a change on the way out into the trail, once; should the post come back, its texts are compared again."""
    assert article.post is not None
    noted = select(Event.id).where(
        Event.subject == subject(article), Event.why == CHANGED_LATE, Event.at >= article.post.state_since
    )
    if article.post.state != State.PUBLISHED and found.sha256 != article.file_sha256 and not session.scalar(noted):
        note(session, article, by=LIBRARY, now=now, why=CHANGED_LATE)


def broken(article: Article, found: Found) -> list[Notice]:
    if article.post is None:
        return []  # nobody waits for it; `check` shows what is wrong
    text = f"{found.name} 第 {found.broken} 行写得不对，新写的信息没有收进来，{in_words(article)}仍按原来的时间和顺序。"
    return [Notice(f"broken:{subject(article)}", text)]


def vanished(
    session: Session, on_disk: Collection[str], now: datetime, articles: Iterable[Article] | None = None
) -> list[Notice]:
    """Hold the posts of articles whose files are gone; return whom people should ask for."""
    if articles is None:
        articles = session.scalars(select(Article).where(Article.origin == OURS, Article.state.not_in(OVER)))
    gone = [article for article in articles if article.path not in on_disk and article.state not in OVER]
    return [notice for article in gone for notice in _missing(session, article, now)]


def _missing(session: Session, article: Article, now: datetime) -> list[Notice]:
    if article.post and article.post.state not in posts.CHANGEABLE:
        return []  # what is on its way out does not change
    if article.missing_since is None:
        article.missing_since = now
        note(session, article, by=LIBRARY, now=now, why=f"{article.path} 不见了，或是空的")
    key = f"missing:{subject(article)}"
    text = f"{in_words(article)}的文件 {article.path} 不见了，或是空的。请放回原处；如果不要了，"
    if article.post:
        return [Notice(key, f"{text}请回复：移出 {article.id}。移出之前推文不发。")]
    if article.state == State.IN_REVIEW:
        revision = latest_revision(session, article)
        return [Notice(key, f"{text}轮到审的人请回复：退回 {article.id}-{revision.number if revision else 1} 原因")]
    return []  # nobody waits for it


def voided(session: Session, articles: Iterable[Article] | None = None) -> list[Notice]:
    """Return what to say of the articles whose approval a change of the file has voided, until they are submitted."""
    if articles is None:
        submitted = select(Revision.id).where(Revision.article_id == Article.id).exists()
        articles = session.scalars(select(Article).where(Article.state == State.WRITTEN, submitted))
    notices = []
    for article in articles:
        moves = select(Event).where(Event.subject == subject(article), Event.to_state != "").order_by(Event.id.desc())
        last = session.scalars(moves.limit(1)).first()
        if last and last.by == LIBRARY and last.to_state == State.WRITTEN.value:
            notices.append(Notice(f"changed:{article.id}", f"{in_words(article)}：{last.why}。"))
    return notices
