"""How pages are shown: the frame with who is there, the headers of every answer, and the pages for what goes wrong."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, current_app, g, request, session
from werkzeug.exceptions import HTTPException

from content.errors import OpsError
from content.templates import render

UPLOAD_BYTES = 50 * 1024 * 1024  # our own bound for everything that is handed in at once
FORM_BYTES = 1024 * 1024  # and for every other form: nobody who is not logged in can send more
UPLOADS = (
    "console.take",
    "console.proof",
    "console.record_verdict",
    "console.prove_verdict",
    "console.take_sheet",
    "console.hand_in_figures",
    "console.upload_evidence",
    "console.take_step",
    "console.import_records",
    "console.prove_step",
    "console.weekly_send",
    "console.propose_figure",
    "console.prove_figure",
    "console.decide_report",
    "console.scan_report",
)
_MB = 1024 * 1024
_SCRIPTS_ARE_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https://mmbiz.qpic.cn; "
    "connect-src 'self'; frame-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _SCRIPTS_ARE_OURS,  # articles bring their styles along, and never a script
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
}
_WORDS = {
    400: ("没有照办", ""),
    401: (
        "请先登录",
        "请在微信里给公众号发“登录”，再打开它回复的链接；没有绑定微信的，请管理员运行 wxops login-link。",
    ),
    403: ("这一页不归您用", ""),
    404: ("没有这一页", "网址可能写错了，或者文章的编号不对。"),
    405: ("没有这一页", "网址可能写错了。"),
    413: ("文件太大", f"一次最多交 {UPLOAD_BYTES // _MB} MB、1000 个文件。请压缩图片，或分成几篇再交。"),
    500: ("这里出了点问题", "已经记下，请稍后再试。"),
}
_OWN_WORDS = (400, 403, 404)  # what we say ourselves where we stop a request


def add_frame(console: Blueprint, name: str) -> None:
    """Give all pages of a blueprint their limits, their headers and their pages for troubles; `name` is the account's."""

    @console.before_request
    def limit() -> None:
        g.account = name
        request.max_content_length = UPLOAD_BYTES if request.endpoint in UPLOADS else FORM_BYTES

    @console.after_request
    def headers(answer: Response) -> Response:
        for header, value in HEADERS.items():
            answer.headers.setdefault(header, value)
        return answer

    @console.errorhandler(HTTPException)
    def trouble(error: HTTPException) -> Response:
        code = error.code or 500
        heading, text = _WORDS.get(code, _WORDS[500 if code >= 500 else 400])
        if code == 413:
            _read_to_the_end()
        own = error.description if code in _OWN_WORDS and error.description != type(error).description else ""
        return page("trouble", status=code, heading=heading, text=own or text)

    @console.errorhandler(OpsError)
    def refused(error: OpsError) -> Response:
        return page("trouble", status=409, heading="没有照办", text=str(error))


def page(name: str, *, status: int = 200, **values: object) -> Response:
    """Return a page of templates/console/ with what the frame needs."""
    frame = {"person": g.get("person"), "csrf": csrf_token(), "account": g.get("account", "")}
    return Response(render(f"console/{name}.html", frame | values), status=status, mimetype="text/html")


def csrf_token() -> str:
    """Return the token that this session's forms carry; it is made when the first form is shown."""
    if current_app.secret_key is None:
        return ""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(16)
    return str(session["csrf"])


def _read_to_the_end() -> None:
    """Read what still comes, within reason: a browser that is cut off while it sends shows no answer at all."""
    size = request.content_length or 0
    left = min(size, 4 * UPLOAD_BYTES)
    untouched = size > (request.max_content_length or 0)
    stream = request.environ["wsgi.input"] if untouched else request.stream
    while left > 0 and (some := stream.read(min(left, _MB))):
        left -= len(some)
