"""代录 from the page: somebody's verdict with its scan, a scan that follows, and looking at what was kept."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, request

from bot import recording
from bot.console.articles import article_of, show
from bot.console.dossiers import demand_step_evidence
from bot.console.hand import demand_figure_evidence
from bot.console.records import demand_evidence
from bot.console.sheet import SHOWN_AS
from bot.console.weekly import demand_sending
from bot.login import READERS, demand, go
from bot.wiring import Parts
from content.assignments import FIELD
from content.errors import OpsError, WrongUse
from content.evidence import bytes_of
from content.kinds import HEAD, kind_of
from content.paper import Evidence
from content.recorded import RECORDERS
from scheduler import ticket_desk

_SEEN_BY = {"ticket": ticket_desk.READERS, "countersign": RECORDERS}  # as the pages of what they belong to


def add_recording(console: Blueprint, parts: Parts) -> None:
    """Add the targets of the two forms, and the evidence."""

    @console.post("/articles/<int:number>/record")
    def record_verdict(number: int) -> Response:
        by = demand(RECORDERS).name
        article_of(parts, number)
        try:
            spoken = _spoken()
            recording.record(parts, number, _revision(), spoken, chosen_scan(parts), by=by)
        except OpsError as error:
            return show(parts, number, error=str(error), status=422, typed=request.form)
        return go(f"/console/articles/{number}?said=recorded")

    @console.post("/articles/<int:number>/evidence")
    def prove_verdict(number: int) -> Response:
        by = demand(RECORDERS).name
        article_of(parts, number)
        try:
            if (scan := chosen_scan(parts)) is None:
                raise WrongUse("请选择截图或扫描件。")
            recording.prove(parts, number, _revision(), scan, by=by, step=request.form.get("step", ""))
        except OpsError as error:
            return show(parts, number, error=str(error), status=422)
        return go(f"/console/articles/{number}?said=proven")

    @console.get("/evidence/<int:number>")
    def evidence(number: int) -> Response:
        """Show a picture, give any other file to keep."""
        row = _seen(parts, number)
        try:
            data = bytes_of(parts.workspace, row)
        except OSError:
            abort(404, "这份凭证的文件不见了，或被改过。")
        if kind := SHOWN_AS.get(kind_of(data[:HEAD])):
            return Response(data, mimetype=kind)
        name = quote(row.name or row.path.rpartition("/")[2], safe="")
        answer = Response(data, mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return answer


def _seen(parts: Parts, number: int) -> Evidence:
    """Return a piece of evidence that is kept; 403 or 404 where it is not for who is at the page."""
    demand(READERS + FIELD)
    with parts.store.reading() as session:
        row = session.get(Evidence, number) if number < 2**31 else None
    kind = row.subject.partition(":")[0] if row else ""
    if row and kind == "record":
        demand_evidence(parts, row)
    elif row and kind == "step":
        demand_step_evidence(parts, row)
    elif row and kind == "figure":
        demand_figure_evidence(parts, row)
    elif row and kind == "sending":
        demand_sending(parts, int(row.subject.partition(":")[2]))
    else:
        demand(_SEEN_BY.get(kind, READERS))
    if row is None or not row.path:
        abort(404)
    return row


def _spoken() -> recording.Spoken:
    says, name = request.form.get("says", ""), request.form.get("name", "")
    if says not in ("pass", "back") or not name:
        raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
    return recording.Spoken(says == "pass", name, request.form.get("way", ""), request.form.get("note", "").strip())


def _revision() -> int:
    shown = request.form.get("revision", "")
    if not (shown.isascii() and shown.isdecimal()) or len(shown) > 9:
        raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
    return int(shown)


def chosen_scan(parts: Parts) -> recording.Scan | None:
    """Return the chosen file, kept; None when none was chosen."""
    given = request.files.get("scan")
    if given is None or not given.filename:
        return None
    return recording.scan_in(parts, given.filename, given.read())
