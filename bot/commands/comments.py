"""评论: the queue of readers' comments by message; private numbers in them are never sent on."""

from __future__ import annotations

from bot.commands.fitting import LINES, listed
from bot.commands.table import Ask, command, reference
from content.clock import stamp
from content.lint.privacy import masked
from content.workflow import in_words
from scheduler import comment_queue as queue
from scheduler.comment_models import Comment


@command("评论", "留言")
def comments(ask: Ask) -> str:
    """评论：还没有人理的读者留言，最早的在前；评论 3：看一条。"""
    if found := reference(ask.rest):
        return _one(queue.comment_by_number(ask.session, found[0]))
    waiting = queue.waiting(ask.session, limit=LINES)
    if not waiting:
        return "没有待处理的留言。"
    total = queue.count_waiting(ask.session)
    head = f"待处理的留言 {total} 条，{queue.oldest_in_words(ask.session, ask.rules, ask.now)}："
    return listed([head], [_line(comment) for comment in waiting], of=total)


def _line(comment: Comment) -> str:
    article = comment.thread.article
    return f"{comment.id} {queue.brief(comment)}（{stamp(comment.created_at)[5:]}，{article.id} {article.title}）"


def _one(comment: Comment) -> str:
    lines = [
        f"留言 {comment.id}（{queue.state_of(comment)}），{in_words(comment.thread.article)}：",
        f"{comment.nickname or '读者'} {stamp(comment.created_at)}：{masked(comment.content)}",
    ]
    if comment.reply:
        lines.append(f"我们的回复：{masked(comment.reply)}")
    return "\n".join(lines)
