"""`wxops contract` and `wxops compliance`: where the contract stands, what is noted of it, what evidence is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.acting import OPERATORS, by_roles
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scheduler.behind import Row
    from scheduler.contract_board import Board

NAME, DAY = "名称", "日期"
day_option = click.option("--day", default="", metavar=DAY, help="哪一天，例如 2026-12-05；不写是今天。")
document_option = click.option("--document", default="", metavar="凭据", help="文件名、文号或回单号。")


class _Targets(click.Group):
    """A group whose words that are no command are those of `show`: wxops contract 文章."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        is_command = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(context, args if is_command else ["show", *args])


@click.group(cls=_Targets)
def contract() -> None:
    """合同：各项指标、节点、付款；一项的明细；记完成、等甲方、付款。"""


@contract.command("show")
@click.argument("target", default="", metavar="指标")
@click.option("--on", "on", default="", metavar=DAY, help="按哪一天算，最晚是今天，例如 2026-12-31；不写是今天。")
@click.option("--rows", is_flag=True, help="一项的明细：每一次、每一篇，缺什么材料。")
@json_option
@click.pass_obj
def show_(desk: Desk, target: str, on: str, rows: bool, as_json: bool) -> None:
    """各项指标，或一项的全部：wxops contract 文章 --rows"""
    from bot.contracting import day_said
    from scheduler.contract_board import board

    parts, now = desk.parts(), desk.parts().clock.now()
    with parts.store.reading() as session:
        found = board(session, parts.workspace, parts.rules, now, on=day_said(on, now))
        if target:
            _one(session, found, target, rows=rows, as_json=as_json)
        else:
            _all(found, as_json=as_json)


@contract.command()
@click.argument("name", metavar=NAME)
@day_option
@document_option
@by_roles(*OPERATORS)
@click.pass_obj
def done(desk: Desk, name: str, day: str, document: str, by: str) -> None:
    """记一个节点完成：wxops contract done 项目实施方案 --document 回执"""
    from bot import contracting

    click.echo(contracting.done(desk.parts(), name, day=day, document=document, by=by))


@contract.command()
@click.argument("name", metavar=NAME)
@click.argument("why", metavar="等什么")
@click.option("--since", default="", metavar=DAY, help="从哪天起，不写是今天。")
@by_roles(*OPERATORS)
@click.pass_obj
def wait(desk: Desk, name: str, why: str, since: str, by: str) -> None:
    """记一项在等甲方：wxops contract wait 集中培训 等街道定场地"""
    from bot import contracting

    click.echo(contracting.wait(desk.parts(), name, why, since=since, by=by))


@contract.command()
@click.argument("name", metavar=NAME)
@day_option
@by_roles(*OPERATORS)
@click.pass_obj
def resume(desk: Desk, name: str, day: str, by: str) -> None:
    """记甲方已办，不再等。"""
    from bot import contracting

    click.echo(contracting.resume(desk.parts(), name, day=day, by=by))


@contract.command()
@click.argument("name", metavar=NAME)
@click.option("--amount", default="", metavar="元", help="付了多少，不写是还差的全部。")
@day_option
@document_option
@by_roles(*OPERATORS)
@click.pass_obj
def paid(desk: Desk, name: str, amount: str, day: str, document: str, by: str) -> None:
    """记甲方付款：wxops contract paid 首款 --day 2026-12-20 --document 回单号"""
    from bot import contracting

    click.echo(contracting.paid(desk.parts(), name, day=day, amount=amount, document=document, by=by))


@contract.command()
@click.argument("name", metavar=NAME)
@click.option("--why", required=True, metavar="原因", help="为什么撤销。")
@click.option("--amount", default="", metavar="元", help="付款有几笔时：撤销哪个金额的。")
@click.option("--day", default="", metavar=DAY, help="付款有几笔时：撤销哪天的。")
@document_option
@by_roles(*OPERATORS)
@click.pass_obj
def revoke(desk: Desk, name: str, why: str, amount: str, day: str, document: str, by: str) -> None:
    """撤销记错的完成或付款：wxops contract revoke 首款 --why 金额记错"""
    from bot import contracting

    click.echo(contracting.revoke(desk.parts(), name, why, day=day, amount=amount, document=document, by=by))


@contract.command()
@click.argument("first", metavar="原起始日")
@by_roles(*OPERATORS)
@click.pass_obj
def adopt(desk: Desk, first: str, by: str) -> None:
    """合同起始日改过：把原来记的完成、等待、付款接过来，例如：wxops contract adopt 2026-03-15"""
    from bot import contracting

    click.echo(contracting.adopt(desk.parts(), first, by=by))


@contract.command()
@click.option("--by-person", is_flag=True, help="按欠材料的人分开。")
@json_option
@click.pass_obj
def missing(desk: Desk, by_person: bool, as_json: bool) -> None:
    """缺件清单：哪些还缺材料，谁来补。"""
    from dataclasses import asdict

    from content.clock import local_day
    from scheduler import missing as missing_
    from scheduler.contract import standings

    parts = desk.parts()
    with parts.store.reading() as session:
        today = local_day(parts.clock.now())
        found = missing_.lacks(session, standings(session, parts.workspace, today)[1], today)
    people = missing_.by_person(found)
    lines = [
        line
        for name, owed in people.items()
        for line in (f"{name}：{len(owed)} 件", *(f"  {one.line}" for one in owed))
    ]
    flat = [f"{one.line}（{one.owner or missing_.NOBODY}）" for one in found]
    rows = [asdict(one) for one in found]
    show.listed(rows, lines if by_person else flat, json_wanted=as_json, nothing="没有缺件，材料都齐了。")


@click.command()
@json_option
@click.pass_obj
def compliance(desk: Desk, as_json: bool) -> None:
    """合规看板：更新、留言、工单、链接、排查。"""
    from bot.contract_rows import item_values
    from scheduler import compliance as inspection

    parts = desk.parts()
    with parts.store.reading() as session:
        found = inspection.items(session, parts.rules, parts.clock.now())
    lines = [
        line
        for one, told in zip(found, inspection.lines(found), strict=True)
        for line in (told, *(f"  {m}" for m in one.more))
    ]
    show.listed([item_values(one) for one in found], [*lines, inspection.RULE], json_wanted=as_json, nothing="")


def _one(session: object, found: Board, words: str, *, rows: bool, as_json: bool) -> None:
    from sqlalchemy.orm import Session

    from bot.contract_rows import target_values
    from content.errors import OpsError
    from scheduler.contract import named, rows_behind, told

    assert isinstance(session, Session)
    one = named(list(found.standings), words)
    if one is None:
        raise OpsError(f"没有指标“{words[:20]}”。有：{'、'.join(s.target.name for s in found.standings)}")
    listed = rows_behind(session, one) if rows or as_json else None
    if as_json:
        show.as_json(target_values(one, listed))
        return
    for line in [*told(one), *(_row_lines(listed) if rows else [])]:
        click.echo(line)


def _row_lines(rows: Sequence[Row] | None) -> list[str]:
    if rows is None:
        return ["明细：—（没有逐条的明细）"]
    lines = [f"明细：{len(rows)} 条，合计 {sum(row.value for row in rows):,}"]
    for row in rows:
        lacks = f"，缺{'、'.join(row.lacks)}" if row.lacks else ""
        owner = f"（{row.owner}）" if row.lacks and row.owner else ""
        lines.append("  ".join(filter(None, [f"  {row.day}", row.what, row.place, f"{row.value:,}{lacks}{owner}"])))
    return lines


def _all(found: Board, *, as_json: bool) -> None:
    from bot.contract_rows import whole
    from scheduler.compliance import lines
    from scheduler.contract import board_line
    from scheduler.payments_file import yuan
    from scheduler.target_standing import LIGHT_RULE

    if as_json:
        show.as_json(whole(found, late_sums=True))
        return
    made = found.contract
    version = f"，{made.version}" if made.version else ""
    click.echo(
        f"合同（{made.first} 至 {made.last}{version}），时间过了 {found.share:.1%}（{found.days}/{made.days} 天）"
    )
    for paper in made.supplements:
        click.echo(f"{paper.name}（{paper.document}，{paper.since} 起）：{'；'.join(paper.changes) or '没有改指标'}")
    for line in [*map(board_line, found.standings), LIGHT_RULE, f"算法：{made.rules.words()}"]:
        click.echo(line)
    for former in found.formers:
        click.echo(f"注意：{former.in_words}")
    for step in found.steps:
        click.echo(f"节点 {step.milestone.name}（{step.milestone.due}）：{step.in_words}")
    for due in found.dues:
        late = f"，迟付金 {yuan(due.late_sum)} 元" if due.late_sum else ""
        click.echo(f"付款 {due.payment.name} {yuan(due.payment.amount)} 元：{due.in_words}{late}")
    for line in lines(found.inspected):
        click.echo(f"合规 {line}")
