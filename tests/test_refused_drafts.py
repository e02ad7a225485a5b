"""WeChat refuses a draft: what its code asks for (wechat-api.md §11) is done, and nothing is refused twice for nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from publishing_kit import NIGHT, approve, approved, drafted, handed_over, out, pass_time, speaks_of, write
from stage import Stage

from content.models import State

DRAFT_CALLS = ("media/uploadimg", "material/add_material", "draft/add", "draft/update")
MINUTE = {"kind": "errcode", "errcode": 45011, "errmsg": "api minute-quota reach limit"}


def draft_calls(stage: Stage) -> int:
    return sum(stage.calls(call) for call in DRAFT_CALLS)


def rewritten(stage: Stage) -> int:
    """A drafted article whose mended text is approved and waits for the next draft."""
    number = drafted(stage, minutes=300)
    write(stage, "01-notice", due=stage.now + timedelta(minutes=300), body="改好了。")
    approve(stage, "01-notice")
    return number


# a limit per minute, 42010 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "code"),
    [("media/uploadimg", 45011), ("material/add_material", 45011), ("draft/add", 45011), ("draft/add", 42010)],
)
def test_a_limit_per_minute_costs_a_draft_a_minute_and_not_its_time(stage: Stage, call: str, code: int) -> None:
    stage.at(NIGHT)
    stage.sim.fault(call, "errcode", errcode=code, errmsg="slower")
    number = approved(stage, "post", due=NIGHT + timedelta(minutes=10), body="文字。\n\n![图](body.png)")
    pass_time(stage, 0, 0.5, 1)
    assert stage.calls(call) == 1
    assert stage.alarms() == []  # nobody need do anything
    pass_time(stage, 0.5)
    assert stage.state(number) == State.SCHEDULED
    handed_over(stage, number)
    pass_time(stage, 1)
    assert out(stage) == {"post": 1}


def test_a_limit_per_minute_while_a_draft_is_written_over_is_waited_for(stage: Stage) -> None:
    stage.at(NIGHT)
    number = rewritten(stage)
    stage.sim.fault("draft/update", **MINUTE)
    pass_time(stage, 0, 1.5)
    assert (stage.state(number), stage.calls("draft/update")) == (State.SCHEDULED, 2)


def test_a_limit_per_minute_that_lasts_is_asked_less_and_less_often_and_told(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", **MINUTE, times=1000)
    number = approved(stage, "post", due=NIGHT + timedelta(hours=8))
    other = approved(stage, "other", due=NIGHT + timedelta(hours=9))
    pass_time(stage, *range(60))
    assert 6 <= stage.calls("draft/add") <= 9
    assert speaks_of(stage, number) or speaks_of(stage, other)
