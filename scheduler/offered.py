"""What readers may be given of our articles: what is out, with an address, and that nobody is taking down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from content.after_models import Withdrawal
from content.finding import Needle
from content.models import Article, Revision, State
from content.render import visible_text
from scheduler.models import Picture
from scheduler.pictures import COVER
from scheduler.related import address_of

LONGEST = 30  # characters of what is looked for
_BATCH = 50  # texts that are read at once
_SEPARATE = " \t\n\u3000,，、"

_Row = Row[tuple[int, str, str]]


@dataclass(frozen=True)
class Offer:
    """An article that is out; `picture` is the address of its cover, "" when WeChat has not said it, as may be `url`."""

    number: int
    title: str
    digest: str
    picture: str
    url: str


def offer(session: Session, number: int) -> Offer | None:
    """Return article N as readers may have it; None when it is not out, or is being taken down."""
    row = session.execute(_out().where(Article.id == number)).first()
    return _offer(session, row.id) if row else None


def look_for(session: Session, words: str, *, most: int) -> Sequence[Offer]:
    """Return articles in which all of the words stand: those whose title has them first, each group newest first.

    Those without an address are left out. Nothing for no words.
    """
    needles = [needle for word in _parted(words[:LONGEST]) if (needle := Needle(word)).text]
    if not needles:
        return ()
    rows = session.execute(_out()).all()
    titled = [row.id for row in rows if _all_in(needles, row.title)]
    others = [row for row in rows if row.id not in titled]
    found = (_offer(session, number) for number in chain(titled, _with_texts(session, others, needles)))
    return list(islice((one for one in found if one.url), most))


def _out() -> Select[tuple[int, str, str]]:
    """Return the revisions that readers see, newest first; what others published has none of ours."""
    newest = select(func.max(Revision.id)).group_by(Revision.article_id)
    leaving = select(Withdrawal.article_id).where(Withdrawal.ended_at.is_(None))
    query = select(Revision.id, Revision.title, Revision.digest).join(Article, Article.id == Revision.article_id)
    query = query.where(Revision.id.in_(newest), Article.state == State.PUBLISHED, Article.id.not_in(leaving))
    return query.order_by(Article.state_since.desc(), Article.id.desc())


def _with_texts(session: Session, rows: Sequence[_Row], needles: Sequence[Needle]) -> Iterator[int]:
    """Yield the revisions that hold the words somewhere; their pages are read a few at a time, as far as somebody asks."""
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        pages = select(Revision.id, Revision.html).where(Revision.id.in_([row.id for row in some]))
        html = {row.id: row.html for row in session.execute(pages)}
        for row in some:
            told = f"{row.title}\n{row.digest}\n"
            may_hold = all(needle.may_be_in(told + html[row.id]) for needle in needles)
            if may_hold and _all_in(needles, told + visible_text(html[row.id])):
                yield row.id


def _all_in(needles: Sequence[Needle], text: str) -> bool:
    return all(needle.pattern.search(text) for needle in needles)


def _parted(words: str) -> list[str]:
    for separator in _SEPARATE:
        words = words.replace(separator, " ")
    return words.split()


def _offer(session: Session, revision_id: int) -> Offer:
    revision = session.get_one(Revision, revision_id)
    cover = select(Picture.url).where(Picture.sha256 == revision.cover, Picture.use == COVER)
    return Offer(
        revision.article_id,
        revision.title,
        revision.digest,
        session.scalar(cover) or "",
        address_of(session, revision.article),
    )
