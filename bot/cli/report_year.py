"""`wxops report acceptance`: the reports of the whole contract."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from bot.cli.group import Desk, by_option

if TYPE_CHECKING:
    from scheduler.models import Report

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--as-of", type=DAY, metavar="日期", help="数据到哪一天，例如 2027-03-14；不写则到今天。")
@click.option("--seed", type=int, metavar="数字", help="电话抽查的抽样种子；不写则用日期。")
@by_option
@click.pass_obj
def acceptance(desk: Desk, as_of: datetime | None, seed: int | None, by: str) -> None:
    """执行成果报告：按服务线和指标写成 Word，附逐条清单、证据索引和电话抽查表。"""
    from bot.year_reports import make_acceptance
    from scheduler.acceptance_words import sampling, summary

    report, facts = make_acceptance(desk.parts(), as_of.date() if as_of else None, seed, by=by)
    click.echo("\n".join([_made(desk, report), summary(facts), sampling(facts)]))


def _made(desk: Desk, report: Report) -> str:
    """Return where a report lies and what comes next."""
    from scheduler.report_states import in_words

    return f"{in_words(report)}：{desk.workspace / report.path}\n取带水印的文件：wxops report file {report.id}；提交甲方：wxops report submit {report.id}"
