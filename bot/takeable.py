"""Takeable: what WeChat takes as the answer to a callback, kind by kind (wechat-api.md §2.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.messages import Malformed, Message

TEXT_BYTES = 2048  # of a text reply: longer ones vanish
ARTICLES = 8  # of news after an event
ONE_ARTICLE_AFTER = ("text", "image", "voice", "video", "shortvideo", "link", "location")
Fields = Mapping[str, Any]


def check(fields: Fields, message: Message) -> None:
    """Raise Malformed where WeChat would show its own 暂时无法提供服务 for these fields as the reply to a message."""
    kind = fields.get("MsgType")
    take = _KINDS.get(kind) if isinstance(kind, str) else None
    if take is None:
        raise Malformed("no kind of reply")
    if why := take(fields, message):
        raise Malformed(why)


def _text(fields: Fields, _: Message) -> str:
    return "" if 0 < len(_said(fields, "Content").encode()) <= TEXT_BYTES else "a text that is empty or too long"


def _media(name: str, key: str = "MediaId") -> Callable[[Fields, Message], str]:
    """Return the check of a kind whose element `name` must hold the id of something uploaded."""

    def take(fields: Fields, _: Message) -> str:
        return "" if _said(_inside(fields, name), key) else f"{name} without {key}"

    return take


def _music(fields: Fields, message: Message) -> str:
    music = _inside(fields, "Music")
    addresses = [_said(music, key) for key in ("MusicUrl", "HQMusicUrl") if music.get(key)]
    return _media("Music", "ThumbMediaId")(fields, message) or (
        "" if all(map(_is_address, addresses)) else "music whose address is none"
    )


def _news(fields: Fields, message: Message) -> str:
    items = _inside(fields, "Articles").get("item")
    items = items if isinstance(items, list) else [items]
    pressed = bool(message.event_key)  # a button, whose key is heard as a text
    most = 1 if message.kind in ONE_ARTICLE_AFTER and not pressed else ARTICLES
    if _said(fields, "ArticleCount") != str(len(items)) or not 0 < len(items) <= most:
        return f"news of none, of more than {most}, or of another number than they say"
    return "" if all(map(_is_article, items)) else "an article without title and address"


def _is_article(item: object) -> bool:
    if not isinstance(item, Mapping):
        return False
    picture = item.get("PicUrl")
    return bool(_said(item, "Title")) and _is_address(item.get("Url")) and (picture is None or _is_address(picture))


def _transfer(fields: Fields, _: Message) -> str:
    told = fields.get("TransInfo")
    return "" if told is None or _said(_inside(fields, "TransInfo"), "KfAccount") else "a transfer to nobody"


def _inside(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


def _said(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _is_address(value: object) -> bool:
    """Say whether a value is an address of the web, and nothing that runs or opens anything else."""
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:  # [ in it
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


_KINDS: Mapping[str, Callable[[Fields, Message], str]] = {
    "text": _text,
    "image": _media("Image"),
    "voice": _media("Voice"),
    "video": _media("Video"),
    "music": _music,
    "news": _news,
    "transfer_customer_service": _transfer,
}
