"""`wxops report weekly|sent|unsent`: the communities' weekly reports at the terminal, made now and delivered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import by_option
from bot.cli.group import Desk, json_option

WEEK = click.option("--week", "words", default="", metavar="周", help="例如 2026-W49 或第49周；不写是最近到期的一周。")


@click.command()
@WEEK
@click.option("--place", default="", metavar="街道或社区", help="只做这里的；不写则全部。")
@click.option("--table", "as_table", is_flag=True, help="不生成，列出完成表：社区 × 周。")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="完成表写成 XLSX。")
@click.option("--failed", "only_failed", is_flag=True, help="不生成，列出没有做成的和原因。")
@json_option
@by_option
@click.pass_obj
def weekly(
    desk: Desk, words: str, place: str, as_table: bool, xlsx: Path | None, only_failed: bool, as_json: bool, by: str
) -> None:
    """社区周报：生成一周的（数有更正的出新版），或看完成表。"""
    if as_table or xlsx:
        _table(desk, place, xlsx, as_json, by)
    elif only_failed:
        _failed(desk, words, as_json)
    else:
        _make(desk, words, place, as_json, by)


@click.command()
@click.argument("place", metavar="街道或社区")
@WEEK
@click.option("--way", default="群", metavar="群|邮件", help="怎样送的；不写是发群。")
@click.option(
    "--scan", "scans", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="截图",
    help="发群的截图，可以写几次；没有截图的送达，验收时算材料不全。",
)  # fmt: skip
@by_option
@click.pass_obj
def sent(desk: Desk, place: str, words: str, way: str, scans: Sequence[Path], by: str) -> None:
    """送达：一个街道（或社区）的周报已发群、已发邮件：wxops report sent 德胜街道 --scan 截图.png --by 姓名"""
    from bot import weekly

    spot, week, found = weekly.send(
        desk.parts(), place, words, way, [(one.name, one.read_bytes()) for one in scans], by=by
    )
    click.echo(weekly.in_words(spot, week, found))
    if not scans:
        click.echo("还没有截图，验收时算材料不全。补截图请再运行一次，加 --scan。")


@click.command()
@click.argument("number", type=int)
@click.option("--why", required=True, metavar="原因", help="为什么撤销。")
@by_option
@click.pass_obj
def unsent(desk: Desk, number: int, why: str, by: str) -> None:
    """撤销一次记错的送达：不再计数，经过留着。"""
    from bot import weekly

    weekly.unsend(desk.parts(), number, why, by=by)
    click.echo(f"送达{number}已撤销，不再计数。")


def _make(desk: Desk, words: str, place: str, as_json: bool, by: str) -> None:
    from bot import weekly

    def progress(ids: Sequence[int]) -> Iterable[int]:
        if as_json:
            yield from ids
            return
        with click.progressbar(ids, label="生成周报") as bar:
            yield from bar

    made = weekly.make(desk.parts(), words, place, by=by, progress=progress)
    failed = [{"place": name, "why": why} for name, why in made.failed]
    row = {"week": made.week.name, "planned": made.planned, "made": made.made, "failed": failed}
    lines = [f"{made.week.in_words}：新计划 {made.planned} 份，生成 {made.made} 份（含街道的打包）。"]
    lines += [f"没有做成：{name}，{why}" for name, why in made.failed]
    show.listed([row], lines, json_wanted=as_json, nothing="")


def _failed(desk: Desk, words: str, as_json: bool) -> None:
    from bot import weekly

    parts = desk.parts()
    week = weekly.chosen_week(weekly.contract_of(parts), words, parts.clock.now())
    with parts.store.reading() as session:
        found = weekly.failures(session, week)
    rows = [{"week": week.name, "place": name, "why": why} for name, why in found]
    lines = (f"{name}：{why}" for name, why in found)
    show.listed(rows, lines, json_wanted=as_json, nothing=f"{week.name} 没有做不成的。")


def _table(desk: Desk, place: str, xlsx: Path | None, as_json: bool, by: str) -> None:
    from bot import weekly
    from content.clock import local_day
    from content.gazetteer import gazetteer
    from content.watermark import line
    from scheduler import report_desk
    from scheduler.weekly_table import SHORT, SUBJECT, table, weeks_of, workbook

    parts = desk.parts()
    weeks, now = weeks_of(weekly.contract_of(parts)), parts.clock.now()
    with parts.store.reading() as session:
        street = gazetteer(session, local_day(now)).named(place).code if place else ""
        found = table(session, weeks, now, street=street)
    if xlsx:
        data = workbook(found, line(by, now))
        with parts.store.transaction() as session:
            weekly.demand_reads_all(session, by)
            report_desk.note_taken(session, SUBJECT, xlsx.name, data, by=by, now=now)
        xlsx.write_bytes(data)
        click.echo(f"已写到 {xlsx}。{found.sum_line}")
        return
    rows = [
        {"street": one.street, "community": one.spot.name, "code": one.spot.code}
        | {week.name: str(cell) for week, cell in zip(weeks, one.cells, strict=True)}
        for one in found.lines
    ]
    legend = " ".join(f"{short}={cell}" for cell, short in SHORT.items() if short)
    lines = [
        f"{''.join(SHORT[cell] or '　' for cell in one.cells)}  {one.street}{one.spot.shown}" for one in found.lines
    ]
    head = f"{weeks[0].name}—{weeks[-1].name}，一格一周（{legend}）"
    show.listed(rows, [head, *lines, found.sum_line], json_wanted=as_json, nothing="还没有社区。")
