"""A month at a glance: its articles by state, its gaps, what it lacks, what is due next; and the reminder of the 25th."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from content.clock import local_day
from content.days import Calendar
from content.deadlines import Deadline, deadlines
from content.models import IN_WORDS, Article, Post, State, Theme
from content.months import next_month
from content.notice import Notice
from content.posts import every_post
from content.slots import gap_words, gaps

WANTED = 4  # articles a month; 平均每月推送公众号文章不少于 4 篇
REMIND_FROM = 25  # day of the month
FEW = "few"  # the kind of the reminder's notice
SHOWN = 6  # deadlines
ARTICLE_STATES = (State.WRITTEN, State.IN_REVIEW, State.APPROVED, State.PUBLISHED, State.WITHDRAWN)


@dataclass(frozen=True)
class MonthView:
    """A month as it stands; `lacking` articles are missing of the `wanted` ones, withdrawn ones do not count."""

    month: str
    theme: str
    counts: Mapping[str, int]
    gaps: Sequence[tuple[date, date]]
    wanted: int
    deadlines: Sequence[Deadline] = field(default=())
    listed: Sequence[tuple[Article, datetime | None]] = field(default=())  # with the moment each went out or goes out

    @property
    def articles(self) -> int:
        """Return how many articles the month has."""
        return sum(count for state, count in self.counts.items() if state != State.WITHDRAWN)

    @property
    def lacking(self) -> int:
        """Return how many articles are missing."""
        return max(0, self.wanted - self.articles)


def month_view(
    session: Session,
    month: str,
    calendar: Calendar | None,
    *,
    now: datetime,
    draft_ahead: timedelta,
    steps: int,
    wanted: int = WANTED,
    out_at: Mapping[int, datetime] | None = None,
) -> MonthView:
    """Return how a month stands; without a calendar it has no deadlines.

    draft_ahead, steps: as `deadlines` takes them. out_at: when posts went out
    (post id → moment), where that is known better than by the time they were due.
    """
    theme = session.scalar(select(Theme).where(Theme.month == month))
    posts = [(post, at) for post in every_post(session) if (at := _moment(post, out_at or {}))]
    own = [post for post, at in posts if _month_of(at) == month]
    articles = {*_of_theme(session, month), *(a for post in own for a in post.articles if a.theme is None)}
    counts = Counter(article.state for article in articles)
    return MonthView(
        month=month,
        theme=theme.title if theme else "",
        counts={state.value: counts[state] for state in ARTICLE_STATES if counts[state]},
        gaps=gaps([local_day(at) for post, at in posts if _stands(post)], month),
        wanted=wanted,
        deadlines=deadlines(own, calendar, now=now, draft_ahead=draft_ahead, steps=steps) if calendar else (),
        listed=_soonest_first(articles, {post.id: at for post, at in posts}),
    )


def month_lines(view: MonthView) -> list[str]:
    """Return a month as people read it."""
    states = "、".join(f"{IN_WORDS[State(state)]} {count}" for state, count in view.counts.items())
    lines = [
        f"{view.month} {f'专题“{view.theme}”' if view.theme else '还没有专题'}",
        f"文章 {view.articles} 篇" + (f"：{states}" if states else ""),
    ]
    if view.lacking:
        lines.append(f"还差 {view.lacking} 篇（每月至少 {view.wanted} 篇），可以运行 wxops plan {view.month} 起草。")
    if not view.theme:
        lines.append(f"每月要有一个专题：请写 {view.month}/theme.md 的标题，或运行 wxops plan {view.month}。")
    lines += [gap_words(*gap) for gap in view.gaps]
    if view.deadlines:
        more = len(view.deadlines) - SHOWN
        lines += ["接下来：", *(f"  {one}" for one in view.deadlines[:SHOWN])]
        lines += [f"  还有 {more} 项"] if more > 0 else []
    return lines


def reminder(session: Session, *, now: datetime, wanted: int = WANTED) -> Notice | None:
    """Return what operators must hear from the 25th while the coming month has fewer articles than wanted."""
    today = local_day(now)
    if today.day < REMIND_FROM:
        return None
    month = next_month(f"{today:%Y-%m}")
    there = [a for a in _of_theme(session, month) if a.state != State.WITHDRAWN and a.missing_since is None]
    if len(there) >= wanted:
        return None
    text = f"{month} 只有 {len(there)} 篇文章，至少要 {wanted} 篇。请补上稿子，或运行 wxops plan {month} 起草。"
    return Notice(f"{FEW}:{month}", text)


def _of_theme(session: Session, month: str) -> Sequence[Article]:
    query = select(Article).join(Theme, Theme.id == Article.theme_id).where(Theme.month == month)
    return session.scalars(query).unique().all()


def _moment(post: Post, out_at: Mapping[int, datetime]) -> datetime | None:
    """Return when a post went out or goes out; None when nobody has set a time."""
    known = out_at.get(post.id) or post.due_at
    return known or (post.state_since if post.state == State.PUBLISHED else None)


def _soonest_first(articles: Iterable[Article], at: Mapping[int, datetime]) -> list[tuple[Article, datetime | None]]:
    """Return articles with the moments of their posts, those without one last."""
    found = [(article, at.get(article.post_id or 0)) for article in articles]
    return sorted(found, key=lambda one: (one[1] is None, one[1] or 0, one[0].position or 0, one[0].id))


def _month_of(at: datetime) -> str:
    return f"{local_day(at):%Y-%m}"


def _stands(post: Post) -> bool:
    """Say whether a post counts as a sign of life: something in it is out or may still go out."""
    return any(article.state != State.WITHDRAWN for article in post.articles)
