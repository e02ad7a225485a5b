"""The time: the one place that asks the system for it, and what a day is.

Moments are aware and UTC; days are Shanghai days, whatever zone the machine is in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from content.errors import WrongUse

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock:
    """Tells the moment: the system's, or the ISO moment that stands in a file (for the demo and for tests)."""

    def __init__(self, file: Path | None = None) -> None:
        """Take the file whose one line is the moment, or None for the system's clock."""
        self._file = file

    def now(self) -> datetime:
        """Return the moment, aware, in UTC; WrongUse when the clock's file cannot be read."""
        if self._file is None:
            return datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(self._file.read_text(encoding="utf-8").strip())
        except (OSError, ValueError) as error:
            raise WrongUse(
                f"时钟文件 {self._file} 读不出时间（应为 2026-12-01T09:00:00+08:00 这样的一行）。"
            ) from error
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=SHANGHAI)
        return moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """Return the same moment as Shanghai's clocks show it."""
    return moment.astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    """Return the Shanghai day of a moment."""
    return local(moment).date()


def day_start(day: date) -> datetime:
    """Return the moment, in UTC, at which a Shanghai day begins."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def days_between(first: date, last: date) -> list[date]:
    """Return all days from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def stamp(moment: datetime) -> str:
    """Return the moment as people read it: 2026-12-05 18:30, Shanghai time."""
    return local(moment).strftime("%Y-%m-%d %H:%M")
