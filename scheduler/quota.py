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


def forecast(session: Session, post: Post, rules: Rules, now: datetime) -> str:
    """Return what a post's time leaves of the quota, as a sentence; SlotTaken when it cannot be kept.

    What WeChat says at the hand-over is another matter: somebody may push by hand until then.
    """
    if post.due_at is None or not post.notify:
        return "只发表、不推送，不占推送的次数。"
    day, month = local_day(post.due_at), f"{local(post.due_at):%Y-%m}"
    others = _others(session, post, now)
    that_day = [other for other, at in others.items() if local_day(at) == day]
    that_month = [other for other, at in others.items() if f"{local(at):%Y-%m}" == month]
    if that_day:
        taken = "；".join(f"{stamp(others[other])} {in_words(other)}" for other in that_day)
        raise SlotTaken(f"{day} 这一天已有推送（{taken}），每天只能推送一次。{_way_out(post, others, rules)}")
    if not rules.service:
        return "这一天还可推送 0 次。"
    left = SERVICE_PUSHES - len(that_month) - 1
    if left < 0:
        days = "、".join(sorted(f"{local_day(others[other])}" for other in that_month))
        raise SlotTaken(
            f"服务号每月只能推送 {SERVICE_PUSHES} 次，{month} 已排满（{days}）。{_way_out(post, others, rules)}"
        )
    return f"这一天还可推送 0 次，{month} 还可推送 {left} 次。"


def _others(session: Session, post: Post, now: datetime) -> Mapping[Post, datetime]:
    """Return all other pushes around a post's month with their moments: those that are out, and those that may come."""
    assert post.due_at is not None
    out = published_at(session, f"{local(post.due_at):%Y-%m}")
    pushes = (other for other in every_post(session) if other.notify and other is not post)
    return {other: at for other in pushes if (at := _moment(other, out, now))}


def _moment(post: Post, out: Mapping[int, datetime], now: datetime) -> datetime | None:
    """Return when a push was or will be; None for one that WeChat refused, and for one whose day has passed."""
    if post.state == State.FAILED or post.due_at is None:
        return out.get(post.id)
    if post.state in UNSENT and local_day(post.due_at) < local_day(now):
        return None
    return out.get(post.id) or post.due_at


def _way_out(post: Post, others: Mapping[Post, datetime], rules: Rules) -> str:
    assert post.due_at is not None
    times: Sequence[Timed] = [Timed("", at, push=True) for at in others.values()]
    calendar = rules.days.calendar() if rules.days else None
    free = Schedule(tuple(times), calendar, service=rules.service).next_free(post.due_at)
    first = post.articles[0].id
    way = f'最近的空档：wxops post move {first} "{stamp(free)}"' if free else "一个月内没有空档"
    return f"{way}；只发表、不推送的话，请在文件里写 notify: 静默。"
