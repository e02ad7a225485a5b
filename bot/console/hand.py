"""The pages of figures by hand: what waits and a form for one more; one with its evidence, for the second person's word."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, request

from bot import figure_by_hand
from bot.console.pages import page
from bot.console.records import proof
from bot.login import demand, go
from bot.wiring import Parts
from content import evidence
from content.assignments import FIELD
from content.clock import local_day
from content.errors import OpsError
from content.models import Person
from content.paper import Evidence
from scheduler import hand
from scheduler.hand_words import OF_ACCOUNT
from scheduler.metrics import METRICS, WECHAT

AT = "/console/figures/hand"
_MAY = tuple(dict.fromkeys((*FIELD, *hand.CONFIRMERS)))
_SHOWN = 100


def add_hand(console: Blueprint, parts: Parts) -> None:
    """Add the pages, and what their forms send."""

    @console.get("/figures/hand")
    def hand_figures() -> Response:
        return _list(parts, demand(_MAY))

    @console.post("/figures/hand")
    def propose_figure() -> Response:
        person = demand(FIELD)
        words = " ".join(request.form.get(name, "")[:200] for name in ("place", "metric", "day", "value"))
        try:
            number = figure_by_hand.add(parts, words, _uploads(), by=person.name)
        except OpsError as error:
            return _list(parts, person, error=str(error), status=422)
        return go(f"{AT}/{number}")

    @console.get("/figures/hand/<int:number>")
    def hand_figure(number: int) -> Response:
        return _show(parts, number, demand(_MAY))

    @console.post("/figures/hand/<int:number>/prove")
    def prove_figure(number: int) -> Response:
        return _done(parts, number, lambda by: figure_by_hand.prove(parts, number, _uploads(), by=by))

    @console.post("/figures/hand/<int:number>/<what>")
    def decide_figure(number: int, what: str) -> Response:
        reason = request.form.get("reason", "")[:500]
        return _done(parts, number, lambda by: figure_by_hand.decide(parts, number, what, by=by, reason=reason))


def demand_figure_evidence(parts: Parts, row: Evidence) -> None:
    """Stop whoever does not see the figure that a screenshot belongs to, as if there were none."""
    person = demand(_MAY)
    with parts.store.reading() as session:
        try:
            hand.shown(session, int(row.subject.partition(":")[2]), person)
        except OpsError as error:
            abort(404, str(error))


def _done(parts: Parts, number: int, act: Callable[[str], str]) -> Response:
    person = demand(_MAY)
    try:
        act(person.name)
    except OpsError as error:
        return _show(parts, number, person, error=str(error), status=422)
    return go(f"{AT}/{number}")


def _uploads() -> list[figure_by_hand.Upload]:
    return [(one.filename, one.read()) for one in request.files.getlist("scan") if one.filename]


def _list(parts: Parts, person: Person, *, error: str = "", status: int = 200) -> Response:
    today = local_day(parts.clock.now())
    with parts.store.reading() as session:
        found, count = hand.listed(session, person, waiting=False, most=_SHOWN), hand.waiting(session, person)
        lines = [(one.id, hand.in_words(session, one), one.decided_at is None) for one in found]
    names = [metric.name for name, metric in METRICS.items() if metric.source != WECHAT or name in OF_ACCOUNT]
    return page(
        "figures_hand",
        status=status,
        error=error,
        lines=lines,
        waiting=count,
        metrics=names,
        today=today,
        may_add=person.role in FIELD,
    )


def _show(parts: Parts, number: int, person: Person, *, error: str = "", status: int = 200) -> Response:
    """Show a figure with its pictures: whoever reads this page has seen them."""
    now = parts.clock.now()
    with parts.store.transaction() as session:
        figure = hand.shown(session, number, person)
        hand.note_seen(session, figure, person, now=now)
        proofs = [proof(row) for row in evidence.of(session, hand.subject(figure))]
        line, other = hand.in_words(session, figure), hand.other(session, figure)
    return page(
        "figure_hand", status=status, error=error, figure=figure, line=line, proofs=proofs, other=other,
        mine=figure.by == person.name, waits=figure.decided_at is None, may_confirm=person.role in hand.CONFIRMERS,
    )  # fmt: skip
