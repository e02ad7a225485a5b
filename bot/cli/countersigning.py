"""The command on the month's 补签单: made as a Word file, and closed by its signed scan."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.acting import by_option
from bot.cli.group import Desk


@click.command()
@click.argument("month", metavar="月份")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="存到哪里。")
@click.option(
    "--signed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="扫描件",
    help="签好的补签单（图片或 PDF），登记以后这个月就补签完毕。",
)
@by_option
@click.pass_obj
def countersign(desk: Desk, month: str, out: Path | None, signed: Path | None, by: str) -> None:
    """补签单：一个月的线下审签，存成 Word 文档请本人补签；签好的扫描件用 --signed 登记。"""
    from bot import recording
    from bot.cli.word import saved
    from content.countersign import countersign_of
    from content.months import month_named
    from content.word.filling import filled, form

    parts, month = desk.parts(), month_named(month)
    if signed:
        click.echo(recording.close_month(parts, month, signed, by=by))
        return
    with parts.store.reading() as session:
        facts = countersign_of(session, month, now=parts.clock.now())
    data = filled(form(desk.workspace, "countersign"), facts.as_values())
    lacking = f"，其中 {facts.lacking} 条还没有凭证" if facts.lacking else ""
    click.echo(f"补签单：{saved(out or Path(f'补签单-{month}.docx'), data)}（{facts.count} 条{lacking}）")
