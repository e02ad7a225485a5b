"""Figures and posts that are out, put straight into the database."""

from __future__ import annotations

from datetime import date, datetime

from gateway_kit import NOW

from content.db import Store
from content.models import Article, Post, State
from scheduler import ledger
from scheduler.drafts import new_publication
from scheduler.metrics import WECHAT


def put(store: Store, day: date, values: dict[tuple[str, str], int], *, complete: bool = True) -> None:
    with store.transaction() as session:
        ledger.record(session, WECHAT, str(day), day, values, complete=complete, by="test", now=NOW)


def out(store: Store, at: datetime, *titles: str, notify: bool = True, url: str = "", case: bool = False) -> int:
    """A post that went out at a moment; returns the number of its first article."""
    with store.transaction() as session:
        post = Post(state=State.PUBLISHED, state_since=at, due_at=at, notify=notify)
        session.add(post)
        session.flush()
        articles = [
            Article(
                slug=title,
                title=title,
                state=State.PUBLISHED,
                state_since=at,
                post_id=post.id,
                position=place,
                case_study=case,
            )
            for place, title in enumerate(titles, start=1)
        ]
        session.add_all(articles)
        publication = new_publication(post)
        publication.published_at, publication.url = at, url
        session.add(publication)
        session.flush()
        return articles[0].id
