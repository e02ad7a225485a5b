"""What must be done by when: an article submitted, its post's draft approved, the post out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from content.clock import SHANGHAI, local_day, stamp
from content.days import Calendar, Day, Kind
from content.models import Post, State
from content.posts import UNSENT

OFFICE_CLOSES = time(18)  # until when something counts as done on its day; our rule
_SEARCHED = 40  # days back, more than any holiday is long


@dataclass(frozen=True)
class Deadline:
    """Something to be done by a moment, and whether the moment has passed."""

    at: datetime
    text: str
    late: bool = False

    def __str__(self) -> str:
        """Return the line as people read it."""
        return f"{stamp(self.at)}  {self.text}" + ("（已过）" if self.late else "")


def deadlines(
    posts: Sequence[Post], calendar: Calendar, *, now: datetime, draft_ahead: timedelta, steps: int
) -> list[Deadline]:
    """Return what is still to be done for posts that are not out, soonest first.

    draft_ahead: how long before its time a post's draft is made, by when all its
    articles must be approved. steps: the steps of the review chain; each gets a workday.
    """
    found = []
    for post in posts:
        if post.state not in UNSENT or post.due_at is None:
            continue
        drafted = post.due_at - draft_ahead
        found += [
            _deadline(submit_by(calendar, drafted, steps), "送审", post, {State.WRITTEN}, now),
            _deadline(drafted, "审完，之后建草稿", post, {State.WRITTEN, State.IN_REVIEW}, now),
            _deadline(post.due_at, "发布", post, set(State), now),
        ]
    return sorted((one for one in found if one), key=lambda one: one.at)


def submit_by(calendar: Calendar, drafted: datetime, steps: int) -> datetime:
    """Return until when an article must be submitted so that each step of the review has a workday of its own."""
    day, left = local_day(drafted), steps
    for _ in range(_SEARCHED):
        if left <= 0:
            break
        day -= timedelta(days=1)
        left -= _is_worked(calendar.day(day))
    return datetime.combine(day, OFFICE_CLOSES, SHANGHAI)


def _is_worked(day: Day) -> bool:
    """Say whether a day is surely worked, or as good as surely: an unknown weekday counts where no holiday is near."""
    likely = day.kind == Kind.UNKNOWN and day.date.weekday() < 5 and not day.may_shift
    return likely or day.kind in (Kind.WORKDAY, Kind.MAKE_UP)


def _deadline(at: datetime, what: str, post: Post, states: set[State], now: datetime) -> Deadline | None:
    waiting = [article for article in post.articles if article.state in states]
    if not waiting:
        return None
    titles = "、".join(f"{article.id} {article.title or article.slug}" for article in waiting)
    return Deadline(at, f"{what}：{titles}", at < now)
