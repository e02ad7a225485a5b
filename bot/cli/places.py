"""`wxops place`: the table of places is taken in, and what the database has of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.cli import show
from bot.cli.acting import OPERATORS, by_roles
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from bot.place_changing import Asked


@click.group()
def place() -> None:
    """地名：把 places.csv 收进来，列出区、街道、社区。"""


@place.command("load")
@click.option("--retire", is_flag=True, help="表里不再有的地方，从今天起撤销；不写则照旧有效。")
@by_roles(*OPERATORS)
@click.pass_obj
def load_places(desk: Desk, retire: bool, by: str) -> None:
    """把工作区的 places.csv 收进来，一次列出所有问题；调度运行时，改过的表一分钟内自己收。"""
    from content import place_table
    from scheduler.place_watch import take_in

    parts = desk.parts()
    table = place_table.read(parts.workspace)
    loaded = take_in(parts.store, table, by=by, now=parts.clock.now(), retire=retire)
    click.echo(f"{table.name}：{len(table.rows)} 行，{loaded}。")


@place.command("list")
@click.argument("street", default="")
@json_option
@click.pass_obj
def list_places(desk: Desk, street: str, as_json: bool) -> None:
    """列出现在有的地方；写一个街道，只列它的社区。"""
    from content.clock import local_day
    from content.gazetteer import gazetteer

    parts = desk.parts()
    with parts.store.reading() as session:
        known = gazetteer(session, local_day(parts.clock.now()))
    found = known.below(known.named(street)) if street else known.places
    rows = [{"code": p.code, "level": p.level, "name": p.name, "parent": p.parent} for p in found]
    lines = (f"{one.code}  {known.full(one)}" for one in found)
    show.listed(rows, lines, json_wanted=as_json, nothing="还没有地名，请运行 wxops place load。")


@place.command()
@click.option("--on", "day", default="", metavar="日期", help="哪一天；不写是今天。")
@click.option("--month", default="", metavar="月份", help="一个月里没有人的日子，例如 2026-12。")
@json_option
@click.pass_obj
def coverage(desk: Desk, day: str, month: str, as_json: bool) -> None:
    """覆盖：哪些街道、社区没有联络员或对接人，一天的或一个月的。"""
    from bot import covering

    if month:
        rows, lines = covering.month(desk.parts(), month)
    else:
        rows, lines = covering.day(desk.parts(), day)
    if as_json:
        show.as_json(rows)
    else:
        _told(lines)


NO_CARRY = click.option("--no-carry", is_flag=True, help="负责的人和走访计划不带到新社区。")


def _change_options(command: click.decorators.FC) -> click.decorators.FC:
    """Add what every change of places asks for."""
    for option in (
        click.option("--from", "day", required=True, metavar="日期", help="从哪天起，例如 2027-01-01。"),
        click.option("--document", required=True, metavar="文号", help="依据：文号或文件名。"),
        click.option("--check", "is_check", is_flag=True, help="只试算，看会怎样，什么都不改。"),
        by_roles(*OPERATORS),
    ):
        command = option(command)
    return command


@place.command()
@click.argument("name", metavar="社区")
@click.option("--into", multiple=True, required=True, metavar="代码=名称", help="新社区，写两次以上。")
@NO_CARRY
@_change_options
@click.pass_obj
def split(desk: Desk, /, name: str, into: tuple[str, ...], **asked: Any) -> None:
    """拆分：一个社区从哪天起成为几个；留下原来的，用原来的代码。"""
    from bot import place_changing

    _told(place_changing.split(desk.parts(), name, into, _asked(**asked)))


@place.command()
@click.argument("names", nargs=-1, required=True, metavar="社区...")
@click.option("--into", required=True, metavar="代码=名称", help="合并成的社区，可以是其中一个的代码。")
@click.option("--street", default="", metavar="街道", help="几个社区不在一个街道时：合并以后归哪个街道。")
@NO_CARRY
@_change_options
@click.pass_obj
def merge(desk: Desk, /, names: tuple[str, ...], into: str, street: str, **asked: Any) -> None:
    """合并：几个社区从哪天起成为一个。"""
    from bot import place_changing

    _told(place_changing.merge(desk.parts(), names, into, _asked(**asked), street))


@place.command()
@click.argument("name", metavar="街道或社区")
@click.option("--to", required=True, metavar="新名称", help="新的正式名称。")
@_change_options
@click.pass_obj
def rename(desk: Desk, /, name: str, to: str, **asked: Any) -> None:
    """改名：代码不变，从哪天起叫新名称。"""
    from bot import place_changing

    _told(place_changing.rename(desk.parts(), name, to, _asked(**asked)))


def _asked(day: str, document: str, is_check: bool, by: str, no_carry: bool = False) -> Asked:
    from bot.place_changing import Asked

    return Asked(day, document, by, is_check, not no_carry)


def _told(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)
