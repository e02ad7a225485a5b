"""客服消息: messages to one person, within what that person opened (message/custom/send page).

After a message: 5 within 48 hours. After a menu click, a scan or a new follower: 3 within a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.simulator.call import Call, Json, text_in
from bot.simulator.errors import ApiError
from bot.simulator.routing import Access, Route

if TYPE_CHECKING:
    from bot.simulator.world import World

TYPES = ("text", "image", "voice", "video", "music", "news", "mpnewsarticle", "msgmenu", "miniprogrampage")
TEXT_BYTES = 2048


@dataclass
class Window:
    """How many messages may still go to a person, and until when."""

    until: datetime
    left: int


class Windows:
    """The open windows by openid, and what was sent through them."""

    def __init__(self) -> None:
        """Begin with none open."""
        self._open: dict[str, Window] = {}
        self.sent: list[Json] = []

    def after_message(self, openid: str, now: datetime) -> None:
        """Open a window: 5 messages in 48 hours."""
        self._open[openid] = Window(now + timedelta(hours=48), 5)

    def after_action(self, openid: str, now: datetime) -> None:
        """Open a window, 3 messages in 1 minute, unless a wider one is open."""
        present = self._open.get(openid)
        if present is None or present.until < now or present.left < 3:
            self._open[openid] = Window(now + timedelta(minutes=1), 3)

    def use(self, openid: str, now: datetime) -> None:
        """Use one message; 45015 when no window is open, 45047 when it is used up."""
        window = self._open.get(openid)
        if window is None or window.until < now:
            raise ApiError(45015)
        if window.left == 0:
            raise ApiError(45047)
        window.left -= 1


def send(world: World, call: Call) -> Json:
    """POST message/custom/send."""
    openid, kind = call.text("touser"), call.text("msgtype")
    payload = call.body.get(kind)
    if kind not in TYPES or not isinstance(payload, dict):
        raise ApiError(40008)
    if kind == "text" and not 0 < len(text_in(payload, "content").encode()) <= TEXT_BYTES:
        raise ApiError(45002)
    if kind == "mpnewsarticle":
        world.publications.by_article_id(text_in(payload, "article_id"))
    if kind == "news" and not _is_one(payload.get("articles")):
        raise ApiError(45008)
    world.windows.use(openid, world.clock.now())
    world.windows.sent.append({"at": world.clock.now().isoformat(), "touser": openid, "msgtype": kind, kind: payload})
    return {"errcode": 0, "errmsg": "ok"}


def _is_one(articles: object) -> bool:
    return isinstance(articles, list) and len(articles) == 1


def typing(world: World, call: Call) -> Json:
    """POST message/custom/typing."""
    if call.text("command") not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    call.text("touser")
    return {"errcode": 0, "errmsg": "ok"}


ROUTES = {
    "message/custom/send": Route(send, access=Access.VERIFIED),
    "message/custom/typing": Route(typing, access=Access.VERIFIED),
}
