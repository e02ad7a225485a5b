"""The month's effect analysis by message: its overview in words, and where the whole report is."""

from __future__ import annotations

from bot.commands.near import without_thanks
from bot.commands.table import Ask, command
from content.clock import local_day
from content.periods import period
from scheduler import effect_keeping
from scheduler.effect_facts import Effect, thawed
from scheduler.effect_overview import KEY
from scheduler.effect_periods import MONTHLY
from scheduler.models import Report
from scheduler.report_states import state_in_words, that_counts


@command("月报", "上月月报", "效果分析")
def month(ask: Ask) -> str:
    """月报：上月推广效果的总体情况和报告的网址；也可以写哪个月，例如：月报；月报 2026-12"""
    today, words = local_day(ask.now), without_thanks(ask.rest)
    asked = f"{period(words, today).first:%Y-%m}" if words else ""
    name = asked or effect_keeping.newest_month(ask.folder, ask.rules, today).name
    kept = that_counts(ask.session, MONTHLY, "", name)
    told = thawed(kept.facts) if kept else _now(ask, name)
    chapter = told.chapter(KEY)
    return "\n".join(
        [told.title, f"{told.span}，{told.known}", *chapter.says, _where(ask, kept, name), f"注：{chapter.notes[0]}"]
    )


def _now(ask: Ask, name: str) -> Effect:
    return effect_keeping.gathered(ask.session, ask.folder, ask.rules, MONTHLY, name, now=ask.now)


def _where(ask: Ask, kept: Report | None, name: str) -> str:
    """Return where the report is, or what makes it."""
    if kept is None:
        return f"报告还没有生成。生成请在服务器上运行：wxops report monthly {name} --by 姓名，或打开网页“报告”。"
    at = (
        f"{ask.server.public_url}/console/reports/{kept.id}"
        if ask.server.public_url
        else f"wxops report show {kept.id}"
    )
    return f"报告 {kept.id}，第 {kept.version} 版，{state_in_words(kept)}：{at}"
