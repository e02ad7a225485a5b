"""The command that says where a word stands."""

from __future__ import annotations

import click

from bot.cli import show
from bot.cli.group import Desk, json_option


@click.command()
@click.argument("word", metavar="词")
@json_option
@click.pass_obj
def search(desk: Desk, word: str, as_json: bool) -> None:
    """排查：哪些文章、稿件、回复里有一个词，全角半角、空格和夹的符号不算。"""
    from dataclasses import asdict

    from scheduler.search import counted, line_of, search

    parts = desk.parts()
    with parts.store.reading() as session:
        hits = search(session, parts.workspace, word, parts.clock.now())
    lines = [f"“{word}”共 {len(hits)} 处：{counted(hits)}。", *map(line_of, hits)]
    show.listed([asdict(hit) for hit in hits], lines, json_wanted=as_json, nothing=f"没有找到“{word}”。")
