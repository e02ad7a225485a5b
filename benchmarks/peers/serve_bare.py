"""A bare Flask view: what the server and the framework cost alone."""

from __future__ import annotations

from typing import Any

from flask import Flask
from serving import main


def make(asked: dict[str, Any]) -> Flask:
    """Return the application, which reads nothing."""
    app = Flask("bare")
    app.add_url_rule("/wechat", view_func=lambda: "success", methods=["POST"])
    return app


main(make)
