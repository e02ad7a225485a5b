"""Words that change something: verdicts, pause and resume, binding. Each is acted upon once."""

from __future__ import annotations

from bot.commands.naming import each, only_one
from bot.commands.near import without_thanks
from bot.commands.table import EVERYBODY, Ask, command, plain, reference
from bot.links import login_link
from content import control, reviews
from content.errors import OpsError
from content.logins import LINK_MINUTES
from scheduler import alarm as alarms
from scheduler import binding, pausing


@command("同意", "通过", "可以发", acts=True, questions=True)
def agree(ask: Ask) -> str:
    """同意 12-3：看过修订 12-3，同意。"""
    return _verdict(ask, passed=True)


@command("退回", "打回", "不同意", acts=True, questions=True)
def send_back(ask: Ask) -> str:
    """退回 12-3 原因：退给编辑改，例如：退回 12-3 第二段日期不对"""
    return _verdict(ask, passed=False)


@command(
    "暂停",
    "暂停发布",
    "停止发布",
    "暂停自动发布",
    "停止自动发布",
    roles=("admin", "operator"),
    acts=True,
    client_too=True,
    aside=True,
)
def pause(ask: Ask) -> str:
    """暂停：先不自动发布，到点的都等着；可以写原因，例如：暂停 等街道核实"""
    why = ask.rest.strip() if without_thanks(ask.rest) else ""
    return control.pause(ask.session, why, by=_name(ask), now=ask.now)


@command("恢复", "恢复发布", "恢复自动发布", roles=("admin", "operator"), acts=True, client_too=True, questions=True)
def resume(ask: Ask) -> str:
    """恢复：继续自动发布，终审人会收到通知。"""
    if without_thanks(ask.rest):
        raise OpsError("没有恢复。要恢复请只发：恢复，后面不写别的；以后再恢复，请到时候再发。")
    return pausing.resume(ask.session, by=_name(ask), now=ask.now)


@command("收到", roles=("admin", "operator"), acts=True, aside=True)
def take(ask: Ask) -> str:
    """收到 3：告警3 由您处理，不再提醒大家；几条一起写：收到 3 4。"""
    return each(ask, "告警", "收到 3", lambda number: _taken(ask, number))


def _taken(ask: Ask, number: int) -> str:
    alarm = alarms.take(ask.session, number, by=_name(ask), now=ask.now)
    if alarm is None:
        return f"告警{number} 已经结束，或没有这条。"
    who = "您" if alarm.taken_by == _name(ask) else alarm.taken_by
    return f"告警{number} 由{who}处理，不再提醒大家：{alarm.text}"


@command("处理完", "已处理", "处理好了", roles=("admin", "operator"), acts=True, aside=True)
def seen_to(ask: Ask) -> str:
    """处理完 3：告警3 已经处理好，不再响；几条一起写：处理完 3 4。"""
    return each(ask, "告警", "处理完 3", lambda number: _settled(ask, number))


def _settled(ask: Ask, number: int) -> str:
    alarm = alarms.settle(ask.session, number, by=_name(ask), now=ask.now)
    if alarm is None:
        return f"告警{number} 已经结束，或没有这条。"
    return f"告警{number} 已记为处理完：{alarm.text}"


@command("绑定", "绑定码", roles=EVERYBODY, acts=True)
def bind(ask: Ask) -> str:
    """绑定 绑定码：把这个微信号和您的姓名连起来，例如：绑定 K7PA2345"""
    person = binding.bind(ask.session, code_in(ask.rest), ask.sender, now=ask.now)
    if person is None:
        return "没有这个绑定码，请核对后再发，或向管理员要一个新的。"  # no refusal: that it was wrong is counted
    return f"{person.name}，已绑定，您的角色是{reviews.ROLES[person.role]}。发“帮助”看能做什么。"


@command("解锁绑定", roles=("admin",), acts=True, aside=True)
def unlock(ask: Ask) -> str:
    """解锁绑定：绑定码错得太多锁住的微信号，可以再绑定。"""
    return binding.unlock(ask.session, by=_name(ask), now=ask.now)


@command("登录", "网页", roles=EVERYBODY, acts=True, aside=True)
def log_in(ask: Ask) -> str:
    """登录：网页的登录链接，只给您本人，用一次。"""
    assert ask.person is not None
    link = login_link(ask.session, ask.server, ask.person, by=ask.person.name, now=ask.now)
    return (
        f"{ask.person.name}，请打开链接，再按“登录”：\n{link}\n{LINK_MINUTES} 分钟内有效，只能用一次，请不要转给别人。"
        "在电脑上用，请把链接复制到电脑的浏览器里打开。"
    )


def code_in(rest: str) -> str:
    """Return the code that follows 绑定, without the blanks, full stops and thanks that come along."""
    return "".join(filter(str.isalnum, plain(without_thanks(rest))))


def _verdict(ask: Ask, *, passed: bool) -> str:
    assert ask.person is not None
    word = "同意" if passed else "退回"
    number, revision, comment = reference(ask.rest) or (0, None, "")
    if revision is None:
        raise OpsError(f"请写明看过的是哪一稿，例如：{word} 12-3{'' if passed else ' 原因'}。稿号在“看 12”里。")
    if passed and without_thanks(comment):
        raise OpsError(
            f"没有记。同意后面请不写别的，只发：同意 {number}-{revision}；有意见请发：退回 {number}-{revision} 意见"
        )
    only_one(comment, "退回 12-3 第二段日期不对")
    return reviews.give_verdict(
        ask.session,
        number,
        revision,
        ask.person,
        ask.chain,
        passed=passed,
        comment="" if passed or not without_thanks(comment).strip(" 吗呢?？") else comment,
        recorded_by=ask.person.name,
        now=ask.now,
    )


def _name(ask: Ask) -> str:
    assert ask.person is not None
    return ask.person.name
