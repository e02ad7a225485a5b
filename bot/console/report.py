"""The page of one report to 甲方: its files, where it stands, what 甲方 said with the stamped page, who took what out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Blueprint, Response, abort, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import reports
from bot.console.pages import page
from bot.console.recording import chosen_scan
from bot.console.records import proof
from bot.login import READERS, demand, go
from bot.wiring import Parts
from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.models import Person
from content.people import people
from scheduler import effect_changes, report_desk
from scheduler.models import Report
from scheduler.report_states import KINDS, ReportState, is_for_client, only_for_the_house, state_in_words

LOOKS = {  # how the sign of a state looks: that of an article's state
    ReportState.SUBMITTED: "in_review",
    ReportState.CONFIRMED: "approved",
}
SAID = {
    "submitted": "已提交甲方，数字和文件不再变。",
    "confirmed": "已记下：甲方确认。",
    "returned": "已记下：甲方退回。请改好以后重新生成，会是新的一版。",
    "scan": "扫描件已收下。",
}


def add_report(console: Blueprint, parts: Parts) -> None:
    """Add the page of a report, its files and the targets of its forms."""

    @console.get("/reports/<int:number>")
    def report(number: int) -> Response:
        demand(READERS)
        return _show(parts, number, said=SAID.get(request.args.get("said", ""), ""))

    @console.get("/reports/<int:number>/file")
    def report_file(number: int) -> Response:
        by, name = demand(READERS).name, request.args.get("name", "")
        with parts.store.reading() as session:
            _named(session, number)
        answer = Response(reports.take_out(parts, number, name, by=by), mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        return answer

    @console.post("/reports/<int:number>/submit")
    def submit_report(number: int) -> Response:
        return _done(parts, number, "submitted", lambda by: reports.submit(parts, number, by=by))

    @console.post("/reports/<int:number>/decide")
    def decide_report(number: int) -> Response:
        says = request.form.get("says", "")

        def decide(by: str) -> str:
            if says not in (ReportState.CONFIRMED, ReportState.RETURNED):
                raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
            said = reports.Said(
                says == ReportState.CONFIRMED, request.form.get("reason", "").strip(), request.form.get("whose", "")
            )
            return reports.decide(parts, number, said, chosen_scan(parts), by=by)

        return _done(parts, number, says, decide)

    @console.post("/reports/<int:number>/scan")
    def scan_report(number: int) -> Response:
        def prove(by: str) -> str:
            if (scan := chosen_scan(parts)) is None:
                raise WrongUse("请选择盖章页的扫描件。")
            return reports.prove(parts, number, scan, by=by)

        return _done(parts, number, "scan", prove)


def _done(parts: Parts, number: int, said: str, act: Callable[[str], str]) -> Response:
    by = demand(READERS).name
    try:
        act(by)
    except OpsError as error:
        return _show(parts, number, error=str(error), status=422)
    return go(f"/console/reports/{number}?said={said}")


def _show(parts: Parts, number: int, *, said: str = "", error: str = "", status: int = 200) -> Response:
    person: Person = g.person
    with parts.store.reading() as session:
        report = _named(session, number)
        verdict = report_desk.verdict_of(session, report)
        of = (Report.kind == report.kind, Report.place == report.place, Report.period == report.period)
        versions = session.scalars(select(Report).where(*of).order_by(Report.version.desc())).all()
        values = {
            "names": report_desk.file_names(session, parts.workspace, report),
            "frozen": {file.name: file.sha256 for file in report_desk.frozen_files(session, report)},
            "scans": [proof(row) for row in report_desk.scans_of(session, report)],
            "changes": effect_changes.since_before(session, report),
            "trail": report_desk.trail(session, report),
            "taken": [(stamp(one.at), one.by, one.file) for one in report_desk.downloads(session, report)],
            "inside": (inside := only_for_the_house(session, report)),
            "clients": [one.name for one in people(session) if report_desk.may_decide(one)],
        }
    lies = report.state == ReportState.SUBMITTED
    return page(
        "report", status=status, report=report, title=KINDS.get(report.kind, report.kind), said=said, error=error,
        state=state_in_words(report), look=LOOKS.get(ReportState(report.state), ""), verdict=verdict,
        said_at=stamp(verdict.at) if verdict else "", made_at=stamp(report.made_at),
        versions=[(one.id, one.version, state_in_words(one)) for one in versions],
        may_submit=report.state == ReportState.DRAFT and not inside and report_desk.may_submit(person),
        may_decide=lies and report_desk.may_decide(person),
        may_record=lies and person.role in report_desk.SUBMITTERS and not report_desk.may_decide(person),
        may_prove=report.state != ReportState.DRAFT and (report_desk.may_decide(person) or person.role in report_desk.SUBMITTERS),
        **values,
    )  # fmt: skip


def _named(session: Session, number: int) -> Report:
    """Return a report to 甲方; 404 for what is none: a community's weekly report has pages of its own."""
    try:
        report = report_desk.named(session, number)
    except OpsError as error:
        abort(404, str(error))
    return report if is_for_client(report) else abort(404)
