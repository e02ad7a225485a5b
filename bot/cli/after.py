"""Commands on what is out: taking an article down."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import by_option
from bot.cli.group import Desk, json_option
from content.errors import WrongUse

WISHES = (
    "请写明要做什么：--reason 原因 --title 标题（撤稿）、--confirm（确认）、--done（已到后台撤下）或 --evidence 文件。"
)


@click.command()
@click.argument("number", type=int, required=False, metavar="[N]")
@click.option("--reason", metavar="原因", help="为什么撤。和 --title 一起写。")
@click.option("--title", metavar="标题", help="照抄文章的标题，免得撤错。")
@click.option("--confirm", "wish", flag_value="confirm", help="第二个人确认这次撤稿。")
@click.option("--done", "wish", flag_value="done", help="已到后台撤下，并且看过。")
@click.option("--evidence", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="导出证据（ZIP）。")
@by_option
@json_option
@click.pass_obj
def withdraw(
    desk: Desk,
    number: int | None,
    reason: str | None,
    title: str | None,
    wish: str | None,
    evidence: Path | None,
    by: str,
    as_json: bool,
) -> None:
    """撤稿：撤下文章 N；不写别的就看进展，不写 N 就列出全部。"""
    if (reason is None) != (title is None) or sum((reason is not None, wish is not None, evidence is not None)) > 1:
        raise WrongUse(WISHES)
    if number is None:
        if reason or wish or evidence:
            raise WrongUse("请写文章的编号。")
        _list(desk, None, as_json)
    elif evidence:
        click.echo(f"证据：{_saved(desk, number, evidence)}")
    elif reason is not None and title is not None:
        click.echo(_decided(desk, number, by, reason=reason, title=title))
    elif wish:
        click.echo(_decided(desk, number, by, wish=wish))
    else:
        _list(desk, number, as_json)


def _decided(desk: Desk, number: int, by: str, *, reason: str = "", title: str = "", wish: str = "ask") -> str:
    from content.people import person_named
    from scheduler import withdraw as use

    with desk.decision(number) as (session, article, now):
        person = person_named(session, by)
        if wish == "confirm":
            return use.confirm(session, article, person=person, now=now)
        if wish == "done":
            return use.is_done(session, article, person=person, now=now)
        return use.ask(session, article, title=title, reason=reason, person=person, now=now)


def _list(desk: Desk, number: int | None, as_json: bool) -> None:
    from bot.withdrawals import lines_of, rows_of
    from content.library import article_by_number

    with desk.parts().store.reading() as session:
        rows = rows_of(session, desk.workspace, article_by_number(session, number) if number else None)
    nothing = f"文章{number} 没有撤稿的记录。" if number else "没有撤稿的记录。"
    show.listed(rows, map(lines_of, rows), json_wanted=as_json, nothing=nothing)


def _saved(desk: Desk, number: int, file: Path) -> Path:
    from bot.cli.word import saved
    from bot.withdrawals import evidence_of

    with desk.parts().store.reading() as session:
        data = evidence_of(session, desk.workspace, number)
    return saved(file, data)
