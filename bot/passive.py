"""Passive replies as XML, which WeChat takes as the answer to a callback (wechat-api.md §2.3)."""

from __future__ import annotations

from bot.messages import INVALID_XML


def element(name: str, text: str) -> str:
    """Return an element with a text as it is, but for the signs that no XML may have."""
    text = INVALID_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>"


def reply(kind: str, inside: str, *, source: str, target: str, seconds: int) -> str:
    """Return a reply of a kind (text, news) from its source to its target; `inside` is the XML of what it brings."""
    head = element("ToUserName", target) + element("FromUserName", source)
    return f"<xml>{head}<CreateTime>{seconds}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inside}</xml>"
