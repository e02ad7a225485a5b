"""The rights in an article's pictures: the form that tells them, and the pictures it is told by."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from bot.console.articles import article_of, show
from bot.console.sheet import SHOWN_AS, source_of
from bot.login import READERS, WRITERS, demand, go
from bot.wiring import Parts
from content.article import PictureFacts, picture_file
from content.errors import FilesWrong, OpsError, WrongUse
from content.files import OVER
from content.kinds import HEAD, kind_of
from content.licences import used_pictures
from content.models import Article
from content.rights import tell_rights
from content.workflow import in_words, note


def add_rights(console: Blueprint, parts: Parts) -> None:
    """Add the form's target and the pictures."""

    @console.post("/articles/<int:number>/rights")
    def rights(number: int) -> Response:
        by = demand(WRITERS).name
        found = article_of(parts, number)
        try:
            changed = _tell_rights(parts, found, by)
        except OpsError as error:
            return show(parts, number, error=str(error), status=422)
        return go(f"/console/articles/{number}?said={'rights' if changed else 'same'}")

    @console.get("/articles/<int:number>/picture")
    def picture(number: int) -> Response:
        """Show one picture that the article uses, of a kind that can carry no script."""
        demand(READERS)
        source = source_of(parts, article_of(parts, number))
        name = request.args.get("name", "")
        if source is None or name not in used_pictures(source):
            abort(404)
        try:
            data = picture_file(source.path.parent, name).read_bytes()
        except OSError:
            abort(404)
        kind = SHOWN_AS.get(kind_of(data[:HEAD])) or abort(404)
        return Response(data, mimetype=kind)


def _tell_rights(parts: Parts, article: Article, by: str) -> bool:
    """Write what the form tells of the article's pictures into its file; say whether it changed."""
    source = source_of(parts, article)
    if source is None:
        raise FilesWrong(f"{in_words(article)}的文件不见了，没有写。")
    if article.state in OVER:
        raise OpsError(f"{in_words(article)}已经发布，图片许可不能再改。")
    changed = tell_rights(parts.workspace, source.path, source.name, _told_rights())
    if changed:
        with parts.store.transaction() as session:
            note(session, session.get_one(Article, article.id), by=by, now=parts.clock.now(), why="填写图片许可")
    return changed


def _told_rights() -> dict[str, PictureFacts]:
    """Return what the form tells of pictures; `tell_rights` takes those that the article uses."""
    columns = [request.form.getlist(key) for key in ("file", "source", "holder", "licence", "consent")]
    if len({len(column) for column in columns}) != 1:
        raise WrongUse("表格没有送全，没有改。请刷新以后再填。")
    return {row[0]: PictureFacts(*row) for row in zip(*columns, strict=True)}
