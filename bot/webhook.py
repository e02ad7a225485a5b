"""WeChat's door: size, signature, age, decrypt, parse, then one answer, the same for every repeat."""

from __future__ import annotations

import logging
import re
from datetime import datetime

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from bot.card import Card
from bot.crypto import Envelope, Forged
from bot.door import Door
from bot.kept import Relayed
from bot.messages import Malformed, Message, clean, fields_of, message_of
from bot.passive import element, reply
from bot.settings import Callback

log = logging.getLogger(__name__)

Args = MultiDict[str, str]  # of a request's query

BODY_BYTES = 64 * 1024
SECONDS = re.compile(r"[0-9]{1,12}")


def create_webhook(door: Door, envelope: Envelope, settings: Callback) -> Blueprint:
    """Return the blueprint of the callback's address."""
    webhook = Blueprint("webhook", __name__)

    webhook.register_error_handler(Forged, _refused)
    webhook.register_error_handler(Malformed, _ignored)
    webhook.register_error_handler(SQLAlchemyError, _not_kept)

    @webhook.get(settings.path)
    def verify() -> Response:
        """Answer the verification with the raw echostr, which WeChat never encrypts."""
        _check_query(envelope, settings, request.args, door.clock.now())
        echo = request.args.get("echostr", "")
        if not echo:
            raise Forged("no echostr")
        return Response(echo, mimetype="text/plain", headers={"X-Content-Type-Options": "nosniff"})

    @webhook.post(settings.path)
    def receive() -> Response:
        """Answer a message: 200 with a reply or with nothing."""
        now, args = door.clock.now(), request.args
        if (request.content_length or 0) > BODY_BYTES:
            raise RequestEntityTooLarge
        signed = "signature" in args or "msg_signature" not in args or settings.mode == "plain"
        _check_query(envelope, settings, args, now, signed=signed)
        message, key = _open(envelope, settings, args, _body(), signed=signed)  # nothing of a stranger's is waited for
        answer = door.answer(message, now)
        if not answer:
            return _nothing(200)
        xml = _reply(message, answer, now)
        if key:
            xml = envelope.close(xml, key, str(int(now.timestamp())), args.get("nonce", ""))
        return Response(xml, mimetype="application/xml")

    return webhook


def _refused(reason: Forged) -> Response:
    log.warning("callback refused: %s", reason)
    return _nothing(403)


def _ignored(reason: Malformed) -> Response:
    """What WeChat sent and is no message: it must not repeat it."""
    log.warning("callback ignored: %s", reason)
    return _nothing(200)


def _not_kept(trouble: SQLAlchemyError) -> Response:
    """Nothing was kept, so WeChat shall bring it again."""
    log.error("the database failed during a callback", exc_info=trouble)
    return _nothing(503)


def _check_query(envelope: Envelope, settings: Callback, args: Args, now: datetime, *, signed: bool = True) -> None:
    """Raise Forged for what WeChat did not sign, or too long ago, or ahead of us.

    signed: False when the envelope inside bears the only signature, which is checked when it is opened.
    """
    timestamp = args.get("timestamp", "")
    if any(len(args.getlist(name)) > 1 for name in args) or not SECONDS.fullmatch(timestamp):
        raise Forged("the query is not WeChat's")
    if signed:
        envelope.check(args.get("signature", ""), timestamp, args.get("nonce", ""))
    if abs(now.timestamp() - int(timestamp)) > settings.max_age_seconds:
        raise Forged("the timestamp is too far from our clock")


def _body() -> bytes:
    """Return the body; 413 when it is too large, although its length was not told."""
    body = request.stream.read(BODY_BYTES + 1)
    if len(body) > BODY_BYTES:
        raise RequestEntityTooLarge
    return body


def _open(envelope: Envelope, settings: Callback, args: Args, body: bytes, *, signed: bool) -> tuple[Message, str]:
    """Return the message and the AES key that opened it, "" for a plain one, which safe mode does not take.

    Forged, whatever is wrong, while nothing proves that WeChat sent it.
    """
    try:
        text = clean(body)
        fields = fields_of(text)
    except Malformed as reason:
        if signed:
            raise
        raise Forged("unsigned") from reason
    encrypted = fields.get("Encrypt") if settings.mode != "plain" else None
    if isinstance(encrypted, str) and encrypted:
        given = (args.get("msg_signature", ""), args.get("timestamp", ""), args.get("nonce", ""))
        opened, key = envelope.open(encrypted, *given)
        inside = clean(opened)
        return message_of(fields_of(inside), _proof(args), inside, sealed=True), key
    if settings.mode == "safe" or not signed:
        raise Forged("a plain body where an encrypted one belongs")
    return message_of(fields, _proof(args), text), ""


def _proof(args: Args) -> str:
    """Return what every signature of a request covers."""
    return f"{args['timestamp']}:{args.get('nonce', '')}"


def _reply(message: Message, answer: str, now: datetime) -> str:
    if isinstance(answer, Relayed):
        return str(answer)
    source, target, seconds = message.recipient, message.sender, int(now.timestamp())
    if isinstance(answer, Card):
        return answer.xml(source=source, target=target, seconds=seconds)
    return reply("text", element("Content", answer), source=source, target=target, seconds=seconds)


def _nothing(status: int) -> Response:
    return Response("", status=status, mimetype="text/plain")
