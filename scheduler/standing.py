"""What WeChat shows of an article that went out: whether it is there, and whether it is the one that is meant."""

from __future__ import annotations

from scheduler.calls import says
from scheduler.refusals import BAD_ARTICLE, MINUTE_LIMIT, Answer, Refused
from scheduler.sent import Sent
from scheduler.wechat import WeChat

DELETED = "DELETE"  # the status of a mass send that is deleted whole
UNKNOWN, THERE, NOT_THERE = "unknown", "there", "gone"


def standing(wechat: WeChat, sent: Sent) -> str:
    """Return whether an article is THERE, NOT_THERE, or UNKNOWN where no call tells (one of several of a push).

    Refused when a call tells a minute later.
    """
    if sent.listed:
        items = read_out(wechat, sent)
        return UNKNOWN if items is None else NOT_THERE if is_gone(items, sent) else THERE
    if not sent.msg_id or sent.of > 1:
        return UNKNOWN
    try:
        return NOT_THERE if wechat.mass_status(sent.msg_id) == DELETED else THERE
    except Refused as refusal:
        if refusal.errcode == MINUTE_LIMIT:
            raise
        return UNKNOWN


def read_out(wechat: WeChat, sent: Sent) -> list[Answer] | None:
    """Return what WeChat shows of a publication, nothing when it is gone, None where it cannot be read.

    Refused when it can be read a minute later.
    """
    if not sent.listed:
        return None
    try:
        return wechat.published_article(sent.listed)
    except Refused as refusal:
        if refusal.errcode == MINUTE_LIMIT:
            raise
        return [] if refusal.errcode == BAD_ARTICLE else None


def is_gone(items: list[Answer] | None, sent: Sent) -> bool:
    """Say whether what was read shows that the article is deleted."""
    if items is None:
        return False
    return not items or (len(items) >= sent.place and says(items[sent.place - 1], "is_deleted"))


def another(items: list[Answer] | None, sent: Sent, title: str) -> str:
    """Say why the article at this place is not the one that is meant; "" when it is, or cannot be read."""
    if items is None:
        return ""
    shown = str(items[sent.place - 1].get("title", "")).strip() if len(items) >= sent.place else ""
    if shown == title:
        return ""
    return f"微信里第 {sent.place} 篇的标题是“{shown}”，和要撤的不一样，没有删。请到后台核对。"
