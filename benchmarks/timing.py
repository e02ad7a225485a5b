"""CPU seconds a call, the best of several rounds; and wall seconds of a whole command."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence


def cpu_microseconds(call: Callable[[], object], *, calls: int, rounds: int = 5) -> float:
    """Return the CPU microseconds of one call, from the best round."""
    call()
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(calls):
            call()
        best = min(best, time.process_time() - started)
    return best / calls * 1_000_000


def wall_seconds(command: Sequence[str], *, rounds: int = 5) -> float:
    """Return the wall seconds of a command, the best of several runs."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - started)
    return best
