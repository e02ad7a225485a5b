"""The page behind a link that only reads: one frozen text for whoever holds it, until it is over; it leads nowhere else."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g

from bot.console.verdicts import picture_of, revision_of
from bot.links import Pass, PassVoid, opened
from bot.wiring import Parts
from content.clock import stamp
from content.frozen import look_at_frozen
from content.models import IN_WORDS
from content.revisions import latest_revision
from content.templates import render


def add_read(console: Blueprint, parts: Parts) -> None:
    """Add the page and its pictures; both are open to whoever has the link."""

    @console.get("/read/<token>")
    def read(token: str) -> Response:
        try:
            found = _opened(parts, token)
        except PassVoid as void:
            return _page(410, preview=None, text=str(void))
        with parts.store.reading() as session:
            revision = revision_of(session, found.article, found.revision)
            last = latest_revision(session, revision.article)
            preview = look_at_frozen(
                session,
                revision,
                parts.library.pictures,
                account=parts.config.account.name,
                place=lambda sha256: f"/console/read/{token}/{sha256}",
            )
        newer = last.number if last and last.number > revision.number else 0
        state, until = IN_WORDS[revision.article.state], stamp(found.until)
        return _page(200, preview=preview, revision=revision, until=until, newer=newer, state=state)

    @console.get("/read/<token>/<sha256>")
    def read_picture(token: str, sha256: str) -> Response:
        try:
            found = _opened(parts, token)
        except PassVoid:
            abort(410)
        return picture_of(parts, found.article, found.revision, sha256)


def _opened(parts: Parts, token: str) -> Pass:
    return opened(parts.config.server, token, now=parts.clock.now())


def _page(status: int, **values: object) -> Response:
    """Return the page; unlike all others it begins no session and shows nobody's name."""
    return Response(render("console/read.html", {"account": g.account, **values}), status=status, mimetype="text/html")
