"""The articles, the themes and what comes next, as chapters of an effect analysis."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import local_day, stamp
from content.models import Article, Post, State, Theme
from content.posts import unsent
from scheduler import counting, metrics
from scheduler.article_counts import bare, platform_pieces
from scheduler.counting_rules import CountingRules
from scheduler.effect_facts import Chapter, Column, Row, Total, Value, shown
from scheduler.effect_periods import KINDS, MONTHLY, Span
from scheduler.effect_span import Brought
from scheduler.effect_words import extremes, titles
from scheduler.outside import OUTSIDE

ARTICLES, THEMES, NEXT = "articles", "themes", "next"
_MEASURES = tuple(
    Column(metric, metrics.METRICS[metric].name, metrics.METRICS[metric].unit.value)
    for metric in metrics.ARTICLE_METRICS
)
_COLUMNS = (
    Column("day", "日期"), Column("number", "编号"), Column("title", "标题"), Column("column", "栏目"), Column("place", "位置"),
    Column("way", "方式"), *_MEASURES, Column("state", "说明"),
)  # fmt: skip
_RULE = "期内新增，每篇只计发布后 30 天"


def articles(one: Brought) -> Chapter:
    """Return the articles that went out, the soonest first, with what each gained in the period."""
    rows = [_article(one, post, article) for post in one.posts for article in post.articles]
    totals = []
    for column in _MEASURES:
        fresh = [row[column.key] for row in rows if isinstance(row[column.key], int)]
        whole = one.total(column.key)
        own: Value = sum(value for value in fresh if isinstance(value, int)) if fresh else None
        old: Value = whole - own if isinstance(whole, int) and isinstance(own, int) else whole
        totals.append(Total(f"fresh_{column.key}", f"本期文章{column.name}", own, column.unit, _RULE))
        totals.append(Total(f"old_{column.key}", f"以前的文章{column.name}", old, column.unit, _RULE))
        totals.append(Total(column.key, f"全部文章{column.name}", whole, column.unit, _RULE))
    says = (
        list(extremes(rows, "read_user", "阅读人数", "人")) if rows else ["本期没有发布文章。"] if one.is_kept else []
    )
    notes = [
        f"{_RULE}。阅读、点赞、爱心赞、分享、收藏的单位是人，评论是条。“最多”“最少”只在本期发布、有数据的文章里比。"
    ]
    return Chapter(ARTICLES, "文章", _COLUMNS, tuple(rows), tuple(totals), tuple(says), tuple(notes))


def themes(session: Session, one: Brought, rules: CountingRules) -> Chapter:
    """Return the themes of the period's months, with what of each went out in it, and those that only the platform has.

    rules: those of the contract, by which the number beside them is counted.
    """
    first, last = one.span.first, one.span.last
    wanted = select(Theme).where(Theme.month >= f"{first:%Y-%m}", Theme.month <= f"{last:%Y-%m}").order_by(Theme.month)
    platform = dict(platform_pieces(session, first, last)) if rules.themes != "account" else {}
    rows: list[Row] = []
    for theme in session.scalars(wanted):
        pieces = platform.pop(bare(theme.title or theme.slug), ())
        of = [article for article in one.articles if article.theme_id == theme.id and _stands(article)]
        reads = [value for article in of if (value := one.of_article("read_user", article)) is not None]
        rows.append(
            {"month": theme.month, "title": theme.title or "还没有标题", "summary": theme.summary, "out": len(of),
             "platform": len(pieces) or None, "read_user": sum(reads) if reads else None}
        )  # fmt: skip
    rows += [
        {"month": f"{pieces[0][0]:%Y-%m}", "title": pieces[0][1], "summary": "", "out": None, "platform": len(pieces), "read_user": None}
        for pieces in platform.values()
    ]  # fmt: skip
    totals = (
        Total("themes", "发布的专题", _counted(session, "themes", one, rules), "个", rules.words("themes")),
        Total(
            "cases",
            "典型案例",
            _counted(session, "cases", one, rules),
            "篇",
            "标了典型案例、已发布的文章，和记下的案例；同一件只计一次",
        ),
    )
    columns = (
        Column("month", "月份"), Column("title", "专题"), Column("summary", "简介"), Column("out", "已发布", "篇"),
        Column("platform", "平台内容", "条"), Column("read_user", "阅读", "人"),
    )  # fmt: skip
    says = [_said(row) for row in rows]
    return Chapter(THEMES, "专题和典型案例", columns, tuple(rows), totals, tuple(says or ["本期没有专题。"]))


def _said(row: Row) -> str:
    platform, title = shown(row["platform"], "条"), row["title"]
    if row["out"] is None:
        return f"平台上的专题《{title}》，本期内容 {platform}。"
    more = f"，平台内容 {platform}" if row["platform"] else ""
    return f"{row['month']} 的专题是《{title}》，本期发布 {shown(row['out'], '篇')}{more}。"


def coming(session: Session, span: Span) -> Chapter:
    """Return what is set for the month or quarter after: its posts and its themes, as they are planned now."""
    following = span.moved(KINDS[span.kind])
    first, until = following.first, following.last if span.kind == MONTHLY else _third_month(following).last
    posts = [post for post in unsent(session) if post.due_at and first <= local_day(post.due_at) <= until]
    months = (Theme.month >= f"{first:%Y-%m}", Theme.month <= f"{until:%Y-%m}")
    planned = session.scalars(select(Theme).where(*months, Theme.title != "").order_by(Theme.month)).all()
    says = [f"排了 {shown(len(posts), '次')}发布。" if posts else "还没有排期。"]
    if planned:
        says.append(f"专题：{titles([theme.title for theme in planned])}。")
    columns = (Column("at", "时间"), Column("way", "方式"), Column("titles", "文章"))
    total = Total("planned", "已排期的发布", len(posts), "次", f"{first} 至 {until}，按生成时的排期")
    return Chapter(NEXT, "下期计划", columns, tuple(map(_planned, posts)), (total,), tuple(says))


def _article(one: Brought, post: Post, article: Article) -> Row:
    at = one.out.get(post.id)
    return {
        "day": str(local_day(at)) if at else None,
        "number": article.id,
        "title": article.title or article.slug,
        "column": article.column,
        "place": "头条" if article.position == 1 else "次条",
        "way": "推送" if post.notify else "不推送",
        **{column.key: one.of_article(column.key, article) for column in _MEASURES},
        "state": "；".join(
            filter(None, [_OUTSIDE if article.origin == OUTSIDE else "", "" if _stands(article) else _GONE])
        ),
    }


def _planned(post: Post) -> Row:
    return {
        "at": stamp(post.due_at) if post.due_at else None,
        "way": "推送" if post.notify else "不推送",
        "titles": "、".join(article.title or article.slug for article in post.articles),
    }


def _stands(article: Article) -> bool:
    return article.state == State.PUBLISHED


def _counted(session: Session, name: str, one: Brought, rules: CountingRules) -> int | None:
    rows = counting.BY_RULES[name](session, one.span.first, one.span.last, rules=rules) if one.is_kept else None
    return None if rows is None else sum(row.value for row in rows)


def _third_month(span: Span) -> Span:
    return Span(MONTHLY, span.month, span.day, span.basis).moved(2)


_OUTSIDE, _GONE = "外部发布", "已撤下"
