"""How an account publishes: the settings under [publish] as the use cases take them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from content.daybook import DayBook
from content.quiet import QuietHours

CONFIRM_WITHIN = timedelta(minutes=30)  # 群发保护: later the push is void (wechat-api.md §4.3)


@dataclass(frozen=True)
class Rules:
    """draft_only: a person presses 发表; grace: later than this, a person confirms; draft_ahead: the draft's lead.

    quiet: the hours of the day in which nothing goes out by itself. service: a service
    account, with four pushes a month. days: which days are sensitive, and which are worked.
    comment_days: after so many workdays a reader's comment that nobody has seen to rings.
    protected: with 群发保护 the hours in which the administrator cannot confirm a push, None
    without it. verified_until: the last day of the account's verification, None when the
    settings do not say.
    correction_role: who approves corrections, "" the role of the chain's last step.
    push: a post is pushed where its articles do not say.
    account: its name. report_basis: whether the effect analysis goes by the calendar or by the contract; report_day: on
    which day after a month its draft is made by itself, 0 for never.
    compare: weekly reports of communities show the means of all of them, too.
    """

    draft_only: bool = False
    grace: timedelta = timedelta(minutes=120)
    draft_ahead: timedelta = timedelta(hours=24)
    articles: int = 4  # a month
    quiet: QuietHours | None = None
    service: bool = False
    days: DayBook | None = None
    comment_days: int = 3
    protected: QuietHours | None = None
    verified_until: date | None = None
    correction_role: str = ""
    push: bool = True
    account: str = ""
    report_basis: str = "calendar"
    report_day: int = 3
    compare: bool = False


def away(hours: Sequence[str]) -> QuietHours:
    """Return when the administrator cannot confirm a push, from the hours when he can, such as ("08:00", "22:00").

    The last half hour does not count: what is pushed then may still wait when his hours are over.
    """
    begin, end = (time.fromisoformat(one) for one in hours)
    return QuietHours((datetime.combine(date(2000, 1, 2), end) - CONFIRM_WITHIN).time(), begin)
