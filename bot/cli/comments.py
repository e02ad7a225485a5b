"""Commands on readers' comments: the queue, and what a person wants done."""

from __future__ import annotations

from typing import Any

import click

from bot.cli import show
from bot.cli.group import json_option

NEWEST = 200


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
