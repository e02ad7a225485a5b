"""gunicorn from code: threads in one worker, since SQLite and a few hundred messages an hour need no more."""

from __future__ import annotations

from flask import Flask
from gunicorn.app.base import BaseApplication

THREADS = 8


class _Application(BaseApplication):
    def __init__(self, app: Flask, options: dict[str, object]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until SIGTERM."""
    options = {"bind": f"{host}:{port}", "workers": 1, "threads": THREADS, "worker_class": "gthread", "timeout": 30}
    options |= {"control_socket_disable": True, "loglevel": "warning"}
    _Application(app, options).run()
