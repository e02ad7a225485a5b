"""CPU seconds a call, the best of several rounds; and the seconds of a whole command, by the clock and of CPU."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


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


@dataclass(frozen=True)
class Took:
    """What a command took: wall seconds, and CPU seconds of all its processes."""

    wall: float
    cpu: float


class Watch:
    """Times what is started inside `with`: read `took` after it."""

    def __enter__(self) -> Watch:
        """Begin."""
        self._wall, self._cpu = time.perf_counter(), _cpu_of_children()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self.took = Took(time.perf_counter() - self._wall, _cpu_of_children() - self._cpu)


def _cpu_of_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def wall_seconds(command: Sequence[str], *, rounds: int = 5) -> float:
    """Return the wall seconds of a command, the best of several runs."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        best = min(best, time.perf_counter() - started)
    return best
