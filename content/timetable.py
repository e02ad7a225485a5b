"""The free slots of a month: days that keep the gaps, the hour, and what the quota of pushes leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from content.clock import SHANGHAI, local_day, stamp
from content.days import KIND_WORDS, Calendar, Day, Kind, Status
from content.known import Known
from content.months import month_span
from content.quiet import QuietHours
from content.schedule import SERVICE_PUSHES
from content.slots import spread
from content.standing import Entry, around, days_of, split

USUAL_HOUR = 10


@dataclass(frozen=True)
class House:
    """What the settings say to the planner.

    articles: at least so many a month. service: a service account, with four
    pushes a month; a subscription account has one a day. push: whether posts are pushed.
    quiet: the hours in which nothing goes out by itself.
    """

    folder: Path
    articles: int = 4
    service: bool = False
    push: bool = True
    author: str = "编辑部"
    quiet: QuietHours | None = None


@dataclass(frozen=True)
class Slot:
    """A time for a post; `push` None: the settings say it. `note`: what to mind about the day."""

    at: datetime
    push: bool | None
    note: str = ""

    @property
    def day(self) -> date:
        """Return the Shanghai day."""
        return local_day(self.at)

    @property
    def way(self) -> str:
        """Return what the front matter says of pushing; "" for what the settings say."""
        return "" if self.push is None else "推送" if self.push else "静默"

    @property
    def words(self) -> str:
        """Return the slot as people read it."""
        parts = [f"{stamp(self.at)}（星期{'一二三四五六日'[self.day.weekday()]}）", self.way, self.note]
        return "，".join(part for part in parts if part)


def free_slots(house: House, calendar: Calendar, month: str, known: Known, *, lacking: int, start: date) -> list[Slot]:
    """Return the slots that a month lacks: for so many articles, and as many more as the gaps need.

    start: the first day that can still be met.
    """
    there = around(house.folder, month, known.times)
    before, fixed, after = split(days_of(there), month)
    wanted = len(fixed) + lacking
    if house.service:
        wanted = min(wanted, max(SERVICE_PUSHES, len(fixed)))  # more than that would not be pushed
    days = spread(calendar, month, wanted=wanted, fixed=fixed, start=start, before=before, after=after)
    new = [day for day in days if day not in fixed]
    left = _pushes_left(house, [entry for entry in there if _is_in(entry, month)], len(new))
    return [_slot(house, calendar, day, known, quiet=number >= left) for number, day in enumerate(new)]


def time_of(house: House, known: Known) -> time:
    """Return the time of day for a month's slots: the best hour, or the end of the quiet hours that it lies in."""
    hour = time(known.best_hour.hour if known.best_hour else USUAL_HOUR)
    return house.quiet.end if house.quiet and house.quiet.hold(hour) else hour


def note_of(day: Day) -> str:
    """Return what to mind about a day on which something goes out; "" for an ordinary workday."""
    notes = [f"加强审核期（{mark.name}），请多安排一人审核" for mark in day.marks if mark.kind == "sensitive"]
    if day.kind in (Kind.HOLIDAY, Kind.MAKE_UP):
        sure = "" if day.status == Status.ANNOUNCED else "，推算"
        notes.append(f"{KIND_WORDS[day.kind]}（{day.name}{sure}）")
    elif day.date.weekday() >= 5:
        notes.append("周末")
    if day.kind == Kind.UNKNOWN and day.may_shift:
        notes.append("放假安排未公布，可能调休")
    return "；".join(notes)


def _is_in(entry: Entry, month: str) -> bool:
    first, last = month_span(month)
    return entry.at is not None and first <= local_day(entry.at) <= last


def _pushes_left(house: House, there: Sequence[Entry], wanted: int) -> int:
    """Return how many more posts of the month can be pushed; a subscription account's one a day is never used up."""
    if not house.service:
        return wanted
    pushed = {entry.at for entry in there if (house.push if entry.push is None else entry.push)}
    return max(0, SERVICE_PUSHES - len(pushed))


def _slot(house: House, calendar: Calendar, day: date, known: Known, *, quiet: bool) -> Slot:
    at = datetime.combine(day, time_of(house, known), SHANGHAI)
    return Slot(at, None if not house.push else not quiet, note_of(calendar.day(day)))
