"""Articles in and out: what `import` does with an article, the commands new and export."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.group import Desk
from content.errors import WrongUse
from content.fresh import BLANK, TEMPLATES, Wish

if TYPE_CHECKING:
    from content.article import Facts
    from content.word import Taken

MONTH_HELP = "月份，例如 2026-12；不写则按发布时间，再不然就是本月。"
TIME_HELP = "发布时间，例如 2026-12-05 18:30。"


def import_article(desk: Desk, file: Path, month: str, facts: Facts, into: str) -> None:
    """Take a Word file (.docx), a ZIP, Markdown or an article's folder into the library, and say what came of it."""
    from bot.cli.rows import paths_that_are_out
    from content.word import intake

    out = paths_that_are_out(desk)
    month = month or _month(desk, facts.publish_at)
    click.echo(_told(intake(file, desk.workspace, month, facts, into=into, closed=out)))


@click.command()
@click.option("--title", metavar="标题", help="写了标题就不再逐项询问。")
@click.option("--author", default="", metavar="作者")
@click.option("--column", default="", metavar="栏目")
@click.option("--time", default="", metavar="时间", help=TIME_HELP)
@click.option("--month", default="", metavar="月份", help=MONTH_HELP)
@click.option(
    "--template", default=BLANK, type=click.Choice(list(TEMPLATES)), show_default=True, help="从哪个模板开始。"
)
@click.pass_obj
def new(desk: Desk, title: str | None, author: str, column: str, time: str, month: str, template: str) -> None:
    """新建一篇文章；不写选项就一项一项地问。"""
    from content.fresh import begin

    wish = Wish(title, author, column, _moment(time), template) if title is not None else _asked()
    click.echo(
        f"已新建：{begin(desk.workspace, month, wish, desk.clock().now()).relative_to(desk.workspace).as_posix()}"
    )
    click.echo("写好正文，放进封面图片，在文件开头写明每张图片的来源和许可，再运行 wxops check。")


@click.command()
@click.argument("reference", metavar="编号[-修订]")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="存到哪里；不写则存在当前目录。")
@click.pass_obj
def export(desk: Desk, reference: str, out: Path | None) -> None:
    """导出定稿：一个 ZIP，里面是 Word 文档和图片，供手工发到别的平台，例如 wxops export 12。"""
    from content.word.export import as_zip
    from content.word.frozen import frozen_piece

    number, wanted = numbers_in(reference)
    with desk.parts().store.reading() as session:
        piece, revision = frozen_piece(session, number, wanted, desk.parts().library.pictures)
    file = saved(out or Path(f"{number}-{revision}.zip"), as_zip(piece))
    click.echo(f"已导出修订 {number}-{revision}“{piece.title}”：{file}")


def facts_of(title: str, column: str, time: str) -> Facts:
    from content.article import Facts

    return Facts(title=title, column=column, publish_at=_moment(time))


def _told(taken: Taken) -> str:
    """Return what came of an import, a line each: what was made, what was left out, what to do next."""
    word = "已新建" if taken.is_new else "已更新" if taken.changed else "没有变化"
    lines = [f"{word}：{taken.name}“{taken.title}”", *(f"  {line}" for line in taken.report.lines())]
    return "\n".join([*lines, f"下一步：wxops check {taken.name}"])


def _asked() -> Wish:
    """Ask for what a new article needs."""
    title = click.prompt("标题")
    author = click.prompt("作者（可以空着）", default="", show_default=False)
    column = click.prompt("栏目（可以空着）", default="", show_default=False)
    time = click.prompt("发布时间，例如 2026-12-05 18:30（可以空着）", default="", show_default=False)
    template = click.prompt("模板", type=click.Choice(list(TEMPLATES)), default=BLANK)
    return Wish(title, author, column, _moment(time), template)


def _moment(text: str) -> datetime | None:
    from content.values import NotUnderstood, moment

    try:
        return moment(text)
    except NotUnderstood as error:
        raise WrongUse(f"发布时间{error}") from error


def _month(desk: Desk, publish_at: datetime | None) -> str:
    from content.clock import local

    return f"{local(publish_at or desk.clock().now()):%Y-%m}"


def numbers_in(text: str) -> tuple[int, int | None]:
    """Return the numbers of an article and of its revision, None for the newest."""
    number, _, revision = text.partition("-")
    if not number.isdecimal() or not (revision.isdecimal() or not revision):
        raise WrongUse("请写文章编号，或编号加修订，例如 12 或 12-3。")
    return int(number), int(revision) if revision else None


def saved(file: Path, data: bytes) -> Path:
    """Write a file whole; another one that is there is not overwritten."""
    from content.word.placing import write_whole

    if file.exists() and file.read_bytes() != data:
        raise WrongUse(f"{file} 已经有了，没有覆盖。请换一个文件名。")
    write_whole(file, data)
    return file
