"""A mail server and a robot's door on this machine, for tests of what leaves beside WeChat; both keep what they got."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import takewhile
from typing import Any

GREETING = "250-here\r\n250 AUTH PLAIN"
USUAL = {"EHLO": GREETING, "AUTH": "235 welcome", "DATA": "354 go on", "QUIT": "221 bye"}
KNOWN = (*USUAL, "MAIL", "RCPT", "RSET")


class PostOffice:
    """What the mail server got, and what it answers instead of the usual, by verb; END is a letter's, and "" hangs up."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.heard: list[bytes] = []
        self.answers: dict[str, str] = {}
        self.port = 0

    def answer(self, verb: str) -> str:
        return self.answers.get(verb, USUAL.get(verb, "250 ok"))


@contextmanager
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()

    class Counter(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline():
                office.heard.append(line)
                verb = line[:4].decode("ascii", "replace").upper()
                if verb not in KNOWN or not office.answer(verb):
                    return
                self.say(office.answer(verb))
                if verb == "DATA" and office.answer(verb) == USUAL[verb]:
                    self.take()
                elif verb == "QUIT":
                    return

        def take(self) -> None:
            lines = list(takewhile(lambda line: line not in (b".\r\n", b""), iter(self.rfile.readline, None)))
            letter = message_from_bytes(b"".join(lines), policy=policy.default)  # type: ignore[arg-type]
            office.letters.append(letter)  # type: ignore[arg-type]
            self.say(office.answer("END"))

        def say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Counter) as server, _served(server):
        office.port = server.server_address[1]
        yield office


class Group:
    """What a group got through its robot, and what the robot answers."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.status, self.answer = 200, json.dumps({"errcode": 0})
        self.url = ""


@contextmanager
def group() -> Iterator[Group]:
    made = Group()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.posts.append((self.path, json.loads(body)))
            self.send_response(made.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(made.answer.encode())

        def log_message(self, *args: Any) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server, _served(server):
        made.url = f"http://127.0.0.1:{server.server_port}"
        yield made


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
