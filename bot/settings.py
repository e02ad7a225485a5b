"""The settings: every section of config.toml as a frozen value.

Defaults are what a setting means when it is left out. What must not be shown
(secrets, and addresses that may carry one) is no part of a value's repr.
A trailing underscore is not part of the key: `from_` is `from` in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["subscription", "service"]
Mode = Literal["plain", "compatible", "safe"]
Way = Literal["push", "quiet", "draft-only"]
Role = Literal["admin", "operator", "editor", "reviewer", "chief", "liaison"]
Approver = Literal["admin", "operator", "reviewer", "chief", ""]
Party = Literal["甲方", "乙方", ""]
Days = Literal["", "sensitive"]
Basis = Literal["calendar", "contract"]


@dataclass(frozen=True, kw_only=True)
class Account:
    """The official account; `mass_protection` says that its administrator confirms each push.

    verified_until: the last day of its verification, such as 2027-03-31; "" when nobody has written it.
    """

    name: str = ""
    kind: Kind = "subscription"
    verified: bool = True
    verified_until: str = ""
    original_id: str = ""
    appid: str
    secret: str = field(repr=False)
    api_base: str = "https://api.weixin.qq.com"
    mass_protection: bool = False


@dataclass(frozen=True, kw_only=True)
class Callback:
    """WeChat's door; `mode` left out of the file is safe with an `aes_key`, plain without.

    A file without the section has no such door: nobody is answered by message, and WeChat is asked instead.
    messages_a_minute: of one person, a third of it, but one at least, for readers; 0: no limit.
    """

    path: str = "/wechat"
    token: str = field(repr=False)
    mode: Mode = "plain"
    aes_key: str = field(default="", repr=False)
    old_aes_key: str = field(default="", repr=False)
    max_age_seconds: int = 300
    messages_a_minute: int = 60
    forward: str = field(default="", repr=False)
    forward_token: str = field(default="", repr=False)

    @property
    def is_off(self) -> bool:
        """Whether there is no callback."""
        return not self.token and not self.path


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where the web process listens, and the address people use; no `secret_key`, no login."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    secret_key: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Database:
    """The database, as written; `bot.config.database_url` gives the address to open."""

    url: str = field(default="sqlite:///wxops.db", repr=False)


@dataclass(frozen=True, kw_only=True)
class Publish:
    """How posts go out; `quiet_hours` is empty or a pair of Shanghai times, ("22:00", "07:00"); so is `admin_hours`."""

    mode: Way = "push"
    grace_minutes: int = 120
    draft_ahead_hours: int = 24
    quiet_hours: tuple[str, ...] = ()
    admin_hours: tuple[str, ...] = ("08:00", "22:00")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many articles a month's plan drafts."""

    articles: int = 4


@dataclass(frozen=True, kw_only=True)
class Render:
    """The look of articles: a theme's name, and what stands below each: a text, and the names of those who review."""

    theme: str = "formal"
    foot: str = ""
    reviewers: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the review chain: who holds it, of which party, and how many must pass it.

    With `days` or `columns` only texts that go out on sensitive days, or of these columns, have it.
    """

    name: str
    role: Role
    party: Party = ""
    people: int = 1
    days: Days = ""
    columns: tuple[str, ...] = ()


FIRST_STEPS = (
    Step(name="初审", role="editor"),
    Step(name="复审", role="reviewer"),
    Step(name="终审", role="chief", party="甲方"),
)


@dataclass(frozen=True, kw_only=True)
class Review:
    """The review chain, first step first; the last belongs to 甲方.

    `urgent` names the steps that urgent notices pass, all of every text where it is empty;
    `urgent_without_client` says by what right the last of them is not 甲方's. `correction_role`
    approves corrections; "": the last step's.
    """

    steps: tuple[Step, ...] = FIRST_STEPS
    urgent: tuple[str, ...] = ()
    urgent_without_client: str = ""
    correction_role: Approver = ""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Who hears of trouble; `email` and `on_duty` are lists by comma, the robot's address carries its key.

    comment_days: after so many workdays a reader's comment that nobody has seen to rings.
    """

    email: str = ""
    webhook: str = field(default="", repr=False)
    on_duty: str = ""
    comment_days: int = 3


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The mail server that sends for us."""

    host: str = ""
    port: int = 465
    user: str = ""
    password: str = field(default="", repr=False)
    from_: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """How reports go.

    basis: the effect analysis goes by months of the calendar, or of the contract. monthly_day: on which day after a month
    its draft is made by itself; 0: never. compare: weekly reports show the means of all communities, too, and still no rank.
    """

    basis: Basis = "calendar"
    monthly_day: int = 3
    compare: bool = False


def names(text: str) -> tuple[str, ...]:
    """Return what a list by comma holds, without the blanks around each."""
    return tuple(filter(None, map(str.strip, re.split(r"[,，、;；]", text))))


@dataclass(frozen=True, kw_only=True)
class Config:
    """The whole configuration, checked; a field is a section."""

    account: Account
    callback: Callback
    server: Server = Server()
    database: Database = Database()
    publish: Publish = Publish()
    plan: Plan = Plan()
    render: Render = Render()
    review: Review = Review()
    alarm: Alarm = Alarm()
    mail: Mail = Mail()
    report: Report = Report()
