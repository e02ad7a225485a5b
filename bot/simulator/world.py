"""One simulated account with everything that belongs to it, and the jobs that become due as its clock moves."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.simulator import xml
from bot.simulator.archive import Archive
from bot.simulator.call import Json
from bot.simulator.callbacks import Delivery, Postman
from bot.simulator.clock import Clock, moment_of
from bot.simulator.comments import Comments
from bot.simulator.customer import Windows
from bot.simulator.drafts import DraftBox
from bot.simulator.faults import Faults
from bot.simulator.mass import Sends
from bot.simulator.material import Library
from bot.simulator.people import People
from bot.simulator.publishing import Publications
from bot.simulator.quotas import Quotas
from bot.simulator.readers import Crowd
from bot.simulator.routing import Route
from bot.simulator.settings import Settings, Switches
from bot.simulator.tokens import Tokens

MESSENGER = "oSimMphelper"  # who the platform's own events come from
FIRST_MID = 2247483651


@dataclass
class Job:
    """Something that happens later; `person` when it waits for somebody rather than for time alone."""

    due: datetime
    act: Callable[[], object]
    person: bool = False


@dataclass(frozen=True)
class Refusal:
    """What openapi/rid/get tells about a refused call."""

    at: datetime
    request: str
    response: str
    ip: str


class World:
    """The account. Whoever reads or changes it holds `lock`; nothing waits for the network while holding it."""

    def __init__(self, settings: Settings, switches: Switches, routes: Mapping[str, Route]) -> None:
        """Open an empty account."""
        self.settings, self.switches, self.routes = settings, switches, routes
        self.lock = threading.RLock()
        self.clock = Clock(settings.clock)
        if settings.now:
            self.clock.set(moment_of(settings.now))
        self.biz = base64.b64encode(settings.original_id.encode()).decode()
        self.tokens, self.quotas, self.faults = Tokens(), Quotas(), Faults()
        self.library, self.drafts = Library(), DraftBox()
        self.publications, self.sends, self.archive = Publications(), Sends(), Archive()
        self.crowd, self.people, self.comments = Crowd(switches.followers), People(), Comments()
        self.windows = Windows()
        self.postman = Postman(settings, switches, self.clock)
        self.menu: Json | None = None  # made by menu/create
        self.office_menu: Json | None = None  # set up in the back office, as the API tells it
        self.office_replies: Json | None = None
        self.log: list[Json] = []
        self.refusals: dict[str, Refusal] = {}
        self.outcome: Json = {}  # how a job that the present call starts will end, when a fault says so
        self._jobs: list[Job] = []
        self._mid = FIRST_MID
        self._message = 25306087846826000

    @property
    def may_comment(self) -> bool:
        """Does the account have the 留言 privilege?"""
        return self.switches.comment_privilege

    @property
    def waiting(self) -> int:
        """How many jobs are not due yet."""
        return len(self._jobs)

    def next_mid(self) -> int:
        """Return a new msg_data_id."""
        self._mid += 1
        return self._mid

    def next_message(self) -> int:
        """Return a new MsgId."""
        self._message += 1
        return self._message

    def later(self, seconds: float, act: Callable[[], object], *, person: bool = False) -> None:
        """Do something when the clock has moved on by so many seconds."""
        self._jobs.append(Job(self.clock.now() + timedelta(seconds=seconds), act, person))

    def settle(self, *, at_once: bool = False) -> int:
        """Do what has become due, oldest first, and return how much it was; `at_once`: all but what waits for people."""
        with self.lock:
            if not self._jobs:
                return 0
            now = self.clock.now()
            due = [job for job in self._jobs if job.due <= now or (at_once and not job.person)]
            self._jobs = [job for job in self._jobs if job not in due]
            for job in sorted(due, key=lambda one: one.due):
                with self.clock.as_of(min(job.due, now)):
                    job.act()
            return len(due)

    def push(self, *, event: str, fields: Json) -> None:
        """Have an event of the platform delivered, as often as the switch `pushes` says."""
        head: Json = {
            "ToUserName": self.settings.original_id,
            "FromUserName": MESSENGER,
            "CreateTime": self.clock.stamp(),
            "MsgType": "event",
            "Event": event,
        }
        times = {"once": 1, "twice": 2, "lost": 0}[self.switches.pushes]
        for _ in range(times):
            self.postman.post(Delivery(event, MESSENGER, xml.write(head | fields), self.clock.now()))
