"""gunicorn from code: threads in one worker, since SQLite and a few hundred messages an hour need no more."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.http.errors import NoMoreData, ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

THREADS = 8
PATIENCE = 10  # seconds for which a connection may send nothing while a thread reads its request


class _Worker(ThreadWorker):
    """gunicorn's threads wait without end for the rest of a request: a few slow senders would hold them all."""

    def handle(self, conn: TConn) -> object:
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", PATIENCE, 0))
        return super().handle(conn)


class _Application(BaseApplication):
    def __init__(self, app: Flask, options: dict[str, object], begin: Callable[[], object]) -> None:
        self._app, self._options, self._begin = app, options, begin
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        self._begin()
        return self._app


def serve(app: Flask, host: str, port: int, begin: Callable[[], object]) -> None:
    """Serve until SIGTERM; `begin` is called in the worker, after the fork."""
    for trouble in (ParseException, NoMoreData, BlockingIOError):  # while the body is read
        app.register_error_handler(trouble, _not_whole)
    _Application(app, options(host, port), begin).run()


def options(host: str, port: int) -> dict[str, object]:
    """Return gunicorn's settings."""
    chosen = {"bind": f"{host}:{port}", "workers": 1, "threads": THREADS, "worker_class": _Worker, "timeout": 30}
    return chosen | {"control_socket_disable": True, "loglevel": "warning"}


def _not_whole(trouble: Exception) -> tuple[str, int]:
    """Answer a request whose chunks are broken, or whose body does not come."""
    return "", 400
