"""The processes: the scheduler, one on a database; the web server; and both as children of one."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from bot.wiring import Parts, build_ticks
from content.errors import OpsError

log = logging.getLogger(__name__)

FINISH_SECONDS = 8.0  # SIGTERM: the step at hand is finished, and the process is gone within ten seconds
TICK_WAITS_SECONDS = 60
LOOK_SECONDS = 0.5


def tick_once(parts: Parts) -> None:
    """Do what is due now and return; OpsError while another scheduler runs."""
    from scheduler.restored import notice_restored

    ticks = build_ticks(parts)
    try:
        with _lock(parts).acquire(timeout=TICK_WAITS_SECONDS):
            notice_restored(parts.store, parts.workspace, parts.clock.now())
            ticks.slow_rest()
            ticks.publishing()
            ticks.slow_rest()
    except Timeout as error:
        raise OpsError("另一个 wxops run 正在运行，由它来做，这里什么也没有做。") from error


def run(parts: Parts) -> None:
    """Tick until SIGTERM or Ctrl+C; a second scheduler on the same database waits and does nothing."""
    from scheduler import jobs
    from scheduler.restored import notice_restored

    ticks = build_ticks(parts)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ticks.stopping.set())
    with _alone(parts, ticks.stopping) as alone:
        if not alone:
            return
        notice_restored(parts.store, parts.workspace, parts.clock.now())
        log.info("the scheduler runs")
        if not jobs.run(ticks, finish_seconds=FINISH_SECONDS):
            log.warning("a call still hangs; its outcome is settled at the next start")
            logging.shutdown()
            os._exit(0)  # a thread that waits for WeChat would keep the process
    log.info("the scheduler has stopped")


def web(parts: Parts) -> None:
    """Serve WeChat's door and watch the scheduler: gunicorn, or waitress on Windows."""
    from bot import watching
    from bot.app import create_app

    server = parts.config.server
    app = create_app(parts)
    parts.store.close()  # a worker opens connections of its own: none may be shared across a fork
    if sys.platform == "win32":
        import waitress

        watching.begin(parts)
        waitress.serve(app, host=server.host, port=server.port)
    else:
        from bot.server import serve

        serve(app, server.host, server.port, partial(watching.begin, parts))


def serve(workspace: Path) -> int:
    """Run web and run as children; when one dies or a signal comes, stop both. Return 0 only after a signal."""
    command = [sys.executable, "-m", "bot", "--workspace", str(workspace)]
    children = [subprocess.Popen([*command, part]) for part in ("web", "run")]
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    while not asked.wait(LOOK_SECONDS) and all(child.poll() is None for child in children):
        pass
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        child.wait()
    return 0 if asked.is_set() else 1


@contextmanager
def _alone(parts: Parts, stopping: threading.Event) -> Iterator[bool]:
    """Wait until no other scheduler runs on this workspace; False when told to stop before."""
    lock, told = _lock(parts), False
    while not stopping.is_set():
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not told:
                log.warning("another scheduler runs on this workspace; waiting for it to end")
                told = True
            stopping.wait(LOOK_SECONDS)
            continue
        try:
            yield True
        finally:
            lock.release()
        return
    yield False


def _lock(parts: Parts) -> FileLock:
    return FileLock(parts.workspace / ".wxops" / "run.lock")
