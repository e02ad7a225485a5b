"""The day book: a workspace's calendar for as long as a process runs, read again when its files have changed."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from content.tables import TableWrong, there

if TYPE_CHECKING:
    from content.days import Calendar  # its packages take a tenth of a second to load

log = logging.getLogger(__name__)

STARTER = Path(__file__).parent / "starter"

_Stamps = tuple[tuple[int, int] | None, ...]


class DayBook:
    """The calendar with the sensitive days alone: the rest of the editor's days is slow to reckon."""

    def __init__(self, folder: Path) -> None:
        """Take the workspace; nothing is read before a day is asked for."""
        self._folder = folder
        self._stamps: _Stamps = ()
        self._kept: Calendar | None = None

    def calendar(self) -> Calendar:
        """Return the calendar; tables that cannot be read leave it as it was, at first as the starter's say."""
        from content.days import DAYS_FILE, sensitive_days
        from content.official import HOLIDAYS_FILE

        stamps = tuple(_stamp(there(self._folder / name)) for name in (DAYS_FILE, HOLIDAYS_FILE))
        if self._kept and stamps == self._stamps:
            return self._kept
        self._stamps = stamps
        try:
            self._kept = sensitive_days(self._folder)
        except (TableWrong, OSError) as error:  # a table that is being saved must not stop what is due
            log.warning("the days are taken as they were before: %s", error)
            self._stamps = self._stamps if isinstance(error, TableWrong) else ()
            self._kept = self._kept or sensitive_days(STARTER)
        return self._kept

    def sensitive(self, day: date) -> str:
        """Return the names of the sensitive times that a day belongs to; "" when it is in none."""
        marks = self.calendar().marks(day.year)
        return "、".join(dict.fromkeys(mark.name for mark in marks if mark.first <= day <= mark.last))


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
