"""A figure by message: what is missing is asked for, a picture proves it, a second person confirms it."""

from __future__ import annotations

from bot.commands.fitting import listed
from bot.commands.naming import number_in
from bot.commands.near import without_thanks
from bot.commands.small_talk import declines
from bot.commands.table import Ask, Facts, command, continuation, plain
from content import dialogue, evidence
from content.assignments import FIELD
from content.clock import local_day
from content.errors import OpsError
from content.models import Person
from scheduler import hand
from scheduler.hand_models import HandFigure
from scheduler.hand_words import EXAMPLE, on_its_day

MINUTES = 30
_MAY = tuple(dict.fromkeys((*FIELD, *hand.CONFIRMERS)))


@command("填报", "填数", roles=_MAY, acts=True, proves=True)
def fill_in(ask: Ask) -> str:
    """填报 社区 指标 日期 数：填一个数，再发截图，由另一个人复核；只发“填报”看待复核的，例如：填报 新风社区 注册用户 12月3日 1234"""
    words = without_thanks(ask.rest)
    if not words:
        return _waiting(ask)
    if words.isdecimal() and len(words) < 9:
        return _one(ask, int(words))
    return _next(ask, words)


@continuation("填报")
def fill_in_on(ask: Ask, facts: Facts) -> str:
    """Take what was asked for."""
    if declines(ask.rest):
        return "好的，这个数不填了。"
    return _next(ask, f"{facts['words']} {ask.rest}")


@command("确认填报", "复核填报", roles=hand.CONFIRMERS, acts=True)
def confirm(ask: Ask) -> str:
    """确认填报 12：看过材料以后，把填报 12 的数收进台账，例如：确认填报 12"""
    figure = hand.confirm(ask.session, number_in(ask, "填报", "确认填报 12")[0], _person(ask), now=ask.now)
    return f"填报 {figure.id} 已复核，收进第 {figure.batch_id} 批。"


@command("退回填报", roles=hand.CONFIRMERS, acts=True)
def refuse(ask: Ask) -> str:
    """退回填报 12 原因：填报 12 的数不收，例如：退回填报 12 和截图不一样"""
    number, reason = number_in(ask, "填报", "退回填报 12 和截图不一样")
    figure = hand.refuse(ask.session, number, reason, _person(ask), now=ask.now)
    return f"填报 {figure.id} 已退回：{figure.reason}"


@command("撤回填报", roles=_MAY, acts=True)
def withdraw(ask: Ask) -> str:
    """撤回填报 12：自己填的、还没有复核的数不要了，例如：撤回填报 12"""
    figure = hand.withdraw(ask.session, number_in(ask, "填报", "撤回填报 12")[0], _person(ask), now=ask.now)
    return f"填报 {figure.id} 已撤回。"


def _next(ask: Ask, words: str) -> str:
    """Propose what is whole; ask for what is missing or unclear."""
    told = on_its_day(ask.session, plain(words), local_day(ask.now))
    if told.unclear and not told.missing():
        raise OpsError(f"{told.unclear}没有填。请去掉看不懂的，再发一次，例如：{EXAMPLE}")
    if told.missing():
        dialogue.ask(ask.session, _person(ask), "填报", {"words": told.kept}, now=ask.now, minutes=MINUTES)
        return f"{told.unclear}还差：{'、'.join(told.missing())}。请直接回复；不填了：算了"
    figure = hand.propose(ask.session, _person(ask), told, now=ask.now)
    return f"已填，等另一个人复核。{_line(ask, figure)}\n{_wanted(ask, figure)}"


def _one(ask: Ask, number: int) -> str:
    """Return a figure; whoever typed it may send its pictures now."""
    figure = hand.shown(ask.session, number, _person(ask))
    proofs = evidence.of(ask.session, hand.subject(figure))
    lines = [_line(ask, figure), f"材料 {len(proofs)} 份"]
    if figure.decided_at is None and figure.by == _person(ask).name:
        lines.append(_wanted(ask, figure))
    elif figure.decided_at is None:
        lines.append(
            f"看材料：{ask.server.public_url}/console/figures/hand/{number}（先发“登录”），看过再发：确认填报 {number}"
            f"，或：退回填报 {number} 原因"
        )
    return "\n".join(lines)


def _waiting(ask: Ask) -> str:
    person = _person(ask)
    found, count = hand.listed(ask.session, person), hand.waiting(ask.session, person)
    if not found:
        return f"没有待复核的填报。填一个数请发：{EXAMPLE}"
    lines = [_line(ask, one) for one in found]
    return listed([f"待复核的填报 {count} 个："], lines, ["看一个请发：填报 编号"], of=count)


def _line(ask: Ask, figure: HandFigure) -> str:
    return hand.in_words(ask.session, figure)


def _wanted(ask: Ask, figure: HandFigure) -> str:
    words = f"填报 {figure.id}"
    return evidence.wanted(
        ask.session, _person(ask), hand.subject(figure), words=words, again=words, what="截图", now=ask.now
    )


def _person(ask: Ask) -> Person:
    assert ask.person is not None
    return ask.person
