"""The articles that are out as rows behind a number: each with its link, which whoever submitted it sees to."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.models import Article, Revision, State
from scheduler import stats
from scheduler.behind import Row
from scheduler.models import Publication

LINK = "链接"


def rows(session: Session, first: date, last: date, *wanted: ColumnElement[bool]) -> list[Row]:
    """Return the articles that went out in a period and are out, those that are wanted; one without a link lacks it."""
    out, submitters, known = stats.went_out(session, first, last), _submitters(session), links(session)
    query = select(Article.id, Article.title, Article.slug, Article.post_id).where(
        Article.state == State.PUBLISHED, *wanted
    )
    found = [(out[post], row) for *row, post in session.execute(query.order_by(Article.position)) if post in out]
    return [
        Row(
            local_day(at), title or slug, "", 1, f"article:{number}", () if known.get(number) else (LINK,),
            submitters.get(number, ""),
        )
        for at, (number, title, slug) in sorted(found, key=lambda one: one[0])
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
