"""Field work as the terminal lists it: rows of plain values for --json, lines for people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.group import Desk
from content import evidence
from content.clock import stamp
from content.field_kinds import FACTS
from content.models import Event
from content.record_models import Record
from content.record_views import View, line, views
from content.record_words import subject

Row = dict[str, Any]


def record_row(view: View) -> Row:
    """Return a record as plain values."""
    return {
        "number": view.number,
        "kind": view.kind,
        "day": view.day.isoformat(),
        "places": list(view.places),
        "people": view.people,
        "new_users": view.new_users,
        "text": view.text,
        "label": view.label,
        **view.more,
        "ended": view.ended.isoformat() if view.ended else None,
        "by": view.by,
        "company": view.company,
        "at": stamp(view.at),
        "evidence": view.proofs,
        "evidence_wanted": view.wanted,
        "complete": view.is_complete,
        "flags": list(view.flags),
        "void": view.is_void,
    }


def whole_row(session: Session, record: Record) -> Row:
    """Return a record with its evidence and its trail, nothing masked."""
    (view,) = views(session, [record], full=True)
    kept = evidence.of(session, subject(record))
    trail = session.scalars(select(Event).where(Event.subject == subject(record)).order_by(Event.id))
    return record_row(view) | {
        "files": [{"number": e.id, "name": e.name, "path": e.path, "by": e.by, "at": stamp(e.sent_at)} for e in kept],
        "trail": [{"at": stamp(e.at), "by": e.by, "why": e.why} for e in trail],
    }


def record_lines(row: Row) -> list[str]:
    """Return a record with its evidence and its trail as people read it."""
    void = "（已作废）" if row["void"] else ""
    lines = [f"{row['kind']}记录{row['number']}{void}：{row['day']} {'、'.join(row['places'])}"]
    people = [("人数", row["people"]), ("新增用户", row["new_users"]), (row["label"], row["text"])]
    people += [(fact.name, f"{row[key]}{fact.unit}") for key, fact in FACTS.items() if key in row]
    people += [("解散", row["ended"])]
    lines += [f"{name}：{value}" for name, value in people if value not in (None, "")]
    lines.append(f"材料：{row['evidence']} 份，要 {row['evidence_wanted']} 份")
    lines += [f"  {one['name'] or '照片'}  {one['path'] or '还没有取到'}" for one in row["files"]]
    lines += [f"注意：{flag}" for flag in row["flags"]]
    return [*lines, "经过：", *(f"  {one['at']} {one['by']}：{one['why']}" for one in row["trail"])]


def told_of(desk: Desk, number: int) -> str:
    """Return a record as a line."""
    with desk.parts().store.reading() as session:
        (view,) = views(session, [session.get_one(Record, number)])
    return f"{view.kind}记录 {line(view)}"
