"""What was published, read and liked in a period, with the measure and the day it is known to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from content.clock import day_start, local_day
from content.db import Moment
from content.models import Article, Post, State
from content.prepared import Prepared
from scheduler import ledger, metrics
from scheduler.models import Publication


@dataclass(frozen=True)
class Summary:
    """A period's figures; `known_to` is its last day that is complete, None values are unknown and never 0."""

    first: date
    last: date
    known_to: date | None
    posts: int
    pushed: int
    articles: int
    followers: int | None
    followers_on: date | None  # the day of that number
    followers_new: int | None
    followers_lost: int | None
    followers_days: int  # of the period that have the new followers

    @property
    def followers_added(self) -> int | None:
        """Return the net growth; unknown where one of its sides is."""
        if self.followers_new is None or self.followers_lost is None:
            return None
        return self.followers_new - self.followers_lost


def summary(session: Session, first: date, last: date) -> Summary:
    """Sum up a period, both days included."""
    complete = ledger.complete_of(metrics.WECHAT, first, last)
    [(posts, pushed, articles, known)] = _COUNTED.rows(session.connection(), **_bounds(first, last), **complete)
    followers, followers_on = ledger.newest(session, "followers", ledger.ACCOUNT, last) or (None, None)
    new, lost = ledger.daily(session, ["new_user", "cancel_user"], ledger.ACCOUNT, first, last)
    return Summary(
        first=first,
        last=last,
        known_to=ledger.day_named(known),
        posts=posts,
        pushed=pushed,
        articles=int(articles),  # PostgreSQL sums to a Decimal
        followers=followers,
        followers_on=followers_on,
        followers_new=new.value,
        followers_lost=lost.value,
        followers_days=new.days,
    )


def gained(session: Session, first: date, last: date) -> dict[str, int]:
    """Return what all articles gained in a period, by metric."""
    return summed(ledger.gained(session, metrics.ARTICLE_METRICS, first, last))


def summed(gained_: Mapping[ledger.Key, int]) -> dict[str, int]:
    """Return the sums over all articles; of their metrics, one that no article has a value of is unknown."""
    sums: dict[str, int] = {}
    for (metric, _), value in gained_.items():
        sums[metric] = sums.get(metric, 0) + value
    return {m: sums.get(m, 0) for m in metrics.ARTICLE_METRICS if m in sums or not sums}


def published(session: Session, first: date, last: date) -> list[Post]:
    """Return the posts that went out in a period, soonest first."""
    wanted = select(Post).join(Publication, Publication.post_id == Post.id).where(*_OUT)
    return list(session.scalars(wanted.order_by(Publication.published_at), _bounds(first, last)).unique())


def went_out(session: Session, first: date, last: date) -> dict[int, datetime]:
    """Return when the posts of a period went out, by their ids."""
    return {row[0]: row[1] for row in session.execute(_WHEN, _bounds(first, last))}


def article_figures(session: Session, article: Article, day: date) -> dict[str, int]:
    """Return an article's figures from publication up to a day; empty when none is known."""
    found = ledger.latest(session, metrics.ARTICLE_METRICS, f"article:{article.id}", day)
    return {metric: value for metric, (value, _) in found.items()}


class Published(NamedTuple):
    """An article that is out: its title, when it went out, and its address, "" for an unknown one."""

    title: str
    at: datetime | None
    url: str


def published_article(session: Session, number: int) -> Published | None:
    """Return an article of a number that is out; None for any other one. It is asked for by message more than all else."""
    row = _PUBLISHED_ARTICLE.first(session.connection(), number=number)
    if row is None:
        return None
    title, slug, position, at, urls = row
    place = (position or 1) - 1
    return Published(title or slug, at, "".join((urls or "").splitlines()[place : place + 1]))


@dataclass(frozen=True)
class Ranked:
    """An article of the account, how many persons read it in a period, and the day it went out."""

    number: int
    title: str
    reads: int
    out: date | None


def ranking(session: Session, first: date, last: date) -> list[Ranked]:
    """Return the articles of the account that were read in a period, the most read first."""
    found = ledger.gained(session, ["read_user"], first, last)
    reads = {int(subject.removeprefix("article:")): value for (_, subject), value in found.items()}
    rows = session.execute(_WENT_OUT, {"numbers": list(reads)})
    ranked = [Ranked(id_, title or slug, reads[id_], local_day(at) if at else None) for id_, title, slug, at in rows]
    return sorted(ranked, key=lambda one: (-one.reads, one.number))


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


_PUBLISHED_ARTICLE = Prepared(
    select(Article.title, Article.slug, Article.position, Publication.published_at, Publication.url)
    .select_from(Article)
    .outerjoin(Publication, (Publication.post_id == Article.post_id) & Publication.published_at.is_not(None))
    .where(Article.id == bindparam("number"), Article.state == State.PUBLISHED)
    .order_by(Publication.id.desc())
    .limit(1)
)
_OUT = (
    Post.state == State.PUBLISHED,
    Publication.published_at >= bindparam("start"),
    Publication.published_at < bindparam("end"),
)
_ARTICLES = select(func.count(Article.id)).where(Article.post_id == Post.id).scalar_subquery()
_POSTS = (
    select(Post.id, Post.notify, _ARTICLES.label("articles"))
    .join(Publication, Publication.post_id == Post.id)
    .where(*_OUT)
    .distinct()
    .subquery()
)
_COUNTED = Prepared(
    select(
        func.count(),
        func.count(case((_POSTS.c.notify, 1))),
        func.coalesce(func.sum(_POSTS.c.articles), 0),
        ledger.LAST_COMPLETE.scalar_subquery(),
    ).select_from(_POSTS)
)


_WHEN = (
    select(Post.id, func.max(Publication.published_at, type_=Moment()))
    .select_from(Post.__table__.join(Publication.__table__, Publication.post_id == Post.id))
    .where(*_OUT)
    .group_by(Post.id)
)
_WENT_OUT = (
    select(Article.id, Article.title, Article.slug, func.max(Publication.published_at, type_=Moment()))
    .select_from(Article.__table__.outerjoin(Publication.__table__, Publication.post_id == Article.post_id))
    .where(Article.id.in_(bindparam("numbers", expanding=True)))
    .group_by(Article.id, Article.title, Article.slug)
)


def _bounds(first: date, last: date) -> dict[str, datetime]:
    """Return from when until when a period lasts."""
    return {"start": day_start(first), "end": day_start(last + timedelta(days=1))}
