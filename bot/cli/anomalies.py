"""`wxops anomalies`: what looks wrong in the figures, and why it is so."""

from __future__ import annotations

import click

from bot.cli import show
from bot.cli.acting import by_option
from bot.cli.group import Desk, json_option


@click.group(invoke_without_command=True)
@click.option("--all", "all_of_them", is_flag=True, help="也列出已经说明、更正或撤销的。")
@json_option
@click.pass_context
def anomalies(context: click.Context, all_of_them: bool, as_json: bool) -> None:
    """数据异常：变小的累计数、十倍于平时的一天、比整体还多的部分；数不改，等人说明。"""
    if context.invoked_subcommand:
        return
    from content.clock import local_day
    from scheduler import anomalies as odd
    from scheduler.anomaly_watch import lines

    parts = context.obj.parts()
    with parts.store.reading() as session:
        found = odd.listed(session, all_of_them=all_of_them)
        told = lines(session, found, local_day(parts.clock.now()))
    rows = [
        {"number": one.id, "batch": one.batch_id, "kind": one.kind, "metric": one.metric, "subject": one.subject,
         "day": str(one.day), "value": one.value, "than": one.than, "by": one.by, "words": one.words, "open": not one.ended_at}
        for one in found
    ]  # fmt: skip
    shown = (f"{line}（第 {one.batch_id} 批，{odd.state(one)}）" for line, one in zip(told, found, strict=True))
    show.listed(rows, shown, json_wanted=as_json, nothing="数据没有待说明的异常。")


@anomalies.command()
@click.argument("number", type=int, metavar="N")
@click.argument("words", nargs=-1, required=True, metavar="原因")
@by_option
@click.pass_obj
def explain(desk: Desk, number: int, words: tuple[str, ...], by: str) -> None:
    """说明一处异常：wxops anomalies explain 12 平台清理了重复账号 --by 姓名"""
    from content.people import person_named
    from scheduler.anomalies import explain

    parts = desk.parts()
    with parts.store.transaction() as session:
        one = explain(session, number, " ".join(words), person_named(session, by), now=parts.clock.now())
    click.echo(f"异常 {one.id} 已说明：{one.words}。数没有改。")
