"""The page of one article: how it stands, its problems, how it looks, submitting it, and its Word file."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, abort, g, request

from bot import handed, submitting
from bot.console.out import out_of
from bot.console.pages import page
from bot.console.review import remember, review_of
from bot.console.sheet import sheet_of
from bot.login import READERS, WRITERS, demand, go, may_write
from bot.wiring import Parts
from content.errors import OpsError
from content.models import Article
from content.recorded import RECORDERS
from content.reviews import ReasonsMissing
from content.word.identity import slug
from scheduler.edited import changes_of

SAID = {  # what an address may let the page say; nothing else of an address is shown
    "handed": "已收下。下面是导入的情况和检查的结果。",
    "rights": "图片许可已写进文章开头。",
    "same": "图片许可没有变化。",
    "submitted": "已送审。",
    "pass": "您的意见已记下：同意。",
    "back": "已退回给编辑，原因在“经过”里。",
    "recorded": "已记为线下审签。",
    "proven": "凭证已收下。",
    "remark": "留言已记在“经过”里。",
    "decided": "已记下。",
}
RECORDING = ("name", "way", "note")  # the fields of 代录
REASON = "reason-"  # a field for each kind of warning; the bare name is for all the others


def add_articles(console: Blueprint, parts: Parts) -> None:
    """Add the pages of an article."""

    @console.get("/articles/<int:number>")
    def article(number: int) -> Response:
        demand(READERS)
        return show(parts, number, said=SAID.get(request.args.get("said", ""), ""))

    @console.post("/articles/<int:number>/submit")
    def submit(number: int) -> Response:
        by = demand(WRITERS).name
        article_of(parts, number)
        try:
            submitting.submit(parts, str(number), parts.workspace, by, _reasons(request.form))
        except ReasonsMissing as missing:
            told = f"没有送审：还有 {len(missing.problems)} 条警告没有写理由。请核对以后，在“送审”里写上。"
            return show(parts, number, error=told, status=422, typed=request.form)
        except OpsError as error:
            return show(parts, number, error=str(error), status=422, typed=request.form)
        return go(f"/console/articles/{number}?said=submitted")

    @console.get("/articles/<int:number>/word")
    def word(number: int) -> Response:
        """Give the newest frozen text as a Word file with its pictures, in a ZIP."""
        from content.word.export import as_zip
        from content.word.frozen import frozen_piece

        demand(READERS)
        article_of(parts, number)
        with parts.store.reading() as session:
            piece, revision = frozen_piece(session, number, None, parts.library.pictures)
        name = quote(f"{number}-{revision}-{slug(piece.title)}.zip", safe="")
        answer = Response(as_zip(piece), mimetype="application/zip")
        answer.headers["Content-Disposition"] = (
            f"attachment; filename=\"{number}-{revision}.zip\"; filename*=UTF-8''{name}"
        )
        return answer


def article_of(parts: Parts, number: int) -> Article:
    """Return article N; 404 when there is none."""
    with parts.store.reading() as session:
        article = session.get(Article, number) if number < 2**31 else None
    return article or abort(404, f"没有文章{number}。")


def show(
    parts: Parts,
    number: int,
    *,
    said: str = "",
    error: str = "",
    status: int = 200,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of article N with what was done or what went wrong, and the reasons that were typed."""
    article_of(parts, number)
    with parts.store.reading() as session:
        found = session.get_one(Article, number)
        sheet, review = sheet_of(parts, session, found), review_of(parts, session, found, g.person)
        edited = changes_of(session, found)
        out = out_of(parts, session, found, g.person)
    if review:
        remember(parts, review, g.person)
    recording = {name: (typed or {}).get(name, "") for name in RECORDING}
    told, reasons = handed.last(parts.workspace, number), _reasons(typed or {})
    return page(
        "article", status=status, sheet=sheet, said=said, error=error, reasons=reasons, handed=told,
        just_handed=said == SAID["handed"], may_write=may_write() and sheet.has_file, review=review,
        comment=(typed or {}).get("comment", ""), edited=edited,
        recording=recording, may_record=g.person.role in RECORDERS, out=out, typed=typed or {},
    )  # fmt: skip


def _reasons(form: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons by the codes of warnings; "" for the one that holds for all the others."""
    given = {name.removeprefix(REASON): text.strip() for name, text in form.items() if name.startswith(REASON)}
    return {code: text for code, text in given.items() if text}
