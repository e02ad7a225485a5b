"""Held back: why a due post does not go out by itself at a moment: quiet hours, 群发保护, a sensitive day, too late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import control
from content.clock import local, local_day
from content.models import Post
from content.posts import is_confirmed
from scheduler.rules import Rules

OVERDUE, SENSITIVE = "overdue", "sensitive"  # the kinds of alarms by which a due post asks for a person's word


def held_back(post: Post, rules: Rules, at: datetime) -> str:
    """Return what holds a post back at a moment, in words; "" for nothing, and where a person has said: now."""
    if is_confirmed(post) or post.is_urgent:
        return ""
    if days := sensitive(post, rules, at):
        return f"敏感日期（{days}），等人确认"
    end = rules.quiet.until(at) if rules.quiet else None
    if end:
        return f"静默时段，{local(end):%H:%M} 后发"
    end = rules.protected.until(at) if rules.protected and post.notify else None
    return f"群发保护，管理员这时不能确认，{local(end):%H:%M} 后发" if end else ""


def sensitive(post: Post, rules: Rules, at: datetime) -> str:
    """Return the sensitive days that make a push wait for a person at a moment, by name; "" for none.

    Both its own day and the day that it has become by then count: neither midnight
    nor the end of the quiet hours lets a push out that nobody has thought of.
    """
    if rules.days is None or not post.notify or is_confirmed(post) or post.is_urgent:
        return ""
    days = sorted({local_day(at), local_day(post.due_at or at)})
    return "、".join(dict.fromkeys(name for day in days if (name := rules.days.sensitive(day))))


def resumed_at(session: Session) -> datetime | None:
    """Return when the last pause ended, or None."""
    row = control.read(session, control.PAUSE)
    return row.at if row and row.value == control.OFF else None


def too_late(post: Post, resumed: datetime | None, rules: Rules, now: datetime) -> bool:
    """Say whether a post needs a person's word to go out now; `resumed` is when the last pause ended."""
    if post.due_at is None:
        return False
    start = max(post.due_at, resumed or post.due_at)
    free = is_confirmed(post) or post.is_urgent
    closed = [] if free else [rules.quiet, rules.protected if post.notify else None]
    return now > max([start + rules.grace, *(hours.after(start, rules.grace) for hours in closed if hours)])


def waits_for_word(post: Post, resumed: datetime | None, rules: Rules, now: datetime) -> str:
    """Return the kind of alarm by which a due post asks for a person's word; "" when it needs none.

    One that waits since its own sensitive day asks once, and not again when it is late by more than the grace.
    """
    if sensitive(post, rules, post.due_at or now):
        return SENSITIVE
    if too_late(post, resumed, rules, now):
        return OVERDUE
    return SENSITIVE if sensitive(post, rules, now) else ""
