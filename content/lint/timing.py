"""Rules for when an article goes out."""

from __future__ import annotations

from collections.abc import Iterator

from content.article import Level, Problem
from content.clock import local, stamp
from content.lint.look import Look, Rule


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


RULES: tuple[Rule, ...] = (publish_at_is_ahead, months_agree)
