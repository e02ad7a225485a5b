"""When posts went out or will go out, as plain values for the planner and the checks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content.known import Timed
from content.months import month_span, next_month
from content.posts import every_post
from scheduler import stats


def times_around(session: Session, month: str) -> tuple[Timed, ...]:
    """Return the times that stand, of all posts; of those of a month and its neighbours when they really went out."""
    out = published_at(session, month)
    posts = ((post, out.get(post.id) or post.due_at) for post in every_post(session))
    return tuple(Timed(a.path, at, post.notify) for post, at in posts if at for a in post.articles)


def published_at(session: Session, month: str) -> dict[int, datetime]:
    """Return when the posts of a month and its neighbours went out, by post."""
    first, last = month_span(next_month(month, -1))[0], month_span(next_month(month))[1]
    return stats.went_out(session, first, last)
