"""Commands on the menu under the chat: check, push, pull; and taking over from the back office."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.acting import OPERATORS, by_roles
from bot.cli.group import Desk

if TYPE_CHECKING:
    from content.menu import Menu


@click.group()
def menu() -> None:
    """菜单：检查、推送、从微信取来；菜单写在 menu.toml。"""


@menu.command("check")
@click.pass_obj
def check_menu(desk: Desk) -> None:
    """检查 menu.toml：个数、名字、网址、每个按钮有没有回复，一次列出。有错误时退出码是 1。"""
    found = _menu(desk)
    for problem in found.problems:
        click.echo(show.problem_line(problem))
    click.echo(f"{len(found.problems)} 个问题。" if found.problems else "没有问题。", err=True)
    raise SystemExit(1 if _is_wrong(found) else 0)


@menu.command()
@by_roles(*OPERATORS)
@click.pass_obj
def push(desk: Desk, by: str) -> None:
    """推送：检查后，列出和微信现有菜单的不同，推送，再读回来核对。"""
    _push(desk, by)


@menu.command()
@click.option("--force", is_flag=True, help="menu.toml 已有而不同时也换掉，原来的留一份。")
@click.pass_obj
def pull(desk: Desk, force: bool) -> None:
    """取来：把微信现有的菜单写成 menu.toml，文字菜单的内容写进 replies.csv。"""
    from bot.wiring import gateway
    from scheduler import takeover

    parts = desk.parts()
    for line in takeover.pull(desk.workspace, gateway(parts), force=force, now=parts.clock.now()):
        click.echo(line)


@click.command()
@click.option("--restore", is_flag=True, help="启用消息推送以后：推送菜单，列出现在能回复什么。")
@click.option("--force", is_flag=True, help="menu.toml 已有而不同时也换掉，原来的留一份。")
@by_roles(*OPERATORS)
@click.pass_obj
def takeover(desk: Desk, restore: bool, force: bool, by: str) -> None:
    """接管：启用消息推送之前，保存后台的菜单和自动回复，写成 menu.toml 和 replies.csv；启用之后用 --restore。"""
    from bot.wiring import gateway
    from content.finding import MENU_FILE
    from scheduler import takeover as taking_over

    if restore:
        _restore(desk, by)
        return
    parts = desk.parts()
    verified, now = parts.config.account.verified, parts.clock.now()
    for line in taking_over.take_over(desk.workspace, gateway(parts), verified=verified, force=force, now=now):
        click.echo(line)
    if (desk.workspace / MENU_FILE).is_file() and (problems := _menu(desk).problems):
        click.echo(f"{MENU_FILE} 里请看一看、推送前要改好的：")
        for problem in problems:
            click.echo(f"  {show.problem_line(problem)}")
    click.echo(taking_over.NEXT)


def _restore(desk: Desk, by: str) -> None:
    from content.finding import MENU_FILE
    from content.replies import read_replies
    from scheduler import takeover

    if (desk.workspace / MENU_FILE).is_file():
        _push(desk, by)
    else:
        _demand_callback(desk)
        click.echo(f"没有 {MENU_FILE}，没有推送菜单。")
    for line in takeover.answering(read_replies(desk.workspace)):
        click.echo(line)


def _demand_callback(desk: Desk) -> None:
    """Raise OpsError while WeChat brings us no messages: the buttons would have nobody to answer them."""
    from bot.wiring import gateway
    from content.errors import OpsError
    from scheduler import takeover

    is_on = takeover.is_switched_on(gateway(desk.parts()))
    if is_on is False:
        raise OpsError(f"消息推送还没有启用，没有推送菜单。请到 {takeover.SWITCH}启用后再运行。")
    if is_on is None:
        click.echo("没能确认消息推送是不是已经启用，照常继续。有疑问请运行 wxops doctor。")


def _push(desk: Desk, by: str) -> None:
    from bot.wiring import gateway
    from content.errors import FilesWrong
    from scheduler import menu as pushing

    found, parts = _menu(desk), desk.parts()
    for problem in found.problems:
        click.echo(show.problem_line(problem))
    if _is_wrong(found):
        raise FilesWrong("菜单有错误，没有推送。改好后请再运行。")
    _demand_callback(desk)
    for line in pushing.push(parts.store, gateway(parts), found.buttons, by=by, now=parts.clock.now()):
        click.echo(line)


def _menu(desk: Desk) -> Menu:
    from bot.menu import menu_of

    config = desk.config()
    return menu_of(desk.workspace, forward=bool(config and config.callback.forward))


def _is_wrong(found: Menu) -> bool:
    return any(problem.level == "error" for problem in found.problems)
