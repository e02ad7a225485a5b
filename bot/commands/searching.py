"""排查: where a word stands, in all that is out, waits or is being written."""

from __future__ import annotations

import re

from bot.commands.fitting import cut
from bot.commands.table import Ask, command, plain
from content.errors import OpsError
from scheduler.search import counted, line_of, search

PART_BYTES = 1700
MOST = 100  # texts; an answer has five seconds, and nobody reads more on a phone
_PART = re.compile(r"\s+第\s*([0-9]{1,3})\s*部分\s*$")


@command("排查")
def trace(ask: Ask) -> str:
    """排查 词：哪些文章、稿件、回复里有这个词；全角半角、空格和夹的符号不算。"""
    asked = _PART.search(plain(ask.rest))
    word = (ask.rest[: asked.start()] if asked else ask.rest).strip()
    hits = search(ask.session, ask.folder, word, ask.now, limit=MOST)
    if not hits:
        return f"没有找到“{word}”。"
    parts = cut("\n".join(line_of(hit) for hit in hits), PART_BYTES)
    number = int(asked[1]) if asked else 1
    if not 1 <= number <= len(parts):
        raise OpsError(f"“{word}”的排查结果只有 {len(parts)} 部分。")
    head = f"“{word}”共 {len(hits)} 处：{counted(hits)}。"
    if len(hits) == MOST:
        head = f"“{word}”太多，只列前 {MOST} 处，全部请在终端看 wxops search：{counted(hits)}。"
    next_ = f"（第 {number} 部分，共 {len(parts)} 部分" if len(parts) > 1 else ""
    if next_:
        next_ += f"；下一部分请发：排查 {word} 第{number + 1}部分）" if number < len(parts) else "）"
    return "\n".join(filter(None, [head, parts[number - 1], next_]))
