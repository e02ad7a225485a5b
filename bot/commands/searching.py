"""排查 and 放行: where a word stands, and that a text may go out in spite of one."""

from __future__ import annotations

import re

from bot.commands.fitting import Unfinished, cut
from bot.commands.naming import only_one
from bot.commands.table import Ask, command, plain, reference
from content.errors import OpsError
from content.library import article_by_number
from content.more import Rest
from scheduler.search import counted, line_of, search
from scheduler.word_holds import release

PART_BYTES = 1700
MOST = 100  # texts; an answer has five seconds, and nobody reads more on a phone
_PART = re.compile(r"\s+第\s*([0-9]{1,3})\s*部分\s*$")


@command("排查", slow=True)
def trace(ask: Ask) -> str:
    """排查 词：哪些文章、稿件、回复里有这个词；全角半角、空格和夹的符号不算，例如：排查 歇脚椅"""
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
    said = "\n".join(filter(None, [head, parts[number - 1], next_]))
    return Unfinished(said, Rest("\n".join(parts[number:]))) if number < len(parts) else said


@command("放行", roles=("admin", "operator"), acts=True, client_too=True)
def let_go(ask: Ask) -> str:
    """放行 12 理由：因为新列入的词停住的文章，照样发出，例如：放行 12 引用的是机构原名"""
    number, _, reason = reference(ask.rest) or (0, None, "")
    if not number:
        raise OpsError("请写文章编号和理由，例如：放行 12 引用的是机构原名")
    only_one(reason, "放行 12 引用的是机构原名")
    assert ask.person is not None
    article = article_by_number(ask.session, number)
    return release(ask.session, article, reason, by=ask.person.name, now=ask.now)
