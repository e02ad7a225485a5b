"""The simulator's clock: a moment in a file, or the real time with an offset."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment_of(text: str) -> datetime:
    """Return the ISO moment as Shanghai time; a naive one is Shanghai's. ValueError when it is none."""
    moment = datetime.fromisoformat(text.strip())
    if moment.tzinfo is None:
        return moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(SHANGHAI)


class Clock:
    """Tells what time the platform thinks it is, always aware and in Shanghai's zone."""

    def __init__(self, file: Path | None = None) -> None:
        """Follow the ISO moment in `file`, or without one run with the real time."""
        self._file = file
        self._offset = timedelta()
        self._last = datetime.now(SHANGHAI)
        self._here = threading.local()

    @property
    def source(self) -> str:
        """Where the time comes from: file, own (was set or advanced) or real."""
        if self._file is not None:
            return "file"
        return "own" if self._offset else "real"

    def now(self) -> datetime:
        """Return the moment; a file caught half written counts as unchanged."""
        pretended: datetime | None = getattr(self._here, "moment", None)
        if pretended is not None:
            return pretended
        if self._file is None:
            return datetime.now(SHANGHAI) + self._offset
        try:
            self._last = moment_of(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return self._last
        return self._last

    def set(self, moment: datetime) -> None:
        """Make it that moment now; the clock goes on from there. ValueError when a file leads."""
        self._own()
        self._offset = moment - datetime.now(SHANGHAI)

    def advance(self, seconds: float) -> None:
        """Move the clock on by so many seconds. ValueError when a file leads."""
        self._own()
        self._offset += timedelta(seconds=seconds)

    @contextmanager
    def as_of(self, moment: datetime) -> Iterator[None]:
        """Let this thread live in an earlier moment: a job that was due then happened then."""
        self._here.moment = moment
        try:
            yield
        finally:
            self._here.moment = None

    def today(self) -> date:
        """Return Shanghai's day, the one quotas and statistics are counted by."""
        return self.now().date()

    def stamp(self) -> int:
        """Return the moment as Unix seconds, as the platform writes it."""
        return int(self.now().timestamp())

    def _own(self) -> None:
        if self._file is not None:
            raise ValueError("the clock follows a file; write the moment there")
