"""The account's week as text: what went out, what it brought, compared with the week before, and what comes next.

Contents as government accounts report them (domain.md §2.7); a rate without a denominator is "—", and so is what nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from content.clock import day_start, local_day, stamp
from content.periods import Period, day_in_words
from content.posts import unsent
from scheduler import alarm, comment_queue, interactions, metrics, stats
from scheduler.comment_models import Comment, CommentThread
from scheduler.interaction_rule import Rule

UNKNOWN = "—"
SHOWN = 5  # posts of the coming week


def told(session: Session, week: Period, today: date, rule: Rule) -> list[str]:
    """Return the report of a week, line by line; the interactions by the contract's rule."""
    before = week.before()
    now, then = (stats.summary(session, one.first, one.last) for one in (week, before))
    acts, earlier = (interactions.total(session, rule, one.first, one.last) for one in (week, before))
    known = f"数据到 {day_in_words(now.known_to)}" if now.known_to else "还没有取到数据"
    return [
        f"周报（{week.in_words(today)}，周一至周日，{known}）",
        f"发布：{now.posts} 次，{now.articles} 篇，其中推送 {now.pushed} 次；前一周 {then.posts} 次，{then.articles} 篇",
        f"互动：{interactions.at_least(acts)}（环比 {change(acts.value or 0, earlier.value)}）"
        if acts.parts
        else f"互动：{UNKNOWN}",
        *interactions.told(acts),
        *_gained(session, now, then),
        f"粉丝：{stock(now)}，新增 {persons(now.followers_new)}，取关 {persons(now.followers_lost)}，"
        f"净增 {persons(now.followers_added)}{gaps(week, now.followers_days)}；"
        f"前一周净增 {persons(then.followers_added)}{gaps(before, then.followers_days)}",
        *_ranked(session, week),
        _comments(session, week),
        f"现在没有处理完的告警：{len(alarm.ringing(session))} 条",
        *_coming(session, week.last),
        "注：文章的人数只计发布后 30 天；环比是和前一周比。",
    ]


def change(value: int, before: int | None) -> str:
    """Return by how many per cent a value differs from the one before; "—" where that is unknown or 0."""
    return f"{(value - before) * 100 / before:+.1f}%" if before else UNKNOWN


def stock(summary: stats.Summary) -> str:
    """Return how many followers there were at the end of a period, with the day where it is another than that of the rest."""
    day = summary.followers_on
    of = f"（{day_in_words(day)}末）" if day and day != summary.known_to else ""
    return f"{persons(summary.followers)}{of}"


def gaps(period: Period, there: int) -> str:
    """Return on how many days of a period a figure is known, as a clause; "" for all of them and for none."""
    return f"，{period.days} 天里有 {there} 天的数据" if 0 < there < period.days else ""


def persons(number: int | None) -> str:
    """Return a number of persons; "—" for one that nobody knows."""
    return UNKNOWN if number is None else f"{number:,} 人"


def _gained(session: Session, now: stats.Summary, then: stats.Summary) -> Iterator[str]:
    """Yield the sums of what readers of the articles did, each compared with the week before."""
    if not now.known_to:
        return
    earlier = stats.gained(session, then.first, then.last) if then.known_to else {}
    yield "文章："
    for metric, value in stats.gained(session, now.first, now.last).items():
        told_ = metrics.METRICS[metric]
        yield f"　{told_.name} {value:,} {told_.unit}（环比 {change(value, earlier.get(metric))}）"


def _ranked(session: Session, week: Period) -> Iterator[str]:
    """Yield the article that was read most in the week, and the one read least of those that went out in it."""
    ranked = stats.ranking(session, week.first, week.last)
    yield f"阅读最多：{_read(ranked[0]) if ranked else UNKNOWN}"
    fresh = [one for one in ranked if one.out and week.first <= one.out <= week.last]
    if len(fresh) > 1:
        yield f"这一周发布的里阅读最少：{_read(fresh[-1])}"


def _read(ranked: stats.Ranked) -> str:
    return f"{ranked.number} {ranked.title}，{ranked.reads:,} 人"


def _comments(session: Session, week: Period) -> str:
    """Return how many comments came in the week and how many of them were answered; unknown where none was ever listed."""
    if session.scalar(select(CommentThread.id).where(CommentThread.asked_at.is_not(None)).limit(1)) is None:
        return f"留言：{UNKNOWN}"
    start, end = day_start(week.first), day_start(week.last + timedelta(days=1))
    came = select(func.count(Comment.id)).where(Comment.created_at >= start, Comment.created_at < end)
    answered = came.where(Comment.replied_at.is_not(None))
    return (
        f"留言：收到 {session.scalar(came) or 0} 条，已回复 {session.scalar(answered) or 0} 条；"
        f"现在待处理 {comment_queue.count_waiting(session)} 条"
    )


def _coming(session: Session, last: date) -> Iterator[str]:
    """Yield the posts that are set for the week after."""
    until = last + timedelta(days=7)
    coming = [post for post in unsent(session) if post.due_at and last < local_day(post.due_at) <= until]
    yield (
        f"下一周（{day_in_words(last + timedelta(days=1))}—{day_in_words(until)}）排了 {len(coming)} 次："
        if coming
        else ("下一周还没有排期。")
    )
    for post in coming[:SHOWN]:
        if post.due_at:
            yield f"　{stamp(post.due_at)[5:]} {'、'.join(f'{a.id} {a.title or a.slug}' for a in post.articles)}"
