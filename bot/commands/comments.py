"""Readers' comments by message: the queue, and what is to be done; private numbers in them are never sent on."""

from __future__ import annotations

import re

from bot.commands.fitting import MOST, listed
from bot.commands.naming import each, only_article, only_one
from bot.commands.table import Ask, command, reference
from content.clock import stamp
from content.errors import OpsError
from content.lint.privacy import masked
from content.lint.tables import tables
from content.workflow import in_words
from scheduler import comment_queue as queue
from scheduler import comment_wishes as wishes
from scheduler.comment_models import Comment

ANSWERING = wishes.ANSWERING_ROLES
HOW = "确实要这样回复，请在最后加上“放行：理由”再发一次。"
_REASON = re.compile(r"\s*放行\s*[:：]\s*(?P<reason>[^\n]+)\s*$")


@command("评论", "留言")
def comments(ask: Ask) -> str:
    """评论：还没有人理的读者留言，最早的在前；评论 3：看一条。"""
    if found := reference(ask.rest, "留言"):
        return _one(ask, queue.comment_by_number(ask.session, found[0]))
    waiting = queue.waiting(ask.session, limit=MOST)
    if not waiting:
        return "没有待处理的留言。"
    total = queue.count_waiting(ask.session)
    head = f"待处理的留言 {total} 条，{queue.oldest_in_words(ask.session, ask.rules, ask.now)}："
    return listed([head], [_line(comment) for comment in waiting], [_what_to_send(ask, waiting[0].id)], of=total)


@command("回复", roles=ANSWERING, acts=True, questions=True, client_too=True)
def reply(ask: Ask) -> str:
    """回复 3 文字：回复一条留言，先检查用词和号码，例如：回复 3 您好，周六上午九点开始。"""
    number, mistaken, text = reference(ask.rest, "留言") or (0, None, "")
    if not number or mistaken is not None:
        raise OpsError("请写是哪一条，编号后面空一格，例如：回复 3 您好，周六上午九点开始。")
    only_one(text, "回复 3 您好，周六上午九点开始。")
    found = _REASON.search(text)
    reason = found["reason"] if found else ""
    text = text[: found.start()] if found else text
    return wishes.reply(
        ask.session, number, text, tables(ask.folder), reason=reason, how=HOW, by=_name(ask), now=ask.now
    )


@command("删回复", roles=ANSWERING, acts=True, client_too=True)
def unreply(ask: Ask) -> str:
    """删回复 3：删掉我们对留言 3 的回复。"""
    return each(
        ask, "留言", "删回复 3", lambda n: wishes.change(ask.session, wishes.UNREPLY, n, by=_name(ask), now=ask.now)
    )


@command("精选", roles=ANSWERING, acts=True, client_too=True)
def elect(ask: Ask) -> str:
    """精选 3：让大家都看到；几条一起写：精选 3 4。"""
    return each(
        ask, "留言", "精选 3", lambda n: wishes.change(ask.session, wishes.ELECT, n, by=_name(ask), now=ask.now)
    )


@command("取消精选", roles=ANSWERING, acts=True, client_too=True)
def unelect(ask: Ask) -> str:
    """取消精选 3：不再给大家看。"""
    return each(
        ask, "留言", "取消精选 3", lambda n: wishes.change(ask.session, wishes.UNELECT, n, by=_name(ask), now=ask.now)
    )


@command("不用回", roles=ANSWERING, acts=True, client_too=True)
def leave(ask: Ask) -> str:
    """不用回 3：看过了，不用处理，不再提醒；几条一起写：不用回 3 4。"""
    return each(ask, "留言", "不用回 3", lambda n: wishes.leave(ask.session, n, by=_name(ask), now=ask.now))


@command("删评", "删留言", roles=ANSWERING, acts=True, client_too=True)
def delete(ask: Ask) -> str:
    """删评 3 原因：删除读者的留言，删了不能恢复，例如：删评 3 有他人的手机号"""
    number, _, reason = reference(ask.rest, "留言") or (0, None, "")
    if not number:
        raise OpsError("请写是哪一条和原因，例如：删评 3 有他人的手机号")
    only_one(reason, "删评 3 有他人的手机号")
    return wishes.change(ask.session, wishes.DELETE, number, reason=reason, by=_name(ask), now=ask.now)


@command("开评论", "开留言", roles=ANSWERING, acts=True, client_too=True)
def open_(ask: Ask) -> str:
    """开评论 12：打开文章 12 的留言。"""
    return _set_open(ask, is_open=True)


@command("关评论", "关留言", roles=ANSWERING, acts=True, client_too=True)
def close(ask: Ask) -> str:
    """关评论 12：关闭文章 12 的留言。"""
    return _set_open(ask, is_open=False)


def _set_open(ask: Ask, *, is_open: bool) -> str:
    article = only_article(ask, f"{'开' if is_open else '关'}评论 12")
    return wishes.set_open(ask.session, article, is_open=is_open, by=_name(ask), now=ask.now)


def _line(comment: Comment) -> str:
    article = comment.thread.article
    return f"{comment.id} {queue.brief(comment)}（{stamp(comment.created_at)[5:]}，{article.id} {article.title}）"


def _what_to_send(ask: Ask, number: int) -> str:
    if ask.person is None or not wishes.may_answer(ask.person):
        return f"看一条请发：评论 {number}"
    return f"请发：回复 {number} 文字；精选 {number}；不用回 {number}；删评 {number} 原因；看一条：评论 {number}"


def _one(ask: Ask, comment: Comment) -> str:
    lines = [
        f"留言 {comment.id}（{queue.state_of(comment)}），{in_words(comment.thread.article)}：",
        f"{masked(comment.nickname) or '读者'} {stamp(comment.created_at)}：{masked(comment.content)}",
    ]
    if comment.reply:
        lines.append(f"我们的回复：{masked(comment.reply)}")
    if wish := queue.live_wish(ask.session, wishes.target_of(comment.thread, comment)):
        lines.append(f"正在办：{wishes.wish_in_words(wish)}")
    if not comment.deleted_at and not wish:
        lines.append(_what_to_send(ask, comment.id))
    return "\n".join(lines)


def _name(ask: Ask) -> str:
    assert ask.person is not None
    return ask.person.name
