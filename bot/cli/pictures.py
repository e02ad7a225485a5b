"""The command on the ledger of pictures: whose they are, and what allows their use."""

from __future__ import annotations

from dataclasses import asdict
from typing import IO, TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.licences import Row


@click.command()
@click.option("--missing", is_flag=True, help="只列还缺来源、许可或肖像同意的。")
@click.option("--month", default="", metavar="2026-12", help="只列一个月的。")
@click.option("--holder", default="", metavar="名称", help="只列一个权利人的，写名称的一部分即可。")
@click.option(
    "--csv", "file", type=click.File("wb"), metavar="文件", help="存成 CSV，可用 Excel 打开；- 为输出到屏幕。"
)
@json_option
@click.pass_obj
def pictures(desk: Desk, missing: bool, month: str, holder: str, file: IO[bytes] | None, as_json: bool) -> None:
    """图片台账：每张图的来源、权利人、许可和肖像同意，以及还缺什么。"""
    from content import licences

    rows = licences.chosen(licences.ledger(desk.workspace), lacking=missing, month=month, holder=holder)
    if file:
        file.write(licences.as_csv(rows))
    elif as_json:
        show.as_json([asdict(row) for row in rows])
    else:
        _table(rows)


def _table(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from content.licences import HEADINGS, cells

    console = Console(highlight=False)
    table = Table(box=None)
    for heading in HEADINGS[1:]:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, cells(row)[1:]))  # a name may look like rich's markup
    if rows:
        Console(width=console.width if console.is_terminal else 240, highlight=False).print(table)
    console.print(f"{len(rows)} 张图片，{sum(bool(row.missing) for row in rows)} 张还缺信息。")
