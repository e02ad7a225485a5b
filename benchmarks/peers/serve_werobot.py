"""A minimal WeRoBot application on Flask: an echo, with its SQLite sessions one that counts a person's messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from serving import main
from werobot import WeRoBot
from werobot.contrib.flask import make_view
from werobot.session.sqlitestorage import SQLiteStorage


def make(asked: dict[str, Any]) -> Flask:
    """Return the application."""
    sessions = SQLiteStorage(str(Path(asked["folder"]) / "sessions.db")) if asked["sessions"] else False
    settings = {"TOKEN": asked["token"], "SESSION_STORAGE": sessions}
    if asked["aes"]:
        settings |= {"APP_ID": asked["appid"], "ENCODING_AES_KEY": asked["aes_key"]}
    robot = WeRoBot(token=asked["token"])
    robot.config.update(settings)

    if asked["sessions"]:

        @robot.text
        def count(message: Any, session: dict[str, int]) -> str:
            session["count"] = session.get("count", 0) + 1
            return f"{message.content} {session['count']}"

    else:

        @robot.text
        def echo(message: Any) -> str:
            return str(message.content)

    app = Flask("werobot")
    app.add_url_rule("/wechat", endpoint="werobot", view_func=make_view(robot), methods=["GET", "POST"])
    return app


main(make)
