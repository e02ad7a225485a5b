"""What already stands around a month: its articles on disk with their times, and what is known to go out elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from content.article import read_some
from content.clock import local_day
from content.folders import article_files, name_of, slug_of
from content.known import Timed
from content.months import month_span, next_month


@dataclass(frozen=True)
class Entry:
    """An article that is there: its file's name and slug, its title, when it goes out, and whether with a push.

    A name of "" is something published elsewhere; `push` None: the file does not say.
    """

    name: str
    slug: str
    title: str
    at: datetime | None
    push: bool | None


def entries(folder: Path, month: str, times: Sequence[Timed] = ()) -> list[Entry]:
    """Return the articles in a month's folder, in the order of their names; none where there is no folder.

    times: where a person set another time than the file says, it holds.
    """
    known = {timed.name: timed for timed in times if timed.name}
    files = article_files(folder / month) if (folder / month).is_dir() else ()
    return [_entry(folder, file, known.get(name_of(folder, file))) for file in files]


def around(folder: Path, month: str, times: Sequence[Timed] = ()) -> list[Entry]:
    """Return the articles with a time of a month and its neighbours, and what goes out elsewhere, soonest first."""
    found = [entry for n in (-1, 0, 1) for entry in entries(folder, next_month(month, n), times)]
    found += [Entry("", "", "", timed.at, timed.push) for timed in times if not timed.name]
    return sorted((entry for entry in found if entry.at), key=lambda entry: (entry.at, entry.name))


def days_of(found: Iterable[Entry]) -> list[date]:
    """Return the days on which these go out, each once, in order."""
    return sorted({local_day(entry.at) for entry in found if entry.at})


def split(days: Sequence[date], month: str) -> tuple[date | None, list[date], date | None]:
    """Return the last day before a month, the days in it, and the first one after it."""
    first, last = month_span(month)
    earlier, later = [day for day in days if day < first], [day for day in days if day > last]
    within = [day for day in days if first <= day <= last]
    return (earlier[-1] if earlier else None), within, (later[0] if later else None)


def _entry(folder: Path, file: Path, timed: Timed | None) -> Entry:
    name = name_of(folder, file)
    facts = read_some(file, ("title", "publish_at", "notify"))
    at, push = (timed.at, timed.push) if timed else (facts.publish_at, facts.notify)
    return Entry(name, slug_of(file), facts.title, at, push)
