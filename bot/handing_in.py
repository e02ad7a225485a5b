"""Handing in as the page does it: from an upload to a numbered article, with what came of it kept for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import handed
from bot.wiring import Parts, drafting
from content import library
from content import urgent as urgent_text
from content.article import Facts
from content.clock import local, local_day, stamp
from content.errors import OpsError, WrongUse
from content.files import OVER
from content.folders import ARTICLE_FILE, find_article, months, name_of
from content.library import article_by_number
from content.models import Article
from content.months import next_month
from content.people import person_named
from content.saying import when
from content.word import Taken, intake
from content.workflow import in_words, note
from scheduler import urgent

NOTHING = Facts()


@dataclass(frozen=True)
class Wish:
    """What is told with a document; what is not told is left to it. `into` is the number of an article to replace."""

    facts: Facts = NOTHING
    month: str = ""
    into: int | None = None
    cover: bytes = b""


def hand_in(parts: Parts, path: Path, name: str, wish: Wish, *, by: str) -> int:
    """Take a document into the library and return the number of its article.

    Without a month it is that of the time, or the coming one; the same document
    handed in again is found in every month from the present one on. FilesWrong and
    WrongUse as `intake`; OpsError where the article has no number yet.
    """
    now = parts.clock.now()
    with parts.store.reading() as session:
        closed = library.paths_that_are_out(session)
        into = _folder_of(article_by_number(session, wish.into)) if wish.into else ""
    month, others = _months(parts.workspace, wish, now)
    taken = intake(
        path, parts.workspace, month, wish.facts, name=name, cover=wish.cover, into=into, closed=closed, look_in=others
    )
    library.scan(parts.store, parts.library, now)
    number = _number(parts, taken)
    told = handed.told_of(taken, name, by=by, at=stamp(now))
    handed.keep(parts.workspace, number, told)
    with parts.store.transaction() as session:
        note(session, article_by_number(session, number), by=by, now=now, why=f"交稿：{name[-80:]}，{told.outcome}")
    return number


def hand_in_urgent(
    parts: Parts, title: str, text: str, issuer: str, issued: str, until: str, reason: str, *, by: str
) -> str:
    """Make an urgent notice of a text and submit it at once; return what came of it.

    What is not told is read in the text; WrongUse where it cannot be, or a time is not understood.
    """
    now = parts.clock.now()
    found = urgent_text.read(text, now)
    issuer, issued_at = issuer.strip() or found.issuer, when(issued, now) if issued else found.issued_at
    if not (title.strip() and text.strip()):
        raise WrongUse("急稿要有标题和正文。")
    if not issuer or issued_at is None:
        raise WrongUse("原文里没看出发布单位或发布时间，请写上：--issuer 单位 --issued 时间")
    ends_at = when(until, now) if until else found.ends_at
    with parts.store.transaction() as session:
        person = person_named(session, by)
        made = urgent.begin(session, person, title, text, issuer, issued_at, ends_at, reason=reason, now=now)
    desk = drafting(parts)
    return urgent.carry_out(parts.store, parts.library, parts.chain, parts.rules, desk, made.id, now)


def may_be_replaced(session: Session) -> list[Article]:
    """Return the articles that a new document may replace, newest first: those in folders that are not out."""
    query = select(Article).where(Article.state.not_in(OVER), Article.path.ilike(f"%/{ARTICLE_FILE}"))
    return list(session.scalars(query.order_by(Article.id.desc())).unique())


def _months(workspace: Path, wish: Wish, now: datetime) -> tuple[str, list[str]]:
    """Return the month a document belongs to, and the months in which its article may be already."""
    present = f"{local_day(now):%Y-%m}"
    if wish.month:
        return wish.month, []
    due = wish.facts.publish_at
    month = f"{local(due):%Y-%m}" if due else next_month(present)
    return month, [one.name for one in months(workspace) if one.name >= present and one.name != month]


def _folder_of(article: Article) -> str:
    if article.state in OVER or not article.path:
        raise WrongUse(f"{in_words(article)}已经发布，不能再换稿。新的一篇请换一个标题。")
    return str(Path(article.path).parent.as_posix()) if article.path.lower().endswith(ARTICLE_FILE) else article.path


def _number(parts: Parts, taken: Taken) -> int:
    file = name_of(parts.workspace, find_article(parts.workspace, taken.name, parts.workspace))
    with parts.store.reading() as session:
        number = session.scalar(select(Article.id).where(Article.path == file))
    if number is None:
        raise OpsError(f"“{taken.title}”已存进 {taken.name}，还没有编号，请过一分钟在首页再看。")
    return number
