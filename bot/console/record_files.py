"""Field work as files at the pages: the workbook of what the list shows, and the table that is brought."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath

from flask import Blueprint, Response, request

from bot import field_files, record_export
from bot.console.pages import page
from bot.console.records import found
from bot.login import demand
from bot.wiring import Parts
from content.assignments import FIELD
from content.errors import OpsError, WrongUse
from content.field_kinds import KINDS
from content.models import Person
from content.tables import TableWrong
from scheduler.record_intake import RecordsWrong, Wanted
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
        demand(FIELD)
        return page("records_import", kinds=list(KINDS), bad=(), error="", said=(), typed={"kind": "", "why": ""})

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
        return page(
            "records_import", status=422 if error else 200, kinds=list(KINDS), bad=bad, error=error, said=said,
            typed={"kind": wanted.kind, "why": wanted.why},
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
