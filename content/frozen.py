"""A frozen text as readers will see it: its HTML, the kept pictures and its cards, nothing of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.article import Facts
from content.lint.look import PICTURE_ADDRESS
from content.models import Revision, RevisionPicture
from content.placed import CROP_WIDTHS, cut, data_address, stand_in
from content.preview import DIGEST_TAKEN, HAN, Crop, Preview, due_words
from content.render import visible_text
from content.revisions import PLACEHOLDER, picture_bytes

_BODY_CARD = (640, 360)  # pixels of the stand-in for a picture that is gone
_KEPT = 64  # crops that are cut once


def look_at_frozen(
    session: Session, revision: Revision, pictures: Path, *, account: str, place: Callable[[str], str]
) -> Preview:
    """Return how a frozen text will look; a picture that is gone is a grey card that says so.

    `pictures` is the folder of kept pictures, `place` gives the address that shows
    the picture of a sha256. The problems are none: a check is of a file.
    """
    html = length = revision.html
    for sha256, name in names_of(session, revision).items():
        gone = f"图片 {name} 不见了，请重新送审"
        address = place(sha256) if (pictures / sha256).is_file() else stand_in(gone, *_BODY_CARD)
        html, length = (
            html.replace(PLACEHOLDER + sha256, address),
            length.replace(PLACEHOLDER + sha256, PICTURE_ADDRESS),
        )
    text, post = visible_text(html), revision.article.post
    return Preview(
        name=f"{revision.article_id}-{revision.number}",
        account=account or "公众号",
        title=revision.title,
        author=revision.author,
        digest=revision.digest or " ".join(text.split())[:DIGEST_TAKEN],
        digest_given=bool(revision.digest),
        column=revision.article.column,
        due=due_words(Facts(publish_at=post.due_at, notify=post.notify) if post else Facts()),
        original_link=revision.original_link,
        wide=_crop(pictures, revision.cover, "2.35_1", revision.crop_235_1),
        square=_crop(pictures, revision.cover, "1_1", revision.crop_1_1),
        html=html,
        problems=(),
        length=len(length),
        han=len(HAN.findall(text)),
        version=revision.sha256[:16],
    )


def names_of(session: Session, *revisions: Revision) -> Mapping[str, str]:
    """Return the names of all pictures of some revisions, by sha256."""
    ids = [revision.id for revision in revisions]
    rows = session.scalars(select(RevisionPicture).where(RevisionPicture.revision_id.in_(ids)))
    return {row.sha256: row.name for row in rows}


def _crop(folder: Path, sha256: str, ratio: str, crop: str) -> Crop:
    size = (CROP_WIDTHS[ratio], round(CROP_WIDTHS[ratio] / (2.35 if ratio == "2.35_1" else 1)))
    if not sha256 or not crop:
        return Crop(stand_in("没有封面", *size), "没有封面")
    try:
        return Crop(data_address("cover.jpg", _kept_crop(folder, sha256, ratio, crop)))
    except OSError:
        return Crop(stand_in("封面不见了，请重新送审", *size), "封面不见了，请重新送审")


@lru_cache(maxsize=_KEPT)
def _kept_crop(folder: Path, sha256: str, ratio: str, crop: str) -> bytes:
    return cut(picture_bytes(folder, sha256), crop, ratio)
