"""The page of the 补签单: each month's sheet to fetch, and its signed scan to hand in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request

from bot import recording
from bot.console.pages import page
from bot.console.recording import chosen_scan
from bot.login import demand, go
from bot.wiring import Parts
from content import countersign, evidence
from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.folders import MONTH
from content.recorded import RECORDERS
from content.word.filling import filled, form

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Sheet:
    """A month's sheet: how many lines it has and lacks evidence for, whether the month lasts, and its signed scans."""

    month: str
    name: str
    count: int
    lacking: int
    lasts: bool
    scans: list[tuple[int, str]]


def add_countersigning(console: Blueprint, parts: Parts) -> None:
    """Add the page, the sheets and the target of the form."""

    @console.get("/countersign")
    def sheets() -> Response:
        demand(RECORDERS)
        return _page(parts, said="补签单已收回。" if request.args.get("said") == "signed" else "")

    @console.get("/countersign/<month>.docx")
    def sheet(month: str) -> Response:
        demand(RECORDERS)
        with parts.store.reading() as session:
            facts = countersign.countersign_of(session, _month(month), now=parts.clock.now())
        answer = Response(filled(form(parts.workspace, "countersign"), facts.as_values()), mimetype=DOCX)
        answer.headers["Content-Disposition"] = f'attachment; filename="countersign-{month}.docx"'
        return answer

    @console.post("/countersign/<month>")
    def take_sheet(month: str) -> Response:
        by = demand(RECORDERS).name
        try:
            if (scan := chosen_scan(parts)) is None:
                raise WrongUse("请选择签好的补签单的扫描件。")
            recording.close_month(parts, _month(month), scan, by=by)
        except OpsError as error:
            return _page(parts, error=str(error), status=422)
        return go("/console/countersign?said=signed")


def _page(parts: Parts, *, said: str = "", error: str = "", status: int = 200) -> Response:
    now = parts.clock.now()
    present, found = f"{local_day(now):%Y-%m}", []
    with parts.store.reading() as session:
        for month, _ in reversed(countersign.months(session)):
            facts = countersign.countersign_of(session, month, now=now)
            kept = evidence.of(session, countersign.subject_of(month))
            scans = [(row.id, row.name) for row in kept]
            found.append(Sheet(month, facts.month, facts.count, facts.lacking, month >= present, scans))
    return page("countersign", status=status, sheets=found, said=said, error=error)


def _month(text: str) -> str:
    return text if MONTH.fullmatch(text) else abort(404)
