"""Commands on posts: the list, what is due, what a person decides, alarms, pause and resume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bot.cli import show
from bot.cli.acting import OPERATORS, by_message, by_option, by_roles
from bot.cli.group import Desk, json_option
from content.errors import OpsError, WrongUse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from content.models import Article


@click.group()
def post() -> None:
    """推文：N 是其中任何一篇文章的编号。"""


@post.command("list")
@json_option
@click.pass_obj
def list_posts(desk: Desk, as_json: bool) -> None:
    """列出所有推文，最早的在前。"""
    from bot.cli.rows import post_line, post_rows
    from content.posts import every_post

    with desk.parts().store.reading() as session:
        rows = post_rows(desk, session, every_post(session))
    show.listed(rows, map(post_line, rows), json_wanted=as_json, nothing="还没有推文。")


@post.command()
@click.argument("number", type=int, metavar="N")
@click.option("--out", "outcome", flag_value="out", help="已经发出。")
@click.option("--not-out", "outcome", flag_value="not-out", help="没有发出。")
@click.option("--url", default="", metavar="链接", help="发出后的文章链接。")
@click.option("--title", default="", metavar="标题", help="没有在等人核实的推文，照抄文章的标题才记为已发出。")
@by_message("已发")
@click.pass_obj
def settle(desk: Desk, number: int, outcome: str | None, url: str, title: str, by: str) -> None:
    """核实：在后台看过之后，记下发出了还是没有。"""
    from scheduler import settle

    if outcome is None:
        raise WrongUse("请写 --out（已发出）或 --not-out（没有发出）。")
    with desk.decision(number) as (session, article, now):
        if outcome == "out":
            click.echo(_published(desk, session, article, url, title, by, now))
        else:
            click.echo(settle.is_not_out(session, article, by=by, now=now))


def _published(desk: Desk, session: Session, article: Article, url: str, title: str, by: str, now: datetime) -> str:
    from scheduler import hearsay, joined

    try:
        return joined.published(session, article, url, desk.parts().rules, title=title, by=by, now=now)
    except hearsay.NotAwaited as doubt:
        raise OpsError(f"{doubt}请核对编号。确实已经发出，请加上：--title 文章{article.id}的标题") from doubt


@post.command("send-again")
@click.argument("number", type=int, metavar="N")
@by_message("补发")
@click.pass_obj
def send_again(desk: Desk, number: int, by: str) -> None:
    """重发：发布失败的，或草稿在后台被改过的，用审过的稿子再发。"""
    from scheduler import settle

    with desk.decision(number) as (session, article, now):
        click.echo(settle.send_again(session, article, by=by, now=now))


@post.command()
@click.argument("number", type=int, metavar="N")
@click.option("--ours", "which", flag_value="ours", help="用审过的原稿，草稿改回去。")
@click.option("--theirs", "which", flag_value="theirs", help="用后台改过的文字：写进稿件、重新审核后再发。")
@by_message("用原稿")
@click.pass_obj
def edited(desk: Desk, number: int, which: str | None, by: str) -> None:
    """草稿在后台被改过：不带选项时列出全部改动，带选项时决定用哪一稿。"""
    from scheduler import which_text
    from scheduler.edited import changes_of, in_lines

    with desk.decision(number) as (session, article, now):
        if which is None:
            click.echo("\n".join(in_lines(changes_of(session, article))) or "草稿没有在后台被改过的记录。")
            return
        if which == "ours":
            click.echo(which_text.use_ours(session, article, desk.parts().rules, by=by, now=now))
        else:
            click.echo(which_text.use_theirs(session, article, by=by, now=now))


@post.command()
@click.argument("number", type=int, metavar="N")
@by_roles(*OPERATORS)
@click.pass_obj
def confirm(desk: Desk, number: int, by: str) -> None:
    """确认：等人确认的（晚了、过时才通过的），现在就发。"""
    from scheduler import settle

    with desk.decision(number) as (session, article, now):
        click.echo(settle.send_now(session, article, desk.parts().rules, by=by, now=now))


@post.command()
@click.argument("number", type=int, metavar="N")
@click.option("--reason", default="", metavar="理由", help="为什么照样可以发，留在记录里。")
@by_message("放行")
@click.pass_obj
def release(desk: Desk, number: int, reason: str, by: str) -> None:
    """放行：因为新列入的词停住的文章，照样发出。"""
    from scheduler.word_holds import release

    with desk.decision(number) as (session, article, now):
        click.echo(release(session, article, reason, by=by, now=now))


@post.command("now")
@click.argument("number", type=int, metavar="N")
@by_option
@click.pass_obj
def publish_now(desk: Desk, number: int, by: str) -> None:
    """立即发布：不等时间；一位要求，另一位用同样的命令确认。"""
    from content.people import person_named
    from scheduler import now as at_once

    with desk.decision(number) as (session, article, now):
        person = person_named(session, by)
        click.echo(at_once.publish_now(session, article, person, desk.parts().rules, now=now))


@post.command("late")
@click.argument("number", type=int, metavar="N")
@by_message("补发")
@click.pass_obj
def send_late(desk: Desk, number: int, by: str) -> None:
    """补发：过了时间还没发的、发布失败的，现在发。"""
    from scheduler import settle

    with desk.decision(number) as (session, article, now):
        click.echo(settle.send_late(session, article, desk.parts().rules, by=by, now=now))


@post.command("cancel")
@click.argument("number", type=int, metavar="N")
@by_message("取消排期")
@click.pass_obj
def cancel_post(desk: Desk, number: int, by: str) -> None:
    """取消排期：不再定时间，草稿留着。"""
    from scheduler import settle

    with desk.decision(number) as (session, article, now):
        click.echo(settle.cancel_time(session, article, by=by, now=now))


@post.command("move")
@click.argument("number", type=int, metavar="N")
@click.argument("time", required=False, metavar="[时间]")
@click.option("--out", is_flag=True, help="把这篇文章移出推文，其余照发。")
@by_message("排期")
@click.pass_obj
def move_post(desk: Desk, number: int, time: str | None, out: bool, by: str) -> None:
    """改时间（例如 "2026-12-05 18:30"、明天9点），或用 --out 移出一篇。"""
    from content.saying import when
    from scheduler import settle

    if out == bool(time):
        raise WrongUse('请写时间，例如 "2026-12-05 18:30"，或写 --out。')
    due = when(time, desk.parts().clock.now()) if time else None
    with desk.decision(number) as (session, article, now):
        if due is None:
            click.echo(settle.take_out(session, article, by=by, now=now))
        else:
            rules, push = desk.parts().rules, desk.parts().library.push
            click.echo(settle.change_time(session, article, due, rules, push=push, by=by, now=now))


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=31, show_default=True, help="往后看几天。")
@json_option
@click.pass_obj
def due(desk: Desk, days: int, as_json: bool) -> None:
    """待发：到时间会怎样。草稿、推送或不推送、为什么等着、还差什么、手工步骤。"""
    from datetime import timedelta

    from bot.cli.rows import due_lines, post_rows
    from content.posts import unsent

    until = desk.parts().clock.now() + timedelta(days=days)
    with desk.parts().store.reading() as session:
        rows = post_rows(desk, session, [p for p in unsent(session) if p.due_at and p.due_at <= until])
    show.listed(rows, map(due_lines, rows), json_wanted=as_json, nothing=f"{days} 天内没有待发的推文。")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def alarms(context: click.Context, as_json: bool) -> None:
    """告警：还没有解决的事。"""
    from content.clock import stamp
    from scheduler.alarm import ringing

    if context.invoked_subcommand:
        return
    with context.obj.parts().store.reading() as session:
        rows: list[dict[str, Any]] = [
            {"number": a.id, "since": stamp(a.since), "key": a.key, "text": a.text, "taken_by": a.taken_by}
            for a in ringing(session)
        ]
    lines = (f"告警{r['number']}  {r['since']}  {r['text']}{_taken(r['taken_by'])}" for r in rows)
    show.listed(rows, lines, json_wanted=as_json, nothing="没有告警。")


@alarms.command("take")
@click.argument("number", type=int)
@by_message("收到")
@click.pass_obj
def take_alarm(desk: Desk, number: int, by: str) -> None:
    """收到：这条告警有人处理了，不再提醒大家。"""
    from scheduler.alarm import take

    with desk.parts().store.transaction() as session:
        taken = take(session, number, by=by, now=desk.parts().clock.now())
    if taken is None:
        raise WrongUse(f"没有正在响的告警 {number}，请看 wxops alarms。")
    click.echo(f"告警{number} 由{taken.taken_by}处理，不再提醒大家。")


@alarms.command("settle")
@click.argument("number", type=int)
@by_message("处理完")
@click.pass_obj
def settle_alarm(desk: Desk, number: int, by: str) -> None:
    """记下这条告警已经处理。"""
    from scheduler.alarm import settle

    with desk.parts().store.transaction() as session:
        settled = settle(session, number, by=by, now=desk.parts().clock.now())
    if settled is None:
        raise WrongUse(f"没有正在响的告警 {number}，请看 wxops alarms。")
    click.echo(f"告警{number} 已记为处理完。")


@click.command()
@click.option("--why", default="", metavar="原因", help="为什么暂停。")
@by_message("暂停")
@click.pass_obj
def pause(desk: Desk, why: str, by: str) -> None:
    """暂停自动发布。"""
    from content import control

    with desk.parts().store.transaction() as session:
        click.echo(control.pause(session, why.strip(), by=by, now=desk.parts().clock.now()))


@click.command()
@by_message("恢复")
@click.pass_obj
def resume(desk: Desk, by: str) -> None:
    """恢复自动发布。"""
    from scheduler.pausing import resume

    with desk.parts().store.transaction() as session:
        click.echo(resume(session, by=by, now=desk.parts().clock.now()))


def _taken(by: str) -> str:
    return f"（{by}在处理）" if by else ""
