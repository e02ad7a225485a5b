"""The journeys of the product, over real HTTP: from a folder to a figure, a message, a morning's figures."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from stage import Stage

from content.clock import SHANGHAI
from content.models import State


def test_a_folder_becomes_an_article_with_figures(stage: Stage) -> None:
    """Journey A, for a push: written, submitted, passed by three, drafted, pushed, confirmed, counted."""
    due = datetime(2026, 12, 3, 10, 0, tzinfo=SHANGHAI)
    stage.hire()
    outcome = stage.submit(stage.write(due=due, title="歇脚椅"))
    assert outcome.name == "1-1"
    assert "同意 1-1" in stage.say("编辑", "看 1")
    stage.approve("1-1")
    assert stage.article(1).state == State.APPROVED

    stage.ticks.slow_rest()
    assert stage.state(1) == State.OPEN  # the draft is made a day ahead, not earlier
    stage.at(due - timedelta(hours=23))
    stage.ticks.slow_rest()
    assert stage.state(1) == State.SCHEDULED
    assert stage.sim.stats["drafts"] == 1

    stage.at(due - timedelta(seconds=1))
    stage.tick()
    assert stage.out() == []
    stage.at(due)
    stage.tick()
    assert stage.out() == ["歇脚椅"]
    stage.settle_down(1)
    assert stage.state(1) == State.PUBLISHED
    assert stage.article(1).state == State.PUBLISHED
    assert stage.publication(1).url.startswith("http://mp.weixin.qq.com/s?")

    stage.at(datetime(2026, 12, 5, 8, 31, tzinfo=SHANGHAI))
    stage.tick()
    answer = stage.say("运营", "统计")
    assert "发布：1 次，1 篇，其中推送 1 次" in answer
    assert "数据到 12月4日" in answer
    assert "阅读 0 人" not in answer
    assert "阅读" in stage.say("运营", "文章 1")


@pytest.mark.parametrize("notify", ["推送", "静默"])
def test_both_ways_of_publishing_are_confirmed_by_the_event(stage: Stage, notify: str) -> None:
    number = stage.scheduled(notify=notify)
    stage.later(hours=1)
    stage.tick()
    stage.settle_down(1)
    assert stage.state(number) == State.PUBLISHED
    assert stage.calls("freepublish/get") == stage.calls("message/mass/get") == 0  # nobody had to ask
    assert stage.alarms() == []
