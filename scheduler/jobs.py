"""The two ticks: publishing, and the slow rest; APScheduler only calls them once a second.

What is due is read from our own tables. One step that fails is logged and never
stops the next; a step that is begun is finished before the process ends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler

from content import added, library, month
from content.clock import Clock
from content.db import Store
from content.errors import OpsError
from content.library import Library
from content.notice import LASTING
from content.steps import Chain
from scheduler import (
    alarm,
    anomaly_watch,
    approvals,
    comment_acts,
    comment_queue,
    comments,
    confirm,
    drafts,
    effect_keeping,
    evidence,
    figures,
    finished,
    hand_watch,
    handover,
    heartbeat,
    idle,
    late,
    lateness,
    link_watch,
    missing,
    notices,
    outbox,
    outside,
    place_watch,
    protection,
    publish,
    published,
    read_back,
    ready,
    received,
    repeat,
    reply_watch,
    reviewers,
    stray_drafts,
    submitting,
    take_down,
    telling,
    ticket_watch,
    uncovered,
    unproven,
    unsigned,
    urgent,
    urgent_after,
    verification,
    weekly_reports,
    weekly_watch,
    withdraw,
    withdrawn_drafts,
    word_watch,
)
from scheduler.channels import WECHAT_ALONE, Channels
from scheduler.hold import Stopped
from scheduler.limits import Purpose
from scheduler.rules import Rules
from scheduler.wechat import WeChat

log = logging.getLogger(__name__)

SCAN_EVERY = timedelta(seconds=60)
LOOK_SECONDS = 0.5
REPORTS_A_TICK = 10  # half a second of work


@dataclass
class Ticks:
    """What the scheduler does at each tick, for one account."""

    store: Store
    wechat: WeChat
    library: Library
    rules: Rules
    clock: Clock
    chain: Chain
    channels: Channels = WECHAT_ALONE
    drafting: urgent.Drafting | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    scanned_at: datetime | None = None
    ask: link_watch.Ask | None = None  # how links are asked for; None where nothing but a simulator is there

    def publishing(self) -> None:
        """Take WeChat's events and hand over what is due."""
        now = self.clock.now()
        self._step("heartbeat", lambda: heartbeat.beat(self.store, now))
        self._events(now)
        self._step("take-downs", lambda: take_down.take_down(self.store, self.wechat, self.library, now))
        try:
            for post_id in self._list("due posts", lambda: self._due(now)):
                self._step(f"post {post_id}", partial(self._hand_over, post_id))
        except Stopped as reason:
            log.warning("the other posts wait: %s", reason.__cause__)

    def slow_rest(self) -> None:
        """Look at the library, make drafts, clear doubts, pull figures and tell people."""
        now = self.clock.now()
        if self.scanned_at is None or abs(now - self.scanned_at) >= SCAN_EVERY:
            self._each_minute(now)
        for urgent_id in self._list("urgent notices", lambda: urgent.waiting(self.store)):
            self._step(f"urgent notice {urgent_id}", partial(self._urgent, urgent_id))
        for number in self._list("wishes to submit", lambda: submitting.wished(self.store)):
            self._step(f"submission of article {number}", partial(self._submit, number))
        self._step("urgent tasks", lambda: urgent_after.follow_up(self.store, self.chain, now))
        self._step("late posts", lambda: lateness.ring_for_late_posts(self.store, self.rules, self.chain, now))
        self._step("protected pushes", lambda: protection.remind(self.store, self.rules, now))
        self._step("withdrawn drafts", lambda: withdrawn_drafts.clear_drafts(self.store, self.wechat, now))
        self._drafts(now)
        self._step("stray drafts", lambda: stray_drafts.clear_strays(self.store, self.wechat, now))
        self._step("schedule", lambda: ready.schedule_drafted(self.store, self.rules, now))
        self._step("finished drafts", self._compare)
        self._step("repeats", lambda: repeat.repeat_silent(self.store, self.wechat, self.rules, now))
        self._step("status", lambda: confirm.ask_status(self.store, self.wechat, now))
        self._step("published list", lambda: published.find_published(self.store, self.wechat, now))
        self._events(now)  # those whose receipts became known just now are no strangers
        self._step("strange events", lambda: outside.take_strange_notices(self.store, self.looking, now))
        self._step("evidence", lambda: evidence.fetch(self.store, self.wechat, self.library.folder, now))
        self._step("comment wishes", lambda: comment_acts.carry_out(self.store, self.wechat, now))
        self._step("comments", lambda: comments.pull(self.store, self.wechat.for_(Purpose.COMMENTS), now))
        self._step("corrections", lambda: read_back.read_back(self.store, self.wechat, now))
        self._step("correction articles", lambda: read_back.draft_articles(self.store, self.library, now))
        for number in self._list("planned reports", lambda: self._planned(now)):
            self._step(f"report {number}", partial(self._report, number))
        self._step("figures", lambda: figures.pull(self.store, self.wechat, now))
        self._step("alarms", lambda: self._tell(now))

    def _each_minute(self, now: datetime) -> None:
        """Look at what people and days change: files, places, texts, what somebody must be reminded of, reports."""
        self._step("scan", lambda: self._scan(now))
        self._step("places", lambda: place_watch.watch(self.store, self.library.folder, now))
        self._step("people who change", lambda: handover.follow_up(self.store, now))
        self._step("places without anybody", lambda: uncovered.remind(self.store, now))
        self._step("days without a post", lambda: idle.remind(self.store, now))
        self._step("verification", lambda: verification.remind(self.store, self.rules, now))
        self._step("approvals", lambda: approvals.remind(self.store, self.chain, now))
        self._step("recorded verdicts", lambda: unproven.remind(self.store, now))
        self._step("signed sheets", lambda: unsigned.remind(self.store, now))
        self._step("words", lambda: word_watch.watch(self.store, self.library.folder, now))
        self._step("answers for readers", lambda: reply_watch.watch(self.store, self.library.folder, now))
        self._step("threads", lambda: comments.begin_threads(self.store, now))
        self._step("waiting comments", lambda: comment_queue.watch(self.store, self.rules, now))
        self._step("tickets", lambda: ticket_watch.watch(self.store, self.rules, now))
        self._step("unconfirmed withdrawals", lambda: withdraw.ring_for_the_unconfirmed(self.store, now))
        self._step("odd figures", lambda: anomaly_watch.watch(self.store, now))
        self._step("typed figures", lambda: hand_watch.watch(self.store, now))
        self._step("missing evidence", lambda: missing.remind(self.store, self.library.folder, now))
        if self.ask:
            self._step("links", partial(link_watch.watch, self.store, self.ask, now))
        self._step("late answers", lambda: late.follow_up(self.store, now))
        self._step("effect analysis", lambda: effect_keeping.make_due(self.store, self.library.folder, self.rules, now))
        self._step("weekly reports", lambda: self._weekly(now))
        self._step("old messages", lambda: received.forget_old(self.store, now))

    @property
    def looking(self) -> WeChat:
        """Return the gateway for what only looks: the rest of a day's calls is kept for publishing."""
        return self.wechat.for_(Purpose.FIGURES)

    def _events(self, now: datetime) -> None:
        for notice_id in self._list("events", lambda: notices.waiting_notices(self.store)):
            self._step(f"event {notice_id}", partial(notices.take_notice, self.store, notice_id, now))

    def _due(self, now: datetime) -> list[int]:
        """Return the posts that are due, once those have left whose day asks for one more step of review."""
        if any(step.is_added for step in self.chain):
            with self.store.transaction() as session:
                added.follow(session, self.chain, now=now)
        return publish.due_posts(self.store, self.rules, now)

    def _hand_over(self, post_id: int) -> None:
        """Hand one post over at the moment it has become by then: the one before may have hung for a while."""
        publish.publish_post(self.store, self.wechat, self.library, self.rules, self.chain, post_id, self.clock.now())

    def _urgent(self, urgent_id: int) -> None:
        if self.drafting:
            now = self.clock.now()
            urgent.carry_out(self.store, self.library, self.chain, self.rules, self.drafting, urgent_id, now)

    def _submit(self, number: int) -> None:
        if self.drafting:
            known, now = self.drafting.context_of, self.clock.now()
            submitting.carry_out(self.store, self.library, self.chain, known, number, now)

    def _weekly(self, now: datetime) -> None:
        weekly_watch.watch(self.store, self.library.folder, now, compare=self.rules.compare)

    def _planned(self, now: datetime) -> list[int]:
        with self.store.reading() as session:
            return weekly_reports.waiting(session, now, REPORTS_A_TICK)

    def _report(self, number: int) -> None:
        weekly_reports.make(self.store, self.library.folder, number, self.clock.now())

    def _drafts(self, now: datetime) -> None:
        try:
            for post_id in self._list("drafts", lambda: drafts.wanted_drafts(self.store, self.rules, now)):
                self._step(f"draft of post {post_id}", partial(self._draft, post_id))
        except Stopped as reason:
            log.warning("the other drafts wait: %s", reason.__cause__)

    def _draft(self, post_id: int) -> None:
        now = self.clock.now()
        drafts.make_draft(self.store, self.wechat, self.library, post_id, now)
        ready.schedule_drafted(self.store, self.rules, now)  # what is due must not wait for the other uploads

    def _compare(self) -> None:
        try:
            finished.compare_drafts(self.store, self.looking, self.rules, self.clock.now())
        except Stopped as reason:
            log.warning("the other drafts are compared later: %s", reason.__cause__)

    def _scan(self, now: datetime) -> None:
        self.scanned_at = now
        notices_ = {notice.key: notice.text for notice in library.scan(self.store, self.library, now)}
        with self.store.transaction() as session:
            for key, text in notices_.items():
                alarm.ring(session, key, text, now=now)
            if few := month.reminder(session, now=now, wanted=self.rules.articles):
                notices_[few.key] = few.text
                alarm.ring(session, few.key, few.text, now=now)
            alarm.end_others(session, (*LASTING, month.FEW), notices_, now=now)

    def _tell(self, now: datetime) -> None:
        with self.store.transaction() as session:
            telling.queue(session, now=now, channels=self.channels)
            reviewers.queue(session, self.chain, now=now)
            ticket_watch.queue(session, now=now, channels=self.channels)
        outbox.deliver(self.store, self.wechat, now, self.channels)

    def _list(self, name: str, read: Callable[[], list[int]]) -> list[int]:
        found: list[int] = []
        self._step(name, lambda: found.extend(read()))
        return found

    def _step(self, name: str, step: Callable[[], object]) -> None:
        if self.stopping.is_set():
            return
        try:
            step()
        except Stopped:
            raise
        except OpsError as trouble:
            log.warning("%s: %s", name, trouble)
        except Exception:  # one poisoned post or file must not stop the others
            log.exception("%s failed", name)


def run(ticks: Ticks, *, finish_seconds: float) -> bool:
    """Tick until `ticks.stopping` is set; say whether the steps at hand were finished in time."""
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    )
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns each second that a long step still runs
    scheduler.add_job(ticks.publishing, "interval", seconds=1, id="publishing")
    scheduler.add_job(ticks.slow_rest, "interval", seconds=1, id="slow rest")
    scheduler.start()
    while not ticks.stopping.wait(LOOK_SECONDS):  # Windows hears no Ctrl+C during an endless wait
        pass
    ending = threading.Thread(target=scheduler.shutdown, daemon=True)
    ending.start()
    ending.join(finish_seconds)
    return not ending.is_alive()
