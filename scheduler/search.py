"""排查: every text of the account that holds a word, whatever way it is written, with its number, state and address."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from content.clock import stamp
from content.errors import WrongUse
from content.files import OVER, UNDER_REVIEW
from content.finding import Found, FrozenText, Needle, file_parts, frozen_parts, sources_in, tables_hits
from content.models import IN_WORDS, Article, Revision, State
from scheduler import stats
from scheduler.comment_models import Comment, CommentWish
from scheduler.comment_wishes import REPLY

LONGEST = 60  # characters; a longer string stands in no two texts
WAITING, OUT, WRITTEN, TABLES, ANSWERS = "待发和审核中", "已发布", "稿件", "表和菜单", "留言回复"
GONE = "已撤下"
KINDS = (WAITING, WRITTEN, TABLES, ANSWERS, OUT, GONE)
_AFTERWARDS = {State.PUBLISHED: OUT, State.WITHDRAWN: GONE}


@dataclass(frozen=True)
class Hit:
    """A text that holds the word. `number` is the article's, or the comment's of an answer; 0 for a file without one."""

    kind: str
    number: int
    name: str
    state: str
    where: str
    excerpt: str
    more: int
    url: str = ""


def search(session: Session, folder: Path, word: str, now: datetime, *, limit: int | None = None) -> list[Hit]:
    """Return the texts that hold a word, those that can still be stopped first; WrongUse for no word.

    limit: after so many the search ends; one that is asked for by message has five seconds.
    """
    needle = Needle(word)
    if not needle.text:
        raise WrongUse("请写要排查的词，例如：排查 残废人")
    if len(needle.text) > LONGEST:
        raise WrongUse(f"要排查的词请写在 {LONGEST} 字以内。")
    found = chain(
        _frozen(session, needle, Article.state.in_(UNDER_REVIEW)),
        _files(session, folder, needle, now),
        (Hit(TABLES, 0, name, "", hit.where, hit.excerpt, hit.more) for name, hit in tables_hits(folder, needle)),
        _answers(session, needle),
        _frozen(session, needle, Article.state.in_(OVER)),
    )
    return list(islice(found, limit))


def counted(hits: Sequence[Hit]) -> str:
    """Return how many texts of each kind hold the word: 待发和审核中 1，已发布 2."""
    counts = Counter(hit.kind for hit in hits)
    return "，".join(f"{kind} {counts[kind]}" for kind in KINDS if counts[kind])


def line_of(hit: Hit) -> str:
    """Return a hit as people read it, with its address in a line of its own."""
    number = f"{hit.number} " if hit.number else ""
    state = f"（{hit.state}）" if hit.state else ""
    more = f"，另有 {hit.more} 处" if hit.more else ""
    return "\n".join(filter(None, [f"{number}{hit.name}{state} {hit.where}：{hit.excerpt}{more}", hit.url]))


def frozen_texts(session: Session, *where: ColumnElement[bool]) -> Iterator[FrozenText]:
    """Yield the newest frozen text of each article, of those that are meant, newest first."""
    newest = select(func.max(Revision.id)).group_by(Revision.article_id)
    columns = (Revision.id, Revision.article_id, Revision.title, Revision.author, Revision.digest, Revision.html)
    query = select(*columns, Revision.original_link).join(Article, Article.id == Revision.article_id)
    for row in session.execute(query.where(Revision.id.in_(newest), *where).order_by(Revision.article_id.desc())):
        yield FrozenText(*row)


def _frozen(session: Session, needle: Needle, these: ColumnElement[bool]) -> Iterator[Hit]:
    """Yield articles whose frozen text goes out or is out; of what others published only the title is known."""
    for text in frozen_texts(session, these):
        if found := needle.find_in(frozen_parts(text, needle)):
            yield _hit(session, session.get_one(Article, text.article), found)
    without = select(Article).where(Article.id.not_in(select(Revision.article_id)), these)
    for article in session.scalars(without.order_by(Article.id.desc())).unique():
        if found := needle.find_in([("标题", article.title)]):
            yield _hit(session, article, found)


def _files(session: Session, folder: Path, needle: Needle, now: datetime) -> Iterator[Hit]:
    """Yield the files of what is being written, taken in or not; of the others the frozen text is what counts."""
    rows = session.execute(select(Article.path, Article.id, Article.state).where(Article.path != ""))
    known = {path: (number, state) for path, number, state in rows}
    for source in sources_in(folder):
        number, state = known.get(source.name, (0, State.WRITTEN))
        if state == State.WRITTEN and (found := needle.find_in(file_parts(source, now))):
            name = f"《{source.facts.title or source.name}》"
            said = IN_WORDS[state] if number else "还没有收进来"
            yield Hit(WRITTEN, number, name, said, found.where, found.excerpt, found.more)


def _answers(session: Session, needle: Needle) -> Iterator[Hit]:
    waiting = select(CommentWish).where(CommentWish.ended_at.is_(None), CommentWish.kind == REPLY)
    said = [(wish.comment_id or 0, wish.content, "等着回复") for wish in session.scalars(waiting)]
    replied = select(Comment).where(Comment.reply != "", Comment.deleted_at.is_(None)).order_by(Comment.id)
    said += [(comment.id, comment.reply, "已回复") for comment in session.scalars(replied)]
    for number, text, state in said:
        if found := needle.find_in([("回复", text)]):
            yield Hit(ANSWERS, number, "号留言", state, found.where, found.excerpt, found.more)


def _hit(session: Session, article: Article, found: Found) -> Hit:
    kind, post = _AFTERWARDS.get(article.state, WAITING), article.post
    state = IN_WORDS[article.state]
    if kind == WAITING and post:
        state = IN_WORDS[post.state] if article.state == State.APPROVED else state
        state += f"，{stamp(post.due_at)}" if post.due_at else ""
    name = f"《{article.title or article.slug}》"
    url = _address(session, article) if article.state in _AFTERWARDS else ""
    return Hit(kind, article.id, name, state, found.where, found.excerpt, found.more, url)


def _address(session: Session, article: Article) -> str:
    if article.post is None or article.position is None:
        return ""
    _, urls = stats.out_at(session, article.post)
    return urls[article.position - 1] if len(urls) >= article.position else ""
