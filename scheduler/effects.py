"""The effect analysis (推广效果数据分析报告) of a period: everything it tells, gathered from the database (domain.md §1a 7–8, §2.7)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from content.errors import OpsError
from content.periods import day_in_words
from scheduler.counting import NAMES
from scheduler.counting_rules import USUAL
from scheduler.effect_articles import articles, coming, themes
from scheduler.effect_contract import board, pace, problems
from scheduler.effect_facts import Effect
from scheduler.effect_feedback import feedback
from scheduler.effect_field import field, streets, work
from scheduler.effect_interactions import interactions
from scheduler.effect_overview import overview
from scheduler.effect_periods import Span
from scheduler.effect_span import Brought, brought
from scheduler.effect_trend import followers, new_from, reads
from scheduler.interaction_rule import read_rule
from scheduler.targets import read_contract


def effect(session: Session, folder: Path, span: Span, account: str, today: date) -> Effect:
    """Return the analysis of a period of an account; OpsError while it lasts, FilesWrong where contract.toml is wrong.

    folder: the workspace. What was not over at the period's end is told as it stood then; the plan for
    the next one is that of now.
    """
    if span.last >= today:
        raise OpsError(
            f"{span.in_words}还没有过完，{day_in_words(span.last)}以后再生成。到昨天为止的请发：统计 本月（或运行 wxops stats）"
        )
    rule = read_rule(folder)
    agreed = read_contract(folder, NAMES, on=span.last)
    now, done = brought(session, span, rule), work(session, span)
    return Effect(
        account=account,
        kind=span.kind,
        period=span.name,
        span=span.in_words,
        first=str(span.first),
        last=str(span.last),
        known=_known(now),
        chapters=(
            overview(now, *(brought(session, other, rule) for other in (span.before(), span.year_before()))),
            articles(now),
            reads(session, now),
            followers(session, now),
            new_from(session, span),
            interactions(session, span, rule),
            themes(session, now, agreed.rules if agreed else USUAL),
            field(session, span, done),
            streets(session, span, done),
            feedback(session, span),
            *board(session, folder, span),
            pace(session, folder, span),
            problems(session, folder, span),
            coming(session, span),
        ),
    )


def _known(now: Brought) -> str:
    known = now.summary.known_to
    if known is None:
        return "微信的数据一天也没有"
    return f"微信的数据到 {day_in_words(known, year=True)}，{now.span.days} 天里有 {now.complete} 天"
