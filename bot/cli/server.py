"""Commands that run: migrate, tick, run, web, serve."""

from __future__ import annotations

import os

import click

from bot.cli.group import Desk
from content.errors import OpsError


@click.command()
@click.pass_obj
def migrate(desk: Desk) -> None:
    """建立或升级数据库。"""
    from bot.config import CONFIG_FILE, database_url, load
    from content.db import Store
    from scheduler.schema import migrate

    config = load(desk.workspace / CONFIG_FILE, os.environ)
    click.echo(f"数据库已是版本 {migrate(Store(database_url(config, desk.workspace)))}。")


@click.command()
@click.pass_obj
def tick(desk: Desk) -> None:
    """走一步：做完现在该做的事就退出。"""
    from bot import running

    running.tick_once(desk.parts())
    click.echo("走完一步。")


@click.command()
@click.pass_obj
def run(desk: Desk) -> None:
    """运行调度：到时间发布、每天取数据。按 Ctrl+C 或发 SIGTERM 结束。"""
    from bot import running

    running.run(desk.parts())


@click.command()
@click.pass_obj
def web(desk: Desk) -> None:
    """运行网页进程：接收微信的消息，给编辑开网页。"""
    from bot import running

    running.web(desk.parts(durable=False))


@click.command()
@click.pass_obj
def serve(desk: Desk) -> None:
    """同时运行网页进程和调度；其中一个停了，另一个也停。空的数据库会先建好。"""
    from bot import running

    parts = desk.parts(create=True)
    parts.store.close()
    code = running.serve(desk.workspace)
    if code:
        raise OpsError("网页进程或调度停了，另一个也已停下。请看上面的日志。")
