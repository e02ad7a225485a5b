"""Submitting as a person asks by message: the wish is kept, the next tick checks, freezes and tells what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from content import control, library, reasons, reviews
from content.article import read_article
from content.awaited import turn_in_words
from content.db import Store
from content.errors import OpsError
from content.folders import month_of
from content.library import Library, article_by_number
from content.models import Article, Person, State
from content.reviews import ProblemsFound, ReasonsMissing
from content.revisions import latest_revision
from content.steps import Chain
from content.workflow import in_words
from scheduler.channels import WECHAT
from scheduler.models import Outbox

if TYPE_CHECKING:
    from content.lint import Context  # the checks' tables are read by whoever makes it

ContextOf = Callable[[str], "Context"]  # what the checks know of a month

SHOWN = 6  # problems in one message
_WISH = "submit:"  # the controls that keep what is to be submitted, with the article's number


def wish(session: Session, article: Article, reason: str, person: Person, *, now: datetime) -> str:
    """Keep a person's wish that an article be submitted, its warnings passed for a reason; return what they are told."""
    if article.state != State.WRITTEN:
        raise OpsError(f"{in_words(article)}已经送审了。请发：看 {article.id}")
    if not article.path:
        raise OpsError(f"{in_words(article)}是在外部发布的，不用送审。")
    said = {"person": person.id, "reason": f"{reason.strip()}（{person.name}）" if reason.strip() else ""}
    control.write(session, f"{_WISH}{article.id}", json.dumps(said, ensure_ascii=False), by=person.name, now=now)
    return f"{in_words(article)}马上送审，结果很快发给您。"


def wished(store: Store) -> list[int]:
    """Return the articles that people have asked to be submitted."""
    with store.reading() as session:
        return [int(row.name.removeprefix(_WISH)) for row in control.beginning_with(session, _WISH)]


def carry_out(store: Store, shelf: Library, chain: Chain, context_of: ContextOf, number: int, now: datetime) -> None:
    """Submit one article as it was wished for, and tell whoever wished it what came of it."""
    with store.reading() as session:
        row, path = control.read(session, f"{_WISH}{number}"), article_by_number(session, number).path
    if row is None or not row.value:
        return
    said, by = json.loads(row.value), row.by
    library.scan(store, shelf, now)
    outcome = submitted(store, shelf, number, path, said["reason"], by, context_of, now)
    with store.transaction() as session:
        control.write(session, f"{_WISH}{number}", "", by=by, now=now)
        article = article_by_number(session, number)
        text = f"{in_words(article)}{outcome or in_review(session, article, chain, now=now)}"
        session.add(Outbox(channel=WECHAT, person_id=said["person"], to="", text=text, due=now))


def submitted(
    store: Store, shelf: Library, number: int, name: str, reason: str, by: str, context_of: ContextOf, now: datetime
) -> str:
    """Submit an article; return "" when it is in review, else what keeps it, with the words to send."""
    given: Mapping[str, str] = {reasons.ALL: reason} if reason else reasons.NO_REASONS
    file = shelf.folder / name
    if not file.is_file():
        return f"的文件 {name} 不见了，没有送审。请放回原处再回复：送审 {number}"
    try:
        source = read_article(file, name)
        reviews.submit(store, shelf, number, source, context_of(month_of(name)), by=by, now=now, reasons=given)
    except ReasonsMissing as lacking:
        lines = [f"· {problem.message}" for problem in lacking.problems[:SHOWN]]
        head = f"还没有送审，有 {len(lacking.problems)} 条警告："
        return "\n".join([head, *lines, f"核对过没有问题，请回复：送审 {number} 理由"])
    except ProblemsFound as wrong:
        lines = [f"· {problem.message}" for problem in wrong.problems[:SHOWN]]
        return "\n".join([f"{wrong}", *lines, f"请改好 {name} 再回复：送审 {number}"])
    except OpsError as refusal:  # a process that died has submitted it, or somebody else has
        with store.reading() as session:
            return "" if article_by_number(session, number).state != State.WRITTEN else f"没有送审：{refusal}"
    return ""


def in_review(session: Session, article: Article, chain: Chain, *, now: datetime) -> str:
    """Return that an article was submitted, under which name and whose turn it is, as the end of a sentence."""
    revision = latest_revision(session, article)
    assert revision is not None
    step, name = reviews.current_step(session, revision, chain), f"{article.id}-{revision.number}"
    return (
        f"已送审（{name}），等{step.name}（{turn_in_words(session, revision, step, chain, now=now)}）。"
        if step
        else f"已通过（{name}）。"
    )
