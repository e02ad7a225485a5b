"""Who hears of a report's way: 甲方 that one was submitted, whoever submitted it what 甲方 said; never at night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.models import Event, Person
from scheduler import reporting
from scheduler.channels import WECHAT
from scheduler.models import Outbox, Report
from scheduler.night import not_at_night
from scheduler.report_states import ReportState, in_words


def ask_client(session: Session, report: Report, clients: Sequence[Person], *, now: datetime) -> None:
    """Write to those of 甲方 who may decide that a report waits for them, with the words to send."""
    text = (
        f"{in_words(report)}已提交，请确认。文件在网页里：/console/reports/{report.id}（发“登录”得到链接）。"
        f"确认请回复：确认报告 {report.id}；退回请回复：退回报告 {report.id} 原因"
    )
    _write(session, report, clients, "submitted", text, now)


def tell_submitter(session: Session, report: Report, said: str, *, now: datetime) -> None:
    """Write to whoever submitted a report what 甲方 said; to nobody where they are gone or have said it themselves."""
    submitted = (Event.subject == reporting.subject(report), Event.to_state == ReportState.SUBMITTED.value)
    name = session.scalar(select(Event.by).where(*submitted))
    people = session.scalars(select(Person).where(Person.name == name, Person.revoked_at.is_(None))).all()
    _write(session, report, people, "decided", said, now)


def _write(session: Session, report: Report, people: Sequence[Person], what: str, text: str, now: datetime) -> None:
    session.add_all(
        Outbox(
            key=f"report:{report.id}:{what}:{person.id}", channel=WECHAT, person_id=person.id, text=text,
            due=not_at_night(now),
        )
        for person in people
        if person.openid
    )  # fmt: skip
