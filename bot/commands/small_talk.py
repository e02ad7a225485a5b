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
    "没有", "没", "无", "没事", "没问题", "没关系", "不客气", "谢谢", "您好", "你好", "在", "在吗", "稍等", "等一下", "等等", "ok",
}  # fmt: skip


def declines(words: str) -> bool:
    """Say whether words take back what was begun: 不记了, 取消, 不用, as 算了 does."""
    return _DECLINED.fullmatch(_bare(words)) is not None


def is_courtesy(words: str) -> bool:
    """Say whether words tell nothing: 好的, 谢谢, 知道了, 没有, a smiley."""
    return {_bare(words), without_thanks(_bare(words))} & _POLITE != set()


def _bare(words: str) -> str:
    return _SIGNS.sub("", plain(words)).lower()
