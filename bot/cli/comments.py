"""Commands on readers' comments: the queue, and what a person wants done; the scheduler carries it out."""

from __future__ import annotations

from typing import Any

import click

from bot.cli import show
from bot.cli.acting import by_message
from bot.cli.group import Desk, json_option

NEWEST = 200
HOW = "确实要这样回复，请加 --reason 理由。"


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help=f"也列处理过的，最新的 {NEWEST} 条。")
@json_option
@click.pass_context
def comments(context: click.Context, everything: bool, as_json: bool) -> None:
    """留言：还没有人理的，最早的在前。"""
    from scheduler import comment_queue as queue

    if context.invoked_subcommand:
        return
    parts = context.obj.parts()
    with parts.store.reading() as session:
        found = queue.latest(session, limit=NEWEST) if everything else queue.waiting(session)
        rows = [_row(comment) for comment in found]
        oldest = queue.oldest_in_words(session, parts.rules, parts.clock.now())
    show.listed(rows, map(_line, rows), json_wanted=as_json, nothing="没有待处理的留言。")
    if oldest and not as_json:
        click.echo(f"待处理的里面，{oldest}。")


@comments.command()
@click.argument("number", type=int, metavar="N")
@click.argument("text", metavar="文字")
@click.option("--reason", default="", metavar="理由", help="检查有提醒、仍要这样回复的理由，留在记录里。")
@by_message("回复")
@click.pass_obj
def reply(desk: Desk, number: int, text: str, reason: str, by: str) -> None:
    """回复一条留言，先检查用词和号码。"""
    from content.lint.tables import tables
    from scheduler import comment_wishes as wishes

    parts = desk.parts()
    words = tables(parts.workspace)
    with parts.store.transaction() as session:
        click.echo(wishes.reply(session, number, text, words, reason=reason, how=HOW, by=by, now=parts.clock.now()))


@comments.command()
@click.argument("number", type=int, metavar="N")
@by_message("删回复")
@click.pass_obj
def unreply(desk: Desk, number: int, by: str) -> None:
    """删掉我们对一条留言的回复。"""
    _change(desk, "unreply", number, by)


@comments.command()
@click.argument("number", type=int, metavar="N")
@by_message("精选")
@click.pass_obj
def elect(desk: Desk, number: int, by: str) -> None:
    """精选一条留言，让大家都看到。"""
    _change(desk, "elect", number, by)


@comments.command()
@click.argument("number", type=int, metavar="N")
@by_message("取消精选")
@click.pass_obj
def unelect(desk: Desk, number: int, by: str) -> None:
    """取消精选。"""
    _change(desk, "unelect", number, by)


@comments.command()
@click.argument("number", type=int, metavar="N")
@click.option("--reason", default="", metavar="原因", help="为什么删除，留在记录里。")
@by_message("删评")
@click.pass_obj
def delete(desk: Desk, number: int, reason: str, by: str) -> None:
    """删除读者的留言，删了不能恢复。"""
    from content.errors import WrongUse

    if not reason.strip():
        raise WrongUse("删除读者的留言要写原因：--reason 原因。")
    _change(desk, "delete", number, by, reason)


@comments.command()
@click.argument("number", type=int, metavar="N")
@by_message("不用回")
@click.pass_obj
def skip(desk: Desk, number: int, by: str) -> None:
    """看过了，不用回，不再提醒。"""
    from scheduler.comment_wishes import leave

    with desk.parts().store.transaction() as session:
        click.echo(leave(session, number, by=by, now=desk.parts().clock.now()))


@comments.command("open")
@click.argument("article", type=int, metavar="文章编号")
@by_message("开评论")
@click.pass_obj
def open_thread(desk: Desk, article: int, by: str) -> None:
    """打开一篇文章的留言。"""
    _set_open(desk, article, True, by)


@comments.command("close")
@click.argument("article", type=int, metavar="文章编号")
@by_message("关评论")
@click.pass_obj
def close_thread(desk: Desk, article: int, by: str) -> None:
    """关闭一篇文章的留言。"""
    _set_open(desk, article, False, by)


def _change(desk: Desk, kind: str, number: int, by: str, reason: str = "") -> None:
    from scheduler.comment_wishes import change

    with desk.parts().store.transaction() as session:
        click.echo(change(session, kind, number, reason=reason, by=by, now=desk.parts().clock.now()))


def _set_open(desk: Desk, number: int, is_open: bool, by: str) -> None:
    from scheduler.comment_wishes import set_open

    with desk.decision(number) as (session, article, now):
        click.echo(set_open(session, article, is_open=is_open, by=by, now=now))


def _row(comment: Any) -> dict[str, Any]:
    from content.clock import stamp
    from scheduler.comment_queue import state_of

    return {
        "number": comment.id,
        "article": comment.thread.article_id,
        "title": comment.thread.article.title,
        "at": stamp(comment.created_at),
        "nickname": comment.nickname,
        "content": comment.content,
        "state": state_of(comment),
        "reply": comment.reply,
    }


def _line(row: dict[str, Any]) -> str:
    text = " ".join(row["content"].split())
    reply = f"；回复：{row['reply']}" if row["reply"] else ""
    return f"{row['number']}  {row['at']}  {text}（{row['article']} {row['title']}，{row['state']}{reply}）"
