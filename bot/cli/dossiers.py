"""`wxops dossier`: deliberations, force majeure, leaks and drills at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import show
from bot.cli.acting import by_option
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from content.dossier_views import DossierView

DAY = click.option("--day", default="", metavar="日期", help="哪一天，不写是今天。")
FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
WHY = click.option("--why", default="", metavar="原因", help="月份已封存的，要写原因。")
BY_NAME = click.option("--by", required=True, metavar="姓名", help="以谁的名义看。")


@click.group()
def dossier() -> None:
    """档案：议事协商、不可抗力、泄密事件和演练，一步一步地记。"""


@dossier.command("list")
@click.option("--form", default="", metavar="种类", help="议事、不可抗力、泄密事件或泄密演练。")
@BY_NAME
@json_option
@click.pass_obj
def list_dossiers(desk: Desk, form: str, by: str, as_json: bool) -> None:
    """列出档案，新的在前。"""
    from content.dossier_views import dossier_views
    from content.dossiers import listed
    from content.people import person_named

    with desk.parts().store.reading() as session:
        query = listed(session, person_named(session, by), now=desk.parts().clock.now(), form=form)
        found = dossier_views(session, session.scalars(query).all())
    show.listed([_row(one) for one in found], (one.line for one in found), json_wanted=as_json, nothing="没有档案。")


@dossier.command("show")
@click.argument("number", type=int)
@BY_NAME
@json_option
@click.pass_obj
def show_dossier(desk: Desk, number: int, by: str, as_json: bool) -> None:
    """一份档案：各步和材料。"""
    from content.dossier_views import dossier_views
    from content.dossiers import named
    from content.people import person_named

    with desk.parts().store.reading() as session:
        found = named(session, number, person_named(session, by), now=desk.parts().clock.now())
        (view,) = dossier_views(session, [found], full=True)
    steps = (f"{one.name} {one.day or '—'} {one.text} 材料 {one.proofs} 份" for one in view.steps)
    show.listed([_row(view)], (view.line, view.span, *steps), json_wanted=as_json, nothing="")


@dossier.command("open")
@click.argument("form", metavar="种类")
@click.argument("title", nargs=-1, required=True, metavar="题目或事由")
@click.option("--place", default="", metavar="社区", help="议事是哪个社区的。")
@click.option("--from", "first", default="", metavar="日期", help="从哪天起，不写是今天。")
@click.option("--to", "last", default="", metavar="日期", help="到哪天，还没有结束的不写。")
@click.option("--target", "targets", multiple=True, metavar="指标", help="不可抗力影响哪个指标，可写几次。")
@WHY
@by_option
@click.pass_obj
def open_(
    desk: Desk, form: str, title: tuple[str, ...], place: str, first: str, last: str, targets: tuple[str, ...], why: str, by: str
) -> None:  # fmt: skip
    """立档：wxops dossier open 议事 楼道堆物怎么管 --place 新风社区 --by 姓名"""
    from bot import dossiering

    words = " ".join(title)
    number = dossiering.open_(
        desk.parts(), form, words, by=by, first=first, last=last, place=place, targets=targets, why=why
    )
    click.echo(f"已立档：{form}{number}。")


@dossier.command()
@click.argument("number", type=int)
@click.argument("name", metavar="步骤")
@click.argument("words", nargs=-1, required=True, metavar="做了什么")
@DAY
@click.option(
    "--file",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="材料，可写几次。",
)
@WHY
@by_option
@click.pass_obj
def step(
    desk: Desk, number: int, name: str, words: tuple[str, ...], day: str, files: tuple[Path, ...], why: str, by: str
) -> None:
    """做了一步：wxops dossier step 3 分级 一般议题 --day 12月5日 --by 姓名"""
    from bot import dossiering

    uploads = [(one.name, one.read_bytes()) for one in files]
    click.echo(dossiering.take(desk.parts(), number, name, " ".join(words), by=by, day=day, uploads=uploads, why=why))


@dossier.command()
@click.argument("number", type=int)
@click.argument("name", metavar="步骤")
@FILES
@WHY
@by_option
@click.pass_obj
def prove(desk: Desk, number: int, name: str, files: tuple[Path, ...], why: str, by: str) -> None:
    """给一步附材料。"""
    from bot import dossiering

    uploads = [(one.name, one.read_bytes()) for one in files]
    click.echo(dossiering.prove(desk.parts(), number, name, uploads, by=by, why=why))


@dossier.command()
@click.argument("number", type=int)
@click.argument("name", metavar="步骤")
@click.argument("words", nargs=-1, metavar="改后的内容")
@click.option("--why", required=True, metavar="原因", help="为什么更正。")
@DAY
@by_option
@click.pass_obj
def correct(desk: Desk, number: int, name: str, words: tuple[str, ...], why: str, day: str, by: str) -> None:
    """更正一步的日期或内容，要写原因。"""
    from bot import dossiering

    click.echo(dossiering.correct(desk.parts(), number, name, " ".join(words), why, by=by, day=day))


@dossier.command()
@click.argument("number", type=int)
@click.argument("day", metavar="日期")
@WHY
@by_option
@click.pass_obj
def end(desk: Desk, number: int, day: str, why: str, by: str) -> None:
    """不可抗力到哪天结束。"""
    from bot import dossiering

    click.echo(dossiering.end(desk.parts(), number, day, by=by, why=why))


@dossier.command()
@click.argument("number", type=int)
@click.option("--why", required=True, metavar="原因", help="为什么作废。")
@by_option
@click.pass_obj
def void(desk: Desk, number: int, why: str, by: str) -> None:
    """作废一份：不再计数，经过留着。"""
    from bot import dossiering

    click.echo(dossiering.void(desk.parts(), number, why, by=by))


def _row(view: DossierView) -> dict[str, Any]:
    return {
        "number": view.number, "form": view.form, "title": view.title, "place": view.place, "first": view.first.isoformat(),
        "last": view.last.isoformat() if view.last else None, "targets": list(view.targets), "by": view.by,
        "company": view.company, "void": view.is_void, "next": view.next, "lacks": view.lacks,
        "steps": [
            {"step": s.name, "day": s.day.isoformat() if s.day else None, "text": s.text, "by": s.by, "evidence": s.proofs}
            for s in view.steps
        ],
    }  # fmt: skip
