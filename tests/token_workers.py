"""What the other processes of the token's tests do; each is started by `spawn`, so it must be importable."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from gateway_kit import gateway

from content.clock import Clock
from content.db import Store
from scheduler.token import TokenKeeper


def call_fifty_times(database: str, url: str, clock: str, start: Any, done: Any) -> None:
    """Make fifty calls when everybody is ready."""
    store = Store(database)
    wechat = gateway(url, store, Clock(Path(clock)))
    start.wait(timeout=30)
    for _ in range(50):
        wechat.callback_addresses()
    store.close()
    done.put(os.getpid())


def die_with_the_lease(database: str, clock: str) -> None:
    """Begin to fetch a token, and be killed in the middle of it."""

    def fetch() -> tuple[str, int]:
        os.kill(os.getpid(), signal.SIGKILL)
        return "never", 7200

    TokenKeeper(Store(database), Clock(Path(clock)), fetch).token()
