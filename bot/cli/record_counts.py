"""`wxops record count`: how much field work there was, and by which company."""

from __future__ import annotations

import click

from bot.cli import show
from bot.cli.group import Desk, json_option


@click.command()
@click.option("--by-company", is_flag=True, help="按单位分开：换了承办单位，各算各的。")
@click.option("--from", "first", default="", metavar="日期", help="从哪天；不写则从头。")
@click.option("--to", "last", default="", metavar="日期", help="到哪天，这天还算；不写是今天。")
@json_option
@click.pass_obj
def count(desk: Desk, by_company: bool, first: str, last: str, as_json: bool) -> None:
    """数一数：各类现场工作有多少，走访按社区算；作废的不算。"""
    from datetime import date

    from bot.delegating import day_in
    from content.by_company import by_company as shares_of
    from content.clock import local_day

    now = desk.parts().clock.now()
    span = (day_in(first, now=now) if first else date.min, day_in(last, now=now) if last else local_day(now))
    with desk.parts().store.reading() as session:
        shares = shares_of(session, *span)
    totals: dict[tuple[str, str], int] = {}
    for one in shares:
        key = (one.kind, one.company if by_company else "")
        totals[key] = totals.get(key, 0) + one.count
    rows = [{"kind": kind, "company": company, "count": value} for (kind, company), value in totals.items()]
    lines = (f"{row['kind']}{row['company'] and '，' + str(row['company'])}：{row['count']}" for row in rows)
    show.listed(rows, lines, json_wanted=as_json, nothing="没有记录。")
