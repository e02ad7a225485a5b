"""Planning as the terminal does it: what the database and the settings know, handed to the planner as plain values."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.wiring import Parts
from content.clock import local_day
from content.days import calendar_of
from content.known import Figure, Known
from content.lint.front import AUTHOR_LIMIT
from content.month import MonthView, month_view
from content.months import month_named, month_span, next_month
from content.plan import Step, plan_month
from content.timetable import House
from scheduler import ledger, stats
from scheduler.times import published_at, times_around

METRICS = ("read_user", "like_user", "share_user", "comment_count", "collection_user")
USUAL_AUTHOR = "编辑部"


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
        author=name if 0 < len(name) <= AUTHOR_LIMIT else USUAL_AUTHOR,
    )
    with parts.store.reading() as session:
        known = known_to_us(session, month)
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


def known_to_us(session: Session, month: str) -> Known:
    """Return what the database knows of the month before, and the times that stand around the month."""
    return Known(figures=_figures(session, next_month(month, -1)), times=times_around(session, month))


def _figures(session: Session, month: str) -> tuple[Figure, ...]:
    now, before = _values(session, month), _values(session, next_month(month, -1))
    units = {"articles": ("发布文章", "篇"), **{m: (ledger.METRICS[m].name, ledger.METRICS[m].unit) for m in METRICS}}
    return tuple(Figure(*units[key], now[key], before.get(key)) for key in units if key in now)


def _values(session: Session, month: str) -> dict[str, int]:
    """Return a month's figures; none while its last day is not complete, since half a month is no month."""
    first, last = month_span(month)
    if not ledger.complete_days(session, ledger.WECHAT, last, last):
        return {}
    found = stats.summary(session, first, last)
    return {
        "articles": found.articles,
        **{metric: found.gained[metric] for metric in METRICS if metric in found.gained},
    }
