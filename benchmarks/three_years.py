"""A database of three years, for 统计: 263 communities, five million figures, 750 published articles."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from content.db import Store
from content.models import Article, Post, State
from scheduler.interaction_rule import ACTS
from scheduler.metrics import ARTICLE_METRICS
from scheduler.models import Batch, Publication
from scheduler.tally import recount

COMMUNITIES, DAYS = 263, 3 * 365
METRICS = 17  # of each community on each day: group members, messages, visits and the like
ARTICLES, COUNTED_DAYS = 750, 30
OFTEN = DAYS / (ARTICLES + 1)  # days between two articles
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {}) "
DAY = "date(:first, '+' || ({}) || ' days')"
FIGURE = "INSERT INTO figure (day, source, metric, subject, value, batch_id) "


def fill(database: Path) -> int:
    """Write three years of figures up to yesterday into a migrated SQLite database; return how many there are then."""
    first = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0) - timedelta(days=DAYS)
    store = Store(f"sqlite:///{database}")
    with store.transaction() as session:
        _publish(session, first)
        _take_in(session, first)
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA synchronous=OFF")
        for statement in _figures():
            db.execute(statement, {"first": str(first.date())})
        db.commit()
        count = int(db.execute("SELECT count(*) FROM figure").fetchone()[0])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with store.transaction() as session:
        for act in ACTS:
            recount(session, act)
    store.close()
    return count


def _publish(session: Session, first: datetime) -> None:
    for number in range(1, ARTICLES + 1):
        at = first + timedelta(days=int((number - 1) * OFTEN))
        post = Post(id=number, state=State.PUBLISHED, state_since=at, notify=True)
        article = Article(slug=f"a{number}", title=f"文章{number}", state=State.PUBLISHED, state_since=at, post=post)
        session.add_all([post, article, Publication(post_id=number, key=f"k{number}", published_at=at)])
        session.flush()


def _take_in(session: Session, first: datetime) -> None:
    """Let two batches come in each day, of WeChat and of the communities."""
    for day in range(DAYS):
        name, at = str((first + timedelta(days=day)).date()), first + timedelta(days=day + 1)
        for number, source in ((2 * day + 1, "wechat"), (2 * day + 2, "places")):
            sha256 = f"{source}{day}"
            session.add(
                Batch(id=number, source=source, file_name=name, sha256=sha256, by="取数", at=at, rows=0, complete=True)
            )


def _figures() -> list[str]:
    """Return what writes the figures of the batches."""
    metrics = ", ".join(f"('{metric}')" for metric in ARTICLE_METRICS)
    account = "('followers'), ('new_user'), ('cancel_user'), ('account_read_user')"
    return [
        NUMBERS.format(DAYS)
        + f", c(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM c WHERE j + 1 < {COMMUNITIES})"
        + f", m(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM m WHERE k + 1 < {METRICS}) "
        + f"{FIGURE} SELECT {DAY.format('i')}, 'places', 'place_' || k, 'place:' || (110105001 + j), i * k + j, 2 * i + 2 FROM n, c, m",
        NUMBERS.format(ARTICLES)
        + f", d(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM d WHERE j + 1 < {COUNTED_DAYS})"
        + f", p(i, j, day) AS (SELECT i, j, CAST(i * {OFTEN} AS INTEGER) + j FROM n, d), m(metric) AS (VALUES {metrics}) "
        + f"{FIGURE} SELECT {DAY.format('day')}, 'wechat', metric, 'article:' || (i + 1), 20 * j + i % 9, 2 * day + 1"
        + f" FROM p, m WHERE day < {DAYS}",
        NUMBERS.format(DAYS)
        + f", m(metric) AS (VALUES {account}) "
        + f"{FIGURE} SELECT {DAY.format('i')}, 'wechat', metric, 'account', 1000 + i, 2 * i + 1 FROM n, m",
    ]
