"""What the terminal lists, as rows of plain values: for --json as they are, for people as lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.group import Desk
from content import library, posts
from content.clock import stamp
from content.delegations import told_of
from content.errors import WrongUse
from content.library import article_by_number
from content.models import IN_WORDS, Article, Event, Person, Post, Review, Revision, Theme
from content.reasons import passed_warnings, words_of
from content.revisions import latest_revision
from content.workflow import subject
from scheduler.drafts import live_publication
from scheduler.outlook import outlook

Row = dict[str, Any]


def article_rows(session: Session, month: str | None) -> list[Row]:
    """Return all articles, or those of a month, by number."""
    query = select(Article).order_by(Article.id)
    if month:
        query = query.join(Theme, Theme.id == Article.theme_id).where(Theme.month == month)
    return [_article(article) for article in session.scalars(query).all()]


def article_row(session: Session, article: Article) -> Row:
    """Return one article with its revisions, reviews and trail."""
    revisions = session.scalars(
        select(Revision).where(Revision.article_id == article.id).order_by(Revision.number)
    ).all()
    verdicts = session.execute(
        select(Review, Person.name, Revision.number)
        .join(Person, Person.id == Review.person_id)
        .join(Revision, Revision.id == Review.revision_id)
        .where(Revision.article_id == article.id)
        .order_by(Review.id)
    ).all()
    trail = session.scalars(select(Event).where(Event.subject == subject(article)).order_by(Event.id)).all()
    return _article(article) | {
        "revisions": [{"number": r.number, "by": r.by, "at": stamp(r.made_at), "sha256": r.sha256} for r in revisions],
        "reviews": [
            {"revision": number, "step": review.step, "person": name, "verdict": review.verdict,
             "comment": review.comment, "at": stamp(review.at), "way": review.way, "recorded_by": review.recorded_by,
             "standing": told_of(session, review)}
            for review, name, number in verdicts
        ],
        "passed_warnings": [row for r in revisions for row in _passed(session, r)],
        "trail": [{"at": stamp(e.at), "by": e.by, "why": e.why, "to": e.to_state} for e in trail],
    }  # fmt: skip


def article_lines(row: Row) -> list[str]:
    """Return one article as people read it."""
    lines = [f"{row['number']} {row['title']}（{row['state_name']}）", f"文件：{row['path']}"]
    if row["due_at"]:
        lines.append(f"时间：{row['due_at']}")
    lines += [f"修订 {row['number']}-{r['number']}：{r['at']} {r['by']}" for r in row["revisions"]]
    lines += [f"放行的警告 {row['number']}-{w['revision']}：{w['words']}" for w in row["passed_warnings"]]
    for review in row["reviews"]:
        word = "同意" if review["verdict"] == "pass" else f"退回：{review['comment']}"
        hand = f"（线下审签：{review['way']}，{review['recorded_by']}代录）" if review["way"] else ""
        hand += f"（{review['standing']}）" if review["standing"] else ""
        lines.append(f"审核 {row['number']}-{review['revision']}：{review['step']} {review['person']} {word}{hand}")
    return [*lines, "经过：", *(f"  {e['at']} {e['by']}：{e['why']}" for e in row["trail"])]


def warnings_passed(desk: Desk, number: int) -> tuple[list[Row], list[str]]:
    """Return the warnings that the newest revision of article N passed with, as rows and as people read them."""
    with desk.parts().store.reading() as session:
        revision = latest_revision(session, article_by_number(session, number))
        rows = _passed(session, revision) if revision else []
    return rows, [row["words"] for row in rows]


def _passed(session: Session, revision: Revision) -> list[Row]:
    return [
        {"revision": revision.number, "code": passed.code, "line": passed.line, "message": passed.message,
         "reason": passed.reason, "by": passed.by, "at": stamp(passed.at), "words": words_of(passed)}
        for passed in passed_warnings(session, revision)
    ]  # fmt: skip


def post_rows(desk: Desk, session: Session, found: Sequence[Post]) -> list[Row]:
    """Return posts with their articles, and what keeps them."""
    parts = desk.parts()
    now = parts.clock.now()
    views = ((post, outlook(session, post, parts.rules, parts.chain, now)) for post in found if post.articles)
    return [_post(session, post) | asdict(view) for post, view in views]


def paths_that_are_out(desk: Desk) -> set[str]:
    """Return the files of all articles that are out; none where the database is not ready."""
    try:
        parts = desk.parts()
    except WrongUse:
        return set()
    with parts.store.reading() as session:
        return library.paths_that_are_out(session)


def post_line(row: Row) -> str:
    """Return a post as one line."""
    titles = "、".join(f"{a['number']} {a['title']}" for a in row["articles"])
    missing = "、".join(str(n) for n in row["waiting_for"])
    words = f"还差 {missing} 未通过" if missing else row["held"] or row["last_error"]
    why = f"，{words}" if words else ""
    return f"{row['due_at'] or '未定时间':<16}  {'推送' if row['notify'] else '不推送'}  {titles}（{row['state_name']}{why}）"


def due_lines(row: Row) -> str:
    """Return a post with what would become of it: its line, and under it what happens next, what is missing and what to do."""
    more = [row["next"] and f"{row['next']}。", *(f"差：{one}" for one in row["missing"]), *row["steps"]]
    return "\n".join([post_line(row), *(f"    {one}" for one in more if one)])


def _article(article: Article) -> Row:
    return {
        "number": article.id,
        "month": article.theme.month if article.theme else "",
        "state": article.state.value,
        "state_name": IN_WORDS[article.state],
        "title": article.title or article.slug,
        "path": article.path,
        "origin": article.origin,
        "due_at": stamp(article.post.due_at) if article.post and article.post.due_at else "",
    }


def _post(session: Session, post: Post) -> Row:
    publication = live_publication(session, post)
    return {
        "state": post.state.value,
        "state_name": IN_WORDS[post.state],
        "due_at": stamp(post.due_at) if post.due_at else "",
        "due_by": post.due_by,
        "notify": post.notify,
        "articles": [{"number": a.id, "title": a.title or a.slug, "state": a.state.value} for a in post.articles],
        "waiting_for": [a.id for a in posts.waiting_for(post)] if post.state in posts.UNSENT else [],
        "last_error": publication.last_error if publication else "",
        "url": publication.url.splitlines() if publication else [],
    }
