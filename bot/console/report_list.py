"""The page of the reports to 甲方: by kind and period, with their versions; they can be made there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, g, request

from bot import year_reports
from bot.console.pages import page
from bot.login import READERS, demand, go
from bot.wiring import Parts
from content.clock import local_day, stamp
from content.errors import OpsError, WrongUse
from scheduler import effect_keeping, report_desk
from scheduler.effect_periods import KIND_WORDS
from scheduler.models import Report
from scheduler.report_states import KINDS, ReportState, state_in_words

LOOKS = {ReportState.SUBMITTED: "in_review", ReportState.CONFIRMED: "approved"}  # as an article's state looks


@dataclass(frozen=True)
class Version:
    """One version of a report: its number, where it stands and how that looks, who made it and when."""

    number: int
    version: int
    state: str
    look: str
    by: str
    at: str


@dataclass(frozen=True)
class Period:
    """A report of one period with its versions, the newest first."""

    name: str
    versions: Sequence[Version]


def add_report_list(console: Blueprint, parts: Parts) -> None:
    """Add the page, and the targets of its forms."""

    @console.get("/reports")
    def report_list() -> Response:
        demand(READERS)
        return _page(parts)

    @console.post("/reports")
    def make_report() -> Response:
        by = demand(report_desk.SUBMITTERS).name
        kind, period = request.form.get("kind", ""), request.form.get("period", "")
        try:
            if kind not in KIND_WORDS:
                raise WrongUse("请选择月度、季度或年度。")
            now = parts.clock.now()
            made = effect_keeping.make(parts.store, parts.workspace, parts.rules, kind, period, by=by, now=now)
        except OpsError as error:
            return _page(parts, error=str(error), status=422)
        return go(f"/console/reports/{made.id}")

    @console.post("/reports/acceptance")
    def make_acceptance() -> Response:
        return _made(parts, lambda by: year_reports.make_acceptance(parts, _day("as_of"), None, by=by)[0])

    @console.post("/reports/plan")
    def make_plan() -> Response:
        return _made(parts, lambda by: year_reports.make_plan(parts, by=by))


def _day(field: str) -> date:
    try:
        return date.fromisoformat(request.form.get(field, "").strip())
    except ValueError as error:
        raise WrongUse("请写日期，例如 2027-03-14。") from error


def _made(parts: Parts, make: Callable[[str], Report]) -> Response:
    by = demand(report_desk.SUBMITTERS).name
    try:
        return go(f"/console/reports/{make(by).id}")
    except OpsError as error:
        return _page(parts, error=str(error), status=422)


def _page(parts: Parts, *, error: str = "", status: int = 200) -> Response:
    newest = effect_keeping.newest_month(parts.workspace, parts.rules, local_day(parts.clock.now()))
    with parts.store.reading() as session:
        kinds = _grouped(report_desk.listed(session))
    return page(
        "reports", status=status, today=str(local_day(parts.clock.now())), error=error, kinds=kinds, analyses=KIND_WORDS, newest=newest.name,
        period=request.form.get("period", newest.name), chosen=request.form.get("kind", newest.kind),
        may_make=g.person.role in report_desk.SUBMITTERS,
    )  # fmt: skip


def _grouped(reports: Sequence[Report]) -> list[tuple[str, list[Period]]]:
    """Return the reports by kind in the kinds' order, each kind's periods with the newest first."""
    found: dict[str, dict[str, list[Version]]] = {kind: {} for kind in KINDS}
    for report in reports:
        found.setdefault(report.kind, {}).setdefault(report.period, []).append(_version(report))
    return [
        (KINDS.get(kind, kind), [Period(name, of[name]) for name in sorted(of, reverse=True)])
        for kind, of in found.items()
        if of
    ]


def _version(report: Report) -> Version:
    look = LOOKS.get(ReportState(report.state), "")
    return Version(report.id, report.version, state_in_words(report), look, report.by, stamp(report.made_at))
