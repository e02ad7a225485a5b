"""The pages of the contract: the board, one target with the rows behind its number, their workbook, the notes of operators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, g, request
from sqlalchemy.orm import Session

from bot import contracting
from bot.console.pages import page
from bot.login import demand
from bot.wiring import Parts
from content import watermark
from content.assignments import EVERYWHERE
from content.clock import local_day
from content.errors import OpsError
from content.lint.privacy import masked
from content.models import Person
from content.reviews import ROLES
from scheduler import compliance, missing, report_desk, rows_export
from scheduler.behind import Row
from scheduler.contract import UNKNOWN, known_to, listed, named, pace, rows_behind, standings, told
from scheduler.contract_board import Board, board
from scheduler.payments import CLIENT, sees_late_sums
from scheduler.payments_file import yuan
from scheduler.target_months import by_month, dated
from scheduler.target_standing import LIGHT_RULE, Standing

PAGE_ROWS = 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Card:
    """A target as the board shows it: its light, its numbers, its bar in per cent of the target, its line of pace."""

    id: str
    name: str
    light: str
    word: str
    done: str
    total: str
    unit: str
    share: str
    complete: str
    lines: Sequence[str]
    done_width: float
    complete_width: float
    elapsed_width: float


def sees_contract(person: Person) -> bool:
    """Say whether somebody may see the contract: operators, admins, and whoever of 甲方 is no community's contact."""
    return person.role in EVERYWHERE or (person.party == CLIENT and person.role != "liaison")


def add_contract(console: Blueprint, parts: Parts) -> None:
    """Add the pages and the targets of their forms."""
    _add_pages(console, parts)
    _add_notes(console, parts)


def _add_pages(console: Blueprint, parts: Parts) -> None:
    @console.get("/contract")
    def contract() -> Response:
        return _board(parts, said=request.args.get("said", "")[:300])

    @console.get("/contract/<name>")
    def contract_target(name: str) -> Response:
        _demand()
        with parts.store.reading() as session:
            return _target(session, *_found(session, parts, name))

    @console.get("/contract/<name>/rows.xlsx")
    def contract_rows(name: str) -> Response:
        person, now = _demand(), parts.clock.now()
        with parts.store.reading() as session:  # the rows of a year take long: nobody may wait behind them to write
            one, rows = _found(session, parts, name)
        if rows is None:
            abort(404, f"{one.target.name}没有逐条的明细。")
        data = rows_export.workbook(one, rows, watermark.line(person.name, now))
        file = f"{one.target.id}-{local_day(now)}.xlsx"
        with parts.store.transaction() as session:
            report_desk.note_taken(session, f"target:{one.target.id}", file, data, by=person.name, now=now)
        answer = Response(data, mimetype=XLSX)
        answer.headers["Content-Disposition"] = f'attachment; filename="{file}"'
        return answer


def _add_notes(console: Blueprint, parts: Parts) -> None:
    """Add what operators note: done, waiting, going on, paid, and what of it was wrong."""

    @console.post("/contract/done")
    def contract_done() -> Response:
        return _noted(
            parts, lambda of, by: contracting.done(parts, of("name"), day=of("day"), document=of("document"), by=by)
        )

    @console.post("/contract/wait")
    def contract_wait() -> Response:
        return _noted(parts, lambda of, by: contracting.wait(parts, of("name"), of("why"), since=of("day"), by=by))

    @console.post("/contract/resume")
    def contract_resume() -> Response:
        return _noted(parts, lambda of, by: contracting.resume(parts, of("name"), day=of("day"), by=by))

    @console.post("/contract/paid")
    def contract_paid() -> Response:
        return _noted(
            parts,
            lambda of, by: contracting.paid(
                parts, of("name"), day=of("day"), amount=of("amount"), document=of("document"), by=by
            ),
        )

    @console.post("/contract/revoke")
    def contract_revoke() -> Response:
        return _noted(
            parts,
            lambda of, by: contracting.revoke(
                parts, of("name"), of("why"), day=of("day"), amount=of("amount"), document=of("document"), by=by
            ),
        )


def _demand() -> Person:
    person: Person = g.person
    if not sees_contract(person):
        abort(403, f"{person.name}，合同由运营、管理员和甲方（社区对接人以外）看，不归{ROLES[person.role]}看。")
    return person


def _noted(parts: Parts, act: Callable[[Callable[[str], str], str], str]) -> Response:
    by = demand(EVERYWHERE).name
    try:
        said = act(lambda field: request.form.get(field, "")[:500], by)
    except OpsError as error:
        return _board(parts, error=str(error), status=422)
    return _board(parts, said=said)


def _board(parts: Parts, *, said: str = "", error: str = "", status: int = 200) -> Response:
    person, now = _demand(), parts.clock.now()
    with parts.store.reading() as session:
        try:
            found = board(session, parts.workspace, parts.rules, now)
        except OpsError as trouble:
            return page("trouble", status=status, heading="还看不了合同", text=str(trouble))
        owed = missing.by_person(missing.lacks(session, found.standings, local_day(now)))
    return page(
        "contract",
        status=status,
        said=said,
        error=error,
        board=found,
        cards=[_card(one, found) for one in found.standings],
        light_rule=LIGHT_RULE,
        rules=found.contract.rules.words().split("；"),
        dues=_dues(found, person),
        total=yuan(found.contract.amount) if found.contract.amount else "",
        compliance_rule=compliance.RULE,
        compliance_words=compliance.WORDS,
        others=[one for one in found.waits if one.name not in {step.milestone.name for step in found.steps}],
        may_wait=[*(one.name for one in found.contract.targets), *(one.name for one in found.contract.payments)],
        owed=[(name, len(lacks), [one.line for one in lacks[:PAGE_ROWS]]) for name, lacks in owed.items()],
        shown=PAGE_ROWS,
        may_note=person.role in EVERYWHERE,
        today=found.today,
    )


def _dues(found: Board, person: Person) -> list[tuple[str, str, str, str, bool, list[tuple[str, str, str]]]]:
    """Return each payment: name, sum, how it stands, what lateness comes to ("" for 甲方), whether it may be noted as paid.

    Last of all what was paid of it: day, sum, document.
    """
    late = sees_late_sums(person)
    return [
        (
            one.payment.name, yuan(one.payment.amount), one.in_words,
            yuan(one.late_sum) if late and one.late_sum else "", bool(one.unpaid and not one.waits_for),
            [(str(part.day), yuan(part.amount), part.document) for part in one.parts],
        )
        for one in found.dues
    ]  # fmt: skip


def _card(one: Standing, found: Board) -> Card:
    value, complete = one.counted.value, one.complete
    lines = [pace(one)] if value is not None else []
    lines += [known_to(one)] if one.days_behind or one.counted.behind else []
    lines += [f"{wait.since} 起等待甲方：{wait.why}" for wait in found.waits if wait.name == one.target.name]
    if one.forecast is not None:
        lines.append(f"预计到期 {one.forecast:,}")
    if one.a_week is not None:
        lines.append(f"余下每周至少 {one.a_week:,}")
    return Card(
        id=one.target.id,
        name=one.target.name,
        light=one.light.value,
        word=one.light.in_words,
        done=UNKNOWN if value is None else f"{value:,}",
        total=f"{'超过 ' if one.target.exceed else ''}{one.total:,}",
        unit=one.target.unit,
        share=UNKNOWN if one.share is None else f"{one.share:.1%}",
        complete=f"{complete:,}" if one.target.evidence and complete is not None else "",
        lines=lines,
        done_width=min(100.0, 100 * (one.share or 0)),
        complete_width=min(100.0, 100 * ((complete if one.target.evidence else value) or 0) / one.total),
        elapsed_width=min(100.0, 100 * found.share),
    )


def _found(session: Session, parts: Parts, name: str) -> tuple[Standing, list[Row] | None]:
    """Return a target with its rows; those of the other targets, which take long, are not asked for."""
    try:
        _, found = standings(session, parts.workspace, local_day(parts.clock.now()), rows=False)
    except OpsError as error:
        abort(404, str(error))
    one = named([each for each in found if each.target.id == name], name)
    if one is None:
        abort(404)
    one = listed(session, one)
    return one, rows_behind(session, one)


def _target(session: Session, one: Standing, rows: list[Row] | None) -> Response:
    behind = rows or []
    pages = max(1, -(-len(behind) // PAGE_ROWS))
    asked = request.args.get("page", "1")
    at = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 6 else 1
    months = by_month(one, dated(session, one, behind)) if rows and not one.counted.is_stock else []
    most = max((value for _, value in months), default=0)
    return page(
        "contract_target",
        one=one,
        lines=told(one)[1:],
        head=told(one)[0],
        months=[(span.name, value, 100 * value / most if most else 0) for span, value in months],
        has_rows=rows is not None,
        total=sum(row.value for row in behind),
        rows=[_line(row) for row in behind[(at - 1) * PAGE_ROWS : at * PAGE_ROWS]],
        count=len(behind),
        at=at,
        pages=pages,
    )


def _line(row: Row) -> dict[str, object]:
    kind, _, number = row.subject.partition(":")
    may_open = (kind == "record" and g.person.role in EVERYWHERE) or (kind == "article" and g.person.role != "liaison")
    link = f"/console/{kind}s/{number}" if number and may_open else ""
    return {
        "day": row.day, "what": masked(row.what), "place": row.place, "value": row.value, "lacks": "、".join(row.lacks),
        "owner": row.owner if row.lacks else "", "number": rows_export.number(row), "link": link,
    }  # fmt: skip
