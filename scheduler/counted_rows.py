"""What counts for the contract, one by one: for each name of `counting.COUNTS` the rows that add up to its number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Article, State, Theme
from scheduler import article_rows, cases, demo_communities
from scheduler.behind import Row, Rows
from scheduler.record_rows import groups, records


def pushed_articles(session: Session, first: date, last: date) -> list[Row]:
    """Return the articles that are out and were pushed."""
    return article_rows.rows(session, first, last, lambda post, article: post.notify)


def themes(session: Session, first: date, last: date) -> list[Row]:
    """Return the themes of the months of which an article is out."""
    of_months = (Theme.month >= f"{first:%Y-%m}", Theme.month <= f"{last:%Y-%m}")
    query = select(Theme).join(Article, Article.theme_id == Theme.id).where(Article.state == State.PUBLISHED)
    found = session.scalars(query.where(*of_months).distinct().order_by(Theme.month, Theme.id))
    return [Row(date.fromisoformat(f"{one.month}-01"), one.title or one.slug, "", 1) for one in found]


ROWS: Mapping[str, Rows] = {
    "articles": article_rows.rows,
    "pushed_articles": pushed_articles,
    "themes": themes,
    "cases": cases.rows,
    "visits": records("走访", of_places=True),
    "trainings": records("培训"),
    "events": records("活动"),
    "groups": groups,
    "demo_communities": demo_communities.rows,
}
