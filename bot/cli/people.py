"""Commands on people: who has a duty, the code that ties them to their WeChat, the link that logs them in."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import show
from bot.cli.acting import ADMINS, OPERATORS, by_message, by_roles
from bot.cli.group import Desk, json_option
from content.errors import WrongUse

ROLES = ("admin", "operator", "editor", "reviewer", "chief", "liaison")


@click.group()
def person() -> None:
    """人员：加入、列表、换绑定码、撤销。"""


@person.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES), help="角色。")
@click.option("--party", type=click.Choice(["甲方", "乙方"]), help="属于哪一方；不写则终审人属甲方，其余属乙方。")
@click.option("--company", default="", help="单位。")
@click.pass_obj
def add(desk: Desk, name: str, role: str, party: str | None, company: str) -> None:
    """加入一个人，给出一次性的绑定码（30 天内有效）。"""
    from content.people import add_person

    parts = desk.parts()
    with parts.store.transaction() as session:
        added, code = add_person(session, name, role, party=party or "", company=company, now=parts.clock.now())
    click.echo(f"已加入{added.name}（{role}，{added.party}）。请本人在微信里给公众号发：绑定 {code}")


@person.command("list")
@json_option
@click.pass_obj
def list_people(desk: Desk, as_json: bool) -> None:
    """列出人员：姓名、角色、哪一方、是否已绑定。"""
    from content.people import people

    with desk.parts().store.reading() as session:
        rows = [
            {"name": p.name, "role": p.role, "party": p.party, "company": p.company, "bound": p.openid is not None}
            for p in people(session)
        ]
    lines = (f"{r['name']}  {r['role']}  {r['party']}  {'已绑定' if r['bound'] else '未绑定'}" for r in rows)
    show.listed(rows, lines, json_wanted=as_json, nothing="还没有人员，请用 wxops person add 加入。")


@person.command()
@click.argument("name")
@click.pass_obj
def code(desk: Desk, name: str) -> None:
    """给一个人换新的绑定码，旧的作废。"""
    from content.people import new_code, person_named

    parts = desk.parts()
    with parts.store.transaction() as session:
        fresh = new_code(session, person_named(session, name), now=parts.clock.now())
    click.echo(f"请本人在微信里给公众号发：绑定 {fresh}")


@person.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="只检查，什么都不收。")
@by_roles(*ADMINS)
@click.pass_obj
def import_people(desk: Desk, file: Path, check: bool, by: str) -> None:
    """从 Excel 或 CSV 收人员和负责的地方，一次列出所有问题；同一个表再收没有变化。"""
    from bot.hiring import take_people

    click.echo(take_people(desk.parts(), file.read_bytes(), file.name, by=by, is_check=check))


@person.command()
@click.option("--street", default="", metavar="街道", help="只印这个街道的。")
@click.option("--all", "everybody", is_flag=True, help="所有街道，每个街道一页。")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="写到哪个文件：.docx 或 .html。"
)
@by_roles(*OPERATORS)
@click.pass_obj
def codes(desk: Desk, street: str, everybody: bool, out: Path, by: str) -> None:
    """打印绑定码：每个街道一页，30 天内有效；给还没绑定的人换新的，旧的作废。"""
    from bot.printing_codes import print_codes

    for line in print_codes(desk.parts(), street, out, everybody=everybody, by=by):
        click.echo(line)


@person.command()
@click.argument("name")
@by_roles(*ADMINS)
@click.pass_obj
def revoke(desk: Desk, name: str, by: str) -> None:
    """撤销一个人的职责，删去他的微信号；做过的事留在记录里。"""
    from content.people import person_named
    from scheduler import binding

    if not name.strip():
        raise WrongUse("请写姓名。")
    parts = desk.parts()
    with parts.store.transaction() as session:
        binding.revoke(session, person_named(session, name), by=by, now=parts.clock.now())
    click.echo(f"已撤销{name}。")


@person.command()
@by_message("解锁绑定")
@click.pass_obj
def unlock(desk: Desk, by: str) -> None:
    """解锁绑定：绑定码错得太多锁住的微信号，可以再绑定。"""
    from scheduler import binding

    parts = desk.parts()
    with parts.store.transaction() as session:
        click.echo(binding.unlock(session, by=by, now=parts.clock.now()))


@person.command()
@click.argument("name")
@click.option("--to", required=True, metavar="姓名", help="由谁代理，必须是甲方的人。")
@click.option("--from", "first", required=True, metavar="日期", help="从哪天，例如 2026-12-01。")
@click.option("--until", "last", required=True, metavar="日期", help="到哪天，这天还算。")
@click.option("--document", required=True, metavar="文号或文件", help="依据：文号，或扫描件（图片或 PDF）。")
@by_message("代理")
@click.pass_obj
def delegate(desk: Desk, name: str, to: str, first: str, last: str, document: str, by: str) -> None:
    """代理：甲方一个人不在的几天，该他审的由甲方另一个人审。"""
    from bot.delegating import delegate_at_terminal

    click.echo(delegate_at_terminal(desk.parts(), name, to, (first, last), document, by=by))


@person.command()
@click.option("--end", type=int, metavar="编号", help="提前结束这一个。")
@by_message("代理")
@json_option
@click.pass_obj
def delegations(desk: Desk, end: int | None, by: str, as_json: bool) -> None:
    """列出生效的和将要生效的代理；用 --end 提前结束一个。"""
    from bot.delegating import listed
    from content import delegations as found
    from content.people import person_named

    parts = desk.parts()
    if end is not None:
        with parts.store.transaction() as session:
            click.echo(found.end(session, end, by=person_named(session, by), now=parts.clock.now()))
        return
    with parts.store.reading() as session:
        rows = [{"number": number, "words": words} for number, words in listed(session, now=parts.clock.now())]
    lines = (f"{row['number']:>4}  {row['words']}" for row in rows)
    show.listed(rows, lines, json_wanted=as_json, nothing="没有生效的代理。")


@person.command()
@click.argument("name")
@click.argument("place")
@click.option("--from", "first", metavar="日期", help="从哪天；不写是今天。")
@click.option("--to", "last", metavar="日期", help="到哪天，这天还算；不写则没有结束。")
@click.option("--kind", default="", metavar="乙方联络员|社区对接人", help="不写则乙方的人是联络员，甲方的人是对接人。")
@click.option("--backup", is_flag=True, help="备岗：第二个人，主要的人不在时顶上。")
@by_roles(*OPERATORS)
@click.pass_obj
def assign(
    desk: Desk, name: str, place: str, first: str | None, last: str | None, kind: str, backup: bool, by: str
) -> None:
    """分配：一个人从哪天起负责一个街道或社区。"""
    from bot.assigning import assign_at_terminal

    click.echo(assign_at_terminal(desk.parts(), name, place, (first or "", last or ""), kind, backup=backup, by=by))


@person.command()
@click.argument("name")
@click.argument("place")
@click.option("--on", "last", metavar="日期", help="到哪天为止，这天还算；不写是今天。")
@by_roles(*OPERATORS)
@click.pass_obj
def unassign(desk: Desk, name: str, place: str, last: str | None, by: str) -> None:
    """不再分配：一个人负责一个街道或社区到哪天为止。"""
    from bot.assigning import end_at_terminal

    click.echo(end_at_terminal(desk.parts(), name, place, last or "", by=by))


@person.command()
@click.argument("old", metavar="旧")
@click.argument("new", metavar="新")
@click.option("--place", required=True, metavar="街道或社区", help="哪个街道或社区；街道连同它下面的社区。")
@click.option("--from", "day", required=True, metavar="日期", help="从哪天起由新的人负责。")
@by_message("换人")
@click.pass_obj
def replace(desk: Desk, old: str, new: str, place: str, day: str, by: str) -> None:
    """换人：一个地方从哪天起换人负责，走访计划、没办完的工单一起转；没有别的地方的人撤销微信绑定。"""
    from bot.assigning import replace_at_terminal

    for line in replace_at_terminal(desk.parts(), old, new, place, day, by=by):
        click.echo(line)


@person.command()
@click.argument("name")
@json_option
@click.pass_obj
def places(desk: Desk, name: str, as_json: bool) -> None:
    """一个人负责的街道和社区：现在的和以后的。"""
    from bot.assigning import rows

    found = rows(desk.parts(), name)
    lines = (f"{row['place']}  {row['words']}  {row['from']} 起{row['to'] and '，到 ' + row['to']}" for row in found)
    show.listed(found, lines, json_wanted=as_json, nothing=f"{name}没有负责的街道和社区。")


@click.command()
@click.argument("name")
@by_roles(*ADMINS)
@click.pass_obj
def login_link(desk: Desk, name: str, by: str) -> None:
    """网页登录：给一个人一次性的链接；新的一发，旧的作废。"""
    from bot.links import login_link as link_for
    from content.logins import LINK_MINUTES
    from content.people import person_named

    parts = desk.parts()
    with parts.store.transaction() as session:
        link = link_for(session, parts.config.server, person_named(session, name), by=by, now=parts.clock.now())
    click.echo(f"{link}\n给{name}本人，{LINK_MINUTES} 分钟内有效，只能用一次。")
