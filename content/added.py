"""Added steps: a text whose day or column has come to ask for one goes back into review, and on when it asks no more."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import posts
from content.changes import LIBRARY
from content.models import Article, State
from content.posts import CHANGEABLE
from content.reviews import lacking
from content.revisions import latest_revision
from content.steps import Chain
from content.workflow import in_words, move


def follow(session: Session, chain: Chain, *, now: datetime) -> None:
    """Bring the articles under review in line with the steps that their present day and column ask for.

    Only added steps count: a chain that was configured anew leaves approved texts as they are.
    """
    if not any(step.is_added for step in chain):
        return
    query = select(Article).where(Article.state.in_((State.IN_REVIEW, State.APPROVED))).order_by(Article.id)
    for article in session.scalars(query).unique().all():
        if article.post is None or article.post.state in CHANGEABLE:
            _follow(session, article, chain, now)


def lacks_one(session: Session, article: Article, chain: Chain, on: date | None = None) -> bool:
    """Say whether an article has not passed an added step that it needs; on: going out on that day, not on its own."""
    if not any(step.is_added for step in chain):
        return False
    revision = latest_revision(session, article)
    return revision is not None and any(step.is_added for step in lacking(session, revision, chain, on))


def _follow(session: Session, article: Article, chain: Chain, now: datetime) -> None:
    revision = latest_revision(session, article)
    missing = lacking(session, revision, chain) if revision else []
    added = next((step for step in missing if step.is_added), None)
    if article.state == State.APPROVED and added:
        why = f"要加一步{added.name}：{_reason(article, added.columns)}"
        move(session, article, State.IN_REVIEW, by=LIBRARY, now=now, why=why)
        if article.post:
            posts.reopen(session, article.post, by=LIBRARY, now=now, why=f"{in_words(article)}{why}")
    elif article.state == State.IN_REVIEW and revision and not missing:
        move(session, article, State.APPROVED, by=LIBRARY, now=now, why="不用再加审，审核完成")


def _reason(article: Article, columns: tuple[str, ...]) -> str:
    return f"栏目是{article.column}" if article.column in columns else "发布日是敏感日期"
