"""Corrections as people see them, on the terminal and on the page; and whether the library's file was amended."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from content import evidence
from content.after_models import Correction
from content.clock import stamp
from content.errors import OpsError
from content.models import Article
from content.workflow import in_words
from scheduler import correct
from scheduler.correct_steps import steps

Row = dict[str, Any]


def rows_of(session: Session, workspace: Path, article: Article | None) -> list[Row]:
    """Return all corrections, or those of one article, newest first, as plain values."""
    return [_row(session, workspace, row) for row in correct.every_one(session, article)]


def lines_of(row: Row) -> str:
    """Return a correction as people read it on the terminal."""
    lines = [
        f"{row['name']}  {row['state']}  {row['at']} {row['by']}：“{row['old']}”改为“{row['new']}”，{row['reason']}"
    ]
    lines += [f"  在{row['places']}"]
    lines += [f"  检查有警告：{row['warnings']}"] if row["warnings"] else []
    lines += [f"  {row['approved_by']}已批准，{row['approved_at']}"] if row["approved_by"] else []
    lines += [f"  {one}" for step in row["steps"] for one in step.split("\n")]
    lines += [f"  截图：{one['words']}" for one in row["pictures"]]
    lines += [f"  {row['proof'] or row['why']}"] if row["proof"] or row["why"] else []
    lines += [f"  {row['file']}"] if row["file"] else []
    lines += [f"  更正文章：{row['notice']}"] if row["notice"] else []
    return "\n".join(lines)


def hand_in(session: Session, article: Article, path: Path, *, name: str, by: str, now: datetime) -> str:
    """Put a picture that `evidence.keep` kept to the newest correction of an article; return what people are told."""
    row = correct.newest(session, article)
    if row is None:
        raise OpsError(f"{in_words(article)}没有更正的记录，截图没有收下。")
    words = f"文章{article.id}的更正"
    evidence.hand_in(session, correct.subject_of(row), path, name=name, words=words, by=by, now=now)
    return f"截图已收下，附在{words}上。请另一位看过，再核实：核实更正 {article.id}"


def _row(session: Session, workspace: Path, row: Correction) -> Row:
    open_ = row.ended_at is None
    return {
        "number": row.article_id,
        "name": in_words(row.article),
        "state": correct.state_of(row),
        "outcome": row.outcome,
        "old": row.old,
        "new": row.new,
        "places": row.places,
        "warnings": row.warnings,
        "reason": row.reason,
        "by": row.by,
        "at": stamp(row.at),
        "approved_by": row.approved_by,
        "approved_at": stamp(row.approved_at) if row.approved_at else "",
        "done_by": row.done_by,
        "done_at": stamp(row.done_at) if row.done_at else "",
        "steps": steps(session, row) if open_ and row.approved_at else [],
        "pictures": [
            {
                "number": one.id,
                "words": f"{one.by}，{stamp(one.sent_at)}{'' if one.path else '（还没有取到）'}",
                "there": bool(one.path),
            }
            for one in evidence.of(session, correct.subject_of(row))
        ],
        "proof": row.proof,
        "why": row.why,
        "ended_at": stamp(row.ended_at) if row.ended_at else "",
        "file": _file(workspace, row),
        "notice": row.notice,
    }


def _file(workspace: Path, row: Correction) -> str:
    """Return what is still to be done to the library's file, "" when it holds the new words or the correction fell through."""
    name = row.article.path
    if row.outcome not in ("", correct.CORRECTED) or not row.approved_at or not name:
        return ""
    try:
        text = (workspace / name).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"内容库里的稿子 {name} 不在，没法一起改。"
    if row.new in text and row.old not in text.replace(row.new, ""):
        return ""
    return f"内容库里的稿子 {name} 还没有改：请把“{row.old}”改成“{row.new}”并保存，以后以它为准。"
