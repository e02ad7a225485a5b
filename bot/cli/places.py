"""`wxops place`: the table of places is taken in, and what the database has of it."""

from __future__ import annotations

import click

from bot.cli import show
from bot.cli.group import Desk, by_option, json_option


@click.group()
def place() -> None:
    """地名：把 places.csv 收进来，列出区、街道、社区。"""


@place.command("load")
@click.option("--retire", is_flag=True, help="表里不再有的地方，从今天起撤销；不写则照旧有效。")
@by_option
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
