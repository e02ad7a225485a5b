"""Watching an editor's files: which articles have changed since the last look."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from content.folders import ARTICLE_FILE

EVERY_SECONDS = 0.5
TABLES = ("words", "people", "phones", "places", "days", "holidays")

Stamp = tuple[tuple[str, int, int], ...]


def changes(
    workspace: Path, files: Callable[[], Iterable[Path]], *, sleep: Callable[[float], None] = time.sleep
) -> Iterator[list[Path]]:
    """Yield the articles that are new or have changed, all of them first; it goes on until the caller stops.

    `files` is asked anew each time for the Markdown files. A changed picture is a
    change of its article, a changed table one of all; a file that is gone is not told.
    """
    seen: dict[Path, Stamp] = {}
    tables: Stamp | None = None
    while True:
        now = stamp(tables_of(workspace))
        if now != tables:
            seen, tables = {}, now
        stamps = {file: found for file in files() if (found := stamp(_belonging(file)))}
        changed = [file for file, found in stamps.items() if seen.get(file) != found]
        seen = stamps
        if changed:
            yield changed
        sleep(EVERY_SECONDS)


def tables_of(workspace: Path) -> Iterator[Path]:
    """Yield the files, there or not, on which all articles of a workspace depend: its tables and its settings."""
    for name in TABLES:
        yield from (workspace / f"{name}.csv", workspace / f"{name}.xlsx")
    yield workspace / "config.toml"


def stamp(files: Iterable[Path]) -> Stamp:
    """Return name, time and size of the files that are there; it is another one as soon as one of them is saved."""
    found = []
    for file in files:
        try:
            stat = file.stat()
        except OSError:
            continue
        found.append((file.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def _belonging(file: Path) -> Iterator[Path]:
    """Yield an article's own files: all of its folder, or the one file that it is."""
    yield file
    if file.name.lower() == ARTICLE_FILE:
        try:
            yield from sorted(other for other in file.parent.iterdir() if other != file and other.name[0] not in ".~")
        except OSError:  # it was moved just now
            return
