"""The web process: a Flask application made from the parts it is given."""

from __future__ import annotations

import logging

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from bot.console.blueprint import create_console
from bot.crypto import Envelope
from bot.door import Door
from bot.login import prepare
from bot.relay import Relay
from bot.settings import Callback
from bot.webhook import create_webhook
from bot.wiring import Parts
from content import control
from content.reply_book import ReplyBook
from scheduler.heartbeat import HEARTBEAT, silent_since

log = logging.getLogger(__name__)


def relay_of(callback: Callback) -> Relay | None:
    """Return the way to the second address, if the settings name one."""
    return Relay(callback.forward, callback.forward_token or callback.token) if callback.forward else None


def _webhook(parts: Parts) -> Blueprint:
    callback = parts.config.callback
    keys = [key for key in (callback.aes_key, callback.old_aes_key) if key]
    envelope = Envelope(callback.token, parts.config.account.appid, keys)
    door = Door(
        parts.store,
        parts.clock,
        parts.chain,
        parts.config.server,
        parts.rules,
        parts.workspace,
        ReplyBook(parts.workspace),
        limit=callback.messages_a_minute,
        relay=relay_of(callback),
    )
    return create_webhook(door, envelope, callback)


def create_app(parts: Parts) -> Flask:
    """Make the application for one account: WeChat's door, the pages and the health page."""
    app = Flask(__name__)
    if not parts.config.callback.is_off:
        app.register_blueprint(_webhook(parts))

    prepare(app, parts.config.server)
    app.register_blueprint(create_console(parts))

    @app.get("/healthz")
    def health() -> tuple[Response, int]:
        """Say ok while the scheduler ticks, else 503 with what is wrong."""
        try:
            with parts.store.reading() as session:
                beat, silent = control.read(session, HEARTBEAT), silent_since(session, parts.clock.now())
        except SQLAlchemyError:
            log.exception("the database failed during a health check")
            return jsonify(web="ok", database="failing"), 503
        scheduler = "silent" if silent else "ok" if beat else "never started"
        return jsonify(web="ok", scheduler=scheduler), 200 if beat and not silent else 503

    return app
