"""搜: the articles that readers can see, for people with a duty as for readers."""

from __future__ import annotations

from bot.commands.table import EVERYBODY, Ask, command
from bot.readers import search_answer


@command("搜", "搜索", "找", roles=EVERYBODY)
def find(ask: Ask) -> str:
    """搜 词：已发布的文章里哪些有这个词，和链接；读者也能这样找，例如：搜 养老"""
    return search_answer(ask, ask.rest)
