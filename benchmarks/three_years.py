"""A database of three years, for 统计: 263 communities, five million figures, 750 published articles."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from content.db import Store
from scheduler.interaction_rule import ACTS
from scheduler.metrics import ARTICLE_METRICS
from scheduler.tally import recount

COMMUNITIES, DAYS = 263, 3 * 365
METRICS = 17  # of each community on each day: group members, messages, visits and the like
ARTICLES, COUNTED_DAYS = 750, 30
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {}) "
DAY = "date(:first, '+' || ({}) || ' days')"
FIGURE = "INSERT INTO figure (day, source, metric, subject, value, batch_id) "


def fill(database: Path) -> int:
    """Write three years of figures up to yesterday into a migrated SQLite database; return how many there are then."""
    first = datetime.now(UTC).date() - timedelta(days=DAYS)
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA synchronous=OFF")
        for statement in _statements():
            db.execute(statement, {"first": str(first)})
        db.commit()
        count = int(db.execute("SELECT count(*) FROM figure").fetchone()[0])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    store = Store(f"sqlite:///{database}")
    with store.transaction() as session:
        for act in ACTS:
            recount(session, act)
    store.close()
    return count


def _statements() -> list[str]:
    """Two batches a day, of WeChat and of the communities, and what they brought; posts with their publications."""
    metrics = ", ".join(f"('{metric}')" for metric in ARTICLE_METRICS)
    account = "('followers'), ('new_user'), ('cancel_user'), ('account_read_user')"
    often = DAYS / (ARTICLES + 1)
    return [
        NUMBERS.format(DAYS)
        + "INSERT INTO batch (id, source, file_name, sha256, content, by, at, rows, complete) "
        + f"SELECT 2 * i + s.k, s.source, {DAY.format('i')}, s.source || i, '', '取数', {DAY.format('i + 1')} || ' 01:00:00', 0, 1"
        + " FROM n, (SELECT 1 AS k, 'wechat' AS source UNION ALL SELECT 2, 'places') AS s",
        NUMBERS.format(DAYS)
        + f", c(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM c WHERE j + 1 < {COMMUNITIES})"
        + f", m(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM m WHERE k + 1 < {METRICS}) "
        + f"{FIGURE} SELECT {DAY.format('i')}, 'places', 'place_' || k, 'place:' || (110105001 + j), i * k + j, 2 * i + 2 FROM n, c, m",
        NUMBERS.format(ARTICLES)
        + f", d(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM d WHERE j + 1 < {COUNTED_DAYS})"
        + f", p(i, j, day) AS (SELECT i, j, CAST(i * {often} AS INTEGER) + j FROM n, d), m(metric) AS (VALUES {metrics}) "
        + f"{FIGURE} SELECT {DAY.format('day')}, 'wechat', metric, 'article:' || (i + 1), 20 * j + i % 9, 2 * day + 1"
        + f" FROM p, m WHERE day < {DAYS}",
        NUMBERS.format(DAYS)
        + f", m(metric) AS (VALUES {account}) "
        + f"{FIGURE} SELECT {DAY.format('i')}, 'wechat', metric, 'account', 1000 + i, 2 * i + 1 FROM n, m",
        *(NUMBERS.format(ARTICLES) + statement for statement in _published(often)),
    ]


def _published(often: float) -> list[str]:
    out = DAY.format(f"CAST(i * {often} AS INTEGER)") + " || ' 02:00:00'"
    return [
        f"INSERT INTO post (id, state, state_since, due_by, notify, by_hand) SELECT i + 1, 'published', {out}, '', 1, '' FROM n",
        'INSERT INTO article (id, slug, path, title, author, "column", case_study, state, state_since, post_id, position,'
        " origin, by_hand, file_sha256, urgent, source) SELECT i + 1, 'a' || i, '', '文章' || i, '编辑部', '', 0, 'published',"
        f" {out}, i + 1, 1, 'ours', '', '', 0, '' FROM n",
        "INSERT INTO publication (post_id, key, drafted, doubt, edited, attempts, asked, receipt, url, last_error, published_at)"
        f" SELECT i + 1, 'k' || i, '', '', '', 1, 0, '', '', '', {out} FROM n",
    ]
