"""What the second address answers is passed on only where WeChat takes it (wechat-api.md §2.3)."""

from __future__ import annotations

from typing import Any

import pytest

from bot import takeable
from bot.messages import Malformed, message_of

pytestmark = pytest.mark.one_database

ITEM = {"Title": "会员日", "Description": "周六", "PicUrl": "https://a.example/1.jpg", "Url": "https://a.example/1"}


def news(*items: Any, count: int | None = None) -> dict[str, Any]:
    told = list(items) if len(items) != 1 else items[0]
    return {"MsgType": "news", "ArticleCount": str(len(items) if count is None else count), "Articles": {"item": told}}


def without(*names: str, **changed: str) -> dict[str, str]:
    return {name: text for name, text in (ITEM | changed).items() if name not in names}


TAKEN: list[tuple[dict[str, Any], str]] = [
    ({"MsgType": "text", "Content": "您好"}, "text"),
    ({"MsgType": "image", "Image": {"MediaId": "m"}}, "text"),
    ({"MsgType": "voice", "Voice": {"MediaId": "m"}}, "text"),
    ({"MsgType": "video", "Video": {"MediaId": "m", "Title": "", "Description": None}}, "text"),
    ({"MsgType": "music", "Music": {"ThumbMediaId": "m", "MusicUrl": "http://a.example/1.mp3"}}, "text"),
    ({"MsgType": "transfer_customer_service"}, "text"),
    ({"MsgType": "transfer_customer_service", "TransInfo": {"KfAccount": "kf1@a"}}, "text"),
    (news(ITEM), "text"),
    (news(without("PicUrl", "Description")), "image"),
    (news(*[ITEM] * 8), "event"),
]
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"MsgType": "text", "Content": None}, "text"),
    ({"MsgType": ["text", "text"], "Content": "您好"}, "text"),
    ({"MsgType": "mpnews"}, "text"),
    *[({"MsgType": kind.lower(), kind: inside}, "text")
      for kind in ("Image", "Voice", "Video", "Music") for inside in (None, "m", {"MediaId": None}, {"MediaId": ["a", "b"]})],
    ({"MsgType": "image"}, "text"),
    ({"MsgType": "music", "Music": {"MusicUrl": "http://a.example/1.mp3"}}, "text"),
    ({"MsgType": "music", "Music": {"ThumbMediaId": "m", "MusicUrl": "javascript:alert(1)"}}, "text"),
    ({"MsgType": "transfer_customer_service", "TransInfo": {"KfAccount": None}}, "text"),
    (news(ITEM, ITEM), "text"),
    (news(ITEM, ITEM), "location"),
    (news(*[ITEM] * 9), "event"),
    (news(), "event"),
    (news(ITEM, count=2), "event"),
    (news(None), "text"),
    (news("会员日"), "text"),
    ({"MsgType": "news", "ArticleCount": "1"}, "text"),
    (news(without("Url")), "text"),
    (news(without("Title")), "text"),
    *[(news(without(Url=url)), "text") for url in ("javascript:alert(1)", "data:text/html,1", "/1", "https://", "http://[")],
    (news(without(PicUrl="file:///etc/passwd")), "text"),
]  # fmt: skip


def check(fields: dict[str, Any], kind: str) -> None:
    told = {"ToUserName": "gh", "FromUserName": "o", "CreateTime": "1", "MsgType": kind}
    takeable.check(fields, message_of(told))


@pytest.mark.parametrize(("fields", "kind"), TAKEN)
def test_what_wechat_takes_is_passed_on(fields: dict[str, Any], kind: str) -> None:
    check(fields, kind)


@pytest.mark.parametrize(("fields", "kind"), REFUSED)
def test_what_wechat_would_not_take_is_not(fields: dict[str, Any], kind: str) -> None:
    with pytest.raises(Malformed):
        check(fields, kind)
