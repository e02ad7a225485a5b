"""What the tests of taking down and correcting share: posts that are out, people who may, short words for deeds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from click.testing import CliRunner
from publishing_kit import QUIET, approve, drafted, handed_over, pass_time, write
from sqlalchemy import select
from stage import Stage

from bot.cli import cli
from content.after_models import Withdrawal
from content.errors import OpsError
from content.models import Article, Event, State
from content.people import add_person, bind, person_named
from scheduler import withdraw

PEOPLE = {"运营": ("operator", ""), "主任": ("chief", "甲方"), "编辑": ("editor", ""), "外聘": ("chief", "乙方")}
WHY = "日期写错"


def hire(stage: Stage) -> None:
    """Bind people who may take down (运营, 主任) and who may not."""
    with stage.parts.store.transaction() as session:
        for name, (role, party) in PEOPLE.items():
            _, code = add_person(session, name, role, party=party, company="", now=stage.now)
            bind(session, code, f"openid-{name}", now=stage.now)


def published(stage: Stage, name: str = "01-notice", *, notify: str = QUIET, **facts: Any) -> int:
    """Have an article out, sent by the API and confirmed by WeChat's event; return its number."""
    number = drafted(stage, name, notify=notify, **facts)
    handed_over(stage, number)
    pass_time(stage, 1)
    assert stage.state(number) == State.PUBLISHED, stage.alarms()
    return number


def published_together(stage: Stage, *names: str, notify: str = QUIET) -> list[int]:
    """Have several articles out in one post."""
    due = stage.now + timedelta(minutes=10)
    for name in names:
        write(stage, name, due=due, notify=notify)
    numbers = approve(stage, *names)
    stage.ticks.slow_rest()
    stage.at(due)
    pass_time(stage, 0, 1)
    assert stage.state(numbers[0]) == State.PUBLISHED, stage.alarms()
    return numbers


def ask(stage: Stage, number: int, title: str, *, who: str = "运营", reason: str = WHY) -> str:
    with stage.parts.store.transaction() as session:
        article, person = session.get_one(Article, number), person_named(session, who)
        return withdraw.ask(session, article, title=title, reason=reason, person=person, now=stage.now)


def confirm(stage: Stage, number: int, who: str = "主任") -> str:
    with stage.parts.store.transaction() as session:
        article, person = session.get_one(Article, number), person_named(session, who)
        return withdraw.confirm(session, article, person=person, now=stage.now)


def is_done(stage: Stage, number: int, who: str = "运营") -> str:
    with stage.parts.store.transaction() as session:
        article, person = session.get_one(Article, number), person_named(session, who)
        return withdraw.is_done(session, article, person=person, now=stage.now)


def withdrawal(stage: Stage, number: int) -> Withdrawal:
    with stage.parts.store.reading() as session:
        return withdraw.every_one(session, session.get_one(Article, number))[0]


def trail(stage: Stage, number: int) -> str:
    with stage.parts.store.reading() as session:
        found = session.scalars(select(Event).where(Event.subject == f"article:{number}").order_by(Event.id))
        return "\n".join(f"{event.by}：{event.why}" for event in found)


def readable(stage: Stage) -> list[str]:
    """The titles that readers can still open, by WeChat's own records."""
    return [one.item["title"] for one in stage.sim.world.archive.articles if not one.deleted]


def terminal(stage: Stage, *words: str) -> tuple[int, str]:
    """What `wxops …` says, and its exit code; in this process, which is faster than a new one."""
    result = CliRunner().invoke(cli, ["--workspace", str(stage.folder), *words], env=stage.environ)
    if isinstance(result.exception, OpsError):
        return result.exception.exit_code, str(result.exception)
    return result.exit_code, result.output
