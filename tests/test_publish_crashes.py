"""A crash between any two commits of a publication leaves it out once, or waiting for a person with an alarm."""

from __future__ import annotations

import pytest
from days_of_tests import SOAK
from publishing_kit import PUSH, QUIET, crash_everywhere, kill_at_commit, short_lease  # noqa: F401 - a fixture
from stage import Stage

pytestmark = pytest.mark.usefixtures("short_lease")


@pytest.mark.parametrize(("notify", "moment"), [(QUIET, "before"), (PUSH, "before"), (PUSH, "after")])
def test_a_crash_between_any_two_commits_leaves_a_post_out_once_or_with_a_person(
    stage: Stage, notify: str, moment: str
) -> None:
    assert crash_everywhere(stage, kill_at_commit, moment, notify) >= (13 if SOAK else 11)
