"""A frozen revision of an article as a piece to be exported."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.errors import OpsError
from content.library import article_by_number
from content.models import Revision, RevisionPicture
from content.revisions import PLACEHOLDER, latest_revision, picture_bytes
from content.word.export import Piece


def frozen_piece(session: Session, number: int, revision: int | None, pictures: Path) -> tuple[Piece, int]:
    """Return revision 3 of article 12, or its newest, and that revision's number.

    `pictures` is the folder of kept pictures. OpsError where there is no such
    revision, or a picture of it is gone.
    """
    article = article_by_number(session, number)
    found = latest_revision(session, article)
    if revision is not None:
        query = select(Revision).where(Revision.article_id == number, Revision.number == revision)
        found = session.scalar(query)
    if found is None:
        what = f"没有修订 {number}-{revision}" if revision is not None else "还没有送审，没有定稿可以导出"
        raise OpsError(f"文章{number}“{article.title or article.slug}”{what}。")
    rows = session.scalars(
        select(RevisionPicture).where(RevisionPicture.revision_id == found.id).order_by(RevisionPicture.id)
    ).all()
    try:
        kept = {row.sha256: (row.name, picture_bytes(pictures, row.sha256)) for row in rows}
    except OSError as error:
        raise OpsError(f"修订 {number}-{found.number} 的图片不见了或被改过，不能导出。请重新送审。") from error
    used = sorted((sha256 for sha256 in kept if PLACEHOLDER + sha256 in found.html), key=found.html.index)
    others = {f"封面-{Path(name).name}": data for sha256, (name, data) in kept.items() if sha256 not in used}
    in_text = {PLACEHOLDER + sha256: kept[sha256] for sha256 in used}
    return Piece(found.title, found.author, found.html, in_text, others), found.number
