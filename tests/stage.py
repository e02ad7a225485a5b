"""A stage for tests: one account's workspace beside a simulator, with short words for what people do."""

from __future__ import annotations

import json
import os
import re
import struct
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlalchemy import insert, select
from werkzeug.serving import make_server

from bot import submitting
from bot.app import create_app
from bot.wiring import Parts, build, build_ticks
from content import control
from content.clock import SHANGHAI
from content.models import Article, Post, State
from content.people import add_person
from scheduler import quiet_days
from scheduler.alarm import ringing
from scheduler.figures import missing_days
from scheduler.metrics import WECHAT
from scheduler.models import Batch, Publication

START = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PEOPLE = {"编辑": ("editor", ""), "复审": ("reviewer", ""), "主任": ("chief", "甲方"), "运营": ("operator", "")}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f0001010100b138f614"
    "0000000049454e44ae426082"
)

ANY_WARNING_PASSES = {"": "测试与此无关"}  # for tests that are about something else


def png(seed: str) -> bytes:
    """A picture of its own for every seed."""
    body = b"tEXtComment\0" + seed.encode().hex().encode()
    return PNG[:33] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + PNG[33:]


def rights(body: str, *names: str) -> str:
    """What the front matter says of some pictures and of those in a text: all of them are ours."""
    used = re.findall(r"!\[[^\]]*\]\(<?([^)>]+)", unquote(body))
    entries = (
        f"{{file: {json.dumps(name)}, source: 编辑部, licence: 自有}}" for name in dict.fromkeys((*names, *used))
    )
    return f"[{', '.join(entries)}]"


CONFIG = """
[account]
appid = "wx0000000000000001"
secret = "simulator-secret"
original_id = "gh_simulator"
api_base = "{api}"
[callback]
token = "simulatortoken"
mode = "{mode}"
messages_a_minute = 0
{aes}
[database]
url = "{database}"
[publish]
mode = "{way}"
"""


def know_figures(parts: Parts) -> None:
    """Write that the figures of the 30 days before are known, and that nothing was published.

    For tests that would only wait for them.
    """
    now = parts.clock.now()
    with parts.store.transaction() as session:
        known = {"source": WECHAT, "by": "测试", "at": now, "rows": 0, "complete": True}
        names = [str(day) for day in missing_days(session, now)]
        control.write(session, quiet_days.NAME, " ".join(names), by="测试", now=now)
        session.execute(insert(Batch), [known | {"file_name": name, "sha256": f"known {name}"} for name in names])


def lay_out(folder: Path, database: str) -> None:
    """Write a workspace; the simulator's address is filled in when it is known."""
    folder.mkdir()
    (folder / "database").write_text(database, encoding="utf-8")
    (folder / "clock").write_text(START.isoformat(), encoding="utf-8")


class Stage:
    """One account, its simulator, its clock and its web process."""

    def __init__(self, folder: Path, simulator: Any) -> None:
        self.folder, self.sim = folder, simulator
        self.environ = {"WXOPS_CLOCK": str(folder / "clock")}
        self.url = ""
        self.door = threading.Lock()  # held while something is answered, and while a child is forked

    @contextmanager
    def open(self, *, mode: str = "safe", way: str = "push", publish: str = "") -> Iterator[Stage]:
        if "parts" in vars(self):  # it is opened again, with other settings
            self.parts.store.close()
        self.configure(mode=mode, way=way, publish=publish)
        self.parts: Parts = build(self.folder, self.environ)
        self.ticks = build_ticks(self.parts)
        app = cache(partial(create_app, self.parts))  # a test that says nothing needs none

        def one_at_a_time(environ: Any, start: Any) -> Any:
            with self.door:
                return app()(environ, start)

        server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True)
        self.url = f"http://127.0.0.1:{server.server_port}/wechat"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.sim.set_callback(self.url)
        try:
            yield self
        finally:
            server.shutdown()
            self.parts.store.close()

    def configure(self, *, mode: str = "safe", way: str = "push", publish: str = "") -> None:
        """Write the settings; `publish`: more lines of that section."""
        aes = f'aes_key = "{AES_KEY}"' if mode != "plain" else ""
        database = (self.folder / "database").read_text(encoding="utf-8")
        text = CONFIG.format(api=self.sim.url, mode=mode, aes=aes, database=database, way=way)
        (self.folder / "config.toml").write_text(text + publish, encoding="utf-8")

    # the clock ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        return self.parts.clock.now()

    def at(self, moment: datetime | timedelta) -> None:
        """Move the clock to a moment, or on by a span; simulator and product read the same file."""
        target = self.now + moment if isinstance(moment, timedelta) else moment
        partial = self.folder / f"clock.{os.getpid()}"
        partial.write_text(target.isoformat(), encoding="utf-8")
        partial.replace(self.folder / "clock")

    def later(self, **span: float) -> None:
        self.at(timedelta(**span))

    # editors -----------------------------------------------------------------------------------------------------

    def write(
        self, name: str = "01-notice", *, due: datetime | None = None, body: str = "正文第一段。", **facts: object
    ) -> Path:
        """Write an article's folder with a cover; facts go into the front matter."""
        folder = self.folder / "2026-12" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cover.png").write_bytes(PNG)
        told: dict[str, object] = {
            "title": f"通知{name}",
            "author": "编辑部",
            "digest": "一句话摘要",
            "cover": "cover.png",
            "pictures": rights(body, "cover.png"),
            **facts,
        }
        if due:
            told["publish_at"] = due.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        lines = [f"{key}: {value}" for key, value in told.items()]
        (folder / "index.md").write_text("\n".join(["---", *lines, "---", "", body, ""]), encoding="utf-8")
        return folder

    def submit(
        self, folder: Path, by: str = "编辑", reasons: Mapping[str, str] = ANY_WARNING_PASSES
    ) -> submitting.Submitted:
        """Submit; every warning passes with one reason, unless the test is about warnings and gives its own."""
        return submitting.submit(self.parts, str(folder), self.folder, by, reasons)

    # people --------------------------------------------------------------------------------------------------------

    def hire(self) -> None:
        """Bind the four people of the chain to their WeChat, as they do it: with a code."""
        for name, (role, party) in PEOPLE.items():
            with self.parts.store.transaction() as session:
                _, code = add_person(session, name, role, party=party, company="", now=self.now)
            assert "已绑定" in self.say(name, f"绑定 {code}")

    def say(self, who: str, text: str, **more: object) -> str:
        return self.sim.say(text, openid=f"openid-{who}", **more)["reply"] or ""

    def approve(self, name: str) -> None:
        """Let the three of the chain pass a revision such as 1-1 by message."""
        for who in ("编辑", "复审", "主任"):
            answer = self.say(who, f"同意 {name}")
            assert "通过" in answer, answer

    def scheduled(
        self, *, due: datetime | None = None, notify: str = "推送", name: str = "01-notice", **facts: object
    ) -> int:
        """Write, submit, approve and draft an article, and return its number; it is due in an hour."""
        due = due or self.now + timedelta(hours=1)
        outcome = self.submit(self.write(name, due=due, notify=notify, **facts))
        if not self.parts.store or not self._hired():
            self.hire()
        self.approve(outcome.name)
        self.ticks.slow_rest()
        number = int(outcome.name.split("-")[0])
        assert self.state(number) == State.SCHEDULED, self.state(number)
        return number

    def _hired(self) -> bool:
        from content.people import people

        with self.parts.store.reading() as session:
            return bool(people(session))

    # what is true --------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        self.ticks.publishing()
        self.ticks.slow_rest()

    def settle_down(self, minutes: int = 5) -> None:
        """Let a few minutes pass with ticks, so that events arrive and are taken."""
        for _ in range(minutes):
            self.later(minutes=1)
            self.sim.wait()
            self.tick()

    def article(self, number: int) -> Article:
        with self.parts.store.reading() as session:
            return session.get_one(Article, number)

    def state(self, number: int) -> State:
        """The state of the post of an article."""
        post = self.article(number).post
        assert post is not None
        return post.state

    def post(self, number: int) -> Post:
        post = self.article(number).post
        assert post is not None
        return post

    def publication(self, number: int) -> Publication:
        with self.parts.store.reading() as session:
            found = session.scalars(
                select(Publication).where(Publication.post_id == self.post(number).id).order_by(Publication.id.desc())
            ).first()
            assert found is not None
            return found

    def alarms(self) -> list[str]:
        with self.parts.store.reading() as session:
            return [alarm.text for alarm in ringing(session)]

    def calls(self, path: str) -> int:
        return len(self.sim.calls(path))

    def out(self) -> list[str]:
        """The titles of everything that went out, in order, from the simulator's own records."""
        stats = self.sim.stats
        jobs = [job for job in stats["publications"] if job["status"] in (0, 1)] + stats["sends"]
        return [title for job in jobs for title in job["titles"]]
