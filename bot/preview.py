"""The preview's pages, for this machine alone: articles from their files, as readers will see them, renewed when saved."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from flask import Blueprint, Flask, Response, abort, request
from werkzeug.exceptions import NotFound
from werkzeug.serving import BaseWSGIServer, make_server

from content import templates
from content.article import Level, read_article
from content.drawing import DRAWN
from content.errors import FilesWrong, OpsError, WrongUse
from content.folders import month_of, name_of
from content.lint.cache import FOLDER, Cache
from content.lint.look import Context
from content.lint.many import check_all
from content.preview import Preview, due_words, look_at
from content.watching import Stamp, stamp, tables_of

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")  # under any other name another site's page may be asking through somebody's browser
STATIC = Path(__file__).resolve().parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; base-uri 'self'; "
    "img-src 'self' data: https://mmbiz.qpic.cn http://mmbiz.qpic.cn; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Given:
    """What an article is looked at with: what the checks know, and the account's name."""

    context: Context
    account: str = ""


@dataclass(frozen=True)
class Previews:
    """The articles of a workspace that may be looked at; files and settings are asked anew each time."""

    workspace: Path
    files: Callable[[], list[Path]]
    given: Callable[[], Given]
    _seen: dict[Path, tuple[Stamp, Preview]] = field(default_factory=dict)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def named(self) -> dict[str, Path]:
        """Return the articles by the names they have in an address."""
        return {name_of(self.workspace, file): file for file in self.files()}

    def of(self, file: Path) -> Preview:
        """Return how an article looks now; OSError when it is gone."""
        with self._one_at_a_time:
            known = self._seen.get(file)
            if known and self._stamp(known[1]) == known[0]:
                return known[1]
            made = look(self.workspace, file, self.given())
            self._seen[file] = (self._stamp(made), made)
            return made

    def _stamp(self, made: Preview) -> Stamp:
        return stamp([*made.files, *tables_of(self.workspace), *sorted(self.workspace.glob("themes/*.css"))])


def look(workspace: Path, file: Path, given: Given) -> Preview:
    """Return how the article in a file looks; OSError when it is gone."""
    source = read_article(file, name_of(workspace, file))
    context = replace(given.context, month=month_of(source.name))
    return look_at(source, context, account=given.account, kept=workspace / DRAWN)


def create_preview(previews: Previews) -> Blueprint:
    """Make the pages: the months' articles, one article, and whether it has changed. They only read."""
    pages = Blueprint("preview", __name__)
    pages.before_app_request(_refuse_other_names)
    pages.after_app_request(_with_headers)

    @pages.get("/")
    def index() -> str:
        """List the articles of a month with the number of their problems."""
        named = previews.named()
        months = sorted({month_of(name) for name in named})
        month = request.args.get("month", months[-1] if months else "")
        files = [(file, name) for name, file in named.items() if month_of(name) == month]
        return page("index.html", month=month, months=months, rows=_rows(previews, files))

    @pages.get("/article")
    def article() -> str:
        """Show one article."""
        name = request.args.get("file", "")
        made = _look(previews, name)
        return page("page.html", preview=made, poll=f"/version?file={quote(name)}", whole=None)

    @pages.get("/version")
    def version() -> tuple[str, int]:
        """Answer 204 while an article looks as the page that asks shows it."""
        made = _look(previews, request.args.get("file", ""))
        return ("", 204) if made.version in request.if_none_match else (made.version, 200)

    @pages.get("/favicon.ico")
    def icon() -> tuple[str, int]:
        """There is none."""
        return "", 204

    return pages


def page(template: str, **values: object) -> str:
    """Return one of the preview's pages."""
    return templates.render(f"preview/{template}", values)


def whole_page(made: Preview) -> str:
    """Return a preview as one page that needs no other file, to be sent to somebody."""
    parts = {name: (STATIC / f"preview.{name}").read_text(encoding="utf-8") for name in ("css", "js")}
    return page("page.html", preview=made, poll="", whole=parts)


def address(port: int, name: str = "") -> str:
    """Return the address of an article's page, or without a name of the list."""
    return f"http://{HOST}:{port}/" + (f"article?file={quote(name)}" if name else "")


def listen(previews: Previews, port: int) -> BaseWSGIServer:
    """Return the server of the pages, which listens on this machine alone; WrongUse when the port is taken."""
    app = Flask(__name__)
    app.register_blueprint(create_preview(previews))
    app.register_error_handler(OpsError, _trouble)
    app.register_error_handler(NotFound, _gone)
    try:
        door = socket.create_server((HOST, port))
    except OSError as error:
        raise WrongUse(f"端口 {port} 用不了（可能已有一个预览在运行），请换一个，例如 --port {port + 1}。") from error
    with door:
        return make_server(HOST, door.getsockname()[1], app, threaded=True, fd=door.fileno())


def _look(previews: Previews, name: str) -> Preview:
    file = previews.named().get(name)
    if file is None:
        abort(404)
    try:
        return previews.of(file)
    except OSError:
        abort(404)


@dataclass(frozen=True)
class _Row:
    """An article in the list."""

    name: str
    title: str
    column: str
    due: str
    errors: int
    warnings: int


def _rows(previews: Previews, files: list[tuple[Path, str]]) -> list[_Row]:
    cache = Cache(previews.workspace / FOLDER)
    found = []
    for (file, name), problems in zip(files, check_all(files, previews.given().context, cache), strict=True):
        facts = read_article(file, name).facts
        levels = [problem.level for problem in problems]
        errors, warnings = levels.count(Level.ERROR), levels.count(Level.WARN)
        found.append(_Row(name, facts.title or name, facts.column, due_words(facts), errors, warnings))
    return found


def _refuse_other_names() -> Response | None:
    try:
        named = urlsplit(f"//{request.host}").hostname
    except ValueError:
        named = None
    return None if named in NAMES else Response(f"预览只在本机打开：http://{HOST}", 403, mimetype="text/plain")


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response


def _trouble(error: OpsError) -> tuple[str, int]:
    return page("trouble.html", text=str(error)), 404 if isinstance(error, FilesWrong) else 503


def _gone(error: NotFound) -> tuple[str, int]:
    return page("trouble.html", text="没有这篇文章，可能已经改名或移走。"), 404
