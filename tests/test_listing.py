"""Lists of WeChat: an empty page ends one, and what was not read is not taken for what is not there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from publishing_kit import NIGHT, QUIET, approved, drafted, handed_over, out, pass_time, speaks_of
from stage import Stage

from content.models import State
from scheduler.listing import listed
from scheduler.refusals import Unsure

pytestmark = pytest.mark.one_database

EMPTY = {"total_count": 200, "item_count": 0, "item": []}


def lists(stage: Stage, call: str, page: dict[str, Any], *, times: int = 1000) -> None:
    """Let WeChat answer a list with this page."""
    stage.sim.fault(call, "errcode", errcode=0, errmsg="ok", extra=page, times=times)


def test_a_list_ends_with_its_first_empty_page_and_is_asked_no_more() -> None:
    asked: list[int] = []

    def page_at(offset: int) -> dict[str, Any]:
        asked.append(offset)
        return {"total_count": 1000, "item": [{"n": offset}] if offset < 2 else []}

    assert list(listed(page_at)) == [{"n": 0}, {"n": 1}]
    assert asked == [0, 1, 2]


@pytest.mark.parametrize("page", [EMPTY, {}, {"total_count": None, "item": []}, {"item": []}], ids=str)
def test_a_list_of_which_nothing_was_read_says_nothing(page: dict[str, Any]) -> None:
    with pytest.raises(Unsure):
        list(listed(lambda offset: page))


def test_a_list_with_nothing_in_it_is_empty() -> None:
    assert list(listed(lambda offset: {"total_count": 0})) == []


def test_an_empty_page_of_the_published_list_costs_one_call_a_look(stage: Stage) -> None:
    stage.at(NIGHT)
    number = drafted(stage)
    stage.sim.fault("freepublish/submit", "drop", when="before")
    lists(stage, "freepublish/batchget", EMPTY)
    handed_over(stage, number)
    pass_time(stage, 1)
    assert stage.calls("freepublish/batchget") <= 2
    assert stage.state(number) == State.UNSURE


def test_a_draft_whose_answer_was_lost_is_not_made_anew_while_the_list_cannot_be_read(stage: Stage) -> None:
    stage.at(NIGHT)
    stage.sim.fault("draft/add", "drop", when="after")
    lists(stage, "draft/batchget", EMPTY, times=2)
    number = approved(stage, "post", due=NIGHT + timedelta(minutes=20), notify=QUIET)
    pass_time(stage, 0, 3, 3.2)
    assert (stage.calls("draft/batchget"), stage.calls("draft/add")) == (1, 1)
    assert speaks_of(stage, number)
    pass_time(stage, 3, 6)
    assert stage.state(number) == State.SCHEDULED
    handed_over(stage, number)
    pass_time(stage, 1)
    assert (out(stage), stage.calls("draft/add")) == ({"post": 1}, 1)
