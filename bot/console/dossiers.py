"""The pages of files that go through steps: the list with the form that opens one, and one with its steps and evidence."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import dossiering
from bot.console.pages import page
from bot.console.records import proof
from bot.login import demand, go
from bot.wiring import Parts
from content import dossiers, evidence
from content.assignments import FIELD, places_of
from content.clock import local_day, stamp
from content.dossier_forms import FORMS
from content.dossier_models import Dossier, DossierStep
from content.dossier_views import dossier_views
from content.errors import OpsError
from content.gazetteer import gazetteer
from content.models import Event, Person
from content.paper import Evidence
from content.place_table import COMMUNITY
from content.shared_proofs import shared

NEWEST = 200  # files on one page
SAID = {
    "opened": "已立档。",
    "taken": "已记下。",
    "corrected": "已更正。",
    "void": "已作废，不再计数。",
    "proven": "材料已收下。",
    "ended": "已写明结束日期。",
}
AT = "/console/dossiers"


def add_dossiers(console: Blueprint, parts: Parts) -> None:
    """Add the list, the page of a file and the targets of its forms."""

    @console.get("/dossiers")
    def list_dossiers() -> Response:
        return _list(parts, demand(FIELD))

    @console.post("/dossiers")
    def open_dossier() -> Response:
        person, told = demand(FIELD), request.form
        try:
            number = dossiering.open_(
                parts, told.get("form", ""), told.get("title", ""), by=person.name, first=told.get("first", ""),
                last=told.get("last", ""), place=told.get("place", ""), targets=told.get("targets", "").replace("、", " ").split(),
                why=told.get("why", ""),
            )  # fmt: skip
        except OpsError as error:
            return _list(parts, person, error=str(error), status=422)
        return go(f"{AT}/{number}?said=opened")

    @console.get("/dossiers/<int:number>")
    def dossier(number: int) -> Response:
        demand(FIELD)
        return _show(parts, number, said=SAID.get(request.args.get("said", ""), ""))

    _add_deeds(console, parts)


def _add_deeds(console: Blueprint, parts: Parts) -> None:
    @console.post("/dossiers/<int:number>/step")
    def take_step(number: int) -> Response:
        told, given = request.form, _given()
        step, text, day, why = (told.get(name, "") for name in ("step", "text", "day", "why"))
        return _done(
            parts, number, "taken",
            lambda by: dossiering.take(parts, number, step, text, by=by, day=day, uploads=given, why=why),
        )  # fmt: skip

    @console.post("/dossiers/<int:number>/evidence")
    def prove_step(number: int) -> Response:
        step, why, given = request.form.get("step", ""), request.form.get("why", ""), _given()
        return _done(parts, number, "proven", lambda by: dossiering.prove(parts, number, step, given, by=by, why=why))

    @console.post("/dossiers/<int:number>/correct")
    def correct_step(number: int) -> Response:
        step, text, why, day = (request.form.get(name, "") for name in ("step", "text", "why", "day"))
        return _done(
            parts, number, "corrected", lambda by: dossiering.correct(parts, number, step, text, why, by=by, day=day)
        )

    @console.post("/dossiers/<int:number>/end")
    def end_dossier(number: int) -> Response:
        day, why = request.form.get("day", ""), request.form.get("why", "")
        return _done(parts, number, "ended", lambda by: dossiering.end(parts, number, day, by=by, why=why))

    @console.post("/dossiers/<int:number>/void")
    def void_dossier(number: int) -> Response:
        why = request.form.get("why", "")
        return _done(parts, number, "void", lambda by: dossiering.void(parts, number, why, by=by))


def demand_step_evidence(parts: Parts, row: Evidence) -> None:
    """Stop whoever does not see the file that a step's evidence belongs to, as if there were none."""
    person = demand(FIELD)
    with parts.store.reading() as session:
        step = session.get(DossierStep, int(row.subject.partition(":")[2])) or abort(404)
        _named(session, step.dossier_id, person, parts)


def _typed() -> dict[str, str]:
    """Return what was typed into a form, "" where nothing was sent."""
    return (
        dict.fromkeys(("form", "title", "place", "first", "last", "targets", "day", "text", "why"), "")
        | request.form.to_dict()
    )


def _given() -> list[dossiering.Upload]:
    return [(one.filename or "", one.read()) for one in request.files.getlist("scan") if one.filename]


def _done(parts: Parts, number: int, said: str, act: Callable[[str], str]) -> Response:
    by = demand(FIELD).name
    try:
        act(by)
    except OpsError as error:
        return _show(parts, number, error=str(error), status=422)
    return go(f"{AT}/{number}?said={said}")


def _list(parts: Parts, person: Person, *, error: str = "", status: int = 200) -> Response:
    today = local_day(parts.clock.now())
    forms, chosen = dossiers.forms_for(person), request.values.get("form", "")
    chosen = chosen if chosen in FORMS else ""
    with parts.store.reading() as session:
        query = dossiers.listed(session, person, now=parts.clock.now(), form=chosen)
        found = dossier_views(session, session.scalars(query.limit(NEWEST)).all())
        known = gazetteer(session, today)
        own = places_of(session, person, today, known) if person.role == "liaison" else known.places
        offered = list(dict.fromkeys(one for spot in own for one in known.within(spot) if one.level == COMMUNITY))
    return page(
        "dossiers", status=status, found=found, forms=forms, chosen=chosen, error=error, typed=_typed(), today=today,
        offered=[known.full(spot) for spot in offered], is_liaison=person.role == "liaison",
    )  # fmt: skip


def _show(parts: Parts, number: int, *, said: str = "", error: str = "", status: int = 200) -> Response:
    person: Person = g.person
    with parts.store.reading() as session:
        found = _named(session, number, person, parts)
        (view,) = dossier_views(session, [found], full=True)
        query = select(Event).where(Event.subject == dossiers.subject(found)).order_by(Event.id)
        trail = [(stamp(event.at), event.by, event.why) for event in session.scalars(query)]
        steps = {one.step: dossiers.step_subject(one) for one in dossiers.steps_of(session, found)}
        proofs = {step: evidence.of(session, of) for step, of in steps.items()}
        odd = shared(session, set(steps.values()))
        may_change = dossiers.may_change(found, person)
        may_go_on = dossiers.may_go_on(session, found, person, now=parts.clock.now())
    shown = {step: [proof(row) for row in rows] for step, rows in proofs.items()}
    return page(
        "dossier", status=status, view=view, proofs=shown, trail=trail, may_change=may_change, may_go_on=may_go_on, odd={step: odd.get(of, "") for step, of in steps.items()}, said=said, error=error,
        typed=_typed(), today=local_day(parts.clock.now()), entered=stamp(view.at),
    )  # fmt: skip


def _named(session: Session, number: int, person: Person, parts: Parts) -> Dossier:
    try:
        return dossiers.named(session, number, person, now=parts.clock.now())
    except OpsError as error:
        abort(404, str(error))
