"""Random schedules of kills, losses, refusals and hands in the back office: nothing twice, nothing lost, nothing stuck.

`make soak` runs 500, others each day; else it is a twentieth of that, always the same. Both say how many they ran.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import Databases
from days_of_tests import DAY, SOAK
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from publishing_kit import short_lease  # noqa: F401 - a fixture
from schedules import Schedule, world
from stage import Stage

SCHEDULES = 500 if SOAK else 10
STEPS = 15

pytestmark = [pytest.mark.usefixtures("short_lease"), *([] if SOAK else [pytest.mark.one_database])]


def test_random_schedules_lose_nothing_send_nothing_twice_and_leave_nothing_stuck(
    databases: Databases, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    numbers, seen = itertools.count(), Counter[str]()

    def opened(rest: ExitStack) -> Stage:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        return world(folder, rest.enter_context(databases(folder)), rest)

    @seed(DAY if SOAK else 0)
    def begin() -> Schedule:
        return Schedule(opened, lambda what: seen.update([what]))

    run_state_machine_as_test(
        begin,
        settings=settings(
            max_examples=SCHEDULES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    record_property("soak", ", ".join(f"{count} {what}" for what, count in sorted(seen.items())))
