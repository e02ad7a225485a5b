"""The content library: month folders on disk, taken into the database, and their changes noticed.

A month is a folder `2026-12`; an article is a folder with an index.md, or one
Markdown file. Only the month's theme and the articles' facts are taken in here;
texts are frozen when they are submitted. Files are read before a transaction
is opened, so that nobody waits at the database for a slow disk.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from content import posts
from content.changes import LIBRARY, OURS, broken, note_late_change, vanished, void, voided
from content.db import Store
from content.errors import OpsError
from content.files import OVER, UNDER_REVIEW, FootOf, Found, Known, look, read_theme
from content.folders import THEME_FILE, article_files, inside, month_of, months, slug_of
from content.markup.foot import NO_FOOT, Foot
from content.models import Article, Post, State, Theme
from content.notice import Notice
from content.prepared import Prepared
from content.revisions import latest_revision, related_of
from content.workflow import Overtaken, note

log = logging.getLogger(__name__)

_BY_NUMBER = select(Article).where(Article.id == bindparam("number"))  # made once: it is asked at many messages
_IS_THERE = Prepared(select(Article.__table__.c.id).where(Article.__table__.c.id == bindparam("number")))


@dataclass(frozen=True)
class Library:
    """The workspace's folder and how its articles are rendered."""

    folder: Path
    css: str
    foot: Foot = NO_FOOT
    push: bool = True  # whether a post is pushed when its articles do not say

    @property
    def pictures(self) -> Path:
        """Return the folder where the bytes of frozen pictures are kept."""
        return self.folder / ".wxops" / "pictures"


def scan(store: Store, library: Library, now: datetime) -> list[Notice]:
    """Take the months on disk into the database and return all that people must hear, as long as it is so.

    New articles get their number, moved ones keep it, a changed text loses its
    approval, a vanished one holds its post. What is wrong with one file or month
    does not stop the others.
    """
    folders = {month.name: list(article_files(month)) for month in months(library.folder)}
    files = [file for month in folders.values() for file in month]
    found = look(library.folder, files, _known(store), css=library.css, foot=_foots(store, library))
    on_disk = {one.name for one in found}
    notices = [Notice(f"unreadable:{one.name}", f"读不出 {one.name}：{one.trouble}。") for one in found if one.trouble]
    whole = True
    for month in folders:
        articles = [one for one in found if month_of(one.name) == month]
        taken = _take_month(store, library, month, articles, on_disk, now)
        notices += taken or []
        whole = whole and taken is not None
    with store.transaction() as session:
        if whole:
            notices += vanished(session, on_disk, now)
        return notices + voided(session)


def recheck(store: Store, library: Library, post_id: int, now: datetime) -> list[Notice]:
    """Look at the files of one post again, as is done just before it is claimed."""
    of_post = Article.post_id == post_id
    known = _known(store, of_post)
    files = [library.folder / name for name in known]
    found = look(library.folder, files, known, css=library.css, foot=_foots(store, library))
    with store.transaction() as session:
        articles = session.scalars(select(Article).where(of_post)).all()
        by_name = {one.name: one for one in found}
        pairs = [(article, by_name[article.path]) for article in articles if article.path in by_name]
        notices = _take(session, library, pairs, now)
        return notices + vanished(session, set(by_name), now, articles) + voided(session, articles)


def article_by_number(session: Session, number: int) -> Article:
    """Return article N; OpsError when there is none."""
    found = _IS_THERE.first(session.connection(), number=number)  # a wrong number is common, and needs no ORM
    article = session.scalar(_BY_NUMBER, {"number": number}) if found else None
    if article is None:
        raise OpsError(f"没有文章{number}。")
    return article


def paths_that_are_out(session: Session) -> set[str]:
    """Return the files of all articles that are out, or on their way out and not to be changed any more."""
    under_way = Article.post.has(Post.state.not_in(posts.CHANGEABLE))
    return set(session.scalars(select(Article.path).where(Article.state.in_(OVER) | under_way)))


def _known(store: Store, *where: ColumnElement[bool]) -> dict[str, Known]:
    with store.reading() as session:
        columns = (Article.path, Article.state, Article.file_sha256, Article.missing_since)
        rows = session.execute(select(*columns).where(Article.origin == OURS, *where))
        return {path: Known(state, sha256, missing is not None) for path, state, sha256, missing in rows}


def _foots(store: Store, library: Library) -> FootOf:
    """Return a function that tells the foot of an article by its name: with the links of its newest frozen text."""

    def foot(name: str) -> Foot:
        with store.reading() as session:
            article = session.scalar(select(Article).where(Article.path == name))
            revision = latest_revision(session, article) if article else None
            return replace(library.foot, related=related_of(revision)) if revision else library.foot

    return foot


def _take_month(
    store: Store, library: Library, month: str, found: Sequence[Found], on_disk: Collection[str], now: datetime
) -> list[Notice] | None:
    """Take one month in, whole or not at all; None when another process was at it, which the next scan sees to."""
    for _ in range(2):
        try:
            with store.transaction() as session:
                theme = _theme(session, library, month)
                pairs, notices = _identified(session, library, theme, found, on_disk, now)
                return notices + _take(session, library, pairs, now)
        except (IntegrityError, Overtaken) as crossing:
            log.info("month %s was changed by another process: %s", month, type(crossing).__name__)
    return None


def _theme(session: Session, library: Library, month: str) -> Theme:
    """Return the month's theme, held for this transaction, with what its file says."""
    theme = session.scalar(select(Theme).where(Theme.month == month).with_for_update())
    if theme is None:
        theme = Theme(month=month, slug=month)
        session.add(theme)
    file = library.folder / month / THEME_FILE
    told = read_theme(file) if file.is_file() and inside(library.folder, file) else None
    if told:
        theme.title, theme.summary = told
    session.flush()
    return theme


def _identified(
    session: Session,
    library: Library,
    theme: Theme,
    found: Sequence[Found],
    on_disk: Collection[str],
    now: datetime,
) -> tuple[list[tuple[Article, Found]], list[Notice]]:
    """Tell which article each file is; of several with one name in the month only one is an article."""
    by_slug: dict[str, list[Found]] = {}
    for one in found:
        by_slug.setdefault(slug_of(one.file), []).append(one)
    pairs, notices = [], []
    for slug, same in by_slug.items():
        known = session.scalar(select(Article).where(Article.theme_id == theme.id, Article.slug == slug))
        chosen = min(same, key=lambda one: known is None or (one.name != known.path, one.sha256 != known.file_sha256))
        for other in same:
            if other is not chosen:
                text = f"{other.name} 与 {chosen.name} 同名（{slug}），没有收进来，请改名。"
                notices.append(Notice(f"slug:{other.name}", text))
        if chosen.source or known:
            article = known or _moved(session, theme, slug, chosen, on_disk, now) or _new(session, theme, slug, now)
            article.path = chosen.name
            pairs.append((article, chosen))
    session.flush()
    return pairs, notices


def _moved(
    session: Session, theme: Theme, slug: str, found: Found, on_disk: Collection[str], now: datetime
) -> Article | None:
    """Return the article whose path vanished while the same content appeared here, now under its new name."""
    same = session.scalars(select(Article).where(Article.file_sha256 == found.sha256).order_by(Article.id))
    article = next((a for a in same if a.path not in on_disk), None)
    if article is None:
        return None
    note(session, article, by=LIBRARY, now=now, why=f"从 {article.path} 移到 {found.name}")
    if article.theme is not theme and article.post and article.post.due_by == posts.FILE:
        article.file_due = None  # it belongs to the posts of another month now
    article.theme, article.slug, article.path = theme, slug, found.name
    session.flush()
    return article


def _new(session: Session, theme: Theme, slug: str, now: datetime) -> Article:
    article = Article(theme=theme, slug=slug, state=State.WRITTEN, state_since=now)
    session.add(article)
    session.flush()
    return article


def _take(session: Session, library: Library, pairs: Sequence[tuple[Article, Found]], now: datetime) -> list[Notice]:
    """Take files into their articles and arrange the posts; what is published or on its way out does not change."""
    notices: list[Notice] = []
    retimed: list[Article] = []
    for article, found in pairs:
        if article.state in OVER or found.source is None:
            continue
        if article.missing_since:
            article.missing_since = None
            note(session, article, by=LIBRARY, now=now, why=f"{article.path} 又在了")
        if article.post and article.post.state not in posts.CHANGEABLE:
            note_late_change(session, article, found, now)
            continue
        if article.state in UNDER_REVIEW and found.sha256 != article.file_sha256:
            if not found.frozen:
                continue  # it was submitted while we read; the next scan compares
            void(session, article, found, now)
        article.file_sha256 = found.sha256
        if found.broken:
            notices += broken(article, found)
        elif _take_facts(article, found) or posts.left_out(session, article):
            retimed.append(article)
    notices += posts.arrange(session, retimed, push=library.push, now=now)
    return notices + _settle_posts(session, library, pairs, now)


def _take_facts(article: Article, found: Found) -> bool:
    """Take the facts of the file into the row; say whether its time is new."""
    assert found.source is not None
    facts, old_due = found.source.facts, article.file_due
    article.title, article.author, article.column = facts.title, facts.author, facts.column
    article.source = facts.source
    article.case_study, article.by_hand = facts.case_study, "、".join(facts.to_set_by_hand)
    article.file_due, article.file_notify, article.file_position = facts.publish_at, facts.notify, facts.position
    return old_due != facts.publish_at


def _settle_posts(
    session: Session, library: Library, pairs: Sequence[tuple[Article, Found]], now: datetime
) -> list[Notice]:
    """Bring order, way and by-hand items of the posts up to what the files of their articles say."""
    notices = []
    for post in dict.fromkeys(article.post for article, _ in pairs if article.post):
        if post.state in posts.CHANGEABLE:
            posts.number(session, post, now=now)
            notices += [disagree] if (disagree := posts.take_way(post, library.push)) else []
            posts.take_by_hand(session, post, now=now)
    return notices
