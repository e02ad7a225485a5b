"""What counts for the contract, one by one: for each name of `counting.COUNTS` the rows that add up to its number."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler import cases, demo_communities, weekly_sent
from scheduler.article_counts import articles, pushed_articles, themes
from scheduler.behind import Rows
from scheduler.interaction_rows import interactions
from scheduler.record_rows import groups, records
from scheduler.user_counts import user_rows
from scheduler.user_growth import registration_rows

ROWS: Mapping[str, Rows] = {
    "articles": articles,
    "pushed_articles": pushed_articles,
    "themes": themes,
    "cases": cases.rows,
    "visits": records("走访", of_places=True),
    "trainings": records("培训"),
    "events": records("活动"),
    "groups": groups,
    "demo_communities": demo_communities.rows,
    "interactions": interactions,
    "users": user_rows,
    "registrations": registration_rows,
    "reports": weekly_sent.rows,
}
