"""`wxops report`: the group; its commands stand in files of their own."""

from __future__ import annotations

import click

from bot.cli import effects, report_desk, report_year, weekly_reports


@click.group()
def report() -> None:
    """报告：生成、提交甲方、确认或退回、取文件、下载记录。"""


for _command in (
    effects.monthly,
    effects.quarterly,
    effects.yearly,
    effects.template,
    report_desk.list_reports,
    report_desk.show_report,
    report_desk.submit,
    report_desk.confirm,
    report_desk.return_,
    report_desk.scan,
    report_desk.file,
    report_desk.downloads,
    weekly_reports.weekly,
    weekly_reports.sent,
    weekly_reports.unsent,
    report_year.acceptance,
    report_year.plan,
    report_year.archive,
):
    report.add_command(_command)
