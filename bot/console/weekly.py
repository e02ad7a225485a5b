"""The pages of the communities' weekly reports: a week by streets, one place with its files and deliveries, the table of all weeks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import weekly
from bot.console.pages import page
from bot.console.records import proof
from bot.login import demand, go
from bot.wiring import Parts
from content import assignments, evidence, watermark
from content.assignments import EVERYWHERE, FIELD
from content.clock import local_day, stamp
from content.errors import OpsError, WrongUse
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Person
from content.place_table import COMMUNITY, STREET
from content.watermarked import marked
from content.weekly_facts import facts_of
from content.weekly_page import page as phone_page
from content.weekly_street import text
from content.weeks import Week
from scheduler import report_desk, reporting, weekly_reports, weekly_sent, weekly_table, weekly_watch
from scheduler.agreement import Contract
from scheduler.models import Report
from scheduler.sending_models import Sending

ROLES = ("admin", "operator", "editor", "reviewer", "chief", "liaison")
WEEKS = 8  # of the table, where not all are asked for
ROUTE = "/reports/weekly"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAID = {"sent": "已记下。", "revoked": "已撤销，不再计数。"}


@dataclass(frozen=True)
class Here:
    """Who is at the page of which week, and the places that they see in it."""

    person: Person
    contract: Contract
    week: Week
    known: Gazetteer
    communities: list[Spot]
    streets: list[Spot]

    def spot(self, code: str) -> Spot:
        """Return a place that is theirs; 404 for all others."""
        seen = {one.code: one for one in (*self.communities, *self.streets)}
        return seen.get(code) or abort(404, "没有这个地方的周报，或者它不归您看。")


def add_weekly(console: Blueprint, parts: Parts) -> None:
    """Add the pages and the targets of their forms."""

    @console.get(ROUTE)
    def weekly_list() -> Response:
        return _list(parts)

    @console.get(f"{ROUTE}/table")
    def weekly_all() -> Response:
        return _table(parts)

    @console.get(f"{ROUTE}/table.xlsx")
    def weekly_workbook() -> Response:
        now = parts.clock.now()
        name = f"周报完成表{local_day(now)}.xlsx"
        with parts.store.reading() as session:
            here = _here(session, parts, "")
            found = _found(session, parts, here, everything=True)
        data = weekly_table.workbook(found, watermark.line(here.person.name, now))
        with parts.store.transaction() as session:
            report_desk.note_taken(session, weekly_table.SUBJECT, name, data, by=here.person.name, now=now)
        return _file(data, name)

    @console.get(f"{ROUTE}/<period>/<code>")
    def weekly_place(period: str, code: str) -> Response:
        return _place(parts, period, code, said=SAID.get(request.args.get("said", ""), ""))

    @console.get(f"{ROUTE}/<period>/<code>/page")
    def weekly_page(period: str, code: str) -> Response:
        return _phone(parts, period, code)

    @console.get(f"{ROUTE}/<period>/<code>/file")
    def weekly_file(period: str, code: str) -> Response:
        return _taken_out(parts, period, code)

    _add_deeds(console, parts)


def _add_deeds(console: Blueprint, parts: Parts) -> None:
    """Add the targets of the two forms: delivered, and taken back."""

    @console.post(f"{ROUTE}/<period>/<code>/sent")
    def weekly_send(period: str, code: str) -> Response:
        by = demand(FIELD)
        given = [(one.filename or "", one.read()) for one in request.files.getlist("scan") if one.filename]
        try:
            with parts.store.reading() as session:
                spot = _here(session, parts, period).spot(code)
            weekly.send(parts, spot.name, period, request.form.get("way", ""), given, by=by.name)
        except OpsError as error:
            return _place(parts, period, code, error=str(error), status=422)
        return go(f"/console{ROUTE}/{period}/{code}?said=sent")

    @console.post(f"{ROUTE}/<period>/<code>/unsent")
    def weekly_unsend(period: str, code: str) -> Response:
        by, number = demand(FIELD).name, request.form.get("number", "")
        try:
            if not (number.isascii() and number.isdecimal()):
                raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
            weekly.unsend(parts, int(number), request.form.get("why", ""), by=by)
        except OpsError as error:
            return _place(parts, period, code, error=str(error), status=422)
        return go(f"/console{ROUTE}/{period}/{code}?said=revoked")


def demand_sending(parts: Parts, number: int) -> None:
    """Stop whoever does not see the place that a delivery was for."""
    with parts.store.reading() as session:
        sending = session.get(Sending, number) or abort(404)
        _here(session, parts, sending.period).spot(sending.place)


def _here(session: Session, parts: Parts, period: str) -> Here:
    person, now = demand(ROLES), parts.clock.now()
    contract = weekly.contract_of(parts)
    try:
        week = weekly.chosen_week(contract, period, now) if period else _last(contract, parts)
    except OpsError as error:
        abort(404, str(error))
    known = gazetteer(session, week.last)
    everything = weekly.reads_all(person)
    if not everything and person.role not in FIELD:
        abort(403, f"{person.name}，社区周报由甲方、运营和负责的联络员看。")
    own = known.places if everything else assignments.places_of(session, person, local_day(now), known)
    streets = [spot for spot in own if spot.level == STREET]
    inside = weekly.communities(known, streets if everything else own)
    return Here(person, contract, week, known, inside, streets)


def _last(contract: Contract, parts: Parts) -> Week:
    """Return the newest week of the contract that is due, its first one where none is."""
    due = weekly_watch.last_due(parts.clock.now())
    weeks = weekly_table.weeks_of(contract)
    return next((week for week in reversed(weeks) if week <= due), weeks[0])


def _list(parts: Parts) -> Response:
    with parts.store.reading() as session:
        here = _here(session, parts, request.args.get("week", ""))
        found = weekly_table.table(session, [here.week], parts.clock.now())
    codes = {spot.code for spot in here.communities}
    lines = [line for line in found.lines if line.spot.code in codes]
    streets = [
        (spot, weekly_table.Table(found.weeks, [line for line in lines if line.spot.parent == spot.code]))
        for spot in here.streets
    ]
    due = weekly_watch.last_due(parts.clock.now())
    weeks = [week for week in reversed(weekly_table.weeks_of(here.contract)) if week <= due]
    alone = [line for line in lines if line.spot.parent not in {spot.code for spot, _ in streets}]
    whole = weekly_table.Table(found.weeks, lines)
    return page(
        "weekly", here=here, weeks=weeks, streets=streets, alone=alone, sum_line=whole.sum_line, back=_back(here)
    )


def _back(here: Here) -> str:
    return "/console/records" if here.person.role == "liaison" else "/console/"


def _found(session: Session, parts: Parts, here: Here, *, everything: bool) -> weekly_table.Table:
    """Return the table as who is there may see it, narrowed to a street and to the newest weeks."""
    street = request.args.get("street", "")
    weeks, due = weekly_table.weeks_of(here.contract), weekly_watch.last_due(parts.clock.now())
    if not everything:
        weeks = [week for week in weeks if week <= due][-WEEKS:] or weeks[:WEEKS]
    found = weekly_table.table(session, weeks, parts.clock.now(), street=street)
    if weekly.reads_all(here.person):
        return found
    own = {spot.code for spot in here.communities}
    return weekly_table.Table(weeks, [line for line in found.lines if line.spot.code in own])


def _table(parts: Parts) -> Response:
    everything = request.args.get("weeks", "") == "all"
    with parts.store.reading() as session:
        here = _here(session, parts, "")
        found = _found(session, parts, here, everything=everything)
    return page(
        "weekly_table", here=here, found=found, short=weekly_table.SHORT, street=request.args.get("street", ""),
        everything=everything, shown=WEEKS,
    )  # fmt: skip


def _place(parts: Parts, period: str, code: str, *, said: str = "", error: str = "", status: int = 200) -> Response:
    now = parts.clock.now()
    with parts.store.reading() as session:
        here = _here(session, parts, period)
        spot = here.spot(code)
        is_street = spot.level == STREET
        versions = _versions(session, spot, here.week)
        newest = versions[0] if versions else None
        table = weekly_table.table(session, [here.week], now, street=spot.code if is_street else spot.parent)
        lines = [line for line in table.lines if is_street or line.spot.code == spot.code]
        made = next((one for one in versions if one.state == weekly_reports.MADE), None)
        files = list(reporting.files_of(parts.workspace, made)) if made else []
        told = _text(session, newest) if newest and is_street else ""
        sendings = [
            (one, stamp(one.at), [proof(row) for row in evidence.of(session, weekly_sent.subject(one))])
            for one in weekly_sent.sendings(session, period=here.week.name, place=spot.code)
        ]
    return page(
        "weekly_place", status=status, here=here, spot=spot, is_street=is_street, newest=newest, made=made, versions=versions, lines=lines,
        files=files, told=told, sendings=sendings, said=said, error=error, states=weekly_reports.STATES,
        may_send=here.person.role in FIELD, may_revoke=here.person.role in EVERYWHERE, ways=weekly.WAYS,
        full=here.known.full(spot), stamp=stamp,
    )  # fmt: skip


def _versions(session: Session, spot: Spot, week: Week) -> list[Report]:
    """Return the versions of a place's report of a week, the newest first."""
    kind = weekly_reports.COMMUNITY if spot.level == COMMUNITY else weekly_reports.STREET
    of = (Report.kind == kind, Report.place == spot.code, Report.period == week.name)
    return list(session.scalars(select(Report).where(*of).order_by(Report.version.desc())))


def _text(session: Session, pack: Report) -> str:
    return text(weekly_reports.street_of(pack, *weekly_reports.made_and_lacking(session, pack)), "")


def _chosen(session: Session, parts: Parts, period: str, code: str) -> tuple[Here, Report, list[Report]]:
    """Return the version that is asked for, the newest that is made where none is named; 404 where it is not there."""
    here = _here(session, parts, period)
    versions = _versions(session, here.spot(code), here.week)
    wanted = request.args.get("v", "")
    made = [one for one in versions if one.state == weekly_reports.MADE and wanted in ("", str(one.version))]
    return here, made[0] if made else abort(404, "这一份还没有生成。"), versions


def _phone(parts: Parts, period: str, code: str) -> Response:
    """Show a community's page with the line of who looks."""
    now = parts.clock.now()
    with parts.store.reading() as session:
        here, report, versions = _chosen(session, parts, period, code)
    if report.kind != weekly_reports.COMMUNITY:
        abort(404)
    again = (
        "" if report.id == versions[0].id else f"这是第 {report.version} 版，已经有更正的第 {versions[0].version} 版。"
    )
    line = watermark.line(here.person.name, now)
    return Response(phone_page(facts_of(report.facts), line, again=again), mimetype="text/html")


def _taken_out(parts: Parts, period: str, code: str) -> Response:
    """Give a file with the line of who takes it out, and write down that they did."""
    name, now = request.args.get("name", ""), parts.clock.now()
    with parts.store.transaction() as session:
        here, report, _ = _chosen(session, parts, period, code)
        if name not in reporting.files_of(parts.workspace, report):
            abort(404)
        data = report_desk.take_out(session, parts.workspace, report, name, by=here.person.name, now=now)
    return _file(marked(data, name, watermark.line(here.person.name, now)), name)


def _file(data: bytes, name: str) -> Response:
    answer = Response(data, mimetype=XLSX if name.endswith(".xlsx") else "application/octet-stream")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return answer
