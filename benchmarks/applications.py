"""The applications that answer callbacks: how each is started behind the same server, and what its process uses."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from benchmarks.environments import HERE, Peer
from benchmarks.wechat_side import AES_KEY, APPID, TOKEN
from bot.config import database_url, load
from bot.server import options
from bot.wiring import build
from content.clock import local_day
from content.models import Article, Post, State
from content.people import add_person, bind
from scheduler import ledger
from scheduler.metrics import ARTICLE_METRICS, WECHAT
from scheduler.models import Publication

OUT = 900_000_000  # the number of an article that is out; none of those that are asked for besides
PEOPLE = 256  # operators who write to us in turns, each less than the limit of a minute
CONFIG = f"""
[account]
appid = "{APPID}"
secret = "benchmark-secret"
[callback]
token = "{TOKEN}"
aes_key = "{{aes_key}}"
messages_a_minute = 1000
[server]
public_url = "https://example.org"
secret_key = "{"benchmark-key" * 4}"
"""
SERVED_WITH = tuple(f"{name}=={version(name)}" for name in ("flask", "gunicorn", "cryptography"))
BARE = Peer("a bare Flask view", "serve_bare.py")
WECHATPY = Peer("a minimal wechatpy echo", "serve_wechatpy.py")
WEROBOT = Peer("WeRoBot 1.13.1", "serve_werobot.py", ("werobot==1.13.1", "setuptools<81", *SERVED_WITH))


@dataclass(frozen=True)
class Case:
    """What is said, one after another, and how the right answer to each begins; `{n}` is the number of the message."""

    name: str
    words: tuple[str, ...]
    begins: tuple[str, ...]

    def turn(self, number: int) -> tuple[str, str]:
        """Return the words of a message and the beginning of its answer."""
        at = number % len(self.words)
        return self.words[at].format(n=number), self.begins[at].format(n=number)


@dataclass(frozen=True)
class Application:
    """One application in one mode: what is said for its CPU, and by the crowd; peer is None for ours."""

    name: str
    alone: tuple[Case, ...]
    crowd: tuple[Case, ...]
    aes: bool = True
    peer: Peer | None = None
    sessions: bool = False


ECHO = Case("echo", ("你好 {n}",), ("你好 {n}",))
SUCCESS = Case("answers success", ("你好",), ("",))
COUNT = Case("echo and count", ECHO.words, ECHO.begins)
HELP = Case("reads: 帮助", ("帮助",), ("运营",))
FIGURES = Case("reads: 统计", ("统计",), ("统计",))
PAUSE = Case("stores: 暂停, 恢复", ("暂停", "恢复"), ("已暂停", "已恢复"))
MISSING = Case("reads: 文章 N, there is none", ("文章 {n}",), ("没有文章{n}。",))
FOUND = Case("reads: 文章 N", (f"文章 {OUT}",), (f"文章{OUT}“社区走访”：已发布",))
REFUSED = Case("stores: 退回 N-1", ("退回 {n}-1 请核对日期",), ("没有文章{n}。",))
OURS = ((HELP, FOUND, MISSING, FIGURES, PAUSE, REFUSED), (MISSING, REFUSED))
WECHATPY_SAFE = Application(f"{WECHATPY.name}, AES", (ECHO,), (ECHO,), peer=WECHATPY)
SESSIONS_SAFE = Application(f"{WEROBOT.name}, SQLite sessions, AES", (COUNT,), (COUNT,), peer=WEROBOT, sessions=True)
PLAIN = Application("**wxops**, plain", *OURS, aes=False)
SAFE = Application("**wxops**, AES", *OURS)
APPLICATIONS = (
    Application(BARE.name, (SUCCESS,), (), peer=BARE),
    Application(f"{WECHATPY.name}, plain", (ECHO,), (ECHO,), peer=WECHATPY, aes=False),
    WECHATPY_SAFE,
    Application(f"{WEROBOT.name}, plain", (ECHO,), (ECHO,), peer=WEROBOT, aes=False),
    Application(f"{WEROBOT.name}, AES", (ECHO,), (ECHO,), peer=WEROBOT),
    Application(f"{WEROBOT.name}, SQLite sessions, plain", (COUNT,), (COUNT,), peer=WEROBOT, aes=False, sessions=True),
    SESSIONS_SAFE,
    PLAIN,
    SAFE,
)


@dataclass
class Running:
    """A server that runs: its port, and what its processes have used."""

    port: int
    pid: int

    @cached_property
    def worker(self) -> int:
        """Return the worker, which is the server's one child once it has answered."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])

    def cpu(self) -> float:
        """Return the CPU seconds of the worker with all its threads, in user and kernel, from its Linux CPU clock."""
        return time.clock_gettime((~self.worker << 3) | 2)

    def memory(self) -> float:
        """Return what the worker holds in memory, in MB."""
        lines = Path(f"/proc/{self.worker}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


@contextmanager
def running(asked: Application, folder: Path) -> Iterator[Running]:
    """Serve an application; ours as `wxops web` does, in a workspace; Failed where a peer cannot be installed."""
    port = _free_port()
    if asked.peer is None:
        configure(folder, aes=asked.aes)
        command = [sys.executable, "-m", "bot", "--workspace", str(folder), "web"]
        with _running(command, port, {"WXOPS_SERVER_PORT": str(port)}) as started:
            yield started
        return
    said = {"token": TOKEN, "appid": APPID, "aes_key": AES_KEY, "aes": asked.aes, "sessions": asked.sessions}
    threads = options("127.0.0.1", port) | {"worker_class": "gthread"}  # without our time limit, the peers have none
    said |= {"folder": str(folder), "gunicorn": threads}
    with _running([*asked.peer.command(), json.dumps(said)], port) as started:
        yield started


def configure(folder: Path, *, aes: bool) -> None:
    """Write the settings of a workspace."""
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG.format(aes_key=AES_KEY if aes else ""), encoding="utf-8")


def database(folder: Path) -> Path:
    """Return the file of a workspace's database."""
    return Path(database_url(load(folder / "config.toml", {}), folder).removeprefix("sqlite:///"))


def people(folder: Path) -> list[str]:
    """Make a workspace's database and bind operators in it; return their openids."""
    configure(folder, aes=True)
    parts = build(folder, {}, durable=False, create=True)
    now, found = parts.clock.now(), [f"openid-{n}" for n in range(PEOPLE)]
    with parts.store.transaction() as session:
        for n, openid in enumerate(found):
            _, code = add_person(session, f"运营{n}", "operator", party="", company="", now=now)
            bind(session, code, openid, now=now)
    parts.store.close()
    return found


def publish(folder: Path) -> None:
    """Let one article be out for a month, with figures of its 30 days."""
    parts = build(folder, {}, durable=False)
    at = parts.clock.now() - timedelta(days=30)
    with parts.store.transaction() as session:
        post = Post(state=State.PUBLISHED, state_since=at, notify=True)
        session.add_all(
            [post, Article(id=OUT, slug="a", title="社区走访", state=State.PUBLISHED, state_since=at, post=post)]
        )
        session.flush()
        session.add(Publication(post_id=post.id, key="a", published_at=at, url="https://mp.weixin.qq.com/s/a"))
        for day in (local_day(at) + timedelta(days=age) for age in range(30)):
            values = {(metric, f"article:{OUT}"): 100 for metric in ARTICLE_METRICS}
            ledger.record(session, WECHAT, str(day), day, values, complete=True, by="benchmark", now=at)
    parts.store.close()


@contextmanager
def _running(command: list[str], port: int, environ: dict[str, str] | None = None) -> Iterator[Running]:
    process = subprocess.Popen(command, env=os.environ | (environ or {}), stdout=sys.stderr, cwd=HERE.parent)
    try:
        _wait_for(port, process)
        yield Running(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert process.poll() is None, "the server did not start"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not start")
