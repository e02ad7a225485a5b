"""gunicorn from code: threads in one worker, since SQLite and a few hundred messages an hour need no more."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

THREADS = 8


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
    _Application(app, options(host, port), begin).run()


def options(host: str, port: int) -> dict[str, object]:
    """Return gunicorn's settings."""
    chosen = {"bind": f"{host}:{port}", "workers": 1, "threads": THREADS, "worker_class": "gthread", "timeout": 30}
    return chosen | {"control_socket_disable": True, "loglevel": "warning"}
