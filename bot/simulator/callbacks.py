"""Delivering to the account's server: signed, encrypted per mode, 5 seconds, three tries (message push guide).

"success" or an empty body ends it; a valid <xml> is a reply for the reader; anything
else is malformed, and the reader sees 该公众号暂时无法提供服务，请稍后再试.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from queue import Queue

import requests

from bot.simulator import xml
from bot.simulator.clock import Clock
from bot.simulator.crypto import BadCipher, Seal, same, signature
from bot.simulator.settings import Settings, Switches

TRIES = 3
APOLOGY = "该公众号暂时无法提供服务，请稍后再试"
REPLY_BYTES = 2048  # not in the current pages; longer texts were seen to vanish
REPLY_TYPES = ("text", "image", "voice", "video", "music", "news", "transfer_customer_service")
ARTICLES_AT_MOST = 8
DONE, REPLIED, UNAVAILABLE, NOWHERE = "success", "reply", "unavailable", "no callback"


@dataclass
class Try:
    """One attempt: HTTP status (0 = no answer), what came back, and how long it took in seconds."""

    status: int
    answer: str
    seconds: float


@dataclass
class Delivery:
    """A message or an event on its way, and what became of it."""

    what: str
    openid: str
    xml: str
    at: datetime
    tries: list[Try] = field(default_factory=list)
    outcome: str = ""
    reply: dict[str, str] | None = None

    @property
    def failed(self) -> bool:
        """Did the account's server not answer properly?"""
        return self.outcome == UNAVAILABLE


class Postman:
    """Brings messages and events to the callback, events one after the other in a thread of its own."""

    def __init__(self, settings: Settings, switches: Switches, clock: Clock) -> None:
        """Take the account, its switches and the clock letters are dated by; nothing is sent before `start`."""
        self._settings, self._switches, self._clock = settings, switches, clock
        self._seal = Seal(settings.aes_key, settings.appid)
        self._queue: Queue[Delivery | None] = Queue()
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)
        self.url = settings.callback
        self.deliveries: list[Delivery] = []

    def start(self) -> None:
        """Begin to deliver what is posted."""
        self._thread.start()

    def stop(self) -> None:
        """End after the delivery under way."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(timeout=20)

    def post(self, delivery: Delivery) -> None:
        """Have it delivered soon."""
        self._queue.put(delivery)

    def wait(self, seconds: float = 20) -> None:
        """Wait until everything posted was delivered, at most so long."""
        end = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < end:
            time.sleep(0.002)

    def deliver(self, delivery: Delivery) -> Delivery:
        """Deliver it now: until the server answers, at most three times."""
        self.deliveries.append(delivery)
        if not self.url:
            delivery.outcome = NOWHERE
            return delivery
        for _ in range(TRIES):
            attempt = self._try(delivery)
            delivery.tries.append(attempt)
            if attempt.status == 200:
                self._judge(delivery, attempt.answer)
                return delivery
        delivery.outcome = UNAVAILABLE
        return delivery

    def verify(self) -> bool:
        """Does the callback prove itself (GET with echostr), as when its URL is saved in the back office?"""
        echo = str(secrets.randbelow(10**18))
        query = self._query({}) | {"echostr": echo}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(self.url, params=query, timeout=self._switches.callback_seconds)
        return answer.status_code == 200 and answer.text == echo

    def _work(self) -> None:
        while (delivery := self._queue.get()) is not None:
            self.deliver(delivery)
            self._queue.task_done()

    def _try(self, delivery: Delivery) -> Try:
        query, body = self._envelope(delivery)
        began = time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    self.url,
                    params=query,
                    data=body.encode("utf-8", "surrogateescape"),
                    headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                    timeout=self._switches.callback_seconds,
                )
                text = answer.content.decode(errors="replace")
                return Try(answer.status_code, text, time.monotonic() - began)
        except requests.RequestException:
            return Try(0, "", time.monotonic() - began)

    def _envelope(self, delivery: Delivery) -> tuple[dict[str, str], str]:
        query = self._query({"openid": delivery.openid})
        if self._settings.mode == "plain":
            return query, delivery.xml
        sealed = self._seal.close(delivery.xml)
        parts = (self._settings.token, query["timestamp"], query["nonce"], sealed)
        query |= {"encrypt_type": "aes", "msg_signature": signature(*parts)}
        if self._settings.mode == "safe":
            return query, xml.write({"ToUserName": self._settings.original_id, "Encrypt": sealed})
        return query, f"{delivery.xml.removesuffix('</xml>')}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"

    def _query(self, more: dict[str, str]) -> dict[str, str]:
        stamp, nonce = str(self._clock.stamp()), str(secrets.randbelow(10**10))
        return {"signature": signature(self._settings.token, stamp, nonce), "timestamp": stamp, "nonce": nonce} | more

    def _judge(self, delivery: Delivery, answer: str) -> None:
        if answer.strip() in ("", "success"):
            delivery.outcome = DONE
            return
        delivery.reply = self._opened(answer)
        if delivery.reply is not None and _is_reply(delivery.reply, delivery.openid):
            delivery.outcome = REPLIED
        else:
            delivery.reply, delivery.outcome = None, UNAVAILABLE

    def _opened(self, answer: str) -> dict[str, str] | None:
        found = xml.read(answer)
        if found is None or "Encrypt" not in found:
            return found if self._settings.mode != "safe" else None
        parts = (found.get("TimeStamp", ""), found.get("Nonce", ""), found["Encrypt"])
        signed = signature(self._settings.token, *parts)
        if self._settings.mode == "plain" or not same(signed, found.get("MsgSignature", "")):
            return None
        try:
            return xml.read(self._seal.open(found["Encrypt"]))
        except BadCipher:
            return None


def _is_reply(reply: Mapping[str, str], openid: str) -> bool:
    kind = reply.get("MsgType")
    if reply.get("ToUserName") != openid or not reply.get("FromUserName") or kind not in REPLY_TYPES:
        return False
    if not reply.get("CreateTime", "").isdigit():
        return False
    if kind == "text":
        return 0 < len(reply.get("Content", "").encode()) <= REPLY_BYTES
    if kind == "news":
        count = reply.get("ArticleCount", "")
        return count.isdigit() and 1 <= int(count) <= ARTICLES_AT_MOST and "Articles/item/Title" in reply
    return True
