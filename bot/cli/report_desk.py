"""`wxops report list|show|submit|confirm|return|scan|file|downloads`: a report's way to 甲方 and back."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import by_option
from bot.cli.group import Desk, json_option

SCAN = click.option(
    "--scan",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="扫描件",
    help="盖章页（图片或 PDF）；代录必须附。",
)
WHOSE = click.option("--for", "whose", default="", metavar="姓名", help="代录：甲方哪一位的意见；不写就是 --by 本人。")


@click.command("list")
@click.option("--kind", default="", metavar="类别", help="monthly、quarterly、yearly、执行成果报告或项目实施方案。")
@json_option
@click.pass_obj
def list_reports(desk: Desk, kind: str, as_json: bool) -> None:
    """给甲方的报告：哪一份、第几版、到哪一步。"""
    from bot.cli.report_rows import report_line, report_row
    from scheduler.report_desk import listed

    with desk.parts().store.reading() as session:
        rows = [report_row(report) for report in listed(session, kind=kind)]
    show.listed(rows, map(report_line, rows), json_wanted=as_json, nothing="还没有给甲方的报告。")


@click.command("show")
@click.argument("number", type=int)
@json_option
@click.pass_obj
def show_report(desk: Desk, number: int, as_json: bool) -> None:
    """一份报告：文件、到哪一步、甲方的意见、扫描件、经过。"""
    from bot.cli.report_rows import report_lines, whole_row
    from scheduler.report_desk import named

    with desk.parts().store.reading() as session:
        row = whole_row(session, desk.workspace, named(session, number))
    show.listed([row], report_lines(row), json_wanted=as_json, nothing="")


@click.command()
@click.argument("number", type=int)
@by_option
@click.pass_obj
def submit(desk: Desk, number: int, by: str) -> None:
    """提交甲方：数字和文件从此固定。"""
    from bot import reports

    click.echo(reports.submit(desk.parts(), number, by=by))


@click.command()
@click.argument("number", type=int)
@WHOSE
@SCAN
@by_option
@click.pass_obj
def confirm(desk: Desk, number: int, whose: str, scan: Path | None, by: str) -> None:
    """甲方确认：本人确认，或者附扫描件代录（--for 甲方姓名 --scan 文件）。"""
    from bot import reports

    click.echo(reports.decide(desk.parts(), number, reports.Said(True, "", whose), scan, by=by))


@click.command("return")
@click.argument("number", type=int)
@click.option("--reason", required=True, metavar="原因", help="为什么退回。")
@WHOSE
@SCAN
@by_option
@click.pass_obj
def return_(desk: Desk, number: int, reason: str, whose: str, scan: Path | None, by: str) -> None:
    """甲方退回，写明原因；改好以后重新生成，是新的一版。"""
    from bot import reports

    click.echo(reports.decide(desk.parts(), number, reports.Said(False, reason, whose), scan, by=by))


@click.command()
@click.argument("number", type=int)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@by_option
@click.pass_obj
def scan(desk: Desk, number: int, file: Path, by: str) -> None:
    """附盖章页的扫描件：图片或 PDF。"""
    from bot import reports

    click.echo(reports.prove(desk.parts(), number, file, by=by))


@click.command()
@click.argument("number", type=int)
@click.argument("name", default="", metavar="[文件名]")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="文件夹", help="存到哪个文件夹。"
)
@by_option
@click.pass_obj
def file(desk: Desk, number: int, name: str, out: Path, by: str) -> None:
    """取报告的文件（不写文件名就全取）：最后一行写明谁在何时取的，并记入下载记录。"""
    from bot import reports
    from bot.cli.word import saved
    from scheduler.report_desk import file_names, named

    with desk.parts().store.reading() as session:
        names = [name] if name else file_names(session, desk.workspace, named(session, number))
    for one in names:
        click.echo(f"已取出：{saved(out / one, reports.take_out(desk.parts(), number, one, by=by))}")


@click.command()
@click.argument("number", type=int, required=False)
@json_option
@click.pass_obj
def downloads(desk: Desk, number: int | None, as_json: bool) -> None:
    """下载记录：谁在何时取走了哪个文件；写编号就只看一份报告的。"""
    from bot.cli.report_rows import download_line, download_row
    from scheduler import report_desk

    with desk.parts().store.reading() as session:
        of = report_desk.named(session, number) if number else None
        rows = [download_row(one) for one in report_desk.downloads(session, of)]
    show.listed(rows, map(download_line, rows), json_wanted=as_json, nothing="还没有下载记录。")
