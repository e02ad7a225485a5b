"""How an account publishes: the settings under [publish] as the use cases take them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from content.daybook import DayBook
from content.quiet import QuietHours


@dataclass(frozen=True)
class Rules:
    """draft_only: a person presses 发表; grace: later than this, a person confirms; draft_ahead: the draft's lead.

    quiet: the hours of the day in which nothing goes out by itself. service: a service
    account, with four pushes a month. days: which days are sensitive, and which are worked.
    push: a post is pushed where its articles do not say.
    """

    draft_only: bool = False
    grace: timedelta = timedelta(minutes=120)
    draft_ahead: timedelta = timedelta(hours=24)
    articles: int = 4  # a month
    quiet: QuietHours | None = None
    service: bool = False
    days: DayBook | None = None
    push: bool = True
