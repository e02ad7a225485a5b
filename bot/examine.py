"""`wxops doctor`: what must be right for the account to work, from the configuration to the fonts; a line each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.links import what_to_write
from bot.settings_check import is_loopback
from bot.wiring import Parts, build, build_ticks, channels_of
from content import control
from content.clock import stamp
from content.errors import OpsError
from content.models import Event
from scheduler import limits
from scheduler.heartbeat import HEARTBEAT, SILENT_AFTER
from scheduler.hold import DRAFT_ONLY
from scheduler.refusals import NO_CALLBACK, NO_RIGHT, NotSent, Refused, Unsure
from scheduler.robots import robot_of
from scheduler.telling import acting_people
from scheduler.wechat import WeChat

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "/Library/Fonts", "C:/Windows/Fonts")
CHINESE_FONTS = ("cjk", "wqy", "msyh", "simsun", "simhei", "pingfang", "sourcehan", "notosanssc", "droidsansfallback")


@dataclass(frozen=True)
class Finding:
    """What was looked at, and either that it is well or what to do; `exit_code` is 0 when nothing must be done."""

    name: str
    text: str
    exit_code: int = 0
    advice: bool = False

    @property
    def line(self) -> str:
        """Return the finding as it is shown."""
        verdict = "要处理" if self.exit_code else "注意" if self.advice else "好"
        return f"{self.name}：{verdict}，{self.text}"


def examine(workspace: Path, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Look at everything, one thing after another; what cannot be reached is said, and the rest is still looked at."""
    try:
        parts = build(workspace, environ)
    except OpsError as error:
        yield Finding("配置和数据库", str(error), error.exit_code)
        yield _fonts()
        return
    yield Finding("配置", f"{workspace / 'config.toml'} 没有问题")
    yield Finding("数据库", "版本和程序一致")
    wechat = build_ticks(parts).wechat
    yield _asked("令牌和 IP", wechat.callback_addresses, "令牌取得到，本机的 IP 在白名单里")
    yield _callback(parts, wechat)
    yield _right(parts, wechat)
    yield _limits(parts)
    yield _clock(parts)
    yield _scheduler(parts)
    yield _pages(parts)
    yield _channels(parts)
    yield _fonts()


def _asked(name: str, ask: Callable[[], object], well: str) -> Finding:
    try:
        ask()
    except (NotSent, Refused, Unsure) as trouble:
        return Finding(name, str(trouble), trouble.exit_code)
    return Finding(name, well)


def _callback(parts: Parts, wechat: WeChat) -> Finding:
    if parts.config.callback.is_off:
        text = (
            "没有写 [callback]：给公众号发消息没有人答，也不会开工单；审核、排期和告警请用网页（wxops login-link 给链接）、"
            "终端、邮件和群机器人，发布结果改为每隔一会儿问微信。"
        )
        return Finding("回调", text, advice=True)
    try:
        wechat.check_callback()
    except Refused as refusal:
        if refusal.errcode == NO_CALLBACK:
            text = "微信那边还没有配置回调地址。请到微信开发者平台“消息推送”填写，令牌和密钥与 config.toml 一致。"
            return Finding("回调", text, refusal.exit_code)
        return Finding("回调", str(refusal), refusal.exit_code)
    except (NotSent, Unsure) as trouble:
        return Finding("回调", str(trouble), trouble.exit_code)
    return Finding("回调", "微信连得到回调地址")


def _right(parts: Parts, wechat: WeChat) -> Finding:
    """See whether the account may publish; an account that was held at drafts goes on when it may again."""
    try:
        wechat.for_(limits.Purpose.FIGURES).list_published(count=1)
    except Refused as refusal:
        if refusal.errcode == NO_RIGHT and not parts.config.account.verified:
            return Finding("权限", "公众号没有认证，只建草稿，请在后台按“发表”（微信的规定）", advice=True)
        if refusal.errcode == NO_RIGHT:
            text = "没有发布权限（48001），推文会停在草稿，请在后台按“发表”。认证恢复后再运行 wxops doctor。"
            return Finding("权限", text, refusal.exit_code)
        return Finding("权限", str(refusal), refusal.exit_code)
    except (NotSent, Unsure) as trouble:
        return Finding("权限", str(trouble), trouble.exit_code)
    now = parts.clock.now()
    with parts.store.transaction() as session:
        held = control.is_on(session, DRAFT_ONLY)
        if held:
            control.write(session, DRAFT_ONLY, control.OFF, by="doctor", now=now)
    return Finding("权限", "可以用接口发布" + ("，推文不再停在草稿" if held else ""))


def _limits(parts: Parts) -> Finding:
    """Say what of the day's calls is used; one that is used up waits for midnight, and nobody can change that."""
    now = parts.clock.now()
    with parts.store.reading() as session:
        lines, stopped = limits.in_words(session, now), limits.stopped_today(session, now)
    return Finding("次数", "".join(lines) or "今天还没有用过有次数限制的接口", advice=bool(stopped))


def _clock(parts: Parts) -> Finding:
    """A clock that stands before what was already written down is wrong."""
    now = parts.clock.now()
    with parts.store.reading() as session:
        newest: datetime | None = session.scalar(select(func.max(Event.at)))
    if newest and newest > now + timedelta(minutes=1):
        text = f"本机时间 {stamp(now)} 比上次的记录 {stamp(newest)} 还早，请校准系统时间。"
        return Finding("时钟", text, OpsError.exit_code)
    return Finding("时钟", f"北京时间 {stamp(now)}")


def _scheduler(parts: Parts) -> Finding:
    with parts.store.reading() as session:
        beat = control.read(session, HEARTBEAT)
    if beat is None or abs(parts.clock.now() - beat.at) > SILENT_AFTER:
        last = f"上次是 {stamp(beat.at)}" if beat else "还没有运行过"
        return Finding("调度", f"没有在运行（{last}）。请运行 wxops serve。", OpsError.exit_code)
    return Finding("调度", f"在运行，{stamp(beat.at)} 还有动静")


def _pages(parts: Parts) -> Finding:
    """Nobody must use the pages, so that they are closed is an advice; a link over a plain line can be read on its way."""
    server = parts.config.server
    if trouble := what_to_write(server):
        return Finding("网页", trouble, advice=True)
    if not server.public_url.startswith("https:") and not is_loopback(server.public_url):
        return Finding("网页", f"{server.public_url} 没有加密，登录的链接路上会被看到，请改用 https://。", advice=True)
    return Finding("网页", f"可以登录，{server.public_url}/console/")


def _channels(parts: Parts) -> Finding:
    """Say by what alarms are told; nothing is sent. Whoever has not written for 48 hours gets nothing from WeChat."""
    channels, name = channels_of(parts.config), "告警"
    with parts.store.reading() as session:
        acting = {person.name for person in acting_people(session)}
    if strange := [name for name in channels.on_duty if name not in acting]:
        text = f"[alarm] on_duty 里的{'、'.join(strange)}不是绑定了微信的运营或管理员，轮不到他们。"
        return Finding(name, text, advice=True)
    robot = robot_of(channels.robot)
    ways = [f"邮件发到 {len(channels.mailboxes)} 个邮箱"] if channels.mailboxes else []
    ways += [robot.name] if robot else []
    if not ways:
        text = "只用微信的客服消息，48 小时没有给公众号发过消息的人收不到。请在 config.toml 的 [alarm] 里写邮箱或群机器人。"
        return Finding(name, text, advice=True)
    return Finding(name, f"微信的客服消息，{'，'.join(ways)}")


def _fonts() -> Finding:
    """Look for a Chinese font by the names of files; pictures drawn without one show boxes."""
    for folder in FONT_FOLDERS:
        for _, _, files in os.walk(Path(folder).expanduser()):
            for file in files:
                if any(name in file.lower().replace("-", "") for name in CHINESE_FONTS):
                    return Finding("字体", f"有中文字体 {file}")
    return Finding(
        "字体", "没有找到中文字体，画出的图里中文会缺字。Debian/Ubuntu：apt install fonts-noto-cjk", advice=True
    )
