"""Evidence: a picture or scan that belongs to a subject, kept by content under `.wxops/evidence`.

Two ways in: a picture message of somebody who was asked for one a moment ago
(`wanted`, then `attach`; the scheduler fetches its bytes), and a file that is
handed in at the terminal or on a page (`hand_in`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from content.errors import OpsError, WrongUse
from content.kinds import HEAD, kind_of
from content.models import Person
from content.paper import Evidence, EvidenceWanted

FOLDER = Path(".wxops") / "evidence"
MINUTES = 10  # for which a picture after a command belongs to it
MEGABYTES = 10  # of one file; WeChat's own limit for a picture (wechat-api.md §6)
TAKEN = {"jpg": "jpg", "png": "png", "gif": "gif", "webp": "webp", "bmp": "bmp", "heic": "heic", "tiff": "tif"}


@dataclass(frozen=True)
class SentPicture:
    """A picture message: its id at WeChat, good for 3 days, and its address."""

    media_id: str
    url: str = ""


def wanted(
    session: Session,
    person: Person,
    subject: str,
    *,
    words: str,
    again: str,
    now: datetime,
    what: str = "截图或扫描件",
) -> str:
    """Note that a person's pictures of the next minutes belong to a subject; return what to tell them.

    subject: such as review:17. words: what people call it. again: the words to send before a picture is sent
    once more. what: what shall be on the pictures. What the person was asked for earlier is over.
    """
    no_longer_wanted(session, person)
    session.add(EvidenceWanted(person_id=person.id, subject=subject, words=words, again=again, at=now))
    return f"请在 {MINUTES} 分钟内把{what}作为图片发来，可以发几张，都附在{words}上。"


def attach(session: Session, person: Person, sent: SentPicture, *, now: datetime, example: str = "代录") -> str:
    """Put a picture message to what its sender was asked for, and return what to tell them; it is fetched later.

    OpsError when they were not asked for one within the last ten minutes, with an example of what asks for one.
    """
    wish = awaited(session, person, now=now)
    if wish is None:
        raise OpsError(
            f"图片没有收下：不知道附在哪里。请先发要附图的那一句（例如“{example}”），{MINUTES} 分钟内再发图片。"
        )
    session.add(
        Evidence(
            subject=wish.subject,
            words=wish.words,
            again=wish.again,
            by=person.name,
            media_id=sent.media_id,
            pic_url=sent.url,
            sent_at=now,
            try_at=now,
        )
    )
    return f"图片已收到，附在{wish.words}上。"


def unwanted(session: Session, subject: str) -> None:
    """Let no more pictures come to a subject that is void."""
    session.execute(delete(EvidenceWanted).where(EvidenceWanted.subject == subject))


def no_longer_wanted(session: Session, person: Person) -> None:
    """End what a person's pictures would belong to."""
    session.execute(delete(EvidenceWanted).where(EvidenceWanted.person_id == person.id))


def awaited(session: Session, person: Person, *, now: datetime) -> EvidenceWanted | None:
    """Return what a person was asked for within the last ten minutes; None when for nothing."""
    return session.scalar(
        select(EvidenceWanted)
        .where(EvidenceWanted.person_id == person.id, EvidenceWanted.at > now - timedelta(minutes=MINUTES))
        .order_by(EvidenceWanted.id.desc())
        .limit(1)
    )


def hand_in(session: Session, subject: str, path: Path, *, name: str, words: str, by: str, now: datetime) -> Evidence:
    """Put a file that `keep` has kept to a subject and return its row; the same file twice is one.

    path: as `keep` returned it. name: how the file was called. words: what people call the subject.
    """
    sha256 = path.stem
    known = session.scalar(select(Evidence).where(Evidence.subject == subject, Evidence.sha256 == sha256))
    if known:
        return known
    row = Evidence(
        subject=subject,
        words=words,
        by=by,
        name=Path(name).name,
        sent_at=now,
        fetched_at=now,
        sha256=sha256,
        path=path.as_posix(),
    )
    session.add(row)
    return row


def keep(folder: Path, data: bytes, name: str = "") -> Path:
    """Write a picture or PDF by its content and return its path in the workspace; WrongUse when it is neither.

    name: how the file is called when something is wrong with it.
    """
    from content.word.placing import write_whole

    ending = "pdf" if data.startswith(b"%PDF-") else TAKEN.get(kind_of(data[:HEAD]), "")
    called = Path(name).name or "取来的文件"
    if not ending:
        raise WrongUse(f"{called}不是图片，也不是 PDF，没有收下。请拍照、截图，或扫描成 JPG、PNG、PDF。")
    if len(data) > MEGABYTES * 1024 * 1024:
        raise WrongUse(f"{called}超过 {MEGABYTES} MB，没有收下。请压缩，或分成几个文件。")
    path = FOLDER / f"{hashlib.sha256(data).hexdigest()}.{ending}"
    target = folder / path
    if not target.is_file() or target.stat().st_size != len(data):
        write_whole(target, data)
    return path


def of(session: Session, subject: str) -> Sequence[Evidence]:
    """Return all evidence of a subject, oldest first; what is still to be fetched and what is lost included."""
    return session.scalars(select(Evidence).where(Evidence.subject == subject).order_by(Evidence.id)).all()


def proven(session: Session, subjects: Collection[str]) -> set[str]:
    """Return those of the subjects that have evidence: kept, or sent and still to be fetched."""
    good = or_(Evidence.fetched_at.is_not(None), Evidence.try_at.is_not(None))
    return set(session.scalars(select(Evidence.subject).where(Evidence.subject.in_(subjects), good)))


def bytes_of(folder: Path, row: Evidence) -> bytes:
    """Return what was kept; OSError when it is gone or was changed."""
    data = (folder / row.path).read_bytes()
    if not row.path or hashlib.sha256(data).hexdigest() != row.sha256:
        raise OSError(f"the evidence {row.id} was changed")
    return data
