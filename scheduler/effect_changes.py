"""What differs between two versions of an effect analysis, number by number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.effect_facts import Chapter, Effect, Row, shown, thawed
from scheduler.effect_periods import KINDS
from scheduler.models import Report

_NAMED_BY = ("key", "number", "label", "month", "what", "titles")  # by which a row is known again
_CALLED = ("title", "name", "label", "month", "what", "titles")  # as people call it


def since_before(session: Session, report: Report) -> list[str] | None:
    """Return what differs from the version before; None for the first version, and for a report that is no such analysis."""
    of = (Report.kind == report.kind, Report.place == report.place, Report.period == report.period)
    before = session.scalar(
        select(Report).where(*of, Report.version < report.version).order_by(Report.version.desc()).limit(1)
    )
    if before is None or report.kind not in KINDS:
        return None
    return list(changes(thawed(before.facts), thawed(report.facts)))


def changes(before: Effect, now: Effect) -> Iterator[str]:
    """Yield each difference as people read it: chapter, row, column, what was and what is."""
    old = {chapter.key: chapter for chapter in before.chapters}
    for chapter in now.chapters:
        if chapter.key in old:
            yield from _rows(old[chapter.key], chapter)
            yield from _totals(old[chapter.key], chapter)
    if before.form != now.form:
        yield "Word 模板换了"


def _rows(before: Chapter, now: Chapter) -> Iterator[str]:
    old, new = _by_name(before.rows), _by_name(now.rows)
    for name, row in new.items():
        if name not in old:
            yield f"{now.title}：多了 {_called(row)}"
            continue
        for column in now.columns:
            was, is_ = old[name].get(column.key), row.get(column.key)
            if was != is_:
                unit = column.unit or str(row.get("unit") or "")
                yield f"{now.title}：{_called(row)} 的{column.name} {shown(was, unit)}→{shown(is_, unit)}"
    yield from (f"{now.title}：少了 {_called(row)}" for name, row in old.items() if name not in new)


def _totals(before: Chapter, now: Chapter) -> Iterator[str]:
    old = {total.key: total.value for total in before.totals}
    for total in now.totals:
        if total.key in old and old[total.key] != total.value:
            yield f"{now.title}：{total.name} {shown(old[total.key], total.unit)}→{shown(total.value, total.unit)}"


def _by_name(rows: Sequence[Row]) -> dict[object, Row]:
    """Return the rows by what they are known by; those of one name are told apart by their order."""
    found: dict[object, Row] = {}
    for row in rows:
        name = next((row[key] for key in _NAMED_BY if key in row), None)
        found[name if name not in found else (name, len(found))] = row
    return found


def _called(row: Row) -> str:
    return next((f"“{row[key]}”" for key in _CALLED if row.get(key)), "一行")
