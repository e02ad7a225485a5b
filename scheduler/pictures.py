"""Pictures: uploaded once by content, and put into the frozen text in place of their fingerprints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content.db import Store
from content.library import Library
from content.models import Revision, RevisionPicture
from content.revisions import PLACEHOLDER, picture_bytes
from scheduler.calls import NamedCalls
from scheduler.models import Picture
from scheduler.refusals import Reaction, Refused

if TYPE_CHECKING:
    pass  # the web process settles, too, and does not load the gateway

BODY, COVER = "body", "cover"
PLACE = re.compile(re.escape(PLACEHOLDER) + r"([0-9a-f]{64})")


def as_draft(
    store: Store, wechat: NamedCalls, library: Library, revision: Revision, *, comments: bool
) -> dict[str, object]:
    """Return a revision as draft/add takes it, with its pictures uploaded; comments: whether it may open them."""
    content = PLACE.sub(lambda match: _picture_url(store, wechat, library, revision, match[1]), revision.html)
    return {
        "article_type": "news",
        "title": revision.title,
        "author": revision.author,
        "digest": revision.digest,
        "content": content,
        "content_source_url": revision.original_link,
        "thumb_media_id": _cover_id(store, wechat, library, revision),
        **_crops(revision),
        "need_open_comment": int(revision.comments and comments),
        "only_fans_can_comment": 0,
    }


def _crops(revision: Revision) -> dict[str, object]:
    told = {"pic_crop_235_1": revision.crop_235_1, "pic_crop_1_1": revision.crop_1_1}
    return {name: crop for name, crop in told.items() if crop}


def forget_covers(session: Session, revisions: Sequence[Revision]) -> None:
    """Forget the uploads of these covers, which WeChat does not know any more: the next draft uploads them anew."""
    covers = [revision.cover for revision in revisions]
    session.execute(delete(Picture).where(Picture.use == COVER, Picture.sha256.in_(covers)))


def _picture_url(store: Store, wechat: NamedCalls, library: Library, revision: Revision, sha256: str) -> str:
    if known := _uploaded(store, sha256, BODY):
        return known.url
    name, data = _file_of(store, library, sha256)
    upload = wechat.add_moving_picture if name.endswith(".gif") else wechat.upload_body_picture
    with _named(store, revision, sha256):
        url = upload(name, data)
    return _keep(store, Picture(sha256=sha256, use=BODY, url=url)).url


def _cover_id(store: Store, wechat: NamedCalls, library: Library, revision: Revision) -> str:
    sha256 = revision.cover
    if known := _uploaded(store, sha256, COVER):
        return known.media_id
    name, data = _file_of(store, library, sha256)
    with _named(store, revision, sha256):
        made = wechat.add_picture_material(name, data)
    return _keep(store, Picture(sha256=sha256, use=COVER, media_id=made.media_id, url=made.url)).media_id


@contextmanager
def _named(store: Store, revision: Revision, sha256: str) -> Iterator[None]:
    """Name the picture in a refusal that its editor must see to."""
    try:
        yield
    except Refused as refusal:
        if refusal.reaction is Reaction.EDITOR:
            with store.reading() as session:
                name = session.scalar(
                    select(RevisionPicture.name).where(
                        RevisionPicture.revision_id == revision.id, RevisionPicture.sha256 == sha256
                    )
                )
            refusal.args = (f"图片 {name}：{refusal}",)
        raise


def _keep(store: Store, picture: Picture) -> Picture:
    """Record an upload, or return the one that another process recorded first."""
    sha256, use = picture.sha256, picture.use
    try:
        with store.transaction() as session:
            session.add(picture)
        return picture
    except IntegrityError:
        known = _uploaded(store, sha256, use)
        if known is None:
            raise
        return known


def _uploaded(store: Store, sha256: str, use: str) -> Picture | None:
    with store.reading() as session:
        return session.scalar(select(Picture).where(Picture.sha256 == sha256, Picture.use == use))


def _file_of(store: Store, library: Library, sha256: str) -> tuple[str, bytes]:
    """Return a name that WeChat takes (ASCII, with the right ending) and the bytes."""
    data = picture_bytes(library.pictures, sha256)
    ending = "png" if data.startswith(b"\x89PNG") else "gif" if data.startswith(b"GIF8") else "jpg"
    return f"{sha256[:16]}.{ending}", data
