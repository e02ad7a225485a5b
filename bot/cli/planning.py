"""Commands for the month ahead: plan, month, days."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from bot.cli import show
from bot.cli.group import Desk, json_option


@click.command()
@click.argument("month", metavar="月份")
@click.pass_obj
def plan(desk: Desk, month: str) -> None:
    """计划：起草一个月的专题和文章，例如 wxops plan 2027-01。已有的不改，再运行一次只补缺的。"""
    from bot import planning

    for step in planning.plan(desk.parts(), month):
        click.echo(str(step))


@click.command()
@click.argument("month", metavar="[月份]", required=False)
@json_option
@click.pass_obj
def month(desk: Desk, month: str | None, as_json: bool) -> None:
    """月份：各状态的文章、空档、还差多少、接下来的期限。不写月份就是本月。"""
    from bot import planning
    from content.month import month_lines

    view = planning.view(desk.parts(), month)
    row = asdict(view) | {"articles": view.articles, "lacking": view.lacking}
    show.listed([row], month_lines(view), json_wanted=as_json, nothing="")


class DaysGroup(click.Group):
    """A group whose first word may be a year or a month instead of a command: then it is `list`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Put `list` before what is no command."""
        if not args or (args[0] not in self.commands and args[0] not in context.help_option_names):
            args = ["list", *args]
        return super().parse_args(context, args)


@click.group(cls=DaysGroup)
def days() -> None:
    """日历：放假、调休、节气和工作日子，例如 wxops days 2027-02。"""


@days.command("list")
@click.argument("period", metavar="[年或月]", required=False)
@json_option
@click.pass_obj
def list_days(desk: Desk, period: str | None, as_json: bool) -> None:
    """列出一个月的每一天，或一年里特别的日子；不写就是本月。"""
    from bot.cli.calendar import day_line, day_row, days_in
    from content.clock import local_day

    found = days_in(desk.workspace, period, local_day(desk.clock().now()))
    show.listed([day_row(d) for d in found], map(day_line, found), json_wanted=as_json, nothing="没有。")


@days.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def import_days(desk: Desk, file: Path) -> None:
    """收进国务院办公厅的放假通知：通知全文（.txt），或 date,kind,name 三列的 CSV。"""
    from content.official import import_notice

    for line in import_notice(file, desk.workspace):
        click.echo(line)
