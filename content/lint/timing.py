"""Rules for when an article goes out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from content.article import Level, Problem
from content.clock import local, local_day, stamp
from content.known import Timed
from content.lint.look import Look, Rule
from content.schedule import ARTICLES_A_POST, SERVICE_PUSHES, Schedule, post_of


def publish_at_is_ahead(look: Look) -> Iterator[Problem]:
    """A moment that has passed cannot be met any more."""
    moment = look.facts.publish_at
    if moment is not None and moment <= look.context.now:
        message = f"发布时间 {stamp(moment)}（北京时间）已经过去，现在是 {stamp(look.context.now)}。请改成将来的时间。"
        yield look.problem(look.at("publish_at"), "PUBLISH_AT_PAST", Level.ERROR, message)


def months_agree(look: Look) -> Iterator[Problem]:
    """The month of the folder, the month that is written and the month of the moment should be one."""
    moment = look.facts.publish_at
    goes_out = local(moment).strftime("%Y-%m") if moment is not None else ""
    if look.facts.month and goes_out and look.facts.month != goes_out:
        message = f"month 写的是 {look.facts.month}，发布时间却在 {goes_out}，请核对。"
        yield look.problem(look.at("publish_at"), "MONTH_MISMATCH", Level.WARN, message)
    folder = look.context.month
    if folder and goes_out and folder not in (goes_out, look.facts.month):
        message = f"文件在 {folder} 的文件夹里，发布时间却在 {goes_out}，请核对。"
        yield look.problem(look.at("publish_at"), "MONTH_MISMATCH", Level.WARN, message)
    if folder and look.facts.month and folder != look.facts.month:
        message = f"文件在 {folder} 的文件夹里，month 却写着 {look.facts.month}，请核对。"
        yield look.problem(look.at("month"), "MONTH_MISMATCH", Level.WARN, message)


def a_push_a_day(look: Look) -> Iterator[Problem]:
    """WeChat takes one push a day from an account; what is meant to go out later that day is refused at its minute."""
    schedule, own = _schedule(look), _ahead(look)
    if own is None or not own.push:
        return
    if others := [post for post in schedule.pushes_on(local_day(own.at)) if post != post_of(own)]:
        taken = "；".join(f"{stamp(post[1])} {'、'.join(schedule.names_of(post))}" for post in others)
        message = f"{local_day(own.at)} 这一天还有别的推送：{taken}。每天只能推送一次，晚的那次会被微信拒绝。"
        yield _ill_timed(look, "SLOT_TAKEN", message, own)


def pushes_of_a_month(look: Look) -> Iterator[Problem]:
    """A service account reaches its followers four times a month; the fifth push is refused."""
    schedule, own = _schedule(look), _ahead(look)
    if own is None or not own.push or not schedule.service:
        return
    month = f"{local(own.at):%Y-%m}"
    pushes = schedule.pushes_in(month)
    if post_of(own) in pushes[SERVICE_PUSHES:]:
        which = f"{month} 排了 {len(pushes)} 次，这是第 {pushes.index(post_of(own)) + 1} 次"
        yield _ill_timed(look, "PUSH_QUOTA", f"服务号每月只能推送 {SERVICE_PUSHES} 次，{which}。", own)


def eight_go_out_together(look: Look) -> Iterator[Problem]:
    """A draft of WeChat holds eight articles; the ninth would stay behind."""
    own = _ahead(look)
    count = len(_schedule(look).together(own)) if own else 0
    if own and count > ARTICLES_A_POST:
        message = f"{stamp(own.at)} 的推文有 {count} 篇，最多 {ARTICLES_A_POST} 篇。请改其中几篇的发布时间。"
        yield look.problem(look.at("publish_at"), "POST_FULL", Level.ERROR, message)


def days_are_fit(look: Look) -> Iterator[Problem]:
    """On some days a word weighs more, and somebody must have thought of it; on a holiday fewer people read."""
    own = _ahead(look)
    day = look.context.schedule.day(local_day(own.at)) if own else None
    if own is None or day is None:
        return
    if day.sensitive:
        why = "、".join(f"{mark.name}：{mark.note or '加强审核期'}" for mark in day.marks if mark.kind == "sensitive")
        waits = "，到时要有人确认才推送" if own.push else ""
        message = f"{day.date} 是敏感日期（{why}）{waits}。请改期，或多安排一人审核。"
        yield _ill_timed(look, "SENSITIVE_DAY", message, own)
    if day.kind == "holiday" or day.may_shift:
        from content.timetable import note_of

        note = note_of(replace(day, marks=()))
        yield look.problem(look.at("publish_at"), "DAY_OFF", Level.INFO, f"{day.date} {note}。请确认有人值守。")


def hours_are_awake(look: Look) -> Iterator[Problem]:
    """What is due in the quiet hours goes out when they end, not when its editor thinks."""
    own, quiet = _ahead(look), look.context.schedule.quiet
    end = quiet.until(own.at) if own and quiet else None
    if own and quiet and end:
        message = f"{stamp(own.at)} 在静默时段（{quiet.words}）里，要到 {stamp(end)} 才发。请改时间，或写明理由。"
        fix = f"publish_at: {stamp(end)}"
        yield look.problem(look.at("publish_at"), "PUBLISH_AT_QUIET", Level.WARN, message, fix=fix)


def _ahead(look: Look) -> Timed | None:
    """Return when the article goes out, with a push or without; None where there is no time, or it has passed."""
    schedule, facts = look.context.schedule, look.facts
    own = schedule.time_of(look.source.name)
    if own is None and facts.publish_at:
        own = Timed(look.source.name, facts.publish_at, schedule.push if facts.notify is None else facts.notify)
    return own if own and own.at > look.context.now else None


def _schedule(look: Look) -> Schedule:
    """Return the schedule with the article itself in it."""
    own = _ahead(look)
    return look.context.schedule.having(own) if own else look.context.schedule


def _ill_timed(look: Look, code: str, message: str, own: Timed) -> Problem:
    """Return the problem with what can be done about it: another time, or no push where the push is what is wrong."""
    free = _schedule(look).next_free(own.at)
    way = f"最近的空档是 {stamp(free)}" if free else "一个月内没有空档"
    if code != "SENSITIVE_DAY":
        way += "，也可以写 notify: 静默（发表而不推送）"
    fix = f"publish_at: {stamp(free)}" if free else ""
    return look.problem(look.at("publish_at"), code, Level.WARN, f"{message}{way}。", fix=fix)


RULES: tuple[Rule, ...] = (
    publish_at_is_ahead,
    months_agree,
    a_push_a_day,
    pushes_of_a_month,
    eight_go_out_together,
    days_are_fit,
    hours_are_awake,
)
