"""The doctor: each line says that something is well, or what to do."""

from __future__ import annotations

import os

import click

from bot.cli.group import Desk


@click.command()
@click.pass_obj
def doctor(desk: Desk) -> None:
    """体检：配置、数据库、令牌、IP、回调、权限、次数、时钟、调度、网页、告警、字体。"""
    from bot.examine import examine

    worst = 0
    for finding in examine(desk.workspace, os.environ):
        click.echo(finding.line)
        worst = worst or finding.exit_code
    raise SystemExit(worst)
