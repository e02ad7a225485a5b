"""Putting together: from the configuration to the parts that a door is handed; the only place that chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.config import CONFIG_FILE, Config, clock_file, database_url, load
from bot.settings import names
from content import control, lint
from content.clock import Clock
from content.daybook import DayBook
from content.db import DOOR_SECONDS, WAIT_SECONDS, Store
from content.library import Library
from content.lint.front import AUTHOR_LIMIT
from content.lint.tables import tables
from content.markup.foot import Foot
from content.places import names_in
from content.quiet import quiet_hours
from content.render import theme_css
from content.schedule import schedule_of
from content.steps import Chain, Step
from scheduler.hosts import is_this_machine
from scheduler.related import related
from scheduler.rules import Rules, away
from scheduler.schema import demand_current, is_empty, migrate
from scheduler.times import times_around

if TYPE_CHECKING:
    from scheduler.channels import Channels
    from scheduler.jobs import Ticks
    from scheduler.urgent import Drafting
    from scheduler.wechat import WeChat

USUAL_AUTHOR = "编辑部"  # where the account's name is not set or too long for one
PLACES_FILE = "places.csv"


@dataclass(frozen=True)
class Parts:
    """One account's parts, made once and handed down."""

    config: Config
    workspace: Path
    clock: Clock
    store: Store
    library: Library
    rules: Rules
    chain: Chain

    def check_context(self, month: str) -> lint.Context:
        """Return what the checks of an article of that month need to know."""
        places = names_in(self.workspace / PLACES_FILE)
        account, push = self.config.account, self.library.push
        with self.store.reading() as session:
            times = times_around(session, month) if month else ()
            foot = replace(self.library.foot, related=related(session, month))
        return lint.Context(
            now=self.clock.now(),
            month=month,
            places=places,
            css=self.library.css,
            foot=foot,
            tables=tables(self.workspace),
            schedule=schedule_of(
                self.workspace, [month], times, service=account.kind == "service", push=push, quiet=self.rules.quiet
            ),
        )


def build(workspace: Path, environ: Mapping[str, str], *, durable: bool = True, create: bool = False) -> Parts:
    """Read the workspace's configuration and make the parts.

    durable: commits survive a power cut; the web process passes False, and so waits for no
    lock longer than WeChat waits for it. create: an empty database is made. WrongUse when the configuration or the schema is not right.
    """
    config = load(workspace / CONFIG_FILE, environ)
    clock = Clock(clock_file(config, environ))
    (workspace / ".wxops").mkdir(exist_ok=True)
    store = Store(database_url(config, workspace), durable=durable, wait=WAIT_SECONDS if durable else DOOR_SECONDS)
    if create and is_empty(store):
        migrate(store)
    demand_current(store)
    with store.transaction() as session:
        control.claim_database(session, config.account.appid, now=clock.now())
    publish, days = config.publish, DayBook(workspace)
    return Parts(
        config=config,
        workspace=workspace,
        clock=clock,
        store=store,
        library=Library(
            folder=workspace,
            css=theme_css(config.render.theme, workspace),
            foot=Foot(config.render.foot, config.render.reviewers),
            push=publish.mode == "push",
        ),
        rules=Rules(
            draft_only=publish.mode == "draft-only" or not config.account.verified,
            grace=timedelta(minutes=publish.grace_minutes),
            draft_ahead=timedelta(hours=publish.draft_ahead_hours),
            articles=config.plan.articles,
            quiet=quiet_hours(publish.quiet_hours),
            service=config.account.kind == "service",
            days=days,
            comment_days=config.alarm.comment_days,
            verified_until=date.fromisoformat(until) if (until := config.account.verified_until) else None,
            protected=away(publish.admin_hours) if config.account.mass_protection else None,
            correction_role=config.review.correction_role,
            push=publish.mode == "push",
            account=config.account.name,
            report_basis=config.report.basis,
            report_day=config.report.monthly_day,
            compare=config.report.compare,
        ),
        chain=_chain(config, days),
    )


def _chain(config: Config, days: DayBook) -> Chain:
    named = config.review.urgent
    return tuple(
        Step(
            s.name,
            s.role,
            s.party,
            s.people,
            s.columns,
            days.sensitive if s.days else None,
            urgent=s.name in named if named else not (s.columns or s.days),
        )
        for s in config.review.steps
    )


def build_ticks(parts: Parts) -> Ticks:
    """Make the scheduler's ticks, with the gateway to WeChat."""
    from scheduler.alarm import status_of
    from scheduler.jobs import Ticks

    host = urlsplit(parts.config.account.api_base).hostname or ""
    return Ticks(
        parts.store,
        gateway(parts),
        parts.library,
        parts.rules,
        parts.clock,
        parts.chain,
        channels_of(parts.config),
        drafting(parts),
        ask=None if is_this_machine(host) else status_of,  # where WeChat is simulated, so are the days
    )


def drafting(parts: Parts) -> Drafting:
    """Return what the writing of an urgent notice's article needs."""
    from scheduler.urgent import Drafting

    name = parts.config.account.name
    return Drafting(parts.check_context, name if 0 < len(name) <= AUTHOR_LIMIT else USUAL_AUTHOR)


def channels_of(config: Config) -> Channels:
    """Return the channels beside WeChat that the settings name."""
    from scheduler.channels import Channels, MailServer

    mail, alarm = config.mail, config.alarm
    server = MailServer(mail.host, mail.port, mail.user, mail.password, mail.from_ or mail.user) if mail.host else None
    return Channels(server, names(alarm.email), alarm.webhook, names(alarm.on_duty))


def gateway(parts: Parts) -> WeChat:
    """Make the gateway to WeChat; imported late, since the web process never calls it."""
    from scheduler.wechat import WeChat

    account = parts.config.account
    return WeChat(account.appid, account.secret, account.api_base, parts.store, parts.clock)
