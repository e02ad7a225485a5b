"""The reason with which each warning of a submission passes, kept with the revision it was given for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.article import Level, Problem
from content.models import PassedWarning, Revision

ALL = ""  # the key of the reason for every warning whose code has none of its own
NO_REASONS: Mapping[str, str] = {}


def without_reason(problems: Sequence[Problem], reasons: Mapping[str, str]) -> list[Problem]:
    """Return the warnings that no reason is given for; `reasons` are by code, with ALL for the others."""
    return [p for p in problems if p.level == Level.WARN and not _reason(p, reasons)]


def keep(
    session: Session,
    revision: Revision,
    problems: Sequence[Problem],
    reasons: Mapping[str, str],
    *,
    by: str,
    now: datetime,
) -> None:
    """Write each warning down with its reason, a row each; errors do not get here and infos need nothing."""
    for problem in problems:
        if problem.level == Level.WARN:
            session.add(
                PassedWarning(
                    revision_id=revision.id,
                    code=problem.code,
                    line=problem.line,
                    message=problem.message,
                    reason=_reason(problem, reasons),
                    by=by,
                    at=now,
                )
            )


def passed_warnings(session: Session, revision: Revision) -> Sequence[PassedWarning]:
    """Return the warnings that a revision passed with, in the order of its lines."""
    return session.scalars(
        select(PassedWarning)
        .where(PassedWarning.revision_id == revision.id)
        .order_by(PassedWarning.line, PassedWarning.id)
    ).all()


def words_of(passed: PassedWarning) -> str:
    """Return a passed warning as people read it, with its line, its reason and who gave it."""
    return f"第 {passed.line} 行：{passed.message}理由：{passed.reason}（{passed.by}）"


def _reason(problem: Problem, reasons: Mapping[str, str]) -> str:
    return (reasons.get(problem.code, "").strip() or reasons.get(ALL, "")).strip()
