"""`wxops visits`: the plan of a quarter is drafted, and what of it is done, due or to be caught up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from bot.cli import show
from bot.cli.acting import OPERATORS, by_roles
from bot.cli.group import Desk, json_option

if TYPE_CHECKING:
    from content.gazetteer import Gazetteer
    from content.visits import Quarter, Visit

QUARTER = click.option("--quarter", type=int, metavar="第几季", help="合同的第几季，从 1 起；不写是现在这一季。")
STREET = click.option("--place", default="", metavar="街道或社区", help="只列这个地方和它下面的。")


@click.group()
def visits() -> None:
    """走访计划：排一季的走访，看办了哪些，哪些要补。"""


@visits.command()
@QUARTER
@by_roles(*OPERATORS)
@click.pass_obj
def plan(desk: Desk, quarter: int | None, by: str) -> None:
    """排一季的走访：每个社区一次，每人每周一样多；已排的不动，可以再运行。"""
    from functools import partial

    from content.clock import local_day
    from content.workdays import is_worked
    from scheduler.visit_plan import RULE, draft, quarter_of

    parts = desk.parts()
    now = parts.clock.now()
    wanted = quarter_of(parts.workspace, local_day(now), quarter)
    with parts.store.transaction() as session:
        click.echo(str(draft(session, wanted, partial(is_worked, days=parts.rules.days), by=by, now=now)))
    click.echo(f"规则：{RULE}")


@visits.command("list")
@QUARTER
@STREET
@click.option("--person", default="", metavar="姓名", help="只列排给这个人的。")
@json_option
@click.pass_obj
def list_visits(desk: Desk, quarter: int | None, place: str, person: str, as_json: bool) -> None:
    """列出一季里每个社区的走访：计划哪天、谁去、去过没有，和各街道的覆盖。"""
    from content.visits import coverage

    wanted, found, known = _seen(desk, quarter, place)
    found = sorted(
        (one for one in found if person in ("", one.person)),
        key=lambda one: (one.planned or wanted.last, one.spot.code),
    )
    if not as_json:
        click.echo(wanted.in_words)
    _listed(found, known, as_json)
    if not as_json and not person:
        for cover in coverage(found, known):
            if cover.of:
                click.echo(f"{cover.street.shown}：已走访 {cover.done}/{cover.of}")


@visits.command()
@QUARTER
@STREET
@json_option
@click.pass_obj
def catch_up(desk: Desk, quarter: int | None, place: str, as_json: bool) -> None:
    """补访：一季里还没有走访的社区，最久没去的在前。"""
    from content.visits import to_catch_up

    _, found, known = _seen(desk, quarter, place)
    _listed(to_catch_up(found), known, as_json)


def _seen(desk: Desk, number: int | None, place: str) -> tuple[Quarter, list[Visit], Gazetteer]:
    from content.clock import local_day
    from content.gazetteer import gazetteer
    from content.visits import standing
    from scheduler.visit_plan import quarter_of

    parts = desk.parts()
    today = local_day(parts.clock.now())
    wanted = quarter_of(parts.workspace, today, number)
    with parts.store.reading() as session:
        known = gazetteer(session, min(max(today, wanted.first), wanted.last))
        spots = known.below(known.named(place)) if place else None
        return wanted, standing(session, wanted, today, spots), known


def _listed(found: Sequence[Visit], known: Gazetteer, as_json: bool) -> None:
    rows = [
        {
            "place": known.full(one.spot),
            "code": one.spot.code,
            "planned": one.planned.isoformat() if one.planned else "",
            "person": one.person,
            "done": one.done.isoformat() if one.done else "",
            "latest": one.latest.isoformat() if one.latest else "",
            "state": one.state,
        }
        for one in found
    ]
    lines = (
        f"{row['planned'] or '没有计划  '}  {row['place']}  {row['person'] or '没有人'}  "
        f"{row['state']}{row['done'] and ' ' + row['done']}，上次 {row['latest'] or '—'}"
        for row in rows
    )
    show.listed(rows, lines, json_wanted=as_json, nothing="没有要列的社区。")
