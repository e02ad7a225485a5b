"""The HTTP server: HTTP/1.1 with kept connections, a thread for each, and answers that may go wrong on purpose."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bot.simulator import desk
from bot.simulator.call import Call
from bot.simulator.desk import Reply
from bot.simulator.world import World

CONTROL = "/__sim__/"
LARGEST = 64 * 1024 * 1024
ControlDoor = Callable[[str, str, dict[str, str], bytes], tuple[int, Any]]


class Server(ThreadingHTTPServer):
    """Serves one account and its control."""

    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = os.name != "nt"  # Windows would share a port that is taken

    def __init__(self, world: World, control: ControlDoor) -> None:
        """Take the port now; answers begin with serve_forever()."""
        self.world, self.control = world, control
        self.stopping = False
        self._open: set[socket.socket] = set()
        self._guard = threading.Condition()
        self._releases = 0
        self.hung = 0
        super().__init__((world.settings.host, world.settings.port), Door)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def hang(self, seconds: float) -> None:
        """Wait for the next release, at most so long."""
        with self._guard:
            seen = self._releases
            self.hung += 1
            self._guard.wait_for(lambda: self._releases != seen or self.stopping, timeout=seconds)
            self.hung -= 1

    def release(self) -> int:
        """Let all hung answers go and return how many there were."""
        with self._guard:
            count = self.hung
            self._releases += 1
            self._guard.notify_all()
            return count

    def close(self) -> None:
        """Stop: no new connection, hung answers let go, kept connections closed."""
        self.stopping = True
        self.release()
        self.shutdown()
        for connection in list(self._open):
            _hang_up(connection)
        self.server_close()
        end = time.monotonic() + 2
        while self._open and time.monotonic() < end:
            time.sleep(0.002)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that close() can end it."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection with its end."""
        super().shutdown_request(request)
        self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about callers that hung up; show the rest."""
        if not self.stopping:
            super().handle_error(request, client_address)


class Door(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together
    server: Server

    def do_GET(self) -> None:
        """Serve a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Serve a POST."""
        self._serve()

    def do_DELETE(self) -> None:
        """Serve a DELETE, which only the control knows."""
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name it has in the library
        """Print nothing: what came in stands in the log of the control."""

    def _serve(self) -> None:
        raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        try:
            if parts.path.startswith(CONTROL):
                self._control(parts.path.removeprefix(CONTROL), query, raw)
            else:
                self._answer(self._call(parts.path, query, raw))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the caller did not wait

    def _call(self, path: str, query: dict[str, str], raw: bytes) -> Call:
        settings = self.server.world.settings
        return Call(
            method=self.command,
            path=path.removeprefix("/cgi-bin").strip("/"),
            query=query,
            raw=raw,
            content_type=self.headers.get("Content-Type", ""),
            ip=str(self.client_address[0]),
            secrets=(settings.secret,),
        )

    def _answer(self, call: Call) -> None:
        reply = desk.serve(self.server.world, call)
        if reply.delay:
            time.sleep(reply.delay)
        if reply.hang:
            self.server.hang(reply.hang)
        if reply.drop or (reply.hang and not reply.answered_late) or self.server.stopping:
            self.close_connection = True
            _hang_up(self.connection)
            return
        self._send(reply)

    def _control(self, path: str, query: dict[str, str], raw: bytes) -> None:
        status, answer = self.server.control(self.command, path, query, raw)
        body = json.dumps(answer, ensure_ascii=False, default=str).encode()
        self._send(Reply(body, "application/json", status))

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)
        if reply.cut:
            self.wfile.flush()
            self.close_connection = True
            _hang_up(self.connection)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # the other side was faster
        return
