"""A verdict from the page: on the revision that it showed, by who is logged in; and the pictures of that revision."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.articles import article_of, show
from bot.console.sheet import SHOWN_AS
from bot.login import READERS, demand, go
from bot.wiring import Parts
from content import reviews
from content.errors import OpsError, WrongUse
from content.frozen import names_of
from content.kinds import HEAD, kind_of
from content.models import Person, Revision
from content.reviews import Outdated
from content.revisions import picture_bytes

WISHES = ("pass", "back", "remark")


def add_verdicts(console: Blueprint, parts: Parts) -> None:
    """Add the form's target and the pictures of frozen texts."""

    @console.post("/articles/<int:number>/verdict")
    def verdict(number: int) -> Response:
        person = demand(READERS)
        article_of(parts, number)
        wish = request.form.get("wish", "")
        try:
            _judge(parts, number, person, wish)
        except Outdated as outdated:
            told = f"{outdated.what}刚才的意见没有记下。请看下面现在的稿子，再写一次。"
            return show(parts, number, error=told, status=409, typed=request.form)
        except OpsError as error:
            return show(parts, number, error=str(error), status=422, typed=request.form)
        return go(f"/console/articles/{number}?said={wish}")

    @console.get("/articles/<int:number>/frozen/<int:revision>/<sha256>")
    def frozen_picture(number: int, revision: int, sha256: str) -> Response:
        demand(READERS)
        return picture_of(parts, number, revision, sha256)


def revision_of(session: Session, article: int, number: int) -> Revision:
    """Return a revision; 404 when there is none."""
    if max(article, number) >= 2**31:
        abort(404)
    found = session.scalar(select(Revision).where(Revision.article_id == article, Revision.number == number))
    return found or abort(404)


def picture_of(parts: Parts, article: int, number: int, sha256: str) -> Response:
    """Return a kept picture of a revision; 404 when it is none of its pictures, or gone."""
    with parts.store.reading() as session:
        if sha256 not in names_of(session, revision_of(session, article, number)):
            abort(404)
    try:
        data = picture_bytes(parts.library.pictures, sha256)
    except OSError:
        abort(404)
    kind = SHOWN_AS.get(kind_of(data[:HEAD])) or abort(404)
    return Response(data, mimetype=kind, headers={"Cache-Control": "private, max-age=3600"})


def _judge(parts: Parts, number: int, person: Person, wish: str) -> None:
    """Do what the form wishes for the revision that it names; OpsError says why not."""
    shown, comment = request.form.get("revision", ""), request.form.get("comment", "").strip()
    if wish not in WISHES or not shown.isdecimal() or len(shown) > 9:
        raise WrongUse("表格没有送全，没有照办。请刷新以后再试。")
    if wish == "back" and not comment:
        raise WrongUse("退回要写原因：请在“意见”里写清要改什么，再按“退回”。")
    now = parts.clock.now()
    with parts.store.transaction() as session:
        who = session.get_one(Person, person.id)
        if wish == "remark":
            reviews.remark(session, number, int(shown), who, comment, now=now)
            return
        passed, by = wish == "pass", person.name
        reviews.give_verdict(
            session, number, int(shown), who, parts.chain, passed=passed, comment=comment, recorded_by=by, now=now
        )
