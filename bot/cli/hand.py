"""`wxops figure`: a figure by hand, proposed with its evidence by one person and confirmed by another."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import by_option
from bot.cli.group import Desk, json_option

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def figure() -> None:
    """手填的数：一个人填报并附截图，另一个人看过以后复核，才进台账。"""


@figure.command()
@click.argument("words", nargs=-1, required=True, metavar="社区 指标 日期 数")
@click.option("--evidence", "files", multiple=True, type=FILES, metavar="文件", help="截图或 PDF，可以写几次。")
@by_option
@click.pass_obj
def add(desk: Desk, words: tuple[str, ...], files: tuple[Path, ...], by: str) -> None:
    """填一个数：wxops figure add 新风社区 注册用户 12月3日 1234 --evidence 截图.png --by 姓名"""
    from bot import figure_by_hand

    uploads = [(one.name, one.read_bytes()) for one in files]
    number = figure_by_hand.add(desk.parts(), " ".join(words), uploads, by=by)
    click.echo(f"已填，等另一个人复核：填报 {number}。")


@figure.command("list")
@click.option("--all", "all_of_them", is_flag=True, help="也列出已经复核、退回、撤回的。")
@json_option
@click.pass_obj
def list_figures(desk: Desk, all_of_them: bool, as_json: bool) -> None:
    """待复核的填报，新的在前。"""
    from scheduler import hand

    parts = desk.parts()
    with parts.store.reading() as session:
        found = hand.listed(session, waiting=not all_of_them)
        lines = [hand.in_words(session, one) for one in found]
    rows = [
        {"number": one.id, "metric": one.metric, "subject": one.subject, "day": str(one.day), "value": one.value,
         "state": one.state, "by": one.by, "decided_by": one.decided_by, "reason": one.reason, "batch": one.batch_id}
        for one in found
    ]  # fmt: skip
    show.listed(rows, lines, json_wanted=as_json, nothing="没有待复核的填报。")


@figure.command("show")
@click.argument("number", type=int, metavar="N")
@by_option
@click.pass_obj
def show_figure(desk: Desk, number: int, by: str) -> None:
    """一个填报和它的材料在哪里；看过以后才能复核。"""
    from content import evidence
    from content.people import person_named
    from scheduler import hand

    parts = desk.parts()
    now = parts.clock.now()
    with parts.store.transaction() as session:
        person = person_named(session, by)
        found = hand.shown(session, number, person)
        proofs = evidence.of(session, hand.subject(found))
        hand.note_seen(session, found, person, now=now)
        click.echo(hand.in_words(session, found))
    for proof in proofs:
        click.echo(f"  材料：{parts.workspace / proof.path if proof.path else '还在取'}（{proof.by}）")


@figure.command()
@click.argument("number", type=int, metavar="N")
@click.argument("files", nargs=-1, required=True, type=FILES)
@by_option
@click.pass_obj
def prove(desk: Desk, number: int, files: tuple[Path, ...], by: str) -> None:
    """附截图或 PDF。"""
    from bot import figure_by_hand

    click.echo(figure_by_hand.prove(desk.parts(), number, [(one.name, one.read_bytes()) for one in files], by=by))


@figure.command()
@click.argument("number", type=int, metavar="N")
@by_option
@click.pass_obj
def confirm(desk: Desk, number: int, by: str) -> None:
    """复核：看过材料的另一个人确认，数进台账。"""
    from bot import figure_by_hand

    click.echo(figure_by_hand.decide(desk.parts(), number, "confirmed", by=by))


@figure.command()
@click.argument("number", type=int, metavar="N")
@click.option("--reason", required=True, metavar="原因", help="为什么不收。")
@by_option
@click.pass_obj
def refuse(desk: Desk, number: int, reason: str, by: str) -> None:
    """退回：不收，写明原因。"""
    from bot import figure_by_hand

    click.echo(figure_by_hand.decide(desk.parts(), number, "refused", by=by, reason=reason))


@figure.command()
@click.argument("number", type=int, metavar="N")
@by_option
@click.pass_obj
def withdraw(desk: Desk, number: int, by: str) -> None:
    """撤回自己填的、还没有复核的数。"""
    from bot import figure_by_hand

    click.echo(figure_by_hand.decide(desk.parts(), number, "withdrawn", by=by))
