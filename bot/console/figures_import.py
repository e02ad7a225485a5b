"""The page that takes files of figures: hand one in, answer what nobody knows, see what would be taken in, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from flask import Blueprint, Response, request

from bot import taking_in, waiting_files
from bot.console.pages import page
from bot.login import WRITERS, demand, go
from bot.taking_in import Opened
from bot.waiting_files import Waiting
from bot.wiring import Parts
from content.cells import day as day_of
from content.clock import local_day, stamp
from content.errors import OpsError, WrongUse
from content.tables import TableWrong
from content.values import NotUnderstood
from scheduler import bad_rows, batches
from scheduler.file_kinds import KINDS, NOTHING, Kind, column_name
from scheduler.intake import SAMPLE, Asked, Fault, asked, read
from scheduler.metrics import METRICS
from scheduler.subject_names import subject_name

MOST_ROWS = 20_000  # of a file at the page: WeChat's messages wait for the same process
AT = "/console/figures/import"
_BATCHES = 20


@dataclass(frozen=True)
class Preview:
    """What would be taken in: its kind, what to know of it, its first figures; what is wrong, and how many rows would be left."""

    kind: str
    rows: int
    figures: int
    lines: Sequence[str]
    sample: Sequence[tuple[str, str, str, str]]
    faults: Sequence[Fault]
    bad: int
    bad_rows: int


def add_figures_import(console: Blueprint, parts: Parts) -> None:
    """Add the page, and what its forms send."""
    _add_handing_in(console, parts)
    _add_waiting(console, parts)


def _add_handing_in(console: Blueprint, parts: Parts) -> None:
    @console.get("/figures/import")
    def figures() -> Response:
        demand(WRITERS)
        number = request.args.get("batch", "")
        said = taking_in.batch_lines(parts, int(number)) if number.isdecimal() and len(number) < 10 else []
        return _form(parts, said=said)

    @console.post("/figures/import")
    def hand_in_figures() -> Response:
        demand(WRITERS)
        try:
            waiting = _kept(parts)
        except OpsError as error:
            return _form(parts, error=str(error), status=422)
        return go(f"{AT}/{waiting.key}")


def _add_waiting(console: Blueprint, parts: Parts) -> None:
    """Add what is seen of a file that waits, and done with it."""

    @console.get("/figures/import/<key>")
    def look(key: str) -> Response:
        demand(WRITERS)
        return _look(parts, waiting_files.waiting_file(parts.workspace, key))

    @console.post("/figures/import/<key>/answers")
    def answer_heads(key: str) -> Response:
        by = demand(WRITERS).name
        waiting = waiting_files.waiting_file(parts.workspace, key)
        try:
            _answer(parts, waiting, by)
        except OpsError as error:
            return _look(parts, waiting, error=str(error), status=422)
        return go(f"{AT}/{key}")

    @console.post("/figures/import/<key>")
    def take_figures(key: str) -> Response:
        by = demand(WRITERS).name
        waiting = waiting_files.waiting_file(parts.workspace, key)
        try:
            with taking_in.open_file(parts, waiting.given(parts.workspace)) as opened:
                taken = taking_in.take(parts, opened, by=by, skip_bad=request.form.get("skip_bad") == "1")
        except OpsError as error:
            return _look(parts, waiting, error=str(error), status=422)
        waiting_files.forget(parts.workspace, waiting)
        return go(f"{AT}?batch={taken.number}")

    @console.get("/figures/import/<key>/bad.csv")
    def rest(key: str) -> Response:
        demand(WRITERS)
        waiting = waiting_files.waiting_file(parts.workspace, key)
        with (
            taking_in.open_file(parts, waiting.given(parts.workspace)) as opened,
            read(opened.table, opened.given, opened.reading, opened.lookups) as found,
        ):
            answer = Response("".join(bad_rows.lines(opened.table, found)), mimetype="text/csv")
        answer.headers["Content-Disposition"] = 'attachment; filename="bad-rows.csv"'
        return answer


def _kept(parts: Parts) -> Waiting:
    """Keep the file that was sent; WrongUse or TableWrong for one that cannot be taken in from a page."""
    sent, source = request.files.get("file"), request.form.get("source", "")
    if sent is None or not sent.filename:
        raise WrongUse("请选择数据表（.xlsx 或 .csv）。")
    today = local_day(parts.clock.now())
    name = PurePath(sent.filename.replace("\\", "/")).name[:200]
    waiting = waiting_files.keep(parts.workspace, name, source, _day(parts), sent.save, today=today)
    try:
        with taking_in.open_file(parts, waiting.given(parts.workspace)) as opened:
            _refuse_long(opened)
    except TableWrong as error:
        waiting_files.forget(parts.workspace, waiting)
        raise WrongUse("".join(problem.message for problem in error.problems)) from error
    except OpsError:
        waiting_files.forget(parts.workspace, waiting)
        raise
    return waiting


def _refuse_long(opened: Opened) -> None:
    rows = sum(sheet.length for sheet in opened.table.sheets)
    if rows > MOST_ROWS:
        raise WrongUse(
            f"这个表大约有 {rows:,} 行，网页上一次最多 {MOST_ROWS:,} 行。请在服务器上运行："
            f"wxops import {opened.reading.kind.name} {opened.table.name}"
        )


def _day(parts: Parts) -> date | None:
    """Return the day that was typed into the form."""
    text = request.form.get("day", "")[:40]
    try:
        return day_of(text, local_day(parts.clock.now()))
    except NotUnderstood as error:
        raise WrongUse(f"“{text}”{error}。") from error


def _look(parts: Parts, waiting: Waiting, *, error: str = "", status: int = 200) -> Response:
    """Return the page of a file that waits: its questions, or what would be taken in."""
    ask: Asked | None = None
    found: Preview | None = None
    kind: Kind | None = None
    try:
        with taking_in.open_file(parts, waiting.given(parts.workspace)) as opened:
            kind, ask = opened.reading.kind, asked(opened.table, opened.reading)
            found = None if ask else _preview(opened)
    except TableWrong as wrong:
        error, status = "".join(problem.message for problem in wrong.problems), 422
    columns = [(column, column_name(column)) for column in (*(kind.columns if kind else ()), NOTHING)]
    return page("figures_preview", status=status, error=error, waiting=waiting, ask=ask, found=found, columns=columns)


def _preview(opened: Opened) -> Preview:
    with read(opened.table, opened.given, opened.reading, opened.lookups) as found:
        places = opened.lookups.shown
        return Preview(
            kind=found.kind.name,
            rows=found.rows - found.bad_rows,
            figures=found.figures,
            lines=taking_in.told(found),
            sample=[
                (
                    day,
                    subject_name(subject, places),
                    METRICS[metric].name,
                    f"{value:,} {METRICS[metric].unit}",
                )
                for day, metric, subject, value in found.spool.sample(SAMPLE)
            ],
            faults=found.faults,
            bad=found.bad,
            bad_rows=found.bad_rows,
        )


def _answer(parts: Parts, waiting: Waiting, by: str) -> None:
    """Remember what the heads mean, and of what day the file is, as the form says."""
    day = _day(parts)
    with taking_in.open_file(parts, waiting.given(parts.workspace)) as opened:
        ask = asked(opened.table, opened.reading)
        kind = opened.reading.kind
    questions = ask.questions if ask else ()
    chosen = {question.head: request.form.get(f"head-{at}", "?") for at, question in enumerate(questions)}
    if "?" in chosen.values():
        raise WrongUse("请为每个不认得的表头选一项。")
    taking_in.answer(parts, kind, chosen, by=by)
    if day:
        waiting_files.with_day(parts.workspace, waiting, day)


def _form(parts: Parts, *, said: Sequence[str] = (), error: str = "", status: int = 200) -> Response:
    with parts.store.reading() as session:
        rows = [
            (
                one.id,
                taking_in.source_name(one.source),
                one.file_name,
                one.rows,
                stamp(one.at),
                one.by,
                bool(one.undone_at),
            )
            for one in batches.batches(session, taking_in.SOURCES, _BATCHES)
        ]
    kinds = [(kind.id, kind.name, kind.about) for kind in KINDS]
    return page("figures_import", status=status, kinds=kinds, batches=rows, said=said, error=error)
