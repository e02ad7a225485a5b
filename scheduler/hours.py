"""At which hour of publication articles were read most in their first seven days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from statistics import median

from sqlalchemy.orm import Session

from content.clock import local
from content.known import BestHour
from scheduler import ledger, metrics, stats

FEWEST = 8  # articles; below that an hour is chance
FEWEST_AN_HOUR = 3
_REACH = timedelta(days=366)  # what was read longer ago says little of today's readers
_WEEK = timedelta(days=6)  # after the day of publication


def best_hour(session: Session) -> BestHour | None:
    """Return the hour whose articles have the highest median of readers; None while too few are known.

    Only the first article of each post counts, and only of pushed posts where there
    are any: what stands below it, or was not pushed, is read less at every hour.
    """
    reads = _first_week(session)
    count = sum(len(values) for values in reads.values())
    enough = {hour: values for hour, values in reads.items() if len(values) >= FEWEST_AN_HOUR}
    if count < FEWEST or not enough:
        return None
    hour = max(enough, key=lambda one: (median(enough[one]), len(enough[one]), -one))
    return BestHour(hour, count, hours=len(reads))


def _first_week(session: Session) -> Mapping[int, Sequence[int]]:
    """Return by hour (0 to 23, Shanghai) how many read each article within seven days, where all seven are known."""
    known_to = ledger.last_complete_day(session, metrics.WECHAT)
    if known_to is None:
        return {}
    posts = stats.published(session, known_to - _REACH, known_to - _WEEK)
    complete = ledger.complete_days(session, metrics.WECHAT, known_to - _REACH, known_to)
    found = defaultdict(list)
    for post in [post for post in posts if post.notify] or posts:
        at, _ = stats.out_at(session, post)
        if at is None or (last := local(at).date() + _WEEK) not in complete or not post.articles:
            continue
        read = ledger.value_on(session, "read_user", f"article:{post.articles[0].id}", last)
        if read is not None:
            found[local(at).hour].append(read)
    return found
