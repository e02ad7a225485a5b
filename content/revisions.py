"""Freezing: exactly what was reviewed is kept, and only that is ever drafted and published."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content import drawing
from content.article import Source, cover_of, picture_file
from content.markup.drawn import Placed
from content.markup.foot import NO_FOOT, Foot, Related
from content.models import Article, Revision, RevisionPicture
from content.pictures import prepare
from content.render import render

PLACEHOLDER = "wxops-picture:"  # stands in frozen HTML for a picture's address, followed by the sha256 of its bytes


@dataclass(frozen=True)
class Frozen:
    """A text as it would be frozen now; `sha256` covers exactly what a reader will get."""

    title: str
    author: str
    digest: str
    cover: str
    html: str
    original_link: str
    comments: bool
    pictures: Mapping[str, tuple[str, bytes]]  # sha256 → file name, bytes
    crops: Mapping[str, str] = field(default_factory=dict)  # of the cover, by ratio

    @property
    def sha256(self) -> str:
        """Return the fingerprint over title, author, digest, cover, its crops, HTML, link, comments, all pictures."""
        parts = [self.title, self.author, self.digest, self.cover, self.html, self.original_link, self.comments]
        return hashlib.sha256(
            json.dumps([*parts, sorted(self.pictures), sorted(self.crops.items())], ensure_ascii=False).encode()
        ).hexdigest()


def freeze(source: Source, *, css: str, foot: Foot = NO_FOOT, kept: Path | None = None) -> Frozen:
    """Render a source that was checked, with its pictures made ready for the platform; `kept` is for drawn diagrams.

    OSError when a picture is gone or lies elsewhere, FilesWrong when one cannot be used or drawn.
    """
    facts, cover = source.facts, cover_of(source)
    shelf = _Shelf(source.path.parent, kept)
    html = render(source, css=css, picture=shelf.body, foot=foot, draw=shelf.drawn)
    sha256, crops = shelf.cover(cover, facts.cover_focus) if cover else ("", {})
    return Frozen(
        title=facts.title,
        author=facts.author,
        digest=facts.digest,
        cover=sha256,
        html=html,
        original_link=facts.original_link,
        comments=facts.comments,
        pictures=shelf.pictures,
        crops=crops,
    )


class _Shelf:
    """The pictures of one article as they go out, collected while it is rendered."""

    def __init__(self, folder: Path, kept: Path | None) -> None:
        self.pictures: dict[str, tuple[str, bytes]] = {}
        self._folder = folder
        self._kept = kept
        self._addresses: dict[str, str] = {}

    def body(self, reference: str) -> str:
        if reference not in self._addresses:
            data = picture_file(self._folder, reference).read_bytes()
            self._addresses[reference] = PLACEHOLDER + self._put(reference, prepare(data, reference, use="body").data)
        return self._addresses[reference]

    def cover(self, reference: str, focus: tuple[float, float]) -> tuple[str, Mapping[str, str]]:
        data = picture_file(self._folder, reference).read_bytes()
        made = prepare(data, reference, use="cover", focus=focus)
        return self._put(reference, made.data), made.crops

    def drawn(self, kind: str, text: str) -> Placed:
        made = drawing.draw(kind, text, kept=self._kept)
        return Placed(PLACEHOLDER + self._put(made.name, made.data), made.alt, made.width, made.sinks)

    def _put(self, name: str, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.pictures.setdefault(sha256, (name, data))
        return sha256


def add_revision(
    session: Session, article: Article, frozen: Frozen, *, related: Sequence[Related], by: str, now: datetime
) -> Revision:
    """Add the next revision of an article; the bytes of its pictures must be kept already (`keep_pictures`).

    `related` are the articles to which its foot links.
    """
    last = session.scalar(select(func.max(Revision.number)).where(Revision.article_id == article.id))
    revision = as_revision(frozen, article.id, (last or 0) + 1, by=by, now=now)
    revision.related = json.dumps([astuple(one) for one in related], ensure_ascii=False)
    session.add(revision)
    session.flush()
    for sha256, (name, _) in frozen.pictures.items():
        session.add(RevisionPicture(revision_id=revision.id, sha256=sha256, name=name))
    return revision


def as_revision(frozen: Frozen, article_id: int, number: int, *, by: str, now: datetime) -> Revision:
    """Return a frozen text as a revision that no database holds yet."""
    return Revision(
        article_id=article_id,
        number=number,
        sha256=frozen.sha256,
        title=frozen.title,
        author=frozen.author,
        digest=frozen.digest,
        cover=frozen.cover,
        crop_235_1=frozen.crops.get("2.35_1", ""),
        crop_1_1=frozen.crops.get("1_1", ""),
        html=frozen.html,
        original_link=frozen.original_link,
        comments=frozen.comments,
        by=by,
        made_at=now,
    )


def latest_revision(session: Session, article: Article) -> Revision | None:
    """Return the article's newest frozen text, or None when it was never submitted."""
    return session.scalar(
        select(Revision).where(Revision.article_id == article.id).order_by(Revision.number.desc()).limit(1)
    )


def related_of(revision: Revision) -> tuple[Related, ...]:
    """Return the articles to which a frozen text's foot links."""
    return tuple(Related(*one) for one in json.loads(revision.related))


def keep_pictures(folder: Path, frozen: Frozen) -> None:
    """Write the pictures' bytes under the folder, each by its content, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for sha256, (_, data) in frozen.pictures.items():
        target = folder / sha256
        if target.is_file() and target.stat().st_size == len(data):
            continue
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as partial:
            partial.write(data)
            partial.flush()
            os.fsync(partial.fileno())
        Path(partial.name).replace(target)


def picture_bytes(folder: Path, sha256: str) -> bytes:
    """Return a kept picture; OSError when it is gone or is not what was frozen."""
    data = (folder / sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OSError(f"the kept picture {sha256} was changed")
    return data
