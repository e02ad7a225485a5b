"""The web process under gunicorn: broken and slow requests are ended, and hold nobody up."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from wechat_sender import TOKEN, sha1

pytest.importorskip("gunicorn")  # there is none on Windows

pytestmark = pytest.mark.one_database

CHILD = f"""
import sys
from datetime import UTC, datetime
from types import SimpleNamespace
from flask import Flask
from bot import server
from bot.crypto import Envelope
from bot.settings import Callback
from bot.webhook import create_webhook

server.PATIENCE, server.THREADS = 1, 2
door = SimpleNamespace(clock=SimpleNamespace(now=lambda: datetime.now(UTC)), answer=lambda message, now: "")
app = Flask("one")
settings = Callback(token="{TOKEN}", mode="plain")
app.register_blueprint(create_webhook(door, Envelope("{TOKEN}", "wx1"), settings))
server.serve(app, "127.0.0.1", int(sys.argv[1]), lambda: None)
"""
BODY = b"<xml><ToUserName>g</ToUserName><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        chosen = free.getsockname()[1]
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(chosen)])
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", chosen), timeout=10).close()
                break
            except OSError:
                assert child.poll() is None
                time.sleep(0.1)
        yield chosen
    finally:
        child.terminate()
        child.wait(30)


def opened(port: int, head: str, body: bytes = b"", *, signed: bool = True) -> socket.socket:
    """Send a request's head and what is there of its body, and leave the connection open."""
    now = str(int(time.time()))
    signature = sha1(TOKEN, now, "7") if signed else "0" * 40
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    target = f"/wechat?timestamp={now}&nonce=7&signature={signature}"
    line.sendall(f"POST {target} HTTP/1.1\r\nHost: wechat\r\n{head}\r\n\r\n".encode() + body)
    return line


def status(line: socket.socket) -> str:
    with line:
        return line.recv(100).decode().partition(" ")[2][:3]


@pytest.mark.parametrize("body", [b"ZZ\r\nabc\r\n", b"3\r\nabcXX0\r\n\r\n", b"5\r\nab"])
def test_a_body_of_broken_or_cut_chunks_is_a_bad_request(port: int, body: bytes) -> None:
    line = opened(port, "Transfer-Encoding: chunked", body)
    line.shutdown(socket.SHUT_WR)
    assert status(line) == "400"


def test_a_strangers_body_is_not_waited_for(port: int) -> None:
    slow = [opened(port, "Content-Length: 1000", b"<", signed=False) for _ in range(3)]
    assert [status(line) for line in slow] == ["403"] * 3


@pytest.mark.parametrize("head", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_a_body_that_stops_coming_holds_its_thread_for_a_while_only(port: int, head: str) -> None:
    slow = [opened(port, head, b"5\r\n<") for _ in range(2)]
    assert status(opened(port, f"Content-Length: {len(BODY)}", BODY)) == "200"
    assert [status(line) for line in slow] == ["400"] * 2
