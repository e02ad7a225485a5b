"""Correcting from the page: asked, approved or refused, done, proven by a picture, seen, and what remains if it cannot be."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from bot.console.articles import article_of
from bot.console.sheet import SHOWN_AS
from bot.console.withdrawing import decided
from bot.corrections import hand_in
from bot.login import READERS, demand
from bot.wiring import Parts
from content import evidence
from content.errors import OpsError, WrongUse
from content.kinds import HEAD, kind_of
from content.lint.tables import tables
from content.models import Article, Person
from scheduler import correct

LONGEST = 500  # characters of one field
DEEDS = {"done": correct.is_done, "seen": correct.is_seen, "article": correct.want_notice}


def add_correcting(console: Blueprint, parts: Parts) -> None:
    """Add the targets of the forms and the pictures that prove corrections."""

    @console.post("/articles/<int:number>/correct")
    def ask_to_correct(number: int) -> Response:
        return decided(parts, number, lambda session, article, person: _ask(parts, session, article, person))

    @console.post("/articles/<int:number>/correct/<wish>")
    def decide_on_correction(number: int, wish: str) -> Response:
        return decided(parts, number, lambda session, article, person: _decide(parts, session, article, person, wish))

    @console.post("/articles/<int:number>/correct/proof", endpoint="proof")
    def prove_correction(number: int) -> Response:
        return decided(parts, number, lambda session, article, person: _prove(parts, session, article, person))

    @console.get("/articles/<int:number>/correct/proof/<int:picture>")
    def show_proof(number: int, picture: int) -> Response:
        demand(READERS)
        article = article_of(parts, number)
        with parts.store.reading() as session:
            rows = [
                one
                for row in correct.every_one(session, article)
                for one in evidence.of(session, correct.subject_of(row))
            ]
        found = next((row for row in rows if row.id == picture and row.path), None) or abort(404)
        try:
            data = evidence.bytes_of(parts.workspace, found)
        except OSError:
            abort(404)
        kind = "application/pdf" if found.path.endswith(".pdf") else SHOWN_AS.get(kind_of(data[:HEAD]))
        return Response(data, mimetype=kind or "application/octet-stream")


def _ask(parts: Parts, session: Session, article: Article, person: Person) -> str:
    words = (_field("old"), _field("new"), _field("because"))
    if not all(words):
        raise WrongUse("更正要写三样：原来的字、改成的字和原因。")
    if words[0] == words[1]:
        raise WrongUse("原来的字和改成的字一样，没有可改的。")
    step, known = correct.approver(parts.chain, parts.rules), tables(parts.workspace)
    return correct.ask(session, article, words, person=person, step=step, tables=known, now=parts.clock.now())


def _decide(parts: Parts, session: Session, article: Article, person: Person, wish: str) -> str:
    step, now, why = correct.approver(parts.chain, parts.rules), parts.clock.now(), _field("why")
    if wish == "approve":
        return correct.approve(session, article, person=person, step=step, now=now)
    if wish == "refuse":
        return correct.refuse(session, article, why=why, person=person, step=step, now=now)
    if wish == "impossible":
        return correct.is_impossible(session, article, why=why, person=person, now=now)
    if wish not in DEEDS:
        raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
    return DEEDS[wish](session, article, person=person, now=now)


def _prove(parts: Parts, session: Session, article: Article, person: Person) -> str:
    given = request.files.get("proof")
    if given is None or not given.filename:
        raise WrongUse("请选一张截图。")
    kept = evidence.keep(parts.workspace, given.read(), given.filename)
    return hand_in(session, article, kept, name=given.filename, by=person.name, now=parts.clock.now())


def _field(name: str) -> str:
    text = request.form.get(name, "").strip()
    if len(text) > LONGEST:
        raise OpsError(f"写得太长，最多 {LONGEST} 字。")
    return text
