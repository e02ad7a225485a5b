"""Where a report to 甲方 stands: what may follow what, each move made once and written down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.models import Event
from content.workflow import Overtaken
from scheduler import reporting
from scheduler.effect_periods import MONTHLY, QUARTERLY, YEARLY
from scheduler.models import Report

ACCEPTANCE, PLAN = "acceptance", "plan"
KINDS = {  # the kinds of reports that 甲方 confirms, and what people call them
    MONTHLY: "月度推广效果数据分析报告",
    QUARTERLY: "季度推广效果数据分析报告",
    YEARLY: "年度推广效果数据分析报告",
    ACCEPTANCE: "执行成果报告",
    PLAN: "项目实施方案",
}


class ReportState(StrEnum):
    """Where a report stands; the database knows `submitted` and `confirmed` by name (uq_report_at_client)."""

    DRAFT = reporting.DRAFT
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    RETURNED = reporting.RETURNED


MOVES: Mapping[tuple[ReportState, ReportState], str] = {  # what may follow what, and when
    (ReportState.DRAFT, ReportState.SUBMITTED): "乙方 gave it to 甲方, and its figures and files are frozen",
    (ReportState.SUBMITTED, ReportState.CONFIRMED): "甲方 confirmed it",
    (ReportState.SUBMITTED, ReportState.RETURNED): "甲方 sent it back; a new version follows",
}
AT_CLIENT = (ReportState.SUBMITTED.value, ReportState.CONFIRMED.value)
IN_WORDS = {
    ReportState.DRAFT: "草稿",
    ReportState.SUBMITTED: "已提交，等甲方确认",
    ReportState.CONFIRMED: "甲方已确认",
    ReportState.RETURNED: "甲方已退回",
}


def move(session: Session, report: Report, to: ReportState, *, by: str, now: datetime, why: str) -> None:
    """Move a report, unless somebody else moved it since it was read, and write it down in the same transaction.

    OpsError when the move does not exist, Overtaken when it came too late.
    """
    if (report.state, to) not in MOVES:
        raise OpsError(f"{in_words(report)}现在是“{state_in_words(report)}”，不能变为“{IN_WORDS[to]}”。")
    result = session.execute(
        update(Report)
        .where(Report.id == report.id, Report.state == report.state)
        .values(state=to.value)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise Overtaken(f"{in_words(report)}刚刚被别人改动了，请再看一次。")
    old = report.state
    session.refresh(report, ["state"])
    session.add(Event(subject=reporting.subject(report), at=now, by=by, from_state=old, to_state=to.value, why=why))


def in_words(report: Report) -> str:
    """Return what people call a report: 报告3（执行成果报告 2026-03-15_2027-03-14 第 2 版）."""
    return f"报告{report.id}（{KINDS.get(report.kind, report.kind)} {report.period} 第 {report.version} 版）"


def state_in_words(report: Report) -> str:
    """Return where a report stands as people say it."""
    return IN_WORDS[ReportState(report.state)] if is_for_client(report) else "不用甲方确认"


def is_for_client(report: Report) -> bool:
    """Say whether 甲方 confirms a report of this kind; a community's weekly one is delivered, and that is all."""
    return report.kind in KINDS


def that_counts(session: Session, kind: str, place: str, period: str) -> Report | None:
    """Return the version of a report that counts: the one that 甲方 confirmed or has before it, else the newest; None without any."""
    of = (Report.kind == kind, Report.place == place, Report.period == period)
    lies = session.scalar(select(Report).where(*of, Report.state.in_(AT_CLIENT)))  # uq_report_at_client: one at most
    return lies or reporting.newest(session, kind, place, period)


def only_for_the_house(session: Session, report: Report) -> str:
    """Return in words that a draft can go to 甲方 no more, as they confirmed another version; "" where that is not so."""
    other = that_counts(session, report.kind, report.place, report.period)
    if report.state != ReportState.DRAFT or other is None or other.state != ReportState.CONFIRMED:
        return ""
    return f"甲方已确认的是第 {other.version} 版，第 {report.version} 版只供内部看，不能提交。"


def acceptance_confirmed(session: Session, first: date) -> Report | None:
    """Return the newest 执行成果报告 of a whole contract that 甲方 confirmed: it opens the last payment (domain.md §1c R6).

    first: the contract's first day, with which the report's period begins; that of another year opens nothing, nor does
    one that was confirmed while the contract still ran.
    """
    confirmed = (
        Report.kind == ACCEPTANCE, Report.state == ReportState.CONFIRMED.value, Report.period.startswith(f"{first}_", autoescape=True)
    )  # fmt: skip
    found = session.scalars(select(Report).where(*confirmed).order_by(Report.id.desc()))
    return next((report for report in found if json.loads(report.facts or "{}").get("final")), None)
