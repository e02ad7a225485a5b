"""Quiet hours: the part of every day, by Shanghai's clocks, in which nothing goes out by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from content.clock import SHANGHAI, local

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class QuietHours:
    """From one time of day up to another, over midnight where the second is the earlier one."""

    begin: time
    end: time

    def hold(self, at: time) -> bool:
        """Say whether a time of day lies in them."""
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end

    def until(self, moment: datetime) -> datetime | None:
        """Return when the quiet hours that a moment lies in are over, in UTC; None where it lies in none."""
        here = local(moment)
        if not self.hold(here.time()):
            return None
        day = here.date() if here.time() < self.end else here.date() + _DAY
        return datetime.combine(day, self.end, SHANGHAI).astimezone(UTC)

    def after(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment at which so much time has passed since a start, quiet hours not counted."""
        moment = self.until(start) or start
        while (begin := self._next(moment)) - moment < span:
            span -= begin - moment
            moment = self.until(begin) or begin
        return moment + span

    @property
    def words(self) -> str:
        """Return the hours as people read them: 22:00—07:00."""
        return f"{self.begin:%H:%M}—{self.end:%H:%M}"

    def _next(self, moment: datetime) -> datetime:
        """Return the next beginning that is not before a moment."""
        begin = datetime.combine(local(moment).date(), self.begin, SHANGHAI)
        return (begin if begin >= moment else begin + _DAY).astimezone(UTC)


def quiet_hours(pair: Sequence[str]) -> QuietHours | None:
    """Return the quiet hours of the settings, ("22:00", "07:00"); None for an empty pair."""
    return QuietHours(*(time.fromisoformat(one) for one in pair)) if pair else None
