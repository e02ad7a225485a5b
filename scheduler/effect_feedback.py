"""What readers and residents said: comments, tickets and ratings, as a chapter of an effect analysis."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from content.clock import day_start
from content.record_models import Record
from content.ticket_counts import ticket_counts
from scheduler import effect_overview
from scheduler.comment_models import Comment, CommentThread
from scheduler.effect_facts import Chapter, Column, Row, Value, change
from scheduler.effect_periods import Span
from scheduler.effect_span import is_kept, is_whole
from scheduler.effect_words import compared, of_all

FEEDBACK = "feedback"
_IN_TIME = "48 小时内答复的工单"
RATING = "评价"  # the kind of field work
COLUMNS = (*effect_overview.COLUMNS, Column("rule", "口径"))


@dataclass(frozen=True)
class _Line:
    """One number of a period, with its rule."""

    key: str
    name: str
    unit: str
    value: Value
    rule: str


@dataclass(frozen=True)
class _Earlier:
    """The values of an earlier period; is_whole: we kept the book on all of its days, so that it may be compared with."""

    known: Mapping[str, Value]
    is_whole: bool

    def of(self, key: str) -> tuple[Value, Value]:
        """Return a value as it is shown, and as it is compared with."""
        value = self.known.get(key)
        return value, value if self.is_whole else None


def feedback(session: Session, span: Span) -> Chapter:
    """Return the chapter; what was never listed or recorded is unknown."""
    sides = [_earlier(session, one) for one in (span.before(), span.year_before())]
    rows = [_row(line, *(side.of(line.key) for side in sides)) for line in _lines(session, span)]
    says = [compared(row) for row in rows if row["value"] is not None and row["key"] != "in_time"]
    of = {row["key"]: row["value"] for row in rows}
    says += [of_all(_IN_TIME, of["in_time"], of["opened"], "件")] if of["opened"] else []
    return Chapter(FEEDBACK, "评价和反馈", COLUMNS, tuple(rows), (), tuple(says or ["评价和反馈没有数据。"]))


def _lines(session: Session, span: Span) -> Iterator[_Line]:
    start, end = day_start(span.first), day_start(span.last + timedelta(days=1))
    yield from _comments(session, start, end)
    yield from _tickets(session, span)
    ratings = _ratings(session, span)
    yield _Line("ratings", "满意度评价", "次", None if ratings is None else len(ratings), "记下的评价，作废的不算")
    scores = [float(one["score"]) for one in ratings or () if one.get("score")]
    mean = round(sum(scores) / len(scores), 1) if scores else None
    yield _Line("score", "平均评分", "分", mean, "各次评分的平均，满分 5 分")


def _earlier(session: Session, span: Span) -> _Earlier:
    """Return the values of an earlier period; none where we kept no book in it."""
    known = {line.key: line.value for line in _lines(session, span)} if is_kept(session, span) else {}
    return _Earlier(known, is_whole(session, span))


def _comments(session: Session, start: datetime, end: datetime) -> Iterator[_Line]:
    listed = session.scalar(select(CommentThread.id).where(CommentThread.asked_at.is_not(None)).limit(1)) is not None
    came = (Comment.created_at >= start, Comment.created_at < end)
    count = _count(session, *came) if listed else None
    replied = _count(session, *came, Comment.replied_at.is_not(None)) if listed else None
    yield _Line("comments", "留言", "条", count, "期内写的，每条计一")
    yield _Line("replied", "已回复的留言", "条", replied, "期内写的留言里已经回复的")


def _tickets(session: Session, span: Span) -> Iterator[_Line]:
    found = ticket_counts(session, span.first, span.last)
    known: dict[str, Value] = {}
    if found:
        mean = None if found.mean_hours is None else round(found.mean_hours, 1)
        known = {
            "opened": found.opened,
            "in_time": found.in_time,
            "closed": found.closed,
            "open": found.open,
            "hours": mean,
        }
    for key, name, unit, rule in (
        ("opened", "新工单", "件", "期内开的"),
        (
            "in_time",
            _IN_TIME,
            "件",
            "期内开的工单里，48 小时内第一次答复送达，或记为在别处答复的；微信过了 48 小时不能主动答复",
        ),
        ("closed", "办结的工单", "件", "期内关闭的"),
        ("open", "期末未办结的工单", "件", "期末没有关闭的"),
        ("hours", "第一次答复的平均用时", "小时", "期内开的、已经答复的工单，从开到第一次答复送达"),
    ):
        yield _Line(key, name, unit, known.get(key), rule)


def _ratings(session: Session, span: Span) -> Sequence[dict[str, str]] | None:
    """Return what the ratings of a period tell; None where none was ever recorded."""
    there = (Record.kind == RATING, Record.revoked_at.is_(None))
    if session.scalar(select(Record.id).where(*there).limit(1)) is None:
        return None
    found = session.scalars(select(Record.facts).where(*there, Record.day.between(span.first, span.last)))
    return [json.loads(facts) for facts in found]


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Comment).where(*where)) or 0


def _row(now: _Line, before: tuple[Value, Value], year_before: tuple[Value, Value]) -> Row:
    (was, base), (last_year, base_year) = before, year_before
    return {
        "key": now.key,
        "name": now.name,
        "unit": now.unit,
        "value": now.value,
        "before": was,
        "change": change(now.value, base),
        "last_year": last_year,
        "change_year": change(now.value, base_year),
        "rule": now.rule,
    }
