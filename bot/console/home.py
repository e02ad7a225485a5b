"""The first page: what waits for who is there, and the articles of this month and the next with how each stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Response, g
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.console.contract import sees_contract
from bot.console.pages import page
from bot.console.sheet import problems_of
from bot.login import READERS, demand, go, may_write
from bot.weekly import reads_all
from bot.wiring import Parts
from content import countersign, reviews
from content.article import Level
from content.assignments import FIELD
from content.clock import local_day, stamp
from content.models import IN_WORDS, Article, Person, Revision, State, Theme
from content.months import next_month
from content.recorded import RECORDERS
from scheduler import ticket_desk
from scheduler.comment_queue import count_waiting
from scheduler.ticket_desk import count_open


@dataclass(frozen=True)
class Line:
    """An article in the list; `found` tells what the checks say, "" when nothing, and `is_bad` whether of errors."""

    number: int
    title: str
    state: State
    state_name: str
    time: str
    found: str
    is_bad: bool


@dataclass(frozen=True)
class Waiting:
    """A text that waits for the verdict of who is at the page: when it was submitted, and when it goes out."""

    number: int
    revision: int
    title: str
    step: str
    since: str
    due: str


@dataclass(frozen=True)
class Month:
    """A month's articles with its theme; `lacking` articles are missing of those that a month must have."""

    name: str
    theme: str
    lines: list[Line]
    lacking: int


def add_home(console: Blueprint, parts: Parts) -> None:
    """Add the first page."""

    @console.get("")
    @console.get("/")
    def home() -> Response:
        if g.person.role == "liaison":
            return go("/console/records")
        person = demand(READERS)
        present = f"{local_day(parts.clock.now()):%Y-%m}"
        with parts.store.reading() as session:
            months = [_month(parts, session, name) for name in (present, next_month(present))]
            mine = _mine(parts, session, person)
            has_sheets = bool(countersign.months(session))
            comments = count_waiting(session)
            tickets = count_open(session) if person.role in ticket_desk.READERS else None
        return page(
            "home",
            mine=mine,
            comments=comments,
            tickets=tickets,
            is_reviewer=not may_write(),
            has_records=person.role in FIELD,
            has_weekly=reads_all(person),
            has_contract=sees_contract(person),
            has_sheets=has_sheets and person.role in RECORDERS,
            months=months,
            may_write=may_write(),
            wanted=parts.config.plan.articles,
        )


def _mine(parts: Parts, session: Session, person: Person) -> list[Waiting]:
    """Return what waits for this person's verdict, the longest waiting first."""
    now = parts.clock.now()
    return [
        Waiting(
            revision.article_id, revision.number, revision.title, step.name, stamp(revision.made_at), _due(revision)
        )
        for revision, step in reviews.in_review(session, parts.chain)
        if reviews.is_turn_of(session, revision, person, parts.chain, now=now)
    ]


def _due(revision: Revision) -> str:
    post = revision.article.post
    return stamp(post.due_at) if post and post.due_at else ""


def _month(parts: Parts, session: Session, name: str) -> Month:
    query = select(Article).join(Theme, Theme.id == Article.theme_id).where(Theme.month == name).order_by(Article.id)
    articles = session.scalars(query).unique().all()
    theme = session.scalar(select(Theme.title).where(Theme.month == name)) or ""
    standing = sum(article.state != State.WITHDRAWN for article in articles)
    lacking = max(0, parts.config.plan.articles - standing)
    return Month(name, theme, [_line(parts, article) for article in articles], lacking)


def _line(parts: Parts, article: Article) -> Line:
    problems = problems_of(parts, article)
    counts = Counter(problem.level for problem in problems or ())
    told = [
        f"{counts[level]} 个{word}" for level, word in ((Level.ERROR, "错误"), (Level.WARN, "警告")) if counts[level]
    ]
    due = article.post.due_at if article.post else None
    return Line(
        number=article.id,
        title=article.title or article.slug,
        state=article.state,
        state_name=IN_WORDS[article.state],
        time=stamp(due) if due else "",
        found="文件不见了" if problems is None else "、".join(told),
        is_bad=problems is None or bool(counts[Level.ERROR]),
    )
