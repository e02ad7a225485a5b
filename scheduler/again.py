"""When to try again what WeChat refused and what therefore certainly did not happen."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.limits import next_day
from scheduler.refusals import Reaction, Refused

A_MINUTE = timedelta(seconds=70)  # after which a limit per minute is over
A_MINUTE_TIMES = 8  # at most, when the limit is met again and again
AFTER = {
    Reaction.ACCOUNT: timedelta(minutes=5),
    Reaction.ADMIN: timedelta(minutes=30),
    Reaction.LATER: timedelta(minutes=30),
}


def again_at(refusal: Refused, tries: int, now: datetime) -> datetime | None:
    """Return when the next try is due after so many that were refused (wechat-api.md §11).

    None where nothing helps before a person has changed something.
    """
    if refusal.reaction is Reaction.EDITOR:
        return None
    if refusal.reaction is Reaction.DAY:
        return next_day(now)
    if refusal.reaction is Reaction.MINUTE:
        times: int = min(2 ** max(tries - 1, 0), A_MINUTE_TIMES)
        return now + A_MINUTE * times
    return now + AFTER[refusal.reaction]
