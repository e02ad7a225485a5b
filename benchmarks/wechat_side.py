"""WeChat's side of a callback: messages made, signed and sealed, sent over kept connections, replies opened."""

from __future__ import annotations

import hashlib
import itertools
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

import xmltodict
from wechatpy.crypto import WeChatCrypto

TOKEN, APPID, ACCOUNT = "benchmarktoken", "wx0000000000000001", "gh_benchmark"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MESSAGE = (
    f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{{who}}]]></FromUserName>"
    "<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"
    "<MsgId>{number}</MsgId></xml>"
)
NUMBERS = itertools.count(25_000_000_000_000_000)  # MsgId
IDLE_SECONDS = 1.0
CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APPID)


@dataclass(frozen=True)
class Delivery:
    """One message as it goes over the wire, and whose it is."""

    path: str
    body: bytes
    who: str
    aes: bool


def delivery(words: str, who: str, *, aes: bool) -> Delivery:
    """Return a new message, with an id and a nonce of its own."""
    now, number = str(int(time.time())), next(NUMBERS)
    nonce, body = str(number), MESSAGE.format(now=now, words=words, number=number, who=who)
    query = {"signature": _sha1(TOKEN, now, nonce), "timestamp": now, "nonce": nonce}
    if aes:
        body = CRYPTO.encrypt_message(body, nonce, now)
        query |= {"encrypt_type": "aes", "msg_signature": xmltodict.parse(body)["xml"]["MsgSignature"]}
    return Delivery(f"/wechat?{urlencode(query)}", body.encode(), who, aes)


class Line:
    """One connection to a server, kept open."""

    def __init__(self, port: int) -> None:
        """Connect at the first message."""
        self._http, self._begun = HTTPConnection("127.0.0.1", port, timeout=60), time.monotonic()

    def begin(self, one: Delivery) -> None:
        """Deliver, and do not wait for the answer; on a new connection where the server may have hung up.

        It does so two seconds after its answer was there, which may be long before it was read: only the time since
        the message went out says that the connection still holds.
        """
        if time.monotonic() - self._begun > IDLE_SECONDS:
            self._http.close()  # it connects again
        self._begun = time.monotonic()
        self._http.request("POST", one.path, one.body, {"Content-Type": "text/xml"})

    def end(self) -> tuple[int, bytes]:
        """Return the status and the body of the answer."""
        answer = self._http.getresponse()
        return answer.status, answer.read()

    def send(self, one: Delivery) -> tuple[int, bytes]:
        """Deliver; return the status and the body of the answer."""
        self.begin(one)
        return self.end()

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def opened(answer: tuple[int, bytes], one: Delivery) -> str:
    """Return the text of a reply; "" for none, and what is wrong with one that is not this person's."""
    status, body = answer
    if status != 200:
        return f"status {status}"
    if not body:
        return ""
    fields = xmltodict.parse(body)["xml"]
    if one.aes:
        inside = CRYPTO.decrypt_message(body, fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
        fields = xmltodict.parse(inside)["xml"]
    return fields["Content"] or "" if fields["ToUserName"] == one.who else f"for {fields['ToUserName']}"


def _sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()
