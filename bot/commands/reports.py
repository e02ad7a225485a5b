"""Words of 甲方 on a report that was submitted to it: confirmed, or returned with a reason."""

from __future__ import annotations

from bot.commands.naming import only_one
from bot.commands.table import EDITORIAL, Ask, command, reference
from content import evidence
from content.errors import OpsError
from scheduler import report_desk, reporting
from scheduler.models import Report
from scheduler.report_desk import Word
from scheduler.report_states import in_words, state_in_words

STAMPED = "盖章页"


@command("确认报告", roles=EDITORIAL, acts=True, proves=True)
def confirm(ask: Ask) -> str:
    """确认报告 3：甲方确认提交的报告，再发盖章页的照片。"""
    report, rest = _named(ask)
    if rest:
        raise OpsError(f"确认请只发：确认报告 {report.id}；有意见请发：退回报告 {report.id} 原因")
    return _decide(ask, report, confirmed=True)


@command("退回报告", roles=EDITORIAL, acts=True, proves=True)
def send_back(ask: Ask) -> str:
    """退回报告 3 原因：甲方退回提交的报告，例如：退回报告 3 走访数和台账不一致"""
    report, reason = _named(ask)
    return _decide(ask, report, confirmed=False, reason=reason)


def _named(ask: Ask) -> tuple[Report, str]:
    found = reference(ask.rest, "报告")
    if found is None or found[1] is not None:
        raise OpsError("请写报告的编号，例如：确认报告 3，或：退回报告 3 走访数和台账不一致")
    only_one(found[2], "确认报告 3")
    return report_desk.named(ask.session, found[0], hold=True), found[2].strip()


def _decide(ask: Ask, report: Report, *, confirmed: bool, reason: str = "") -> str:
    """Record the word and ask for the stamped page; who says the same again only sends the page."""
    assert ask.person is not None
    said = report_desk.verdict_of(ask.session, report)
    word = Word(confirmed, ask.person, reason)
    if said and (said.person_id, said.verdict) == (ask.person.id, word.state):
        told = f"{in_words(report)}{state_in_words(report)}。"
    else:
        told = report_desk.decide(ask.session, report, word, now=ask.now)
    following = evidence.wanted(
        ask.session,
        ask.person,
        reporting.subject(report),
        words=in_words(report),
        again=f"{'确认' if confirmed else '退回'}报告 {report.id}",
        now=ask.now,
        what=STAMPED,
    )
    return f"{told}\n{following}"
