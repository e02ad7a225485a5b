"""Work that may take longer than a person waits: it goes on in a thread of its own, and the door answers without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

SECONDS = 2.0  # that the door waits; WeChat hangs up after 5 (wechat-api.md §2.2)
WORKERS = 4  # at once; what comes beyond waits its turn, and is late


class Race:
    """Whether the work or the person's patience ends first; each asks, and one of them wins."""

    def __init__(self) -> None:
        """Begin undecided."""
        self._lock = threading.Lock()
        self._in_time: bool | None = None

    def finish(self) -> bool:
        """Say whether the work is done in time, as the work does before it writes its outcome."""
        with self._lock:
            self._in_time = self._in_time is not False
            return self._in_time

    def give_up(self) -> bool:
        """Say whether nobody waits any more, as the door does when the time is over."""
        with self._lock:
            self._in_time = self._in_time is True
            return not self._in_time


class Slow:
    """The threads of one process for slow work; they are started when the first is needed, after any fork."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="slow")

    def answer(self, work: Callable[[Race], str], otherwise: str) -> str:
        """Return what the work returns or raises, when it is done in time; else what is said otherwise."""
        race = Race()
        running = self._pool.submit(work, race)
        wait([running], timeout=SECONDS)
        return otherwise if not running.done() and race.give_up() else running.result()
