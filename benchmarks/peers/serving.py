"""What every application beside ours is served with: gunicorn, with the settings that `wxops web` gives it.

An application's script calls `main` with a function that makes it. This file needs nothing
but gunicorn: it runs in each application's own environment.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication


class _Served(BaseApplication):
    def __init__(self, make: Callable[[dict[str, Any]], Any], asked: dict[str, Any]) -> None:
        self._make, self._asked = make, asked
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._asked["gunicorn"].items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._make(self._asked)


def main(make: Callable[[dict[str, Any]], Any]) -> None:
    """Serve what `make` returns, as the JSON on the command line asks: its account, `aes`, `sessions`, gunicorn's settings."""
    _Served(make, json.loads(sys.argv[1])).run()
