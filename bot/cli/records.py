"""`wxops record`: field work at the terminal, by the same use case as messages and pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.acting import by_option, whoever
from bot.cli.group import Desk, json_option
from bot.cli.record_counts import count
from content.errors import WrongUse

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from content.models import Person
    from content.record_views import View

SEEN_BY = click.option("--by", default="", metavar="姓名", help="只列这个人看得到的；不写则全部。")

WHY = click.option("--why", default="", metavar="原因", help="月份已封存的，要写原因。")


@click.group()
def record() -> None:
    """走访、培训、活动、群组、案例、平台内容、评价：记下、列表、更正、作废、附材料。"""


record.add_command(count)


@record.command("list")
@click.option("--kind", default="", metavar="类别", help="走访、培训、活动、群组、案例、平台内容或评价。")
@click.option("--month", default="", metavar="月份", help="只列这个月，例如 2026-12。")
@click.option("--place", default="", metavar="街道或社区", help="只列这个地方和它下面的。")
@click.option("--flagged", is_flag=True, help="只列可疑的：录入晚、照片重复、同一次记了两遍。")
@SEEN_BY
@json_option
@click.pass_obj
def list_records(desk: Desk, kind: str, month: str, place: str, flagged: bool, by: str, as_json: bool) -> None:
    """列出记录，新的在前；号码遮住。"""
    from bot.cli.record_rows import record_row
    from content.record_views import line

    found = [one for one in _found(desk, kind, month, place, by) if one.flags or not flagged]
    lines = (f"{one.kind} {line(one)}" for one in found)
    show.listed([record_row(one) for one in found], lines, json_wanted=as_json, nothing="没有记录。")


@record.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--kind", default="", metavar="类别", help="只导出这一类。")
@click.option("--month", default="", metavar="月份", help="只导出这个月，例如 2026-12。")
@click.option("--place", default="", metavar="街道或社区", help="只导出这个地方和它下面的。")
@click.option("--flagged", is_flag=True, help="只导出可疑的。")
@by_option
@click.pass_obj
def export(desk: Desk, file: Path, kind: str, month: str, place: str, flagged: bool, by: str) -> None:
    """导出成 Excel 表（.xlsx），号码遮住，最后一行写明谁在什么时候导出。"""
    from bot import record_export

    if file.exists():
        raise WrongUse(f"{file} 已经有了，没有覆盖。请换个文件名。")
    seen_by = "" if by == whoever() else by
    found = [one for one in _found(desk, kind, month, place, seen_by) if one.flags or not flagged]
    file.write_bytes(record_export.workbook(found, by, desk.parts().clock.now()))
    record_export.log(desk.parts(), f"{len(found)} 条到 {file.name}", by=by)
    click.echo(f"已导出 {len(found)} 条：{file}")


@record.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--kind", default="", metavar="类别", help="表里和文件名都看不出时写明，例如 走访。")
@click.option("--skip-bad", is_flag=True, help="有问题的行写进旁边的文件，其余照收。")
@click.option("--undo", type=int, metavar="台账编号", help="整份收回：收进的都作废，要写 --why。")
@WHY
@by_option
@click.pass_obj
def import_(desk: Desk, file: Path | None, kind: str, skip_bad: bool, undo: int | None, why: str, by: str) -> None:
    """收进走访台账这样的表（.xlsx、.csv）：整个检查，有一行不对就都不收，除非加 --skip-bad。"""
    from bot import field_files

    if (file is None) == (undo is None):
        raise WrongUse("请写要收进的文件，或者写 --undo 和台账编号。")
    if file is None:
        click.echo(field_files.undo(desk.parts(), undo or 0, why, by=by))
        return
    _take_file(desk, file, kind, skip_bad, why, by)


def _take_file(desk: Desk, file: Path, kind: str, skip_bad: bool, why: str, by: str) -> None:
    from bot import field_files
    from scheduler.record_intake import Wanted, bad_lines, beside

    taken = field_files.take(desk.parts(), file, file.name, Wanted(kind, why, skip_bad), by=by)
    for told in taken.notes:
        click.echo(told)
    if taken.bad:
        rest = beside(file)
        rest.write_text(bad_lines(taken.bad), encoding="utf-8", newline="")
        click.echo(f"有问题的 {len(taken.bad)} 行写在：{rest}")


@record.command()
@json_option
@click.pass_obj
def agree(desk: Desk, as_json: bool) -> None:
    """活动的新增用户和平台按活动码导出的数（wxops import event-users 文件）核对：相符或不符，两个数都列出。"""
    from scheduler.event_users import agreements

    with desk.parts().store.reading() as session:
        found = list(agreements(session).values())
    rows = [{"code": one.code, "recorded": one.ours, "exported": one.theirs, "agrees": one.agrees} for one in found]
    show.listed(rows, (one.words for one in found), json_wanted=as_json, nothing="没有带活动码的活动。")


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
@WHY
@by_option
@click.pass_obj
def add(desk: Desk, kind: str, words: tuple[str, ...], again: bool, why: str, by: str) -> None:
    """记一条，写法和发消息一样：wxops record add 走访 新风社区 12月3日 3人 讲解平台注册 --by 姓名"""
    from bot import fielding
    from bot.cli.record_rows import told_of

    number = fielding.add(desk.parts(), kind, " ".join(words), by=by, again=again, why=why)
    click.echo(f"已记下。{told_of(desk, number)}")


@record.command()
@click.argument("number", type=int)
@click.argument("words", nargs=-1, required=True, metavar="改后的内容")
@WHY
@by_option
@click.pass_obj
def correct(desk: Desk, number: int, words: tuple[str, ...], why: str, by: str) -> None:
    """更正一条，只写要改的：wxops record correct 12 4人 --by 姓名"""
    from bot import fielding

    click.echo(fielding.correct(desk.parts(), number, " ".join(words), by=by, why=why))


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
@WHY
@by_option
@click.pass_obj
def prove(desk: Desk, number: int, files: tuple[Path, ...], why: str, by: str) -> None:
    """附材料：照片、签到表、PDF。"""
    from bot import fielding

    uploads = [(one.name, one.read_bytes()) for one in files]
    click.echo(fielding.prove(desk.parts(), number, uploads, by=by, why=why))


@record.command()
@click.argument("month", metavar="月份")
@by_option
@click.pass_obj
def close(desk: Desk, month: str, by: str) -> None:
    """封存一个月：以后补记、更正、作废都要写原因。由管理员来做。"""
    from bot import fielding

    click.echo(fielding.close(desk.parts(), month, by=by))


@record.command()
@click.argument("month", metavar="月份")
@click.option("--why", required=True, metavar="原因", help="为什么重新打开。")
@by_option
@click.pass_obj
def reopen(desk: Desk, month: str, why: str, by: str) -> None:
    """重新打开封存的月份，原因留在经过里。"""
    from bot import fielding

    click.echo(fielding.reopen(desk.parts(), month, why, by=by))


@record.command()
@json_option
@click.pass_obj
def months(desk: Desk, as_json: bool) -> None:
    """列出封存了的月份。"""
    from content.clock import stamp
    from content.closing import closed_months

    with desk.parts().store.reading() as session:
        rows = [{"month": one.month, "by": one.by, "at": stamp(one.at)} for one in closed_months(session).values()]
    lines = (f"{row['month']} 已封存，{row['by']}，{row['at']}" for row in rows)
    show.listed(rows, lines, json_wanted=as_json, nothing="没有封存的月份。")


def _found(desk: Desk, kind: str, month: str, place: str, by: str) -> list[View]:
    """Return what is asked for, newest first, as somebody sees it."""
    from content.clock import local_day
    from content.gazetteer import gazetteer
    from content.lineage import reached
    from content.months import month_named
    from content.record_views import views
    from content.records import listed

    now = desk.parts().clock.now()
    month = month_named(month) if month else ""
    with desk.parts().store.reading() as session:
        today = local_day(now)
        inside = reached(session, [gazetteer(session, today).named(place)], today) if place else ()
        query = listed(session, _viewer(session, by), now=now, kind=kind, month=month, places=inside)
        return views(session, session.scalars(query).all())


def _viewer(session: Session, by: str) -> Person:
    """Return whose eyes the list is seen with; without a name those of the administrator, who sits at the terminal."""
    from content.models import Person
    from content.people import person_named

    return person_named(session, by) if by else Person(name="", role="admin", party="")
