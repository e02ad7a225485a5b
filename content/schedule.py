"""The schedule that an article is checked against: when the others go out, what the days are, what the quota leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from content.article import Problem
from content.clock import SHANGHAI, local, local_day
from content.folders import month_of
from content.known import Timed
from content.months import next_month
from content.quiet import QuietHours
from content.standing import entries
from content.tables import TableWrong

if TYPE_CHECKING:
    from content.days import Calendar, Day  # its packages take a tenth of a second to load

ARTICLES_A_POST = 8  # WeChat, draft/add page: a draft holds one to eight articles
# WeChat: one push a day from every account, and from a service account four a month.
SERVICE_PUSHES = 4
_SEARCHED = 31  # days ahead in which a free one is looked for: the next month is known, the one after it is not

Post = tuple[str, datetime]  # the month's folder and the moment: its articles go out together


@dataclass(frozen=True)
class Schedule:
    """Plain values for the rules of time.

    times: of all articles near, the checked one among them, and of what goes out elsewhere.
    service: a service account. push: whether a post is pushed that does not say.
    quiet: the hours in which nothing goes out by itself.
    """

    times: tuple[Timed, ...] = ()
    calendar: Calendar | None = None
    service: bool = False
    push: bool = True
    quiet: QuietHours | None = None
    problems: tuple[Problem, ...] = ()  # of the calendar's tables

    def time_of(self, name: str) -> Timed | None:
        """Return when an article goes out; None where nobody has set a time."""
        return self._by_name.get(name)

    def having(self, own: Timed) -> Schedule:
        """Return the schedule with an article's time in it: an article that is outside the library is not there yet."""
        return self if own.name in self._by_name else replace(self, times=(*self.times, own))

    def together(self, own: Timed) -> Sequence[Timed]:
        """Return all that goes out in one post with an article, itself included."""
        return self._posts.get(post_of(own), ())

    def pushes_on(self, day: date) -> list[Post]:
        """Return the posts that are pushed on a day, soonest first."""
        return sorted(self._pushes[day]) if day in self._pushes else []

    def pushes_in(self, month: str) -> list[Post]:
        """Return the posts that are pushed in a month such as 2026-12, soonest first."""
        found = (post for day, posts in self._pushes.items() if f"{day:%Y-%m}" == month for post in posts)
        return sorted(found, key=lambda post: post[1])

    def names_of(self, post: Post) -> list[str]:
        """Return the articles of a post by their names; what goes out elsewhere has none of its own."""
        return [timed.name or "在外部发布的文章" for timed in self._posts.get(post, ())]

    def day(self, when: date) -> Day | None:
        """Return what is known of a day, its sensitive marks alone; None without a calendar."""
        if when not in self._days:
            self._days[when] = self.calendar.day(when) if self.calendar else None
        return self._days[when]

    def next_free(self, after: datetime) -> datetime | None:
        """Return the same hour of the next ordinary workday on which a push is still free; None when there is none."""
        ahead = (local_day(after) + timedelta(days=n) for n in range(1, _SEARCHED + 1))
        day = next((day for day in ahead if self._is_free(day)), None)
        return datetime.combine(day, local(after).time(), SHANGHAI) if day else None

    def _is_free(self, when: date) -> bool:
        from content.slots import is_ordinary

        if self.pushes_on(when) or (self.service and len(self.pushes_in(f"{when:%Y-%m}")) >= SERVICE_PUSHES):
            return False
        day = self.day(when)
        return day is None or is_ordinary(day)

    @cached_property
    def _days(self) -> dict[date, Day | None]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[str, Timed]:
        return {timed.name: timed for timed in self.times if timed.name}

    @cached_property
    def _posts(self) -> Mapping[Post, list[Timed]]:
        found: dict[Post, list[Timed]] = defaultdict(list)
        for timed in self.times:
            found[post_of(timed)].append(timed)
        return dict(found)

    @cached_property
    def _pushes(self) -> Mapping[date, set[Post]]:
        found: dict[date, set[Post]] = {}
        for timed in self.times:
            if timed.push:
                found.setdefault(local_day(timed.at), set()).add(post_of(timed))
        return found


NO_SCHEDULE = Schedule()


def post_of(timed: Timed) -> Post:
    """Return the post that an article of a time belongs to."""
    return month_of(timed.name), timed.at


def schedule_of(
    workspace: Path,
    months: Iterable[str],
    times: Sequence[Timed] = (),
    *,
    service: bool,
    push: bool,
    quiet: QuietHours | None = None,
) -> Schedule:
    """Return the schedule around some months, from the front matter of their articles and their neighbours'.

    times: where a person set another time than the file says, it holds; "" names what goes out elsewhere.
    """
    near = sorted({next_month(month, n) for month in months if month for n in (-1, 0, 1)})
    found = [entry for month in near for entry in entries(workspace, month, times)]
    own = [Timed(one.name, one.at, push if one.push is None else one.push) for one in found if one.at]
    elsewhere = [timed for timed in times if not timed.name]
    calendar, problems = _calendar(workspace) if own else (None, ())
    return Schedule((*own, *elsewhere), calendar, service, push, quiet, problems)


def _calendar(workspace: Path) -> tuple[Calendar | None, tuple[Problem, ...]]:
    """Return the workspace's calendar, or None with what is wrong with its tables: the other checks still hold.

    Of the editor's days it has the sensitive ones alone: the lunar calendar is slow to reckon.
    """
    from content.days import sensitive_days

    try:
        return sensitive_days(workspace), ()
    except TableWrong as error:
        return None, tuple(error.problems)
