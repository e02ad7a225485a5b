"""A thread of the web process that watches the scheduler; one on a workspace, whoever is first."""

from __future__ import annotations

import logging
import threading

from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError

from bot.wiring import Parts, channels_of
from scheduler.watchdog import watch

log = logging.getLogger(__name__)

LOOK_SECONDS = 60


def begin(parts: Parts, stopping: threading.Event | None = None, *, every: float = LOOK_SECONDS) -> threading.Thread:
    """Start the thread; it ends with its process, or when it is told to stop."""
    thread = threading.Thread(
        target=_watch, args=(parts, stopping or threading.Event(), every), name="watchdog", daemon=True
    )
    thread.start()
    return thread


def _watch(parts: Parts, stopping: threading.Event, every: float) -> None:
    lock, channels = FileLock(parts.workspace / ".wxops" / "watch.lock"), channels_of(parts.config)
    while not stopping.wait(every):
        try:
            with lock.acquire(timeout=0):
                watch(parts.store, channels, parts.clock.now())
        except Timeout:
            continue  # another web process watches
        except (SQLAlchemyError, OSError):
            log.exception("the scheduler could not be watched")
