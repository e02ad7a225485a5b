"""The articles that are out as rows behind a number: each with its link, which whoever submitted it sees to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.models import Article, Post, Revision, State
from scheduler import stats
from scheduler.behind import Row
from scheduler.models import Publication

LINK = "链接"


def rows(
    session: Session, first: date, last: date, wanted: Callable[[Post, Article], bool] = lambda post, article: True
) -> list[Row]:
    """Return the articles that went out in a period and are out, those that are wanted; one without a link lacks it."""
    out, submitters, known = stats.went_out(session, first, last), _submitters(session), links(session)
    return [
        Row(
            local_day(out[post.id]), one.title or one.slug, "", 1, f"article:{one.id}",
            () if known.get(one.id) else (LINK,), submitters.get(one.id, ""),
        )
        for post in stats.published(session, first, last)
        for one in post.articles
        if one.state == State.PUBLISHED and wanted(post, one)
    ]  # fmt: skip


def links(session: Session) -> dict[int, str]:
    """Return the address of each article that went out, "" for an unknown one, by the article's number."""
    of_posts = {
        post: url.splitlines()
        for post, url in session.execute(
            select(Publication.post_id, Publication.url)
            .where(Publication.published_at.is_not(None))
            .order_by(Publication.id)
        )
    }
    of_each = select(Article.id, Article.post_id, Article.position).where(Article.post_id.is_not(None))
    found: dict[int, str] = {}
    places: dict[int, int] = {}
    for number, post, _ in session.execute(of_each.order_by(Article.post_id, Article.position)):
        at = places[post] = places.get(post, -1) + 1
        if post in of_posts:
            found[number] = of_posts[post][at] if at < len(of_posts[post]) else ""
    return found


def _submitters(session: Session) -> dict[int, str]:
    rows = session.execute(select(Revision.article_id, Revision.by).order_by(Revision.number))
    return {article: by for article, by in rows}  # noqa: C416 - the newest revision wins
