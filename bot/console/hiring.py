"""The page that takes people and their places in from a table: looked at first, then taken in."""

from __future__ import annotations

from pathlib import PurePath

from flask import Blueprint, Response, request

from bot.console.pages import page
from bot.hiring import take_people
from bot.login import demand
from bot.wiring import Parts
from content.errors import OpsError
from content.person_table import COLUMNS
from content.tables import TableWrong

HIRERS = ("admin",)  # who may give people duties


def add_hiring(console: Blueprint, parts: Parts) -> None:
    """Add the page, and what its form sends."""

    @console.get("/people/import")
    def people_form() -> Response:
        demand(HIRERS)
        return _form()

    @console.post("/people/import")
    def take_people_in() -> Response:
        by = demand(HIRERS).name
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            return _form(problems=["请选择人员表（.xlsx 或 .csv）。"], status=422)
        name = PurePath(sent.filename.replace("\\", "/")).name[:200]
        try:
            told = take_people(parts, sent.read(), name, by=by, is_check=request.form.get("do") != "take")
        except TableWrong as wrong:
            return _form(problems=[problem.message for problem in wrong.problems], status=422)
        except OpsError as error:
            return _form(problems=[str(error)], status=422)
        return _form(said=told)


def _form(*, said: str = "", problems: list[str] | None = None, status: int = 200) -> Response:
    return page("people_import", status=status, said=said, problems=problems or [], columns=list(COLUMNS))
