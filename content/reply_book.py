"""The reply book: the answers for readers for as long as a process runs, read again when their file has changed."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from content.finding import REPLIES_FILE
from content.replies import Replies, read_replies
from content.tables import XLSX

log = logging.getLogger(__name__)

Stamp = tuple[str, int, int]


class ReplyBook:
    """The table as it was when it was last whole; asking for it costs a look at the files' times."""

    def __init__(self, folder: Path) -> None:
        """Take the workspace; nothing is read before somebody asks."""
        self._folder = folder
        file = folder / REPLIES_FILE
        self._files = (str(file.with_suffix(XLSX)), str(file))  # as texts: each reader's message asks for them
        self._read: tuple[Stamp | None, Replies] | None = None

    def current(self) -> Replies:
        """Return the answers that count now.

        A table with faults leaves them as they were, with a line in the log; where there
        was none before, its good rows count.
        """
        stamp, kept = self._stamp(), self._read
        if kept and kept[0] == stamp:
            return kept[1]
        found = read_replies(self._folder)
        if not found.is_whole:
            said = "; ".join(f"{problem.path}:{problem.line} {problem.message}" for problem in found.problems)
            log.warning("the answers for readers have faults, see wxops check: %s", said)
            found = kept[1] if kept else found
        self._read = stamp, found  # in one step, since threads ask
        return found

    def _stamp(self) -> Stamp | None:
        for name in self._files:
            try:
                found = os.stat(name)
            except OSError:
                continue
            return name, found.st_mtime_ns, found.st_size
        return None
