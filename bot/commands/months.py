"""Plans by message: this month with what it lacks, and the month's theme with its articles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.commands.fitting import listed
from bot.commands.table import Ask, command
from content.clock import local_day, stamp
from content.models import IN_WORDS, Article, State, Theme
from content.month import month_view
from content.months import next_month
from content.slots import gap_words
from scheduler import stats
from scheduler.times import published_at


@command("本月", "本月计划", "月计划")
def this_month(ask: Ask) -> str:
    """本月：这个月的文章、状态、时间，离每月的篇数和专题还差什么。"""
    month = f"{local_day(ask.now):%Y-%m}"
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
    """专题：这个月的专题和它的文章；下个月的已经起草，也写上。"""
    month = f"{local_day(ask.now):%Y-%m}"
    following = next_month(month)
    now, then = _theme(ask, month), _theme(ask, following)
    head = [f"{month} 专题：{_title(now)}", *([now.summary] if now and now.summary else [])]
    lines = [line for article in _articles(ask, now) for line in _with_link(ask, article)]
    foot = [
        f"{following} 专题：{_title(then)}，{len(_articles(ask, then))} 篇" if then else f"{following} 还没有起草。"
    ]
    return listed(head, lines or ["还没有文章。"], foot)


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
