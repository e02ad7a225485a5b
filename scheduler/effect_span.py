"""What one period brought the account: its sums, each article's share of them, and on how many days anything is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.db import Moment
from content.models import Article, Event, Post
from scheduler import ledger, metrics, stats
from scheduler.effect_facts import Value, per_cent
from scheduler.effect_periods import MONTHLY, YEARLY, Span
from scheduler.interaction_rule import Rule
from scheduler.interactions import Total, total
from scheduler.models import Publication
from scheduler.user_counts import REAL_NAME, Stock, stock
from scheduler.wci import Basis, Reach

ENOUGH = 90  # per cent of a period's days that must have figures before it is compared (our own bound)
BOOK, WECHAT, FOLLOWERS = "book", "wechat", "followers"  # of what the days must be known: our own deeds, or figures
_INDEX_DAYS = {MONTHLY: 30, YEARLY: 365}  # by which the WCI divides, however long they are (domain.md §2.7)
STOCK = "stock"  # of a day, which must lie in the period


@dataclass(frozen=True)
class Brought:
    """A period of the account. gained: by metric and article; out: when each post went out; begun: our first day of all."""

    span: Span
    summary: stats.Summary
    gained: Mapping[ledger.Key, int]
    posts: Sequence[Post]
    out: Mapping[int, datetime]
    complete: int
    interactions: Total
    users: Stock
    begun: date | None

    @property
    def is_kept(self) -> bool:
        """Say whether we kept the account's book on any of its days: before that, no article is not known to be none."""
        return self.begun is not None and self.begun <= self.span.last

    def may_be_compared(self, days: str) -> bool:
        """Say whether so much is known of its days (BOOK, WECHAT, FOLLOWERS or STOCK) that it may be compared."""
        if days == STOCK:
            return self.users.known_to is not None and self.users.known_to >= self.span.first
        if days == BOOK:
            return self.begun is not None and self.begun <= self.span.first
        there = self.complete if days == WECHAT else self.summary.followers_days
        return (per_cent(there, self.span.days) or 0) >= ENOUGH

    @property
    def sources(self) -> list[str]:
        """Return of which sources interactions are known."""
        return [part.source for part in self.interactions.parts]

    @cached_property
    def articles(self) -> list[Article]:
        """Return the articles that went out in it, in their order."""
        return [article for post in self.posts for article in post.articles]

    def of_article(self, metric: str, article: Article) -> int | None:
        """Return what an article gained in it; None where nobody knows."""
        return self.gained.get((metric, f"article:{article.id}"))

    def total(self, metric: str) -> Value:
        """Return what all articles gained in it, those of before included; None where nobody knows."""
        return stats.summed(self.gained).get(metric) if self._is_known else None

    def wci(self) -> Basis | None:
        """Return what the WCI is made of: the articles of this period and what they gained in it.

        None without figures, and where one of the articles has none: it is not known to have been read by nobody.
        """
        if not self._is_known or None in (self.of_article(of, one) for of in _REACH.values() for one in self.articles):
            return None
        reaches = [self._reach(article) for article in self.articles]
        first = [reach for reach, article in zip(reaches, self.articles, strict=True) if article.position == 1]
        best = Reach(*(max((getattr(reach, of) for reach in reaches), default=0) for of in _REACH))
        return Basis(_INDEX_DAYS.get(self.span.kind, self.span.days), len(reaches), _sum(reaches), _sum(first), best)

    @property
    def _is_known(self) -> bool:
        """Say whether anything is known of the articles: a few days without a figure say nothing of the others."""
        return self.summary.known_to is not None and (bool(self.gained) or self.may_be_compared(WECHAT))

    def _reach(self, article: Article) -> Reach:
        return Reach(*(self.of_article(metric, article) or 0 for metric in _REACH.values()))


def brought(session: Session, span: Span, rule: Rule) -> Brought:
    """Return what a period brought, the interactions by the contract's rule."""
    first, last = span.first, span.last
    return Brought(
        span=span,
        summary=stats.summary(session, first, last),
        gained=ledger.gained(session, metrics.ARTICLE_METRICS, first, last),
        posts=stats.published(session, first, last),
        out=stats.went_out(session, first, last),
        complete=len(ledger.complete_days(session, metrics.WECHAT, first, last)),
        interactions=total(session, rule, first, last),
        users=stock(session, REAL_NAME, last),
        begun=begun(session),
    )


def is_kept(session: Session, span: Span) -> bool:
    """Say whether we kept the account's book on any day of a period: before that, nothing recorded is not nothing done."""
    since = begun(session)
    return since is not None and since <= span.last


def is_whole(session: Session, span: Span) -> bool:
    """Say whether we kept the book from the first day of a period on: what is recorded of a part of it is no base."""
    since = begun(session)
    return since is not None and since <= span.first


def begun(session: Session) -> date | None:
    """Return the first day of which we know what went out: of our first deed, or of the first post that is out."""
    deed = session.scalar(select(Event.at).order_by(Event.id).limit(1))
    post = session.scalar(select(func.min(Publication.published_at, type_=Moment())))
    return min((local_day(moment) for moment in (deed, post) if moment), default=None)


def _sum(reaches: Sequence[Reach]) -> Reach:
    return Reach(*(sum(getattr(reach, of) for reach in reaches) for of in _REACH))


_REACH = {"reads": "read_user", "loves": "zaikan_user", "likes": "like_user", "shares": "share_user"}
