"""What can be counted for the contract: a function for each name that a target's `count` may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.models import Article, State, Theme
from scheduler import ledger, stats


@dataclass(frozen=True)
class Counted:
    """How much there is, and the last day that is in it; None for what nobody knows."""

    value: int | None
    known_to: date | None


Count = Callable[
    [Session, date, date], Counted
]  # from the contract's first day to the last that has passed, today included


def articles(session: Session, first: date, last: date) -> Counted:
    """Count the articles that are out, pushed or not; what was taken down does not count."""
    return Counted(len(_out(session, first, last)), last)


def pushed_articles(session: Session, first: date, last: date) -> Counted:
    """Count the articles that are out and were pushed to the followers."""
    return Counted(sum(1 for a in _out(session, first, last) if a.post and a.post.notify), last)


def cases(session: Session, first: date, last: date) -> Counted:
    """Count the articles that are out and marked as 典型案例."""
    return Counted(sum(1 for a in _out(session, first, last) if a.case_study), last)


def themes(session: Session, first: date, last: date) -> Counted:
    """Count the months whose theme has at least one article that is out."""
    months = (Theme.month >= f"{first:%Y-%m}", Theme.month <= f"{last:%Y-%m}")
    out = select(func.count(func.distinct(Theme.id))).join(Article, Article.theme_id == Theme.id)
    return Counted(session.scalar(out.where(Article.state == State.PUBLISHED, *months)) or 0, last)


def interactions(session: Session, first: date, last: date) -> Counted:
    """Sum up what readers did with the account's articles; a lower bound, since most figures count persons."""
    known_to = ledger.last_complete_day(session, ledger.WECHAT, first, last)
    if known_to is None:
        return Counted(None, None)
    metrics = [name for name, metric in ledger.METRICS.items() if metric.interaction]
    return Counted(sum(ledger.gained(session, metrics, first, known_to).values()), known_to)


COUNTS: Mapping[str, Count] = {
    "articles": articles,
    "pushed_articles": pushed_articles,
    "themes": themes,
    "cases": cases,
    "interactions": interactions,
}
LATER = (  # named in contracts; nothing here counts them yet, so they are unknown and not 0
    "users", "registrations", "trainings", "groups", "visits", "reports", "events", "demo_communities",
)  # fmt: skip
NAMES = (*COUNTS, *LATER)


def _out(session: Session, first: date, last: date) -> list[Article]:
    posts = stats.published(session, first, last)
    return [article for post in posts for article in post.articles if article.state == State.PUBLISHED]
