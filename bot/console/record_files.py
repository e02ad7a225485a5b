"""Field work as files at the pages: the workbook of what the list shows, and the table that is brought."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path, PurePath

from flask import Blueprint, Response, request

from bot import field_files, record_export
from bot.console.pages import page
from bot.console.records import found
from bot.login import demand
from bot.wiring import Parts
from content.assignments import FIELD
from content.clock import stamp
from content.errors import OpsError, WrongUse
from content.field_kinds import KINDS
from content.models import Person
from content.tables import TableWrong
from scheduler import record_undo
from scheduler.record_intake import RecordsWrong, Wanted, bad_lines
from scheduler.record_sheet import Line

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_record_files(console: Blueprint, parts: Parts) -> None:
    """Add the workbook of what the list shows, and the table that is brought."""

    @console.get("/records/export.xlsx")
    def export_records() -> Response:
        person = demand(FIELD)
        listed = found(parts, person)
        answer = Response(record_export.workbook(listed.views, person.name, parts.clock.now()), mimetype=XLSX)
        answer.headers["Content-Disposition"] = "attachment; filename=records.xlsx"
        record_export.log(parts, f"{len(listed.views)} 条（网页）", by=person.name)
        return answer

    @console.get("/records/import")
    def records_import() -> Response:
        return _form(parts, demand(FIELD))

    @console.post("/records/import")
    def import_records() -> Response:
        person, told = demand(FIELD), request.form
        wanted = Wanted(told.get("kind", ""), told.get("why", ""), told.get("skip_bad") == "1")
        bad: Sequence[Line] = ()
        said: Sequence[str] = ()
        error = ""
        try:
            said, bad = _take_file(parts, wanted, person)
        except RecordsWrong as wrong:
            bad, error = wrong.bad, wrong.args[0]
        except TableWrong as wrong:
            error = "".join(problem.message for problem in wrong.problems)
        except OpsError as wrong:
            error = str(wrong)
        return _form(parts, person, bad=bad, error=error, said=said, wanted=wanted)

    @console.post("/records/import/<int:number>/undo")
    def undo_import(number: int) -> Response:
        person = demand(FIELD)
        try:
            said = [field_files.undo(parts, number, request.form.get("why", ""), by=person.name)]
        except OpsError as wrong:
            return _form(parts, person, error=str(wrong))
        return _form(parts, person, said=said)


def _form(
    parts: Parts, person: Person, *, bad: Sequence[Line] = (), error: str = "", said: Sequence[str] = (),
    wanted: Wanted | None = None,
) -> Response:  # fmt: skip
    """Return the page; the faulty rows come with it as a file, since what was sent is not kept."""
    with parts.store.reading() as session:
        brought = [(one.id, one.name, one.rows, one.by, stamp(one.at)) for one in record_undo.listed(session, person)]
    rest = b64encode(bad_lines(bad).encode()).decode() if bad else ""
    typed = {"kind": wanted.kind if wanted else "", "why": wanted.why if wanted else ""}
    return page(
        "records_import", status=422 if error else 200, kinds=list(KINDS), bad=bad, rest=rest, error=error, said=said,
        brought=brought, typed=typed,
    )  # fmt: skip


def _take_file(parts: Parts, wanted: Wanted, person: Person) -> tuple[Sequence[str], Sequence[Line]]:
    """Take in the table that was sent; return what to tell, and the rows that were left out."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise WrongUse("请选择台账（.xlsx 或 .csv）。")
    name = PurePath(sent.filename.replace("\\", "/")).name[:200]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table"
        sent.save(file)
        taken = field_files.take(parts, file, name, wanted, by=person.name)
    return taken.notes, taken.bad
