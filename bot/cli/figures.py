"""The command on figures: what was published, read and liked."""

from __future__ import annotations

import click

from bot.cli import show
from bot.cli.group import Desk, json_option


@click.command()
@click.argument("words", nargs=-1, metavar="[时间]")
@json_option
@click.pass_obj
def stats(desk: Desk, words: tuple[str, ...], as_json: bool) -> None:
    """统计：发布、阅读和互动，不写时间是本月到昨天（也可以写 上周、12-01到12-05），还有今天接口用掉的次数。"""
    from dataclasses import asdict

    from bot.commands.figures import tell
    from content.clock import local_day
    from content.periods import period
    from scheduler import limits
    from scheduler.interaction_rule import read_rule
    from scheduler.interactions import facts, total
    from scheduler.stats import month_to_yesterday, summary

    parts = desk.parts()
    with parts.store.reading() as session:
        now = parts.clock.now()
        today = local_day(now)
        wanted = period(" ".join(words), today) if words else None
        span = (wanted.first, wanted.last) if wanted else month_to_yesterday(today)
        found, interactions = summary(session, *span), total(session, read_rule(parts.workspace), *span)
        calls, lines = limits.used_today(session, now), limits.in_words(session, now)
    if as_json:
        show.as_json(
            asdict(found)
            | {
                "interactions": facts(interactions),
                "followers_added": found.followers_added,
                "calls": [asdict(use) for use in calls],
            }
        )
    else:
        click.echo("\n".join([tell(found, interactions, today), *lines]))
