"""How the contract stands with the days of force majeure and without them (六(二)、九), as a chapter of an effect analysis."""

from __future__ import annotations

from collections.abc import Sequence

from content.lint.privacy import masked
from scheduler.contract import without
from scheduler.effect_facts import Chapter, Column, Row, Value
from scheduler.target_standing import Standing

EXEMPT = "exempt"
_COLUMNS = (
    Column("name", "指标"), Column("spans", "不可抗力"), Column("days", "扣除", "天"), Column("unit", "单位"),
    Column("total", "目标"), Column("total_without", "目标折合"), Column("share", "完成", "%"),
    Column("share_without", "扣除后完成", "%"), Column("elapsed", "时间", "%"), Column("elapsed_without", "扣除后时间", "%"),
    Column("points", "扣除后快慢", "百分点", signed=True),
)  # fmt: skip
_RULE = "不可抗力的起止和原因按档案；“完成”“时间”不扣除，“扣除后”的去掉这些天，目标按余下的天数折合。存量指标不折合。红绿灯按不扣除的看。"


def exempt(found: Sequence[Standing]) -> Chapter:
    """Return each target that has exempt days with them and without, in the words and numbers of the contract's board."""
    concerned = [one for one in found if one.exempt_days[0]]
    says = [f"{one.target.name}{masked(line)}。" for one in concerned for line in without(one)]
    note = _RULE if concerned else "到期末没有记下影响合同指标的不可抗力。"
    return Chapter(EXEMPT, "不可抗力", _COLUMNS, tuple(map(_row, concerned)), (), tuple(says), (note,))


def _row(one: Standing) -> Row:
    is_known = one.counted.known_to is not None
    spans = sorted({(str(span.first), str(span.last), span.why) for span in one.exempt})
    return {
        "key": one.target.id,
        "name": one.target.name,
        "spans": masked("；".join(f"{first} 至 {last}{f' {why}' if why else ''}" for first, last, why in spans)),
        "days": one.exempt_days[0],
        "unit": one.target.unit,
        "total": one.total,
        "total_without": one.total_without if is_known else None,
        "share": _per_cent(one.share),
        "share_without": _per_cent(one.share_without),
        "elapsed": _per_cent(one.elapsed) if is_known else None,
        "elapsed_without": _per_cent(one.elapsed_without) if is_known else None,
        "points": None if one.points_without is None else round(one.points_without, 1),
    }


def _per_cent(share: float | None) -> Value:
    return None if share is None else round(share * 100, 1)
