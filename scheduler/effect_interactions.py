"""The interactions of a period by source and rule, as a chapter of an effect analysis."""

from __future__ import annotations

from sqlalchemy.orm import Session

from scheduler.effect_facts import Chapter, Column, Row, Total, per_cent
from scheduler.effect_periods import Span
from scheduler.interaction_rule import ACTS, Rule
from scheduler.interactions import at_least, reaching_back, shares, total

INTERACTIONS = "interactions"
_COLUMNS = (
    Column("source", "来源"), Column("name", "互动"), Column("unit", "单位"), Column("value", "期内新增"),
    Column("share", "占比", "%"),
)  # fmt: skip


def interactions(session: Session, span: Span, rule: Rule) -> Chapter:
    """Return what counts as an interaction by the rule and how much of it there was, beside their total."""
    found = total(session, rule, span.first, span.last)
    back = reaching_back(session, rule, span.first, span.last)
    values = {(part.source, name): value for part in found.parts for name, value in part.acts.items()}
    rows: list[Row] = [
        {
            "key": f"{act.source} {act.name}",
            "source": act.source,
            "name": act.name,
            "unit": "次",
            "value": values.get((act.source, act.name)),
            "share": per_cent(values.get((act.source, act.name)), found.value),
        }
        for act in ACTS
        if (act.source, act.name) in rule.counts
    ]
    said = "互动没有数据。" if found.value is None else f"互动{at_least(found)}。"
    notes = (f"口径：{rule.words}。", *(f"{line}。" for line in (*shares(found), *back)))
    totals = (Total(INTERACTIONS, "互动", found.value, "次", rule.words),)
    return Chapter(INTERACTIONS, "互动", _COLUMNS, tuple(rows), totals, (said,), notes)
