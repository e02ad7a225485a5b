"""The page of coverage: who is there for each street and community on a day, and where nobody was in a month."""

from __future__ import annotations

from flask import Blueprint, Response, request

from bot import covering
from bot.console.pages import page
from bot.login import demand
from bot.wiring import Parts
from content.assignments import EVERYWHERE
from content.clock import local_day
from content.coverage import RULE
from content.errors import OpsError


def add_coverage(console: Blueprint, parts: Parts) -> None:
    """Add the page."""

    @console.get("/coverage")
    def coverage() -> Response:
        demand(EVERYWHERE)
        today = local_day(parts.clock.now())
        words, month = request.args.get("on", "")[:20], request.args.get("month", "")[:7] or f"{today:%Y-%m}"
        error, status = "", 200
        try:
            rows, lines = covering.day(parts, words)
            gaps = covering.month(parts, month)[0]
        except OpsError as wrong:
            error, status, words, month = str(wrong), 422, "", f"{today:%Y-%m}"
            rows, lines = covering.day(parts, "")
            gaps = covering.month(parts, month)[0]
        return page(
            "coverage",
            status=status,
            error=error,
            rows=rows,
            head=lines[0],
            gaps=gaps,
            on=words or str(today),
            month=month,
            rule=RULE,
            lacking=[row for row in rows if row["lacks"]],
        )
