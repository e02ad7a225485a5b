"""What a post still waits for: of each article that may not go out, which step is missing, who holds it, what to send."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Article, Person, Post, Revision, State
from content.posts import waiting_for
from content.reviews import ROLES, current_step, is_turn_of
from content.revisions import latest_revision
from content.steps import Chain, Step
from content.workflow import in_words


def awaited(session: Session, post: Post, chain: Chain, *, now: datetime) -> list[str]:
    """Return what is missing until a post may go out, a short sentence for each article; none when it may."""
    return [_lack(session, article, chain, now) for article in waiting_for(post)]


def turn_in_words(session: Session, revision: Revision, step: Step, chain: Chain, *, now: datetime) -> str:
    """Return the names of those whose verdict would be taken now, or who is wanted where there is nobody."""
    return (
        "、".join(holders(session, revision, chain, now=now)) or f"没有能审的人，要有一位{step.party}{ROLES[step.role]}"
    )


def holders(session: Session, revision: Revision, chain: Chain, *, now: datetime) -> list[str]:
    """Return the names of those whose verdict would be taken now."""
    people = session.scalars(select(Person).where(Person.revoked_at.is_(None)).order_by(Person.id)).all()
    return [person.name for person in people if is_turn_of(session, revision, person, chain, now=now)]


def _lack(session: Session, article: Article, chain: Chain, now: datetime) -> str:
    if article.missing_since:
        return f"{in_words(article)}的文件不见了，请放回原处"
    if article.state == State.APPROVED:
        return f"{in_words(article)}写的“推送”和同一条推文里的别篇不一样"
    revision = latest_revision(session, article) if article.state == State.IN_REVIEW else None
    if revision is None:
        return f"{in_words(article)}还没有送审，请回复：送审 {article.id}"
    step = current_step(session, revision, chain)
    if step is None:
        return f"{in_words(article)}的审核步骤改过了，请改动后重新送审"
    who = turn_in_words(session, revision, step, chain, now=now)
    return f"{in_words(article)}等{step.name}（{who}），审的人请回复：同意 {article.id}-{revision.number}"
