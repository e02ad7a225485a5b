"""The effect analysis as a Word file: its facts as people read them, put into the template effect.docx."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from content.letters import png
from content.word.filling import Picture, filled, form
from scheduler.effect_charts import NAMES, charts
from scheduler.effect_facts import PER_CENT, Chapter, Column, Effect, Row, shown
from scheduler.effect_periods import KIND_WORDS

TEMPLATE = "effect"


def document(effect: Effect, workspace: Path) -> bytes:
    """Return the Word file, from the workspace's own template or ours; WrongUse where the template is wrong."""
    drawn = charts(effect)
    pictures = {name: Picture(png(one.svg), one.alt) if (one := drawn.get(name)) else None for name in NAMES}
    return filled(form(workspace, TEMPLATE), values(effect), pictures)


def values(effect: Effect) -> dict[str, Any]:
    """Return what the template may name: the head, and each chapter by its key with says, rows, totals and notes."""
    return {
        "title": effect.title,
        "kind": KIND_WORDS[effect.kind],
        "period": effect.period,
        "span": effect.span,
        "known": effect.known,
        **{chapter.key: _chapter(chapter) for chapter in effect.chapters},
    }


def cell(column: Column, row: Row) -> str:
    """Return what stands in a cell; the unit stands above it or in a column of its own, a per cent also behind it."""
    unit = column.unit or str(row.get("unit") or "")
    text = shown(row[column.key], unit, signed=column.signed)
    return text if unit == PER_CENT else text.removesuffix(f" {unit}")


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "title": chapter.title,
        "says": list(chapter.says),
        "notes": list(chapter.notes),
        "lines": [{column.key: cell(column, row) for column in chapter.columns} for row in chapter.rows],
        "totals": [
            {"name": total.name, "value": shown(total.value, total.unit), "rule": total.rule}
            for total in chapter.totals
        ],
        "sum": {total.key: shown(total.value, total.unit) for total in chapter.totals},
    }
