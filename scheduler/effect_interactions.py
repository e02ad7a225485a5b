"""The interactions of a period by source and rule, as a chapter of an effect analysis."""

from __future__ import annotations

from sqlalchemy.orm import Session

from scheduler import ledger, metrics
from scheduler.counting import COUNTS
from scheduler.effect_facts import Chapter, Column, Row, Total, per_cent, shown
from scheduler.effect_periods import Span

INTERACTIONS = "interactions"
_RULE = "公众号文章的阅读、点赞、爱心赞、分享、评论、收藏之和；按人数计的是次数的下限，每篇只计发布后 30 天"
_COLUMNS = (
    Column("source", "来源"), Column("name", "互动"), Column("unit", "单位"), Column("value", "期内新增"),
    Column("share", "占比", "%"),
)  # fmt: skip


def interactions(session: Session, span: Span) -> Chapter:
    """Return what counts as an interaction and how much of it there was, beside the total that the contract counts."""
    total = COUNTS["interactions"](session, span.first, span.last).value
    counted = [name for name, metric in metrics.METRICS.items() if metric.interaction]
    sums: dict[str, int] = {}
    for (metric, _), value in ledger.gained(session, counted, span.first, span.last).items():
        sums[metric] = sums.get(metric, 0) + value
    rows: list[Row] = [
        {
            "key": metric,
            "source": "公众号",
            "name": metrics.METRICS[metric].name,
            "unit": metrics.METRICS[metric].unit.value,
            "value": None if total is None else sums.get(metric),
            "share": per_cent(sums.get(metric), total),
        }
        for metric in counted
    ]
    said = "互动没有数据。" if total is None else f"互动至少 {shown(total, '次')}。"
    totals = (Total("interactions", "互动", total, "次", _RULE),)
    return Chapter(INTERACTIONS, "互动", _COLUMNS, tuple(rows), totals, (said,), (f"口径：{_RULE}。",))
