"""`wxops demo`: a month of an official account before one's eyes, on the simulator, by the product's own code.

The clock is a file that product and simulator both read; the demo moves it to the
next due moment, never past it, and calls the same ticks as `wxops run`. People speak
over real HTTP, signed and encrypted as WeChat sends it.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import chain
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from bot import submitting
from bot.app import create_app
from bot.config import CONFIG_FILE
from bot.demo_desk import Desk
from bot.demo_street import Street, leave_one_street
from bot.simulator import Simulator, running
from bot.starter import coming_month, lay_out
from bot.wiring import Parts, build, build_ticks
from content import library
from content.clock import SHANGHAI, local, local_day
from content.errors import OpsError, WrongUse
from content.models import Post, State
from content.people import add_person
from content.posts import every_post
from content.workflow import in_words
from scheduler import settle, stats
from scheduler.held import sensitive
from scheduler.jobs import Ticks

MARK = ".wxops/demo"
CLOCK = ".wxops/clock"
MORNING = time(8, 30)
APPID, SECRET, ORIGINAL_ID = "wx0000000000000001", "simulator-secret", "gh_simulator"
CAST = {"周编辑": ("editor", ""), "郑复审": ("reviewer", ""), "何主任": ("chief", "甲方"), "林运营": ("operator", "")}
REASONS = {"SENSITIVE_DAY": "样例月份的日期是固定的，只作演示"}  # the sample falls on any month
REVIEWERS = ("周编辑", "郑复审", "何主任")
OPERATOR = "林运营"


@dataclass(frozen=True)
class Beat:
    """One thing that happened: the moment on the demo's clock, the sentence, and how much of the month is done."""

    at: datetime
    text: str
    share: float


class Demo:
    """A workspace, a simulator and a web process that play a month together."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is laid out by `open`."""
        self.folder = folder
        self.parts: Parts
        self.ticks: Ticks
        self.simulator: Simulator
        self.callback = ""

    @contextmanager
    def open(self, real_now: datetime) -> Iterator[Demo]:
        """Lay the workspace out, start the simulator and the web process, and end both afterwards."""
        make_room(self.folder)
        lay_out(self.folder, real_now)
        leave_one_street(self.folder)
        month = coming_month(real_now)
        first = datetime.strptime(f"{month}-01 09:00", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
        (self.folder / ".wxops").mkdir()
        (self.folder / MARK).touch()
        self.move_clock(first - timedelta(days=2))
        secrets = _callback_secrets(self.folder / CONFIG_FILE)
        with running(
            appid=APPID, secret=SECRET, original_id=ORIGINAL_ID, clock=self.folder / CLOCK, mode="safe", **secrets
        ) as self.simulator:
            _point_at(self.folder / CONFIG_FILE, self.simulator.url)
            self.parts = build(self.folder, {"WXOPS_CLOCK": str(self.folder / CLOCK)}, create=True)
            self.ticks = build_ticks(self.parts)
            with self._web():
                yield self
            self.parts.store.close()

    @contextmanager
    def _web(self) -> Iterator[None]:
        server = make_server("127.0.0.1", 0, create_app(self.parts), threaded=True, request_handler=_Quiet)
        self.callback = f"http://127.0.0.1:{server.server_port}{self.parts.config.callback.path}"
        self.simulator.set_callback(self.callback)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()

    def move_clock(self, moment: datetime) -> None:
        """Set the clock that product and simulator read."""
        partial = self.folder / f"{CLOCK}.part"
        partial.write_text(local_text(moment), encoding="utf-8")
        partial.replace(self.folder / CLOCK)

    def say(self, who: str, words: str) -> str:
        """Let a person write to the account; return what they read."""
        answer = self.simulator.say(words, openid=f"demo-{who}")["reply"]
        return str(answer or "")

    # the month ---------------------------------------------------------------------------------------------------

    def play(self) -> Iterator[Beat]:
        """Play the month and tell what happens."""
        desk = Desk(self, REVIEWERS[0], REVIEWERS)
        end = self._end()
        for text in chain(
            self._people_arrive(), self._articles_are_submitted(), self._articles_are_reviewed(), desk.play()
        ):
            yield Beat(self.parts.clock.now(), text, 0.0)
        start, street = self.parts.clock.now(), Street(self, OPERATOR, local_day(end))
        for moment in self._moments(end):
            self.move_clock(moment)
            scenes = street.morning() if local(moment).time() == MORNING else ()
            for text in chain(scenes, self._what_happens()):
                yield Beat(moment, text, 0.0)
            share = (moment - start) / (end - start)
            yield Beat(moment, "", min(share, 1.0))
        for text in chain([f"{OPERATOR}发“统计”，收到：\n{self.say(OPERATOR, '统计')}"], street.end()):
            yield Beat(end, text, 1.0)

    def _people_arrive(self) -> Iterator[str]:
        for name, (role, party) in CAST.items():
            with self.parts.store.transaction() as session:
                _, code = add_person(session, name, role, party=party, company="", now=self.parts.clock.now())
            self.say(name, f"绑定 {code}")
        yield f"{'、'.join(CAST)}各用绑定码把微信号连上了公众号。"

    def _articles_are_submitted(self) -> Iterator[str]:
        library.scan(self.parts.store, self.parts.library, self.parts.clock.now())
        with self.parts.store.reading() as session:
            articles = [(article.id, in_words(article)) for post in every_post(session) for article in post.articles]
        for number, title in sorted(articles):
            outcome = submitting.submit(self.parts, str(number), self.folder, REVIEWERS[0], REASONS)
            yield f"{REVIEWERS[0]}送审{title}：检查没有错误，定为修订 {outcome.name}，等{outcome.step}。"

    def _articles_are_reviewed(self) -> Iterator[str]:
        for who in REVIEWERS:
            self.move_clock(self.parts.clock.now() + timedelta(minutes=40))
            shown = re.findall(r"^(\d+)-(\d+) .*轮到您", self.say(who, "待审"), re.MULTILINE)
            for number, revision in shown:
                self._read_whole(who, number)
                answer = self.say(who, f"同意 {number}-{revision}")
                if "通过" not in answer:
                    raise OpsError(f"演示没有走通：{who}同意 {number}-{revision}，得到“{answer}”")
            yield f"{who}发“待审”“看”，读完 {len(shown)} 篇，各回“同意 编号-修订”，例如“同意 {shown[0][0]}-{shown[0][1]}”。"

    def _read_whole(self, who: str, number: str) -> None:
        answer, part = self.say(who, f"看 {number}"), 1
        while f"请发：看 {number} {part + 1}）" in answer:
            part += 1
            answer = self.say(who, f"看 {number} {part}")

    def _moments(self, end: datetime) -> Iterator[datetime]:
        """Yield the next due moment, again and again: a morning's figures, a draft's lead, a post's time, an event."""
        while (now := self.parts.clock.now()) < end:
            with self.parts.store.reading() as session:
                dues = [post.due_at for post in every_post(session) if post.due_at and post.state != State.PUBLISHED]
                waiting = any(post.state == State.PUBLISHING for post in every_post(session))
            ahead = self.parts.rules.draft_ahead
            known = [*dues, *(due - ahead for due in dues), _next_morning(now), end]
            soon = [now + timedelta(seconds=10)] if waiting else []
            yield min(moment for moment in [*known, *soon] if moment > now)

    def _what_happens(self) -> list[str]:
        before = self._states()
        confirmed = self._operator_confirms()
        self.simulator.wait()
        self.ticks.publishing()
        self.ticks.slow_rest()
        after = self._states()
        figures = self._yesterdays_figures()
        changed = [
            _told(s, title, push=push) for n, (s, title, push) in after.items() if n in before and before[n][0] != s
        ]
        return [text for text in (*figures, *confirmed, *changed) if text]

    def _operator_confirms(self) -> list[str]:
        """Let the operator say of a push that waits on a sensitive day that it may go out."""
        now, rules = self.parts.clock.now(), self.parts.rules
        with self.parts.store.transaction() as session:
            due = [post for post in every_post(session) if post.state == State.SCHEDULED and post.due_at]
            held = [(post, sensitive(post, rules, now)) for post in due if post.due_at and post.due_at <= now]
            for post, days in held:
                if days:
                    settle.send_now(session, post.articles[0], rules, by=OPERATOR, now=now)
            return [f"今天是敏感日期（{days}），{OPERATOR}确认后才推送：{in_words(p)}" for p, days in held if days]

    def _yesterdays_figures(self) -> list[str]:
        """Tell, on the morning after a post went out, how it was read."""
        now = local(self.parts.clock.now())
        if now.time() != MORNING:
            return []
        yesterday = now.date() - timedelta(days=1)
        with self.parts.store.reading() as session:
            articles = [a for post in stats.published(session, yesterday, yesterday) for a in post.articles]
            reads = {a.id: stats.article_figures(session, a, yesterday).get("read_user") for a in articles}
        return [f"早上取到昨天的数据：文章{number} 阅读 {count:,} 人" for number, count in reads.items() if count]

    def _states(self) -> dict[int, tuple[State, str, bool]]:
        with self.parts.store.reading() as session:
            return {post.id: (post.state, in_words(post), post.notify) for post in every_post(session)}

    def _end(self) -> datetime:
        """The morning after the month, when its last figures are there."""
        following = (local_day(self.parts.clock.now()) + timedelta(days=7)).replace(day=1) + timedelta(days=32)
        return datetime.combine(following.replace(day=1), MORNING, SHANGHAI)

    def _posts(self) -> list[Post]:
        with self.parts.store.reading() as session:
            return every_post(session)


def make_room(folder: Path) -> None:
    """Take the place of an earlier demo; WrongUse when the folder holds anything else."""
    if (folder / MARK).is_file():
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise WrongUse(f"{folder} 里已经有别的东西，没有动它。请换一个空的文件夹：wxops demo 文件夹")


def local_text(moment: datetime) -> str:
    """Return a moment as it stands in the clock's file."""
    return local(moment).isoformat()


def _told(state: State, title: str, *, push: bool) -> str:
    return {
        State.SCHEDULED: f"草稿连同图片放进草稿箱，到时间自动发出：{title}",
        State.PUBLISHING: f"到点，{'推送' if push else '发布（不推送）'}：{title}",
        State.PUBLISHED: f"微信的事件确认已发出：{title}",
    }.get(state, "")


def _next_morning(now: datetime) -> datetime:
    today = datetime.combine(local_day(now), MORNING, SHANGHAI)
    return today if today > now else today + timedelta(days=1)


def _callback_secrets(config: Path) -> dict[str, str]:
    text = config.read_text(encoding="utf-8")
    found = dict(re.findall(r'^(token|aes_key) = "([^"]+)"', text, re.MULTILINE))
    return {"token": found["token"], "aes_key": found["aes_key"]}


def _point_at(config: Path, address: str) -> None:
    text = config.read_text(encoding="utf-8")
    for old, new in {
        "换成公众号的AppID": APPID,
        "换成公众号的AppSecret": SECRET,
        'original_id = ""': f'original_id = "{ORIGINAL_ID}"',
        'name = ""': 'name = "家门口（演示）"',
        'api_base = "https://api.weixin.qq.com"': f'api_base = "{address}"',
    }.items():
        text = text.replace(old, new, 1)
    config.write_text(text, encoding="utf-8")


class _Quiet(WSGIRequestHandler):
    """A request handler that logs nothing: the story is on the screen."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""
