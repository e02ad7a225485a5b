"""The command that corrects words of what is out."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import by_message
from bot.cli.group import Desk, json_option
from content.errors import WrongUse


@click.command()
@click.argument("number", type=int, required=False, metavar="[N]")
@click.option("--old", metavar="原文", help="文章里现在的字，照抄。和 --new、--reason 一起写。")
@click.option("--new", metavar="改后", help="应该是什么字。")
@click.option("--reason", metavar="原因", help="为什么改。")
@click.option("--approve", "wish", flag_value="approve", help="批准别人提出的更正。")
@click.option("--refuse", metavar="原因", help="不批准。")
@click.option("--done", "wish", flag_value="done", help="后台已经改好。")
@click.option("--proof", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件", help="附截图。")
@click.option("--seen", "wish", flag_value="seen", help="看过截图，新的字在文章里。")
@click.option("--impossible", metavar="原因", help="后台改不了。")
@click.option("--article", "wish", flag_value="article", help="起草一篇更正文章。")
@by_message("更正")
@json_option
@click.pass_obj
def correct(desk: Desk, /, number: int | None, by: str, as_json: bool, **wishes: object) -> None:
    """更正：改已发出的文章 N 里的字；不写别的就看进展，不写 N 就列出全部。"""
    given = {name: value for name, value in wishes.items() if value is not None}
    asked = {"old", "new", "reason"}
    if (len(given) > 1 and set(given) != asked) or (len(given) == 1 and set(given) & asked):
        raise WrongUse("请写 --old、--new 和 --reason（提出更正），或一次写一个别的选项。")
    if not given:
        _list(desk, number, as_json)
        return
    if number is None:
        raise WrongUse("请写文章的编号。")
    click.echo(_decided(desk, number, by, given))


def _decided(desk: Desk, number: int, by: str, given: dict[str, object]) -> str:
    from bot.corrections import hand_in
    from content import evidence
    from content.people import person_named
    from scheduler import correct as use

    parts = desk.parts()
    step = use.approver(parts.chain, parts.rules)
    proof = given.get("proof")
    kept = evidence.keep(parts.workspace, proof.read_bytes(), proof.name) if isinstance(proof, Path) else None
    with desk.decision(number) as (session, article, now):
        person = person_named(session, by)
        if isinstance(proof, Path) and kept:
            return hand_in(session, article, kept, name=proof.name, by=person.name, now=now)
        if "old" in given:
            from content.lint.tables import tables

            words = (str(given["old"]), str(given["new"]), str(given["reason"]))
            known = tables(parts.workspace)
            return use.ask(session, article, words, person=person, step=step, tables=known, now=now)
        if "refuse" in given:
            return use.refuse(session, article, why=str(given["refuse"]), person=person, step=step, now=now)
        if "impossible" in given:
            return use.is_impossible(session, article, why=str(given["impossible"]), person=person, now=now)
        if given["wish"] == "approve":
            return use.approve(session, article, person=person, step=step, now=now)
        deed = {"done": use.is_done, "seen": use.is_seen, "article": use.want_notice}[str(given["wish"])]
        return deed(session, article, person=person, now=now)


def _list(desk: Desk, number: int | None, as_json: bool) -> None:
    from bot.corrections import lines_of, rows_of
    from content.library import article_by_number

    with desk.parts().store.reading() as session:
        rows = rows_of(session, desk.workspace, article_by_number(session, number) if number else None)
    nothing = f"文章{number} 没有更正的记录。" if number else "没有更正的记录。"
    show.listed(rows, map(lines_of, rows), json_wanted=as_json, nothing=nothing)
