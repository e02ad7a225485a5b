"""What may be added or charted together, and the page that lists the metrics and the kinds of files."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from scheduler.interaction_rule import ACTS
from scheduler.metrics import (
    ARTICLE_METRICS,
    METRICS,
    Measure,
    NotComparable,
    added_together,
    charted_together,
    comparable,
)

pytestmark = pytest.mark.one_database
DOCS = Path(__file__).resolve().parent.parent / "docs"


def test_what_counts_the_same_in_one_measure_over_one_window_goes_together() -> None:
    assert comparable("registered", "real_name")
    assert comparable("platform_views", "platform_likes")
    assert charted_together(["platform_views", "platform_likes", "platform_votes"]) == Measure.TIME
    assert added_together(["platform_views", "platform_likes"]) == Measure.TIME


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("read_user", "read_count", "统计对象不同"),
        ("followers", "registered", "统计对象不同"),
        ("platform_views", "platform_comments", "单位不同"),
        ("platform_views", "platform_views_day", "统计时间不同"),
        ("followers", "new_user", "统计时间不同"),
        ("read_user", "export_read_user", "统计时间不同"),
    ],
)
def test_what_says_different_things_is_refused_with_the_reason(one: str, other: str, why: str) -> None:
    assert not comparable(one, other)
    assert comparable(one, other) == comparable(other, one)
    with pytest.raises(NotComparable, match=why):
        charted_together([one, other])


def test_persons_are_not_added_since_one_would_count_twice() -> None:
    with pytest.raises(NotComparable, match="后者已经包含在前者里"):
        added_together(["registered", "real_name"])
    with pytest.raises(NotComparable, match="同一个人会算两次"):
        added_together(["new_user", "cancel_user"])


def test_every_metric_says_in_what_it_is_counted_and_its_denominator_is_one() -> None:
    assert all(metric.denominator in ("", *METRICS) for metric in METRICS.values())
    assert len({(metric.name, metric.window, metric.source) for metric in METRICS.values()}) == len(METRICS)
    assert {name for act in ACTS for name in act.metrics} <= METRICS.keys()
    assert set(ARTICLE_METRICS) <= {name for act in ACTS for name in act.metrics}


def test_the_page_lists_what_the_program_knows() -> None:
    page = (DOCS / "figures.zh-CN.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(DOCS / "figures.py"))["written"](page) == page, "run: python docs/figures.py"
