"""`wxops report acceptance|plan|archive`: the reports of the whole contract."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.acting import by_option
from bot.cli.group import Desk

if TYPE_CHECKING:
    from scheduler.models import Report

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--as-of", type=DAY, metavar="日期", help="数据到哪一天，例如 2027-03-14；不写则到今天。")
@click.option("--seed", type=int, metavar="数字", help="电话抽查的抽样种子；不写则沿用这一期第一版的，第一版用日期。")
@by_option
@click.pass_obj
def acceptance(desk: Desk, as_of: datetime | None, seed: int | None, by: str) -> None:
    """执行成果报告：按服务线和指标写成 Word，附逐条清单、证据索引和电话抽查表。"""
    from bot.year_reports import make_acceptance
    from scheduler.acceptance_words import sampling, summary

    report, facts = make_acceptance(desk.parts(), as_of.date() if as_of else None, seed, by=by)
    click.echo("\n".join([_made(desk, report), summary(facts), sampling(facts)]))


@click.command()
@by_option
@click.pass_obj
def plan(desk: Desk, by: str) -> None:
    """项目实施方案：照 contract.toml 写成 Word，有目标、阶段和节点、走访、人员、怎样算数。"""
    from bot.year_reports import make_plan

    click.echo(_made(desk, make_plan(desk.parts(), by=by)))


@click.command()
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="文件.zip", help="存到哪里。"
)
@by_option
@click.pass_obj
def archive(desk: Desk, out: Path, by: str) -> None:
    """整年归档：一个 ZIP，断网也能看，文章、审批表、数据、报告、周报、记录、证据都在里面。"""
    from bot.year_reports import make_archive

    with click.progressbar(length=1, label="归档", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        found = make_archive(desk.parts(), out, by=by, progress=progress)
    click.echo(f"已归档：{out}（{out.stat().st_size / 1024 / 1024:,.1f} MB）")
    reports = f"报告 {found.reports:,}，周报 {found.weekly:,}"
    click.echo(f"文章 {found.articles:,}，记录 {found.records:,}，证据 {found.files:,}，{reports}")
    for wrong in found.wrong:
        click.echo(f"缺：{wrong}")


def _made(desk: Desk, report: Report) -> str:
    """Return where a report lies and what comes next."""
    from scheduler.report_states import in_words, only_for_the_house

    with desk.parts().store.reading() as session:
        inside = only_for_the_house(session, report)
    take = f"{in_words(report)}：{desk.workspace / report.path}\n取带水印的文件：wxops report file {report.id}"
    return f"{take}\n{inside}" if inside else f"{take}；提交甲方：wxops report submit {report.id}"
