"""The page of what looks wrong in the figures: what is open, with a form for the reason, and what was explained lately."""

from __future__ import annotations

from flask import Blueprint, Response, request

from bot.console.pages import page
from bot.login import READERS, demand, go
from bot.wiring import Parts
from content.clock import local_day
from content.errors import OpsError
from scheduler import anomalies, anomaly_watch

AT = "/console/figures/odd"
_SHOWN = 100


def add_odd(console: Blueprint, parts: Parts) -> None:
    """Add the page, and what its forms send."""

    @console.get("/figures/odd")
    def odd() -> Response:
        demand(READERS)
        return _show(parts)

    @console.post("/figures/odd/<int:number>")
    def explain_odd(number: int) -> Response:
        person = demand(READERS)
        try:
            with parts.store.transaction() as session:
                anomalies.explain(session, number, request.form.get("words", ""), person, now=parts.clock.now())
        except OpsError as error:
            return _show(parts, error=str(error), status=422)
        return go(AT)


def _show(parts: Parts, *, error: str = "", status: int = 200) -> Response:
    with parts.store.reading() as session:
        found = anomalies.listed(session, all_of_them=True, most=_SHOWN)
        waiting = anomalies.listed(session, most=_SHOWN)
        today = local_day(parts.clock.now())
        open_lines = list(zip(waiting, anomaly_watch.lines(session, waiting, today), strict=True))
        over = [one for one in found if one.ended_at]
        past = [
            (line, anomalies.state(one))
            for one, line in zip(over, anomaly_watch.lines(session, over, today), strict=True)
        ]
    return page("figures_odd", status=status, waiting=open_lines, past=past, error=error)
