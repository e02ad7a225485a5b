"""`wxops urgent`: a forwarded text in a file becomes an urgent notice, submitted at once."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.acting import by_message
from bot.cli.group import Desk


@click.command()
@click.argument("title", metavar="标题")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件")
@click.option("--issuer", default="", metavar="单位", help="发布单位；不写就从原文里看。")
@click.option("--issued", default="", metavar="时间", help="发布时间；不写就从原文里看。")
@click.option(
    "--until", default="", metavar="时间", help="什么时候核实解除没有；不写就从原文里看，再不然是发布后 24 小时。"
)
@click.option("--reason", default="", metavar="理由", help="警告为什么可以通过。")
@by_message("急稿")
@click.pass_obj
def urgent(desk: Desk, title: str, file: Path, issuer: str, issued: str, until: str, reason: str, by: str) -> None:
    """急稿：把原文（UTF-8 文本文件）建成文章送审，走急稿的审核步骤。"""
    from bot.handing_in import hand_in_urgent

    told = (issuer, issued, until, reason)
    click.echo(hand_in_urgent(desk.parts(), title, file.read_text(encoding="utf-8-sig"), *told, by=by))
