"""Plans by message: this month with what it lacks, and the month's theme with its articles."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.commands.fitting import listed
from bot.commands.near import without_thanks
from bot.commands.table import Ask, command, plain
from content.clock import local_day, stamp
from content.errors import OpsError
from content.models import IN_WORDS, Article, State, Theme
from content.month import month_view
from content.months import next_month
from content.slots import gap_words
from scheduler import stats
from scheduler.times import published_at

_NEAR = re.compile("([上下])个?月的?")
_NAMED = re.compile(r"(?:([0-9]{4})\s*[-年/.]\s*)?([0-9]{1,2})\s*月?份?的?")


@command("本月", "本月计划", "月计划")
def this_month(ask: Ask) -> str:
    """本月：这个月的文章、状态、时间，离每月的篇数和专题还差什么；别的月份写在后面，例如：本月 12月"""
    month = _month(ask, "本月 12月")
    view = month_view(
        ask.session,
        month,
        None,
        now=ask.now,
        draft_ahead=ask.rules.draft_ahead,
        steps=len(ask.chain),
        wanted=ask.rules.articles,
        out_at=published_at(ask.session, month),
    )
    states = "、".join(f"{IN_WORDS[State(state)]} {count} 篇" for state, count in view.counts.items())
    head = [
        f"{month}（{stamp(ask.now)} 的情况）",
        f"专题：{view.theme or '还没有'}",
        f"文章 {view.articles} 篇{f'：{states}' if states else ''}",
    ]
    missing = [f"{view.wanted} 篇里还差 {view.lacking} 篇"] * (view.lacking > 0) + ["还差专题"] * (not view.theme)
    foot = [
        f"每月至少 {view.wanted} 篇和一个专题：{'，'.join(missing) or '都有了'}。",
        *(gap_words(*gap) for gap in view.gaps),
    ]
    return listed(head, [_line(article, at) for article, at in view.listed], foot)


@command("专题", "本月专题")
def theme(ask: Ask) -> str:
    """专题：这个月的专题和它的文章；下个月的已经起草，也写上；别的月份写在后面，例如：专题 12月"""
    month = _month(ask, "专题 12月")
    following = next_month(month)
    now, then = _theme(ask, month), _theme(ask, following)
    head = [f"{month} 专题：{_title(now)}", *([now.summary] if now and now.summary else [])]
    lines = [line for article in _articles(ask, now) for line in _with_link(ask, article)]
    foot = [
        f"{following} 专题：{_title(then)}，{len(_articles(ask, then))} 篇" if then else f"{following} 还没有起草。"
    ]
    return listed(head, lines or ["还没有文章。"], foot)


def _month(ask: Ask, example: str) -> str:
    """Return the month that is named, such as 2026-12: without its year the nearest one; this month for no words."""
    words, today = plain(without_thanks(ask.rest)).strip(), local_day(ask.now)
    this = f"{today:%Y-%m}"
    if not words:
        return this
    if near := _NEAR.fullmatch(words):
        return next_month(this) if near[1] == "下" else f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
    named = _NAMED.fullmatch(words)
    if named is None or not 1 <= int(named[2]) <= 12:
        raise OpsError(f"请写是哪个月，例如：{example}；这个月的后面不写别的。")
    month, year = int(named[2]), int(named[1] or today.year)
    if not named[1]:
        year += (today.month - month > 6) - (month - today.month > 6)
    return f"{year:04}-{month:02}"


def _line(article: Article, at: datetime | None) -> str:
    way = "" if article.post is None else "推送" if article.post.notify else "不推送"
    when = f"{stamp(at)[5:]} {way}" if at else "没有定时间"
    missing = "，文件不见了" if article.missing_since else ""
    return f"{article.id} {article.title or article.slug}（{IN_WORDS[article.state]}，{when}{missing}）"


def _theme(ask: Ask, month: str) -> Theme | None:
    return ask.session.scalar(select(Theme).where(Theme.month == month))


def _title(theme_: Theme | None) -> str:
    return theme_.title if theme_ and theme_.title else "还没有标题" if theme_ else "还没有"


def _articles(ask: Ask, theme_: Theme | None) -> list[Article]:
    if theme_ is None:
        return []
    standing = (Article.theme_id == theme_.id, Article.state != State.WITHDRAWN)
    return list(ask.session.scalars(select(Article).where(*standing).order_by(Article.id)).unique())


def _with_link(ask: Ask, article: Article) -> list[str]:
    """Return an article's line and, where it is out, its address."""
    lines = [f"{article.id} {article.title or article.slug}（{IN_WORDS[article.state]}）"]
    if article.post and article.state == State.PUBLISHED:
        urls = stats.out_at(ask.session, article.post)[1]
        lines += [url for url in urls[(article.position or 1) - 1 : article.position or 1] if url]
    return ["\n".join(lines)]
