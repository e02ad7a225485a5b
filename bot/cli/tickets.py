"""Commands on tickets: what readers want a person to see to, the answer, and how a ticket was closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from bot.cli import show
from bot.cli.acting import by_option, person_behind
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from content.ticket_models import Ticket

NEWEST = 200
HOW = "确实要这样答复，请加 --reason 理由。"


@click.group()
def ticket() -> None:
    """工单：读者要人答复的事，列表、答复、关闭。"""


@ticket.command("list")
@click.option("--all", "everything", is_flag=True, help=f"也列答复过的，最新的 {NEWEST} 张。")
@json_option
@click.pass_obj
def list_(desk: Desk, everything: bool, as_json: bool) -> None:
    """待答复的工单，等得最久的在前；号码已遮挡。"""
    from scheduler import ticket_desk

    parts = desk.parts()
    with parts.store.reading() as session:
        found = ticket_desk.latest(session, limit=NEWEST) if everything else ticket_desk.open_ones(session)
        rows = [_row(desk, session, one) for one in found]
    show.listed(rows, map(_line, rows), json_wanted=as_json, nothing="没有等人答复的工单。")


@ticket.command("show")
@click.argument("number", type=int, metavar="N")
@json_option
@click.pass_obj
def show_(desk: Desk, number: int, as_json: bool) -> None:
    """一张工单：电话、来往的消息、能答复到什么时候。"""
    from scheduler import ticket_desk

    with desk.parts().store.reading() as session:
        one = ticket_desk.by_number(session, number)
        row = _row(desk, session, one) | {"phone": one.phone}
        row["messages"] = [ticket_desk.told_by(message, whole=True) for message in ticket_desk.messages(session, one)]
    if as_json:
        show.as_json(row)
        return
    about = [f"工单 {row['number']}（{row['state_name']}）", f"电话：{row['phone'] or '还没有留'}", row["window"]]
    click.echo("\n".join([*filter(None, about), *row["messages"]]))


@ticket.command()
@click.argument("number", type=int, metavar="N")
@click.argument("text", metavar="文字")
@click.option("--reason", default="", metavar="理由", help="检查有提醒、仍要这样答复的理由，留在记录里。")
@by_option
@click.pass_obj
def reply(desk: Desk, number: int, text: str, reason: str, by: str) -> None:
    """答复读者：先检查用词，由公众号发给读者。"""
    from content.lint.tables import tables
    from scheduler.ticket_desk import Answer
    from scheduler.ticket_desk import reply as answer

    words = tables(desk.workspace)
    with _handling(desk, by) as (session, now):
        click.echo(answer(session, number, Answer(text, by, reason, HOW), words, now=now))


@ticket.command()
@click.argument("number", type=int, metavar="N")
@click.option("--elsewhere", is_flag=True, help="已在后台回复。")
@click.option("--reason", default="", metavar="原因", help="为什么关闭，留在记录里。")
@by_option
@click.pass_obj
def close(desk: Desk, number: int, elsewhere: bool, reason: str, by: str) -> None:
    """关闭工单：已在后台回复（--elsewhere），或别的原因。"""
    from scheduler import ticket_desk

    with _handling(desk, by) as (session, now):
        if elsewhere:
            click.echo(ticket_desk.answered_elsewhere(session, number, by=by, now=now))
        else:
            click.echo(ticket_desk.close(session, number, reason, by=by, now=now))


@contextmanager
def _handling(desk: Desk, by: str) -> Iterator[tuple[Session, datetime]]:
    """Open a transaction for what somebody does about a ticket; OpsError for a person who may not."""
    from scheduler.ticket_desk import demand_handler

    with desk.parts().store.transaction() as session:
        if person := person_behind(session, by):
            demand_handler(person)
        yield session, desk.parts().clock.now()


def _row(desk: Desk, session: Session, one: Ticket) -> dict[str, Any]:
    from content.clock import stamp
    from scheduler import ticket_desk

    return {
        "number": one.id,
        "state": one.state.value,
        "state_name": ticket_desk.state_in_words(session, one),
        "place": one.place,
        "phone": ticket_desk.phone_of(one, whole=False),
        "text": ticket_desk.brief(session, one, 200),
        "opened_at": stamp(one.opened_at),
        "waits_since": stamp(one.waits_since),
        "window": ticket_desk.window_in_words(one, desk.parts().clock.now()),
    }


def _line(row: dict[str, Any]) -> str:
    place = f"{row['place']}，" if row["place"] else ""
    return f"{row['number']}  {row['waits_since']}  {row['text']}（{place}{row['state_name']}）{row['window']}"
