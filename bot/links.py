"""Links that people open: always made from server.public_url, never from what a request says of itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from bot.settings import Server
from content.errors import OpsError, WrongUse
from content.logins import new_link
from content.models import Person, Revision

READ_HOURS = 72  # for which a link that only reads is good

WANTED = {
    "public_url": '外面看到的网址，例如 public_url = "https://wx.example.cn"',
    "secret_key": '一串随机字符，例如 python -c "import secrets; print(secrets.token_urlsafe(32))" 印出来的那样',
}


def lacking(server: Server) -> list[str]:
    """Return the settings without which nobody can log in to the pages, none when all are there."""
    return [name for name in WANTED if not getattr(server, name)]


def what_to_write(server: Server) -> str:
    """Return what must be written into config.toml before people can log in; "" when nothing."""
    told = "；".join(f"server.{name}：{WANTED[name]}" for name in lacking(server))
    return f"网页还不能登录。请在 config.toml 的 [server] 里写上 {told}。写好后重新启动网页进程。" if told else ""


def login_link(session: Session, server: Server, person: Person, *, by: str, now: datetime, to: str = "") -> str:
    """Return a new one-time link for a person; WrongUse names the settings that it needs.

    to: the page of ours, such as /console/records/12/upload, that it leads to instead of the first one.
    """
    if trouble := what_to_write(server):
        raise WrongUse(trouble)
    onward = f"?to={to}" if to else ""
    return f"{server.public_url}/console/login/{new_link(session, person, by=by, now=now)}{onward}"


@dataclass(frozen=True)
class Pass:
    """What a link that only reads opens: one revision of one article, until a moment."""

    article: int
    revision: int
    until: datetime


class PassVoid(OpsError):
    """The link is over or was never one of ours: both look the same."""

    def __init__(self) -> None:
        """Say how to get another one."""
        super().__init__("这个只读链接已经过期，或者没有复制完整。要看稿子，请转给您链接的人再转一次。")


def read_link(server: Server, revision: Revision, *, now: datetime) -> str:
    """Return a link that shows a revision for 72 hours and does nothing else; "" where the settings are lacking."""
    if lacking(server):
        return ""
    until = int((now + timedelta(hours=READ_HOURS)).timestamp())
    token = _signer(server).dumps([revision.article_id, revision.number, until])
    return f"{server.public_url}/console/read/{token}"


def opened(server: Server, token: str, *, now: datetime) -> Pass:
    """Return what a link that only reads opens; PassVoid when it is over, or not ours."""
    try:
        article, revision, until = _signer(server).loads(token)
    except BadData as error:
        raise PassVoid from error
    found = Pass(article, revision, datetime.fromtimestamp(until, UTC))
    if found.until <= now:
        raise PassVoid
    return found


def _signer(server: Server) -> URLSafeSerializer:
    """Return what signs these links; its salt keeps them apart from the session's cookie, which has the same key."""
    return URLSafeSerializer(server.secret_key, salt="wxops.read", signer_kwargs={"digest_method": hashlib.sha256})
