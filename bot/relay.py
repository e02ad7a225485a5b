"""What is not ours, passed on: signed as WeChat signs, to one second address (the platform vendor's), its answer relayed.

This is the one way out of the web process. It is no call of WeChat, and it cannot wait for
a tick: the reader's answer must be there within WeChat's five seconds (wechat-api.md §2.2).
The vendor always gets plain XML, as in 明文模式, over https: it needs no AES key of ours.
A repeat of WeChat's joins the call that is in flight, and after it gets the stored answer;
only after a crash in between a message leaves twice, with its MsgId, as from WeChat itself.
Who follows and who leaves is ours to answer, and told to the vendor beside it, which
must delete what it has of whoever leaves as we must (wechat-api.md §2.4).
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from bot import takeable
from bot.messages import SECONDS as SECONDS_SINCE
from bot.messages import Malformed, Message, clean, fields_of

log = logging.getLogger(__name__)

SECONDS = 3.5  # for all of it, from the name's resolution to the last byte
SLOTS = 3  # calls at once: the web process has eight threads, and the others must answer people
LEAVING = 1000  # notices of who leaves that wait for a slot; they are lost with the process
ANSWER_BYTES = 64 * 1024
HEADERS = {"Content-Type": "text/xml; charset=utf-8", "User-Agent": "Mozilla/4.0", "Connection": "close"}


@dataclass(eq=False)
class _Call:
    """One call: its answer to come, and the way to end it early."""

    connection: HTTPConnection
    answer: Future[str] = field(default_factory=Future)
    line: socket.socket | None = None  # the connection itself forgets it when the answer's head has come
    given_up: bool = False

    def connect(self) -> None:
        """Connect; TimeoutError when nobody waits any more."""
        self.connection.connect()
        self.line = self.connection.sock
        if self.given_up:
            raise TimeoutError

    def cut_off(self) -> None:
        """Wake the thread that waits for a byte, so that it ends."""
        self.given_up = True
        if self.line is not None:
            with suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)


class Relay:
    """One vendor's address, and the calls that are in flight to it."""

    def __init__(self, address: str, token: str) -> None:
        """Take the address (https, or http on this very machine: the settings' check) and the token that signs."""
        self._address, self._token = urlsplit(address), token
        self._pool = ThreadPoolExecutor(SLOTS, thread_name_prefix="relay")
        self._flights: dict[str, _Call] = {}
        self._busy = 0  # calls that have not ended, those that were given up included
        self._leaving: dict[str, tuple[Message, datetime]] = {}
        self._lock = threading.RLock()  # a call may have ended before its end is waited for

    @contextmanager
    def asked(self, message: Message, now: datetime) -> Iterator[str]:
        """Give the vendor's answer as XML, or "" when it has none that is good, in time.

        Repeats join the call until the block ends, so that what is kept in it is there for the next one.
        """
        key = message.key
        with self._lock:
            call = self._flights.get(key) or self._begun(key, message, now)
        try:
            yield _answer(message, call) if call else ""
        finally:
            with self._lock:
                self._flights.pop(key, None)

    def tell(self, message: Message, now: datetime) -> None:
        """Let the vendor know of an event whose answer nobody needs, and return at once; it is tried once.

        That somebody leaves waits for a slot where all are taken.
        """
        with self._lock:
            if message.key in self._flights:
                return
            call = self._begun(message.key, message, now)
            if call is None and message.event == "unsubscribe" and len(self._leaving) < LEAVING:
                self._leaving[message.key] = (message, now)
        if call is None:
            return
        end = threading.Timer(SECONDS, call.cut_off)
        end.daemon = True
        end.start()
        call.answer.add_done_callback(lambda answer: self._told(message.key, end, answer))

    def _told(self, key: str, end: threading.Timer, answer: Future[str]) -> None:
        end.cancel()
        with self._lock:
            self._flights.pop(key, None)
        if trouble := answer.exception():
            log.warning("the second address was not told of an event: %s", type(trouble).__name__)

    def _begun(self, key: str, message: Message, now: datetime) -> _Call | None:
        """Begin a call, with the lock held; None when all slots are taken, by calls that were given up, too."""
        if self._busy >= SLOTS:
            log.warning("not passed on: %s calls are in flight already", SLOTS)
            return None
        self._busy += 1
        kind = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        call = self._flights[key] = _Call(kind(self._address.hostname or "", self._address.port, timeout=SECONDS))
        call.answer = self._pool.submit(self._exchange, call, message, now)
        call.answer.add_done_callback(self._ended)
        return call

    def _ended(self, future: Future[str]) -> None:
        with self._lock:
            self._busy -= 1
            waits = next(iter(self._leaving), None)
            if waits is not None:
                self.tell(*self._leaving.pop(waits))

    def _exchange(self, call: _Call, message: Message, now: datetime) -> str:
        try:
            call.connect()
            body = message.xml.encode(errors="replace")
            call.connection.request("POST", self._target(message, now), body, HEADERS)
            with call.connection.getresponse() as answer:
                body = answer.read(ANSWER_BYTES + 1)
        finally:
            call.connection.close()
        if answer.status != 200 or len(body) > ANSWER_BYTES:  # a redirect would carry the message to another host
            raise ValueError("no answer that is used")
        return clean(body)

    def _target(self, message: Message, now: datetime) -> str:
        """Return path and query, with what WeChat adds to it."""
        timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(8)
        joined = "".join(sorted((self._token, timestamp, nonce))).encode()
        signature = hashlib.sha1(joined, usedforsecurity=False).hexdigest()
        signed = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "openid": message.sender}
        own = f"{self._address.query}&" if self._address.query else ""
        return f"{self._address.path or '/'}?{own}{urlencode(signed)}"


def _answer(message: Message, call: _Call) -> str:
    try:
        return _checked(call.answer.result(SECONDS), message)
    except TimeoutError:
        log.warning("the second address did not answer in time")
        call.cut_off()
    except (OSError, HTTPException, ValueError) as error:
        log.warning("the second address did not answer: %s", type(error).__name__)
    except Malformed as reason:
        log.warning("the answer of the second address is not used: %s", reason)
    return ""


def _checked(answer: str, message: Message) -> str:
    """Return an answer that WeChat takes for this very reader, "" for none; Malformed for anything else."""
    if answer.lower() in ("", "success"):
        return ""
    fields = fields_of(answer)
    if (fields.get("ToUserName"), fields.get("FromUserName")) != (message.sender, message.recipient):
        raise Malformed("it is not from this account to this reader")
    if not SECONDS_SINCE.fullmatch(str(fields.get("CreateTime", ""))):
        raise Malformed("no time")
    takeable.check(fields, message)
    return answer
