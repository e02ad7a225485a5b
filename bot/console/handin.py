"""The page to hand an article in: a Word file, a ZIP, Markdown or a folder, with what goes with it in fields."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from sqlalchemy import select

from bot.console.pages import page
from bot.console.upload import cover_in, put_down
from bot.handing_in import Wish, hand_in, may_be_replaced
from bot.login import WRITERS, demand, go
from bot.wiring import Parts
from content.article import Facts
from content.clock import local_day
from content.errors import OpsError, WrongUse
from content.folders import MONTH
from content.models import Article
from content.months import next_month
from content.values import NotUnderstood, moment
from content.word.handin import AT_TERMINAL

IN_A_LINE = ("title", "column", "author", "digest")
FIELDS = (*IN_A_LINE, "publish_at", "month", "into")


def add_hand_in(console: Blueprint, parts: Parts) -> None:
    """Add the page to hand in."""

    @console.get("/hand-in")
    def form() -> Response:
        demand(WRITERS)
        return _form(parts, {"into": request.args.get("into", "")})

    @console.post("/hand-in")
    def take() -> Response:
        by = demand(WRITERS).name
        try:
            wish = _wish(request.form)
            with put_down(request.files.get("file"), request.files.getlist("folder")) as (path, name):
                number = hand_in(parts, path, name, wish, by=by)
        except OpsError as error:
            told = str(error).replace(AT_TERMINAL, "（见“替换哪一篇”）")
            return _form(parts, request.form, error=told, status=422)
        return go(f"/console/articles/{number}?said=handed")


def _form(parts: Parts, typed: Mapping[str, str], *, error: str = "", status: int = 200) -> Response:
    with parts.store.reading() as session:
        articles = may_be_replaced(session)
        columns = session.scalars(select(Article.column).where(Article.column != "").distinct()).all()
    return page(
        "hand_in",
        status=status,
        error=error,
        typed={name: typed.get(name, "") for name in FIELDS},
        articles=[(article.id, f"{article.id} {article.title or article.slug}") for article in articles],
        columns=sorted(columns),
        coming=next_month(f"{local_day(parts.clock.now()):%Y-%m}"),
    )


def _wish(form: Mapping[str, str]) -> Wish:
    """Return what was told with the upload; WrongUse for what cannot be understood."""
    month, into = form.get("month", "").strip(), form.get("into", "")
    if month and not MONTH.fullmatch(month):
        raise WrongUse(f"月份应写成 2026-12 这样，写的是“{month[:20]}”。")
    if into and not (into.isascii() and into.isdecimal() and len(into) < 10):
        raise WrongUse("请从“替换哪一篇”里选一篇。")
    try:
        publish_at = moment(form.get("publish_at", "")[:40])
    except NotUnderstood as error:
        raise WrongUse(f"发布时间{error}") from error
    title, column, author, digest = (" ".join(form.get(name, "").split()) for name in IN_A_LINE)
    return Wish(
        facts=Facts(title=title, column=column, author=author, digest=digest, publish_at=publish_at),
        month=month,
        into=int(into) if into else None,
        cover=cover_in(request.files.get("cover")),
    )
