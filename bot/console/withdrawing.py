"""Taking down from the page: asked with the title, confirmed by a second person, done by hand, and the evidence."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from bot.console.articles import article_of, show
from bot.login import READERS, demand, go
from bot.wiring import Parts
from bot.withdrawals import evidence_of
from content.errors import OpsError
from content.models import Article, Person
from scheduler import withdraw

Deed = Callable[[Session, Article, Person], str]


def add_withdrawing(console: Blueprint, parts: Parts) -> None:
    """Add the targets of the forms and the download."""

    @console.post("/articles/<int:number>/withdraw")
    def ask_to_withdraw(number: int) -> Response:
        title, reason = request.form.get("title", ""), request.form.get("reason", "")
        return decided(
            parts,
            number,
            lambda session, article, person: withdraw.ask(
                session, article, title=title, reason=reason, person=person, now=parts.clock.now()
            ),
        )

    @console.post("/articles/<int:number>/withdraw/confirm")
    def confirm_withdrawal(number: int) -> Response:
        return decided(
            parts,
            number,
            lambda session, article, person: withdraw.confirm(session, article, person=person, now=parts.clock.now()),
        )

    @console.post("/articles/<int:number>/withdraw/done")
    def withdrawn_by_hand(number: int) -> Response:
        return decided(
            parts,
            number,
            lambda session, article, person: withdraw.is_done(session, article, person=person, now=parts.clock.now()),
        )

    @console.get("/articles/<int:number>/withdraw/evidence")
    def withdrawal_evidence(number: int) -> Response:
        demand(READERS)
        article_of(parts, number)
        try:
            with parts.store.reading() as session:
                data = evidence_of(session, parts.workspace, number)
        except OpsError as error:
            return show(parts, number, error=str(error), status=404)
        answer = Response(data, mimetype="application/zip")
        answer.headers["Content-Disposition"] = f'attachment; filename="{number}-evidence.zip"'
        return answer


def decided(parts: Parts, number: int, deed: Deed) -> Response:
    """Do what a form wishes for who is logged in and show the page again; an OpsError is shown and nothing is done."""
    person = demand(READERS)
    article_of(parts, number)
    try:
        with parts.store.transaction() as session:
            deed(session, session.get_one(Article, number), session.get_one(Person, person.id))
    except OpsError as error:
        return show(parts, number, error=str(error), status=422, typed=request.form)
    return go(f"/console/articles/{number}?said=decided#after")
