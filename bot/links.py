"""Links that people open: always made from server.public_url, never from what a request says of itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.settings import Server
from content.errors import WrongUse
from content.logins import new_link
from content.models import Person

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


def login_link(session: Session, server: Server, person: Person, *, by: str, now: datetime) -> str:
    """Return a new one-time link for a person; WrongUse names the settings that it needs."""
    if trouble := what_to_write(server):
        raise WrongUse(trouble)
    return f"{server.public_url}/console/login/{new_link(session, person, by=by, now=now)}"
