"""`wxops record`: field work at the terminal, by the same use case as messages and pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.group import Desk, by_option, json_option
from bot.cli.record_counts import count

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from content.models import Person

SEEN_BY = click.option("--by", default="", metavar="姓名", help="只列这个人看得到的；不写则全部。")


@click.group()
def record() -> None:
    """走访、培训、活动、群组、案例、平台内容、评价：记下、列表、更正、作废、附材料。"""


record.add_command(count)


@record.command("list")
@click.option("--kind", default="", metavar="类别", help="走访、培训、活动、群组、案例、平台内容或评价。")
@click.option("--month", default="", metavar="月份", help="只列这个月，例如 2026-12。")
@click.option("--place", default="", metavar="街道或社区", help="只列这个地方和它下面的。")
@SEEN_BY
@json_option
@click.pass_obj
def list_records(desk: Desk, kind: str, month: str, place: str, by: str, as_json: bool) -> None:
    """列出记录，新的在前；号码遮住。"""
    from bot.cli.record_rows import record_row
    from content.clock import local_day
    from content.gazetteer import gazetteer
    from content.months import month_named
    from content.record_views import line, views
    from content.records import listed

    now = desk.parts().clock.now()
    month = month_named(month) if month else ""
    with desk.parts().store.reading() as session:
        known = gazetteer(session, local_day(now))
        inside = [spot.id for spot in known.within(known.named(place))] if place else []
        query = listed(session, _viewer(session, by), now=now, kind=kind, month=month, places=inside)
        found = views(session, session.scalars(query).all())
    lines = (f"{one.kind} {line(one)}" for one in found)
    show.listed([record_row(one) for one in found], lines, json_wanted=as_json, nothing="没有记录。")


@record.command("show")
@click.argument("number", type=int)
@SEEN_BY
@json_option
@click.pass_obj
def show_record(desk: Desk, number: int, by: str, as_json: bool) -> None:
    """一条记录：内容、材料、经过。"""
    from bot.cli.record_rows import record_lines, whole_row
    from content.records import named

    with desk.parts().store.reading() as session:
        found = named(session, number, _viewer(session, by), now=desk.parts().clock.now())
        row = whole_row(session, found)
    show.listed([row], record_lines(row), json_wanted=as_json, nothing="")


@record.command()
@click.argument("kind", metavar="类别")
@click.argument("words", nargs=-1, required=True, metavar="内容")
@click.option("--again", is_flag=True, help="同一天同一地点又办了一次。")
@by_option
@click.pass_obj
def add(desk: Desk, kind: str, words: tuple[str, ...], again: bool, by: str) -> None:
    """记一条，写法和发消息一样：wxops record add 走访 新风社区 12月3日 3人 讲解平台注册 --by 姓名"""
    from bot import fielding
    from bot.cli.record_rows import told_of

    number = fielding.add(desk.parts(), kind, " ".join(words), by=by, again=again)
    click.echo(f"已记下。{told_of(desk, number)}")


@record.command()
@click.argument("number", type=int)
@click.argument("words", nargs=-1, required=True, metavar="改后的内容")
@by_option
@click.pass_obj
def correct(desk: Desk, number: int, words: tuple[str, ...], by: str) -> None:
    """更正一条，只写要改的：wxops record correct 12 4人 --by 姓名"""
    from bot import fielding

    click.echo(fielding.correct(desk.parts(), number, " ".join(words), by=by))


@record.command()
@click.argument("number", type=int)
@click.option("--why", required=True, metavar="原因", help="为什么作废。")
@by_option
@click.pass_obj
def void(desk: Desk, number: int, why: str, by: str) -> None:
    """作废一条：不再计数，经过留着。"""
    from bot import fielding

    click.echo(fielding.void(desk.parts(), number, why, by=by))


@record.command()
@click.argument("number", type=int)
@click.option("--why", required=True, metavar="原因", help="为什么解散。")
@click.option("--day", default="", metavar="日期", help="从哪天起，不写是今天。")
@by_option
@click.pass_obj
def retire(desk: Desk, number: int, why: str, day: str, by: str) -> None:
    """群组解散：从那天起不再计数，经过留着。"""
    from bot import fielding

    click.echo(fielding.retire(desk.parts(), number, why, day, by=by))


@record.command()
@click.argument("number", type=int)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by_option
@click.pass_obj
def prove(desk: Desk, number: int, files: tuple[Path, ...], by: str) -> None:
    """附材料：照片、签到表、PDF。"""
    from bot import fielding

    click.echo(fielding.prove(desk.parts(), number, [(one.name, one.read_bytes()) for one in files], by=by))


def _viewer(session: Session, by: str) -> Person:
    """Return whose eyes the list is seen with; without a name those of the administrator, who sits at the terminal."""
    from content.models import Person
    from content.people import person_named

    return person_named(session, by) if by else Person(name="", role="admin", party="")
