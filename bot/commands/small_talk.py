"""What people say out of politeness, or to be let alone: neither is an answer to what was asked of them."""

from __future__ import annotations

import re

from bot.commands.near import without_thanks
from bot.commands.table import plain

_SIGNS = re.compile(r"\[\w{1,4}\]|[^\w]|_")  # [微笑], 👍, full stops
_DECLINED = re.compile(
    r"(?:我|就|先|那)*(?:不|不用|不要|不必|取消|别|甭)(?:再)?(?:记|记录|录|这条)?(?:了|吧|啦)*(?:算了)?|算了(?:吧|不记了?)?"
)
_POLITE = {
    "", "好", "好的", "好滴", "行", "可以", "嗯", "嗯嗯", "哦", "哦哦", "噢", "是", "是的", "对", "对的", "知道", "收到", "明白",
    "没有", "没", "无", "没事", "没问题", "没关系", "不客气", "谢谢", "您好", "你好", "在", "在吗", "ok", "多谢",
    "感谢", "辛苦", "麻烦",
}  # fmt: skip
_WAIT = (
    r"(?:请|您|你|我|先|再|就|要|马上|这就|现在|正在|在)*(?:(?:请?稍等|稍后|等等|等会儿?|等(?:一?下|一?会儿?|我)|一会儿?|回头|晚点|马上|这就)"
    r"(?:就|发|来|好|到|片刻|一?下|一?会儿?|给[您你])*|(?<=我)(?:先|去|来|再|要)*(?:找|问|查|看|发)(?:[找问查看]|一?下|一?会儿?)+)"
)
_SAID = sorted(filter(None, _POLITE), key=len, reverse=True)
_ONLY_POLITE = re.compile(
    rf"(?:{_WAIT}|{'|'.join(_SAID)}|[啊哈吧呀哦啦了您你])*+"
)  # 好的，稍等; each sign is looked at once
_GREETINGS = {"您好", "你好", "在", "在吗"}


def declines(words: str) -> bool:
    """Say whether words take back what was begun: 不记了, 取消, 不用, as 算了 does."""
    return _DECLINED.fullmatch(_bare(words)) is not None


def is_courtesy(words: str) -> bool:
    """Say whether words tell nothing: 好的, 谢谢, 知道了, 没有, 好的，稍等, 我找一下, a smiley."""
    return any(_ONLY_POLITE.fullmatch(said) for said in (_bare(words), without_thanks(_bare(words))))


def courtesy(words: str) -> str:
    """Return the courtesy that answers one: 不客气 for thanks, a greeting for a greeting, 好的 for all others."""
    if _bare(words) in _GREETINGS:
        return "您好。"
    return "不客气。" if not without_thanks(words) else "好的。"


def _bare(words: str) -> str:
    return _SIGNS.sub("", plain(words)).lower()
