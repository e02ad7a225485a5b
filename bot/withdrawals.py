"""Withdrawals as people see them, on the terminal and on the page: how far each has come, the steps, the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from content import custody
from content.after_models import Withdrawal
from content.clock import stamp
from content.library import article_by_number
from content.models import Article
from content.workflow import in_words
from scheduler import withdraw
from scheduler.sent import steps

Row = dict[str, Any]


def rows_of(session: Session, workspace: Path, article: Article | None) -> list[Row]:
    """Return all withdrawals, or those of one article, newest first, as plain values."""
    return [_row(session, workspace, row) for row in withdraw.every_one(session, article)]


def lines_of(row: Row) -> str:
    """Return a withdrawal as people read it on the terminal."""
    lines = [f"{row['name']}  {row['state']}  {row['at']} {row['by']}：{row['reason']}"]
    lines += [f"  留言：{row['comments']}"] if row["comments"] else []
    lines += [f"  {row['trouble']}"] if row["trouble"] else []
    lines += [f"  {one}" for one in row["steps"]]
    lines += [f"  {row['seen']}，{row['ended_at']}"] if row["ended_at"] else []
    waits = f"  还没有第二个人确认：wxops withdraw {row['number']} --confirm --by 姓名"
    lines.append(f"  {row['confirmed_by']}已确认，{row['confirmed_at']}" if row["confirmed_by"] else waits)
    lines += [f"  证据 {len(row['evidence'])} 个文件：{row['folder']}"] if row["evidence"] else []
    return "\n".join(lines)


def evidence_of(session: Session, workspace: Path, number: int) -> bytes:
    """Return the evidence of the newest withdrawal of article N that kept any, as a ZIP; OpsError where there is none."""
    article = article_by_number(session, number)
    kept = [custody.place_of(workspace, number, row.id) for row in withdraw.every_one(session, article)]
    return custody.as_zip(next((folder for folder in kept if folder.is_dir()), workspace / custody.FOLDER / "none"))


def _row(session: Session, workspace: Path, row: Withdrawal) -> Row:
    folder = custody.place_of(workspace, row.article_id, row.id)
    return {
        "number": row.article_id,
        "name": in_words(row.article),
        "stage": row.stage,
        "state": withdraw.IN_WORDS[row.stage],
        "reason": row.reason,
        "by": row.by,
        "at": stamp(row.at),
        "comments": row.comments,
        "trouble": row.last_error,
        "steps": steps(session, row.article) if row.stage == withdraw.BY_HAND else [],
        "seen": row.seen,
        "ended_at": stamp(row.ended_at) if row.ended_at else "",
        "confirmed_by": row.confirmed_by,
        "confirmed_at": stamp(row.confirmed_at) if row.confirmed_at else "",
        "evidence": custody.files_in(folder),
        "folder": folder.relative_to(workspace).as_posix(),
    }
