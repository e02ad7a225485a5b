"""Who is at the pages: the two steps of a link, the session in the cookie, roles, and the token that forms carry."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import timedelta

from flask import Blueprint, Flask, Request, Response, abort, g, redirect, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.exceptions import BadRequest

from bot.console.pages import page
from bot.links import lacking
from bot.settings import Server
from bot.wiring import Parts
from content import logins
from content.logins import SESSION_HOURS, LinkVoid
from content.models import Person
from content.reviews import ROLES

READERS = ("admin", "operator", "editor", "reviewer", "chief")  # who may see the articles
WRITERS = ("admin", "operator", "editor")  # who may hand in and submit
COOKIE = "wxops_console"
LOGIN, CSRF = "login", "csrf"  # what the cookie holds: the number of the log-in, the token of its forms
OURS = re.compile(r"/console/[a-z0-9-]+(?:/[a-z0-9-]+)*")  # where a link to log in may lead on to
WEEKLY_LINKS = ("console.weekly_own", "console.weekly_own_page", "console.weekly_seen")  # a liaison's own places
OPEN_TO_ALL = ("console.link", "console.enter", "console.read", "console.read_picture", *WEEKLY_LINKS)


class _OfPages(SecureCookieSessionInterface):
    """Sessions for the pages alone: WeChat's messages and the health page have no cookie to read."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if request.path.startswith(self.get_cookie_path(app)) else None


def prepare(app: Flask, server: Server) -> None:
    """Set how the session's cookie is signed and who may read it; nothing without the key that signs it."""
    if lacking(server):
        return
    app.secret_key = server.secret_key
    app.session_interface = _OfPages()
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_PATH="/console",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=server.public_url.startswith("https:"),
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
    )


def add_login(console: Blueprint, parts: Parts) -> None:
    """Add the pages of the link and the guard before every page: who is there, and is it their own form."""

    @console.before_request
    def guard() -> None:
        g.person = None
        if isinstance(number := session.get(LOGIN), int):
            with parts.store.reading() as database:
                g.person = logins.person_in(database, number, now=parts.clock.now())
        if g.person is None and request.endpoint not in OPEN_TO_ALL:
            abort(401)
        if request.method == "POST":
            _check_form()

    @console.get("/login/<token>")
    def link(token: str) -> Response:
        """Show whose link it is; that it is opened uses nothing up, since WeChat and mail scanners open links too."""
        try:
            with parts.store.reading() as database:
                person = logins.holder(database, token, now=parts.clock.now())
        except LinkVoid as void:
            return page("trouble", status=410, heading="链接不能用了", text=str(void))
        return page("login", token=token, holder=person.name, role=ROLES[person.role], to=_onward())

    @console.post("/login/<token>")
    def enter(token: str) -> Response:
        try:
            with parts.store.transaction() as database:
                number = logins.log_in(database, token, now=parts.clock.now()).id
        except LinkVoid as void:
            return page("trouble", status=410, heading="链接不能用了", text=str(void))
        session.clear()
        session.permanent = True
        session[LOGIN], session[CSRF] = number, secrets.token_urlsafe(16)
        return go(_onward() or "/console/")

    @console.post("/logout")
    def leave() -> Response:
        with parts.store.transaction() as database:
            logins.log_out(database, session[LOGIN], now=parts.clock.now())
        session.clear()
        return page("trouble", heading="已退出", text="再用时，请在微信里给公众号发“登录”。", person=None)


def demand(roles: tuple[str, ...]) -> Person:
    """Return who is at the page; 403 when their role is none of these."""
    person: Person = g.person
    if person.role not in roles:
        abort(403, f"{person.name}，这一页不归{ROLES[person.role]}用。如果应该归您用，请管理员改您的角色。")
    return person


def may_write() -> bool:
    """Say whether who is at the page may hand in and submit."""
    return g.person is not None and g.person.role in WRITERS


def go(address: str) -> Response:
    """Send the browser on to another page of ours."""
    answer = redirect(address, 303)
    assert isinstance(answer, Response)
    return answer


def _onward() -> str:
    """Return the page of ours that a link leads to; "" for none, and for an address that could lead elsewhere."""
    to = request.args.get("to", "")
    return to if OURS.fullmatch(to) else ""


def _check_form() -> None:
    """Refuse a form that no page of this session has shown: another site may have made it."""
    known, given = session.get(CSRF, ""), request.form.get("csrf", "")
    if not known or not hmac.compare_digest(known.encode(), given.encode("utf-8", "replace")):
        raise BadRequest("这一页放得太久，或者浏览器没有保存 Cookie，没有照办。请返回上一页，刷新以后再试。")
