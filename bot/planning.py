"""Planning as the terminal does it: what the database and the settings know, handed to the planner as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.wiring import USUAL_AUTHOR, Parts
from content.clock import local_day
from content.days import calendar_of
from content.known import Figure, Known, Shortfall
from content.known import Record as FieldWork
from content.lint.front import AUTHOR_LIMIT
from content.models import Theme
from content.month import WANTED, MonthView, month_view
from content.months import month_named, month_span, next_month
from content.plan import Step, plan_month
from content.posts import unsent
from content.record_models import Record
from content.record_views import views
from content.timetable import House
from scheduler import ledger, metrics, stats
from scheduler.hours import best_hour
from scheduler.times import published_at, times_around

NO_STORIES = ("群组", "案例", "平台内容", "评价")  # the field work of which no case study is made
METRICS = ("read_user", "like_user", "share_user", "comment_count", "collection_user")


def plan(parts: Parts, month: str) -> list[Step]:
    """Draft what a month lacks; return what was made and why."""
    month_named(month)
    config, now = parts.config, parts.clock.now()
    name = config.account.name
    house = House(
        folder=parts.workspace,
        articles=config.plan.articles,
        service=config.account.kind == "service",
        push=config.publish.mode == "push",
        quiet=parts.rules.quiet,
        author=name if 0 < len(name) <= AUTHOR_LIMIT else USUAL_AUTHOR,
    )
    with parts.store.reading() as session:
        known = known_to_us(session, month, articles=config.plan.articles)
    return plan_month(house, calendar_of(parts.workspace), month, known, now)


def view(parts: Parts, month: str | None) -> MonthView:
    """Return how a month stands, the present one when none is named."""
    now = parts.clock.now()
    month = month_named(month or f"{local_day(now):%Y-%m}")
    with parts.store.reading() as session:
        return month_view(
            session,
            month,
            calendar_of(parts.workspace),
            now=now,
            draft_ahead=parts.rules.draft_ahead,
            steps=len(parts.chain),
            wanted=parts.config.plan.articles,
            out_at=published_at(session, month),
        )


def known_to_us(session: Session, month: str, *, articles: int = WANTED) -> Known:
    """Return what the database knows for a month's plan; `articles` are wanted each month."""
    return Known(
        figures=_figures(session, next_month(month, -1)),
        records=_records(session, next_month(month, -1)),
        shortfall=_shortfall(session, month, articles),
        best_hour=best_hour(session),
        times=times_around(session, month),
    )


def _records(session: Session, month: str) -> tuple[FieldWork, ...]:
    """Return the field work of a month, for its case studies."""
    first, last = month_span(month)
    query = select(Record).where(
        Record.day.between(first, last), Record.kind.not_in(NO_STORIES), Record.revoked_at.is_(None)
    )
    found = views(session, session.scalars(query.order_by(Record.day, Record.id)).all())
    return tuple(FieldWork(one.day, one.kind, one.spots, one.text) for one in found)


def _shortfall(session: Session, month: str, wanted: int) -> tuple[Shortfall, ...]:
    """Return what the year lacks by the end of the month before: so many articles a month, and a theme.

    It is counted from the year's first month with an article, by the setting; the contract's own targets come later.
    """
    year = [f"{month[:4]}-{number:02}" for number in range(1, int(month[5:]))]
    counts = _articles_by_month(session, year) if year else Counter()
    months = [one for one in year if any(earlier in counts for earlier in year if earlier <= one)]
    themes = set(session.scalars(select(Theme.month).where(Theme.month.in_(months), Theme.title != "")))
    lacking = (
        Shortfall(f"公众号文章（按每月 {wanted} 篇算）", wanted * len(months) - counts.total()),
        Shortfall("专题（按每月一个算）", len(months) - len(themes), "个"),
    )
    return tuple(one for one in lacking if one.missing > 0)


def _articles_by_month(session: Session, months: Sequence[str]) -> Counter[str]:
    """Return how many articles went out in each of some months in a row, those that are still to go out among them."""
    first, last = month_span(months[0])[0], month_span(months[-1])[1]
    out = [(stats.out_at(session, post)[0], post) for post in stats.published(session, first, last)]
    coming = [(post.due_at, post) for post in unsent(session)]
    counts: Counter[str] = Counter()
    for at, post in (*out, *coming):
        if at and first <= local_day(at) <= last:
            counts[f"{local_day(at):%Y-%m}"] += len(post.articles)
    return counts


def _figures(session: Session, month: str) -> tuple[Figure, ...]:
    now, before = _values(session, month), _values(session, next_month(month, -1))
    units = {"articles": ("发布文章", "篇"), **{m: (metrics.METRICS[m].name, metrics.METRICS[m].unit) for m in METRICS}}
    return tuple(Figure(*units[key], now[key], before.get(key)) for key in units if key in now)


def _values(session: Session, month: str) -> dict[str, int]:
    """Return a month's figures; none while its last day is not complete, since half a month is no month."""
    first, last = month_span(month)
    if not ledger.complete_days(session, metrics.WECHAT, last, last):
        return {}
    gained = stats.gained(session, first, last)
    return {
        "articles": stats.summary(session, first, last).articles,
        **{metric: gained[metric] for metric in METRICS if metric in gained},
    }
