"""The quota of pushes: what a post's time leaves of the day's one and of a service account's four a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from content.clock import local, local_day, stamp
from content.errors import OpsError
from content.known import Timed
from content.models import Post, State
from content.posts import UNSENT, every_post
from content.schedule import SERVICE_PUSHES, Schedule
from content.workflow import in_words
from scheduler.rules import Rules
from scheduler.times import published_at


class SlotTaken(OpsError):
    """WeChat would not take a push at that time; the text names the next one that is free."""


def forecast(session: Session, post: Post, rules: Rules, now: datetime, *, at: datetime | None = None) -> str:
    """Return what a post's time leaves of the quota, as a sentence; SlotTaken when it cannot be kept.

    at: asks for another moment than the post's own.

    What WeChat says at the hand-over is another matter: somebody may push by hand until then.
    """
    at = at or post.due_at
    if at is None or not post.notify:
        return "只发表、不推送，不占推送的次数。"
    day, month = local_day(at), f"{local(at):%Y-%m}"
    others = _others(session, post, at, now)
    that_day = [other for other, when in others.items() if local_day(when) == day]
    that_month = [other for other, when in others.items() if f"{local(when):%Y-%m}" == month]
    if that_day:
        taken = "；".join(f"{stamp(others[other])} {in_words(other)}" for other in that_day)
        raise SlotTaken(f"{day} 这一天已有推送（{taken}），每天只能推送一次。{_way_out(post, others, rules, at)}")
    if not rules.service:
        return "这一天还可推送 0 次。"
    left = SERVICE_PUSHES - len(that_month) - 1
    if left < 0:
        days = "、".join(sorted(f"{local_day(others[other])}" for other in that_month))
        raise SlotTaken(
            f"服务号每月只能推送 {SERVICE_PUSHES} 次，{month} 已排满（{days}）。{_way_out(post, others, rules, at)}"
        )
    return f"这一天还可推送 0 次，{month} 还可推送 {left} 次。"


def next_free(session: Session, post: Post, rules: Rules, after: datetime, now: datetime) -> datetime | None:
    """Return the next moment after this one, at its hour, for which a push is left; None within a month for none."""
    return _free(_others(session, post, after, now), rules, after)


def pushes_today(session: Session, rules: Rules, now: datetime) -> tuple[list[tuple[Post, datetime]], str]:
    """Return the pushes that are planned for this day and may still be moved, and what has used up the day's push.

    The second is "" while a push is left for today or can be freed.
    """
    out = published_at(session, f"{local(now):%Y-%m}")
    found = {p: at for p in every_post(session) if p.notify and (at := _moment(p, out, now))}
    today = [(post, at) for post, at in found.items() if local_day(at) == local_day(now)]
    gone = "；".join(f"{stamp(at)} {in_words(post)}" for post, at in today if post.state not in UNSENT)
    sent = [post for post, at in found.items() if f"{local(at):%Y-%m}" == f"{local(now):%Y-%m}" and post.id in out]
    if not gone and rules.service and len(sent) >= SERVICE_PUSHES:
        gone = f"服务号这个月的 {SERVICE_PUSHES} 次已经用完"
    return [(post, at) for post, at in today if post.state in UNSENT and not post.is_urgent], gone


def _others(session: Session, post: Post, around: datetime, now: datetime) -> Mapping[Post, datetime]:
    """Return all other pushes around a moment's month with theirs: those that are out, and those that may come."""
    out = published_at(session, f"{local(around):%Y-%m}")
    pushes = (other for other in every_post(session) if other.notify and other is not post)
    return {other: when for other in pushes if (when := _moment(other, out, now))}


def _moment(post: Post, out: Mapping[int, datetime], now: datetime) -> datetime | None:
    """Return when a push was or will be; None for one that WeChat refused, and for one whose day has passed."""
    if post.state == State.FAILED or post.due_at is None:
        return out.get(post.id)
    if post.state in UNSENT and local_day(post.due_at) < local_day(now):
        return None
    return out.get(post.id) or post.due_at


def _free(others: Mapping[Post, datetime], rules: Rules, after: datetime) -> datetime | None:
    times: Sequence[Timed] = [Timed("", when, push=True) for when in others.values()]
    calendar = rules.days.calendar() if rules.days else None
    return Schedule(tuple(times), calendar, service=rules.service).next_free(after)


def _way_out(post: Post, others: Mapping[Post, datetime], rules: Rules, at: datetime) -> str:
    free = _free(others, rules, at)
    first = post.articles[0].id
    way = f"最近的空档，请回复：改期 {first} {stamp(free)}" if free else "一个月内没有空档"
    return f"{way}；只发表、不推送的话，请在文件里写 notify: 静默。"
