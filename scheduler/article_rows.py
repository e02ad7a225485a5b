"""The address of each article that went out, by which it is known again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Article
from scheduler.models import Publication

LINK = "链接"


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
