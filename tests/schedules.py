"""Random schedules: what may happen to a few posts on one day, drawn by hypothesis, and what must be true in the end.

What went out is counted from the simulator's own records, never from our tables.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from publishing_kit import (
    NIGHT,
    PUSH,
    QUIET,
    approve,
    approved,
    child,
    confirm_now,
    deciding,
    died,
    is_not_out,
    is_out,
    kill_at_call,
    kill_at_commit,
    out,
    pass_time,
    send_again,
    speaks_of,
)
from sqlalchemy import select
from stage import AES_KEY, Stage, know_figures, lay_out

from bot.simulator import running
from bot.wiring import Parts
from content import control
from content.article import read_article
from content.errors import OpsError
from content.models import Article, Event, State
from scheduler import settle
from scheduler.confirm import SILENT_FOR
from scheduler.drafts import EDITED, live_publication
from scheduler.hold import DRAFTS, is_held
from scheduler.jobs import Ticks

CALLS = (
    "stable_token",
    "media/uploadimg",
    "material/add_material",
    "draft/add",
    "draft/get",
    "draft/batchget",
    "freepublish/submit",
    "freepublish/get",
    "freepublish/batchget",
    "message/mass/sendall",
    "message/mass/get",
    "*",
)
TROUBLES: tuple[dict[str, Any], ...] = (
    {"kind": "drop", "when": "before"},
    {"kind": "drop", "when": "after"},
    {"kind": "timeout", "when": "before", "seconds": 2},
    {"kind": "timeout", "when": "after", "seconds": 2},
    {"kind": "errcode", "errcode": -1},
    {"kind": "errcode", "errcode": -1, "when": "after"},
    {"kind": "errcode", "errcode": 45009},
    {"kind": "errcode", "errcode": 45011},
    {"kind": "errcode", "errcode": 40001},
    {"kind": "errcode", "errcode": 42001},
    {"kind": "http", "status": 502, "when": "before"},
    {"kind": "http", "status": 502, "when": "after"},
    {"kind": "malformed", "when": "before"},
    {"kind": "malformed", "when": "after"},
    {"kind": "truncated"},
    {"kind": "empty", "when": "after"},
)
FUSES = {"call": kill_at_call, "commit": kill_at_commit}
IMPATIENT = (5, 0.2)  # seconds for connecting and reading, real ones
AFTERWARDS, SOON = (0.6, 2, 4, 12, 16, 30, 60, 91), (0.6, 2, 4)
CALLS_OF_A_LIFE = 4
LIFE = (0, 1, 5, 15)  # the minutes of a process that may die
DAYS = 4  # a push each day
MOST_POSTS = 4

posts = st.integers(0, MOST_POSTS - 1)  # taken modulo the number of posts that there are


def world(parent: Path, database: str, rest: ExitStack) -> Stage:
    """Open a workspace of its own beside a simulator of its own; `rest` closes both."""
    folder = parent / "space"
    lay_out(folder, database)
    simulator = rest.enter_context(
        running(clock=folder / "clock", token="simulatortoken", aes_key=AES_KEY, mode="safe")
    )
    stage = rest.enter_context(Stage(folder, simulator).open())
    stage.at(NIGHT)
    know_figures(stage.parts)
    return stage


class Schedule(RuleBasedStateMachine):
    """One day on which anything may happen to up to four posts."""

    def __init__(self, opened: Callable[[ExitStack], Stage], told: Callable[[str], None]) -> None:
        super().__init__()
        self.rest = ExitStack()
        self.stage = opened(self.rest)
        self.told = told
        self.posts: list[tuple[str, int]] = []  # title and number
        self.by_hand: set[str] = set()  # what a person published in the back office
        self.dropped: set[str] = set()  # what a person took out of its post
        told("schedules")

    # what people plan ----------------------------------------------------------------------------------------------

    @initialize(push=st.booleans(), minutes=st.integers(1, 20))
    def begin(self, push: bool, minutes: int) -> None:
        self.plan(push, minutes)

    @precondition(lambda self: len(self.posts) < MOST_POSTS)
    @rule(push=st.booleans(), minutes=st.integers(1, 90))
    def plan(self, push: bool, minutes: int) -> None:
        name = f"post-{len(self.posts)}"
        due = self.free(minutes)
        number = approved(
            self.stage, name, due=due, notify=PUSH if push else QUIET, body=f"{name}的正文。\n\n![图](body.png)"
        )
        self.posts.append((name, number))

    @rule(which=posts, minutes=st.integers(1, 90))
    def another_time(self, which: int, minutes: int) -> None:
        now, rules = self.stage.now, self.stage.parts.rules
        due = self.free(minutes)
        if self.decide(which, partial(settle.change_time, due=due, rules=rules, push=True, by="运营", now=now)):
            self.dropped.discard(self.title(which))  # it is to go out again

    @rule(which=posts)
    def taken_out(self, which: int) -> None:
        if self.decide(which, partial(settle.take_out, by="运营", now=self.stage.now)):
            self.dropped.add(self.title(which))

    @rule(which=posts)
    def written_anew(self, which: int) -> None:
        """The text changes under an approval, and is approved again."""
        name, number = self.post(which)
        if self.where(number) not in (State.OPEN, State.DRAFTED, State.SCHEDULED) or self.is_past(name):
            return
        file = self.stage.folder / "2026-12" / name / "index.md"
        file.write_text(file.read_text(encoding="utf-8") + "\n又一段。\n", encoding="utf-8")
        approve(self.stage, name)

    @rule(on=st.booleans())
    def paused(self, on: bool) -> None:
        with self.stage.parts.store.transaction() as session:
            control.write(session, control.PAUSE, control.ON if on else control.OFF, by="运营", now=self.stage.now)

    # what time and the platform do --------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((1, 5, 15, 60)))
    def time_passes(self, minutes: int) -> None:
        self.pass_time(minutes)

    @rule(minutes=st.sampled_from((1, 10, 60)))
    def clock_jumps_back(self, minutes: int) -> None:
        self.stage.at(max(NIGHT, self.stage.now - timedelta(minutes=minutes)))
        self.pass_time(0)

    @rule(
        call=st.sampled_from(CALLS), trouble=st.sampled_from(TROUBLES), skip=st.integers(0, 2), times=st.integers(1, 3)
    )
    def trouble(self, call: str, trouble: dict[str, Any], skip: int, times: int) -> None:
        self.stage.sim.fault(call, **{"skip": skip, "times": times} | trouble)

    @rule(pushes=st.sampled_from(("once", "twice", "lost")))
    def events(self, pushes: str) -> None:
        self.stage.sim.set(pushes=pushes)

    # what processes do ----------------------------------------------------------------------------------------------

    @rule(fuse=st.sampled_from(sorted(FUSES)), point=st.integers(1, 9), moment=st.sampled_from(("before", "after")))
    def death(self, fuse: str, point: int, moment: str) -> None:
        if died(
            child(
                self.stage,
                partial(
                    self._live, partial(FUSES[fuse], point if fuse == "commit" else point % CALLS_OF_A_LIFE + 1, moment)
                ),
            )
        ):
            self.told(f"deaths at a {fuse}")

    @rule(count=st.integers(2, 3))
    def double_start(self, count: int) -> None:
        children = [child(self.stage, partial(self._live, lambda: None)) for _ in range(count)]
        assert [died(pid) for pid in children] == [False] * count

    def _live(self, fuse: Callable[[], None], parts: Parts, ticks: Ticks) -> None:
        ticks.wechat._client.timeout = IMPATIENT
        begin = self.stage.now
        fuse()
        for minutes in LIFE:
            self.stage.at(begin + timedelta(minutes=minutes))
            ticks.publishing()
            ticks.slow_rest()

    # what hands do in the back office ----------------------------------------------------------------------------------

    @rule(which=posts, what=st.sampled_from(("deleted", "edited", "published")))
    def draft_touched(self, which: int, what: str) -> None:
        media_id = self.draft_of(which)
        if not media_id:
            return
        if what == "deleted":
            self.stage.sim.delete_draft(media_id)
        elif what == "edited":
            self.stage.sim.edit_draft(media_id, content="<p>后台改过的正文。</p>")
        elif not out(self.stage)[self.title(which)]:
            self.stage.sim.backoffice("publish", media_id=media_id, event=True)
            self.by_hand.add(self.title(which))

    def draft_of(self, which: int) -> str:
        """The media id of the draft of a post as it is now, while it lies in the draft box, or ""."""
        with self.stage.parts.store.reading() as session:
            post = session.get_one(Article, self.post(which)[1]).post
            publication = live_publication(session, post) if post else None
        box = {draft.media_id for draft in self.stage.sim.world.drafts.newest_first()}
        return publication.media_id if publication and publication.media_id in box else ""

    # what must be true -----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_out_twice_or_after_it_was_dropped(self) -> None:
        seen = out(self.stage)
        self.demand(max(seen.values(), default=0) <= 1, f"out twice: {seen}")
        self.demand(not [name for name in self.dropped - self.by_hand if seen[name]], f"dropped, and out: {seen}")

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:
                self._ends_well()
        finally:
            self.rest.close()

    def _ends_well(self) -> None:
        """Calm returns; in the end each post is out once, or an alarm names it until a person has done what it says."""
        self.stage.sim.clear()
        self.stage.sim.set(pushes="once")
        self.paused(on=False)
        for day in range(1, DAYS + 1):
            self.pass_time(*AFTERWARDS)
            for name, number in self.unsettled():
                self.demand(speaks_of(self.stage, number), f"nothing is said of {name}, {self.where(number)}")
                self.told("doubts that a person settled")
                self.person_does(name, number)
            self.pass_time(*SOON)
            if all(self.where(number) in (State.PUBLISHED, None) for _, number in self.posts):
                break
            self.stage.at(NIGHT + timedelta(days=day))
        for name, number in self.posts:
            if name not in self.dropped:
                found = out(self.stage)[name], self.where(number)
                self.demand(found == (1, State.PUBLISHED), f"{name} ends as {found}")
                self.demand(not speaks_of(self.stage, number), f"something is still said of {name}")

    def demand(self, is_true: bool, otherwise: str) -> None:
        """Fail with the whole story: what two processes do at once may not happen a second time."""
        if not is_true:
            print(otherwise, *story(self.stage), sep="\n")
            raise AssertionError(otherwise)

    def unsettled(self) -> list[tuple[str, int]]:
        """What is not yet out, although nobody took it out of its post and its time has come."""
        found = []
        for name, number in self.posts:
            post = self.stage.article(number).post
            if name in self.dropped or post is None or post.state == State.PUBLISHED:
                continue
            if waits_by_itself(self.stage, number):
                continue
            found.append((name, number))
        return found

    def person_does(self, name: str, number: int) -> None:
        """Do what the alarm says: look at the back office, then say what is there."""
        state = self.where(number)
        if out(self.stage)[name]:
            is_out(self.stage, number)
        elif state == State.UNSURE or state == State.PUBLISHING:
            is_not_out(self.stage, number)
            self.person_does(name, number)
        elif state == State.FAILED or self.stage.publication(number).doubt == EDITED:
            send_again(self.stage, number)
        else:
            confirm_now(self.stage, number)

    def where(self, number: int) -> State | None:
        post = self.stage.article(number).post
        return post.state if post else None

    def free(self, minutes: int) -> datetime:
        """A time in some minutes at which nothing is planned: articles of one time would make one post."""
        taken = {post.due_at for _, number in self.posts if (post := self.stage.article(number).post)}
        due = self.stage.now + timedelta(minutes=minutes)
        while due in taken:
            due += timedelta(minutes=1)
        return due

    def is_past(self, name: str) -> bool:
        """Has the time in the front matter passed? The check lets no such text be submitted."""
        source = read_article(self.stage.folder / "2026-12" / name / "index.md", name)
        return source.facts.publish_at is None or source.facts.publish_at <= self.stage.now

    def post(self, which: int) -> tuple[str, int]:
        return self.posts[which % len(self.posts)]

    def title(self, which: int) -> str:
        return self.post(which)[0]

    def decide(self, which: int, act: Callable[[Any, Any], str]) -> bool:
        """Let a person decide about a post; say whether the rules allowed it."""
        try:
            with deciding(self.stage, self.post(which)[1]) as (session, article):
                act(session, article)
        except OpsError:
            return False
        return True

    def pass_time(self, *minutes: float) -> None:
        self.stage.ticks.wechat._client.timeout = IMPATIENT
        pass_time(self.stage, *minutes)


def waits_by_itself(stage: Stage, number: int) -> bool:
    """Will a post go on by itself: due later, put off by a limit that ends with the day, or in WeChat's hands for now?"""
    post = stage.post(number)
    if post.due_at is not None and post.due_at > stage.now:
        return True
    if post.state == State.PUBLISHING:
        return stage.now - (stage.publication(number).tried_at or stage.now) < SILENT_FOR
    if post.state == State.OPEN:
        with stage.parts.store.reading() as session:
            return is_held(session, DRAFTS, stage.now)
    retry = stage.publication(number).retry_at if post.state == State.SCHEDULED else None
    return retry is not None and retry > stage.now


def story(stage: Stage) -> Iterator[str]:
    """What happened to the posts, by our events and by the simulator's log, and what is said of them."""
    with stage.parts.store.reading() as session:
        for event in session.scalars(select(Event).order_by(Event.id)):
            yield f"{event.at} {event.subject} {event.from_state}→{event.to_state} {event.by} {event.why}"
    for call in stage.sim.log:
        yield f"{call}"[:400]
    yield from stage.alarms()
