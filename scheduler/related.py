"""The theme's other articles: what of a month is out, with its address in WeChat, for the links under an article."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.markup.foot import RELATED_LIMIT, Related
from content.markup.notes import is_wechat
from content.models import Article, State, Theme
from scheduler.stats import out_at


def related(session: Session, month: str) -> tuple[Related, ...]:
    """Return the articles of a month's theme that are out and whose address is known, the newest first, a few."""
    out = select(Article).join(Theme, Theme.id == Article.theme_id)
    out = out.where(Theme.month == month, Article.state == State.PUBLISHED).order_by(Article.state_since.desc())
    found = ((article.title, address_of(session, article)) for article in session.scalars(out))
    return tuple(Related(title, address) for title, address in found if address)[:RELATED_LIMIT]


def address_of(session: Session, article: Article) -> str:
    """Return an article's address, or "" while WeChat has not said it."""
    if article.post is None or article.position is None:
        return ""
    addresses = out_at(session, article.post)[1]
    address = addresses[article.position - 1] if article.position <= len(addresses) else ""
    return address.replace("http://", "https://", 1) if is_wechat(address) else ""
