"""What a liaison's link opens: their own communities' week, without logging in; what 甲方's liaison has seen counts as delivered.

A program that only looks at the link gets the page and not the picture in it, so it is the picture that counts.
Somebody of 乙方 sees the same pages, and nothing is recorded.
"""

from __future__ import annotations

from base64 import b64decode

from flask import Blueprint, Response, abort, g, request
from sqlalchemy.orm import Session

from bot import weekly
from bot.links import PassVoid
from bot.weekly_links import holder_of, opened_weekly
from bot.wiring import Parts
from content import watermark
from content.gazetteer import Gazetteer, Spot, gazetteer
from content.models import Person
from content.templates import render
from content.weekly_page import page as phone_page
from content.weeks import Week
from scheduler import weekly_sent
from scheduler.sending_models import LINK

DOT = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def add_weekly_open(console: Blueprint, parts: Parts) -> None:
    """Add the pages behind the link; they are open to whoever has it."""

    @console.get("/weekly/<token>")
    def weekly_own(token: str) -> Response:
        with parts.store.reading() as session:
            try:
                person, week, known, inside = _opened(session, parts, token)
            except PassVoid as void:
                return _page(410, text=str(void), rows=(), token=token, week=None, holder="")
            found = {spot.code: weekly.newest_facts(session, spot.code, week) for spot in inside}
            counts = bool(weekly.reached(session, person, known, parts.clock.now()))
        rows = [(spot.code, known.full(spot), found[spot.code]) for spot in inside]
        return _page(200, text="", rows=rows, token=token, week=week, holder=person.name, counts=counts)

    @console.get("/weekly/<token>/<code>")
    def weekly_own_page(token: str, code: str) -> Response:
        with parts.store.reading() as session:
            try:
                person, week, known, spot = _one(session, parts, token, code)
            except PassVoid as void:
                return _page(410, text=str(void), rows=(), token=token, week=None, holder="")
            found = weekly.newest_facts(session, spot.code, week) or abort(404, "这一份还没有生成。")
            counts = spot in weekly.reached(session, person, known, parts.clock.now())
        line = watermark.line(person.name, parts.clock.now())
        seen = f"/console/weekly/{token}/{code}/seen.png?v={found[0].version}" if counts else ""
        return Response(phone_page(found[1], line, seen=seen), mimetype="text/html")

    @console.get("/weekly/<token>/<code>/seen.png")
    def weekly_seen(token: str, code: str) -> Response:
        """Record that 甲方's liaison has seen the version that the page showed, and not one that was made since."""
        now, version = parts.clock.now(), request.args.get("v", 0, type=int)
        with parts.store.transaction() as session:
            try:
                person, week, known, spot = _one(session, parts, token, code)
            except PassVoid:
                abort(410)
            if spot in weekly.reached(session, person, known, now) and weekly.newest_facts(session, spot.code, week):
                weekly_sent.record(session, known, spot, week, LINK, by=person.name, now=now, version=version)
        return Response(DOT, mimetype="image/png")


def _opened(session: Session, parts: Parts, token: str) -> tuple[Person, Week, Gazetteer, list[Spot]]:
    now = parts.clock.now()
    found = opened_weekly(parts.config.server, token, now=now)
    person, own = holder_of(session, found, now)
    known = gazetteer(session, found.week.last)
    return person, found.week, known, weekly.communities(known, own)


def _one(session: Session, parts: Parts, token: str, code: str) -> tuple[Person, Week, Gazetteer, Spot]:
    person, week, known, inside = _opened(session, parts, token)
    spot = next((one for one in inside if one.code == code), None) or abort(404)
    return person, week, known, spot


def _page(status: int, **values: object) -> Response:
    """Return the list of a link's places; it begins no session."""
    return Response(
        render("console/weekly_own.html", {"account": g.account, **values}), status=status, mimetype="text/html"
    )
