"""What was published, read and liked in a period, with the measure and the day it is known to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import day_start
from content.models import Article, Post, State
from scheduler import ledger, metrics
from scheduler.models import Publication


@dataclass(frozen=True)
class Summary:
    """A period's figures; `known_to` is the last day that is complete, None values are unknown and never 0."""

    first: date
    last: date
    known_to: date | None
    posts: int
    pushed: int
    articles: int
    gained: dict[str, int]
    followers: int | None
    followers_added: int | None

    @property
    def interactions(self) -> int:
        """Return the sum of everything that counts as an interaction."""
        return sum(value for metric, value in self.gained.items() if metrics.METRICS[metric].interaction)


def summary(session: Session, first: date, last: date) -> Summary:
    """Sum up a period, both days included."""
    posts = published(session, first, last)
    new = ledger.added(session, "new_user", ledger.ACCOUNT, first, last)
    gone = ledger.added(session, "cancel_user", ledger.ACCOUNT, first, last)
    return Summary(
        first=first,
        last=last,
        known_to=ledger.last_complete_day(session, metrics.WECHAT),
        posts=len(posts),
        pushed=sum(post.notify for post in posts),
        articles=sum(len(post.articles) for post in posts),
        gained=_gained(session, first, last),
        followers=ledger.value_on(session, "followers", ledger.ACCOUNT, last),
        followers_added=None if new is None or gone is None else new - gone,
    )


def published(session: Session, first: date, last: date) -> list[Post]:
    """Return the posts that went out in a period, soonest first."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    return list(
        session.scalars(
            select(Post)
            .join(Publication, Publication.post_id == Post.id)
            .where(Post.state == State.PUBLISHED, Publication.published_at >= start, Publication.published_at < end)
            .order_by(Publication.published_at)
        ).unique()
    )


def article_figures(session: Session, article: Article, day: date) -> dict[str, int]:
    """Return an article's figures from publication up to a day; empty when none is known."""
    latest = ledger.latest(session, metrics.ARTICLE_METRICS, day, subjects=[f"article:{article.id}"])
    return {metric: latest[metric, subject] for metric, subject in sorted(latest, key=_in_order)}


def month_to_yesterday(today: date) -> tuple[date, date]:
    """Return the month so far without today; on the first of a month, the whole month before."""
    yesterday = today - timedelta(days=1)
    return yesterday.replace(day=1), yesterday


def out_at(session: Session, post: Post) -> tuple[datetime | None, list[str]]:
    """Return when a post went out, and its addresses in the order of its articles, "" for an unknown one."""
    publication = session.scalars(
        select(Publication)
        .where(Publication.post_id == post.id, Publication.published_at.is_not(None))
        .order_by(Publication.id.desc())
    ).first()
    if publication is None:
        return None, []
    return publication.published_at, publication.url.splitlines()


def _gained(session: Session, first: date, last: date) -> dict[str, int]:
    """Return the sums over all articles; of these metrics, one that no article has a value of is unknown."""
    sums: dict[str, int] = {}
    for (metric, _), value in ledger.gained(session, metrics.ARTICLE_METRICS, first, last).items():
        sums[metric] = sums.get(metric, 0) + value
    return {m: sums.get(m, 0) for m in metrics.ARTICLE_METRICS if m in sums or not sums}


def _in_order(key: ledger.Key) -> int:
    return metrics.ARTICLE_METRICS.index(key[0])
