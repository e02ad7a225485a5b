"""`wxops report monthly|quarterly|yearly|template`: the effect analysis made, and its template to edit."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.acting import by_option
from bot.cli.group import Desk

OUT = click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="文件夹", help="另存一份到哪里。")


@click.command()
@click.argument("period", metavar="月份")
@OUT
@by_option
@click.pass_obj
def monthly(desk: Desk, period: str, out: Path | None, by: str) -> None:
    """月度推广效果数据分析报告，例如：wxops report monthly 2026-12"""
    _make(desk, "monthly", period, out, by)


@click.command()
@click.argument("period", metavar="季度")
@OUT
@by_option
@click.pass_obj
def quarterly(desk: Desk, period: str, out: Path | None, by: str) -> None:
    """季度推广效果数据分析报告，例如：wxops report quarterly 2026-Q4"""
    _make(desk, "quarterly", period, out, by)


@click.command()
@click.argument("period", metavar="年份")
@OUT
@by_option
@click.pass_obj
def yearly(desk: Desk, period: str, out: Path | None, by: str) -> None:
    """年度推广效果数据分析报告，例如：wxops report yearly 2026"""
    _make(desk, "yearly", period, out, by)


@click.command()
@click.argument("name", metavar="模板")
@click.pass_obj
def template(desk: Desk, name: str) -> None:
    """把自带的 Word 模板复制到工作区的 forms 文件夹，改了以后就用它，例如：wxops report template effect"""
    from content.word.filling import copied

    click.echo(f"已复制：{copied(desk.workspace, name)}。用 Word 或 WPS 改好存盘，下次生成就用它。")


def _make(desk: Desk, kind: str, period: str, out: Path | None, by: str) -> None:
    """Make an analysis, say what is in it, and save a copy for whoever takes it out."""
    from bot import reports
    from bot.cli.word import saved
    from scheduler import effect_keeping, report_desk
    from scheduler.report_states import in_words, only_for_the_house

    parts = desk.parts()
    with parts.store.reading() as session:
        report_desk.demand_maker(session, by)
    report = effect_keeping.make(parts.store, parts.workspace, parts.rules, kind, period, by=by, now=parts.clock.now())
    click.echo(f"{in_words(report)}在 {report.path}")
    with parts.store.reading() as session:
        if inside := only_for_the_house(session, report):
            click.echo(inside)
    if out is None:
        return
    with parts.store.reading() as session:
        names = report_desk.file_names(session, parts.workspace, report)
    for name in names:
        click.echo(f"已取出：{saved(out / name, reports.take_out(parts, report.id, name, by=by))}")
