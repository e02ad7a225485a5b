"""Submitting and judging as the terminal does it: from what a person typed to the one use case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bot.wiring import Parts
from content import library, people, reviews
from content.article import Level, Problem, read_article
from content.errors import FilesWrong, OpsError
from content.folders import find_article, month_of, name_of
from content.library import article_by_number
from content.models import Article, Revision
from content.reasons import NO_REASONS
from content.revisions import latest_revision
from content.workflow import in_words


@dataclass(frozen=True)
class Submitted:
    """What was submitted: its name 12-3, its title, whose turn it is, and what the checks said of it."""

    name: str
    title: str
    step: str
    problems: Sequence[Problem]


def submit(parts: Parts, reference: str, base: Path, by: str, reasons: Mapping[str, str] = NO_REASONS) -> Submitted:
    """Submit the article that a number or a path names; the library is taken in first, so that it has a number.

    reasons: why warnings may pass, code → reason; the key "" is the reason for all the others.
    reviews.ProblemsFound when it has errors, reviews.ReasonsMissing when a warning has no reason.
    """
    from content import lint

    now = parts.clock.now()
    library.scan(parts.store, parts.library, now)
    article_id, file = _find(parts, reference, base)
    source = read_article(file, name_of(parts.workspace, file))
    context = parts.check_context(month_of(source.name))
    if article_id is None:
        raise _not_taken_in(source.name, lint.check(source, context))
    revision = reviews.submit(parts.store, parts.library, article_id, source, context, by=by, now=now, reasons=reasons)
    return Submitted(
        name=f"{article_id}-{revision.number}",
        title=revision.title,
        step=_first_step(parts, revision.id),
        problems=lint.check(source, context),
    )


def judge(parts: Parts, article_id: int, number: int | None, *, passed: bool, comment: str, by: str) -> str:
    """Record a person's verdict and return what follows.

    Without a revision's number the only one is meant; where there are several, the one that was read must be named.
    """
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = people.person_named(session, by)
        if number is None:
            article = article_by_number(session, article_id)
            last = latest_revision(session, article)
            if last is None or last.number != 1:
                raise OpsError(f"{in_words(article)}有几稿，请写明看过的是哪一稿，例如：{article_id}-1")
            number = 1
        return reviews.give_verdict(
            session, article_id, number, person, parts.chain, passed=passed, comment=comment, recorded_by=by, now=now
        )


def _find(parts: Parts, reference: str, base: Path) -> tuple[int | None, Path]:
    """Return the number of the article, or None when it was not taken in, and its file."""
    with parts.store.reading() as session:
        if not reference.isdecimal() or (base / reference).exists():
            file = find_article(parts.workspace, reference, base)
            return session.scalar(select(Article.id).where(Article.path == name_of(parts.workspace, file))), file
        article = article_by_number(session, int(reference))
        file = parts.workspace / article.path
    if not article.path:
        raise OpsError(f"{in_words(article)}是在外部发布的，不用送审。")
    if not file.is_file():
        raise FilesWrong(f"{article.path} 不见了，请放回原处再送审。")
    return article.id, file


def _first_step(parts: Parts, revision_id: int) -> str:
    with parts.store.reading() as session:
        return reviews.steps_of(session.get_one(Revision, revision_id), parts.chain)[0].name


def _not_taken_in(name: str, problems: Sequence[Problem]) -> FilesWrong:
    """Return what to say of a file that has no number: its errors, or why it waits."""
    if any(problem.level == Level.ERROR for problem in problems):
        return reviews.ProblemsFound(problems)
    return FilesWrong(f"{name} 还没有收进内容库：可能还在保存或复制，或者和同月另一篇同名。请看一看再送审。")
