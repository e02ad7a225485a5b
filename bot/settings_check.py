"""Checking settings: what the types cannot say, one small rule for each group of keys.

A rule yields the dotted key and what to write; texts found are never repeated,
because a secret may stand in the wrong line.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import chain
from urllib.parse import urlsplit

from bot.settings import Config, names
from scheduler.hosts import is_this_machine
from scheduler.robots import robot_of

Finding = tuple[str, str]

EXAMPLE = "换成"  # every value that must be replaced in config.example.toml begins like this
HOST = r"\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(https?)://({HOST})(?::([0-9]{{1,5}}))?")
CODE = re.compile(r"[!-~]+")  # visible ASCII, no blanks
TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")  # WeChat, the page of message push
AES_KEY = re.compile(r"[A-Za-z0-9+/]{43}")  # the same page; always 32 bytes, official keys do have spare bits
TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
PATH = re.compile(r"(?:/[A-Za-z0-9_.~-]+)+")
MAILBOX = re.compile(r"[!-?A-~]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
TAKEN_PATHS = ("/healthz", "/console", "/static")
SECRET_KEY_MIN = 16
POSTGRES = ("postgresql+psycopg://", "postgresql://")


def findings(config: Config) -> Iterator[Finding]:
    """Yield everything that is wrong with the values, section by section."""
    rules = (_examples, _account, _callback, _encryption, _server, _database, _quiet, _render, _alarm, _mail, _numbers)
    return chain(
        chain.from_iterable(rule(config) for rule in rules), _steps(config), _last_step(config), _urgent(config)
    )


def is_loopback(address: str) -> bool:
    """Say whether an address such as http://127.0.0.1:8080 leads to this very machine."""
    match = ADDRESS.fullmatch(address)
    if not match:
        return False
    host = match[2].strip("[]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _examples(config: Config) -> Iterator[Finding]:
    """Values copied from the example file would fail later, at WeChat, with a worse message."""
    for section in fields(config):
        values = getattr(config, section.name)
        for each in fields(values):
            if str(getattr(values, each.name)).startswith(EXAMPLE):
                yield f"{section.name}.{each.name.rstrip('_')}", "还是示例值，请换成你自己的。"


def _account(config: Config) -> Iterator[Finding]:
    account = config.account
    for name, value, place in (
        ("appid", account.appid, "开发者ID(AppID)"),
        ("secret", account.secret, "开发者密码(AppSecret)"),
    ):
        if not value:
            yield f"account.{name}", f"还没有写。请填微信开发者平台「我的业务 → 公众号」里的{place}。"
        elif not CODE.fullmatch(value):
            yield f"account.{name}", "只能有英文字母、数字和符号，中间和两头都不能有空格。"
    if account.verified_until and not _is_day(account.verified_until):
        yield "account.verified_until", '应写认证到期的那一天，例如 "2027-03-31"；不知道就留空。'
    if account.original_id and not re.fullmatch(r"gh_[A-Za-z0-9_]+", account.original_id):
        yield "account.original_id", "应写公众号的原始ID，以 gh_ 开头；不知道就不写。"
    if not _is_address(account.api_base):
        yield "account.api_base", "只写协议、主机和端口，后面什么都不带，例如 https://api.weixin.qq.com。"
    elif account.api_base.startswith("http:") and not is_loopback(account.api_base):
        yield "account.api_base", "http:// 只能用于本机（如 http://127.0.0.1:8080）；其他主机请写 https://。"


def _callback(config: Config) -> Iterator[Finding]:
    callback = config.callback
    if callback.is_off:
        return
    if not callback.token:
        yield "callback.token", "还没有写。请填微信开发者平台「消息推送」里的令牌(Token)；空令牌谁都能冒充微信。"
    elif not TOKEN.fullmatch(callback.token):
        yield "callback.token", "应是 3–32 个英文字母或数字，和微信开发者平台「消息推送」里的令牌(Token)一致。"
    if not PATH.fullmatch(callback.path):
        yield "callback.path", "应以 / 开头，不以 / 结尾，只用英文字母、数字和 - _ . ~，例如 /wechat。"
    elif any(f"{callback.path}/".startswith(f"{taken}/") for taken in TAKEN_PATHS):
        yield "callback.path", f"{'、'.join(TAKEN_PATHS)} 已有别的用处，请换一个，例如 /wechat。"
    if callback.forward and not _may_be_told(callback.forward):
        yield (
            "callback.forward",
            "应写完整的网址，以 https:// 开头（http:// 只能用于本机），里面不带用户名；不转发就留空。",
        )
    if callback.forward_token and not TOKEN.fullmatch(callback.forward_token):
        yield (
            "callback.forward_token",
            "应是 3–32 个英文字母或数字，和对方平台上填的令牌(Token)一致；和 token 相同就留空。",
        )


def _encryption(config: Config) -> Iterator[Finding]:
    """Half a configuration would only show at the first message, as a silent account."""
    callback = config.callback
    for name, key in (("aes_key", callback.aes_key), ("old_aes_key", callback.old_aes_key)):
        if key and not AES_KEY.fullmatch(key):
            yield f"callback.{name}", "应是 43 个字符（英文字母、数字、+ 和 /），从微信开发者平台「消息推送」原样复制。"
    if callback.mode != "plain" and not callback.aes_key:
        yield (
            "callback.aes_key",
            f'还没有写。mode = "{callback.mode}" 要加密：请填消息加解密密钥(EncodingAESKey)，'
            '或把 mode 改成 "plain"，并和微信开发者平台一致。',
        )
    if callback.mode == "plain" and callback.aes_key:
        yield (
            "callback.aes_key",
            '配置只有一半：mode = "plain" 不加密，却写了密钥。请把 mode 改成 "safe" 或 "compatible"，'
            "或删去密钥，并和微信开发者平台一致。",
        )
    if callback.old_aes_key and not callback.aes_key:
        yield "callback.old_aes_key", "旧密钥只在换密钥时和 aes_key 一起写；现在没有 aes_key，请删去它。"


def _server(config: Config) -> Iterator[Finding]:
    server = config.server
    if not CODE.fullmatch(server.host):
        yield "server.host", "应写监听的地址，例如 127.0.0.1（只让本机访问）或 0.0.0.0。"
    if server.public_url and not _is_address(server.public_url):
        yield "server.public_url", "只写协议、主机和端口，后面什么都不带，例如 https://wx.example.cn。"
    if server.secret_key and len(server.secret_key) < SECRET_KEY_MIN:
        yield "server.secret_key", f"太短，容易被猜中：至少 {SECRET_KEY_MIN} 个字符。"


def _database(config: Config) -> Iterator[Finding]:
    url = config.database.url
    file = url.removeprefix("sqlite:///").partition("?")[0]
    if url.startswith("sqlite:///") and file not in ("", ":memory:"):
        return
    if not url.startswith(POSTGRES) or url in POSTGRES:
        yield "database.url", "应写 sqlite:///文件名，或 postgresql+psycopg://用户:密码@主机/库名。"


def _quiet(config: Config) -> Iterator[Finding]:
    hours = config.publish.quiet_hours
    if hours and (len(set(hours)) != 2 or len(hours) != 2 or not all(map(TIME.fullmatch, hours))):
        yield "publish.quiet_hours", '应写开始和结束两个不同的时刻，例如 ["22:00", "07:00"]；不要静默时段就写 []。'

    hours = config.publish.admin_hours
    if len(set(hours)) != 2 or len(hours) != 2 or not all(map(TIME.fullmatch, hours)):
        yield "publish.admin_hours", '应写管理员能确认群发的开始和结束两个不同的时刻，例如 ["08:00", "22:00"]。'


def _render(config: Config) -> Iterator[Finding]:
    if not re.fullmatch(r"[\w-]+", config.render.theme):
        yield "render.theme", "应写主题的名字，不带路径和 .css，例如 formal。"


def _alarm(config: Config) -> Iterator[Finding]:
    alarm = config.alarm
    if not all(map(MAILBOX.fullmatch, names(alarm.email))):
        yield "alarm.email", "应写邮箱，几个用逗号隔开，例如 a@example.cn,b@example.cn；不发邮件就留空。"
    elif alarm.email and not config.mail.host:
        yield "mail.host", "还没有写。alarm.email 要发邮件：请填邮箱的 SMTP 服务器；不发邮件就把 alarm.email 留空。"
    if alarm.webhook and robot_of(alarm.webhook) is None:
        yield (
            "alarm.webhook",
            "应是群机器人的网址，从企业微信（https://qyapi.weixin.qq.com/…）、钉钉（https://oapi.dingtalk.com/…）"
            "或飞书（https://open.feishu.cn/…）的机器人详情里原样复制；不发到群里就留空。",
        )


def _mail(config: Config) -> Iterator[Finding]:
    mail = config.mail
    if mail.host and not re.fullmatch(HOST, mail.host):
        yield "mail.host", "只写主机名，例如 smtp.example.cn；端口写在 port。"
    if mail.host and not MAILBOX.fullmatch(mail.from_ or mail.user):
        yield "mail.from", "应写发件人的邮箱，例如 wxops@example.cn；user 就是邮箱的可以不写。"


def _numbers(config: Config) -> Iterator[Finding]:
    """Outside of these bounds a number is a slip of the finger."""
    for key, value, low, high in (
        ("callback.max_age_seconds", config.callback.max_age_seconds, 30, 3600),
        ("callback.messages_a_minute", config.callback.messages_a_minute, 0, 1000),
        ("server.port", config.server.port, 1, 65535),
        ("publish.grace_minutes", config.publish.grace_minutes, 1, 1440),
        ("publish.draft_ahead_hours", config.publish.draft_ahead_hours, 1, 168),
        ("plan.articles", config.plan.articles, 1, 100),
        ("alarm.comment_days", config.alarm.comment_days, 1, 60),
        ("mail.port", config.mail.port, 1, 65535),
        ("report.monthly_day", config.report.monthly_day, 0, 28),
        *((f"review.steps[{n}].people", step.people, 1, 9) for n, step in enumerate(config.review.steps, 1)),
    ):
        if not low <= value <= high:
            yield key, f"应在 {low}–{high} 之间，现在是 {value}。"


def _steps(config: Config) -> Iterator[Finding]:
    names: set[str] = set()
    for n, step in enumerate(config.review.steps, 1):
        if not step.name.strip():
            yield f"review.steps[{n}].name", "还没有写。请给这一步起个名字，例如 初审。"
        elif step.name in names:
            yield f"review.steps[{n}].name", f"“{step.name}”前面已经有了，每一步的名字要不同。"
        if not step.role:
            yield f"review.steps[{n}].role", "还没有写。请写由谁来审，例如 editor、reviewer 或 chief。"
        if not all(map(str.strip, step.columns)):
            yield f"review.steps[{n}].columns", "栏目不能是空的；不按栏目加审就写 []。"
        names.add(step.name)


def _last_step(config: Config) -> Iterator[Finding]:
    """The client has the last word on what goes out in its name."""
    steps = config.review.steps
    if not steps:
        yield "review.steps", "至少要有一步，最后一步由甲方来审。"
    elif steps[-1].party != "甲方":
        yield f"review.steps[{len(steps)}].party", '最后一步必须由甲方来审：请写 party = "甲方"。'
    elif steps[-1].days or steps[-1].columns:
        key = "days" if steps[-1].days else "columns"
        yield f"review.steps[{len(steps)}].{key}", "最后一步每篇都要审，不能只在一些日子或栏目；加审请写在它前面。"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _urgent(config: Config) -> Iterator[Finding]:
    """A shorter chain is still held by two people, and 甲方 has its last word unless the settings say why not."""
    review = config.review
    known = {step.name for step in review.steps}
    if unknown := [name for name in review.urgent if name not in known]:
        yield (
            "review.urgent",
            f'有 {len(unknown)} 个名字在 steps 里没有。请写 steps 里各步的名字，例如 ["复审", "终审"]。',
        )
    steps = [s for s in review.steps if s.name in review.urgent and not (s.days or s.columns)]  # what every one passes
    if review.urgent and not unknown and sum(step.people for step in steps) < 2:
        yield "review.urgent", "急稿也至少要两个人审：请写两步，或一步里 people = 2；只在一些日子或栏目才有的步骤不算。"
    if steps and steps[-1].party != "甲方" and not review.urgent_without_client.strip():
        yield (
            "review.urgent",
            "最后一步必须由甲方来审；甲方书面同意不审急稿的，请在 urgent_without_client 写明依据（谁、什么时候、哪份文件）。",
        )


def _may_be_told(address: str) -> bool:
    """Say whether readers' messages may be sent to an address: encrypted, or on this very machine."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        return False
    if not re.fullmatch(HOST, host) or not 1 <= port <= 65535 or "@" in parts.netloc or not CODE.fullmatch(address):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))


def _is_address(text: str) -> bool:
    """Say whether a text is scheme, host and perhaps a port, with nothing before, between or behind."""
    match = ADDRESS.fullmatch(text)
    return match is not None and 1 <= int(match[3] or 443) <= 65535
