"""WeChat's side of the door, written anew: signs, encrypts, sends over real HTTP and opens the replies.

Signing and encryption share no code with the product or the simulator, so that no two can be
wrong in the same way. `Entrance` is the stage with this sender in the place of the simulator.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import secrets
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import requests
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import func, select, text
from stage import AES_KEY, Stage, lay_out
from werkzeug.serving import make_server

from bot.app import create_app
from bot.wiring import Parts, build
from content.models import Event
from content.people import add_person, bind
from scheduler.models import JobNotice, Received

TOKEN, APPID, ACCOUNT = "simulatortoken", "wx0000000000000001", "gh_simulator"
STAFF = {
    "管理": ("admin", ""),
    "运营": ("operator", ""),
    "编辑": ("editor", ""),
    "复审": ("reviewer", ""),
    "主任": ("chief", "甲方"),
    "外聘": ("chief", "乙方"),
    "联络": ("liaison", ""),
    "街道": ("liaison", "甲方"),
}
NUMBERS = itertools.count(25_000_000_000_000_000)  # MsgId


def sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(message: bytes, key: str, appid: str, padding: int = 0) -> str:
    """Seal a message; with another padding than WeChat's if one is given."""
    plain = os.urandom(16) + struct.pack(">I", len(message)) + message + appid.encode()
    padding = padding or 32 - len(plain) % 32
    encryptor = _cipher(key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()


def decrypt(sealed: str, key: str, appid: str) -> str:
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    size = struct.unpack(">I", plain[16:20])[0]
    assert plain[20 + size :] == appid.encode()
    return plain[20 : 20 + size].decode()


def xml(**fields: object) -> str:
    """A body as WeChat writes it: numbers bare, texts in CDATA, mappings as elements in an element."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


class Sender:
    """WeChat, as far as one account's callback sees it."""

    def __init__(
        self,
        url: str,
        now: Callable[[], datetime],
        *,
        mode: str = "safe",
        token: str = TOKEN,
        appid: str = APPID,
        aes_key: str = AES_KEY,
    ) -> None:
        self.url, self.now, self.mode = url, now, mode
        self.token, self.appid, self.aes_key = token, appid, aes_key

    def signed(self, *, age: int = 0, nonce: str = "") -> dict[str, str]:
        """The query that proves who sends; `age` seconds old, with a nonce of its own."""
        nonce = nonce or str(secrets.randbelow(10**10))
        timestamp = str(int(self.now().timestamp()) - age)
        return {"signature": sha1(self.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}

    def get(self, query: Any) -> requests.Response:
        with _session() as http:
            return http.get(self.url, params=query, timeout=30)

    def post(self, body: str | bytes, *, mode: str = "", query: Mapping[str, str] | None = None) -> requests.Response:
        """Deliver a body as the mode demands; `query` changes the signed one, and None takes a parameter away."""
        data = body.encode() if isinstance(body, str) else body
        asked = self.signed()
        if (mode or self.mode) != "plain":
            sealed = encrypt(data, self.aes_key, self.appid)
            signature = sha1(self.token, asked["timestamp"], asked["nonce"], sealed)
            asked |= {"encrypt_type": "aes", "msg_signature": signature}
            outer = f"<Encrypt><![CDATA[{sealed}]]></Encrypt>".encode()
            head = data.rstrip().removesuffix(b"</xml>") if (mode or self.mode) == "compatible" else b"<xml>"
            data = head + outer + b"</xml>"
        return self.raw(data, asked | dict(query or {}))

    def raw(self, body: Any, query: Any) -> requests.Response:
        with _session() as http:
            return http.post(self.url, params=query, data=body, headers={"Content-Type": "text/xml"}, timeout=60)

    def text(self, words: str, who: str = "oReader", *, msg_id: object = None, **more: object) -> requests.Response:
        return self.post(self.written(words, who, msg_id=msg_id, **more))

    def written(self, words: str, who: str = "oReader", *, msg_id: object = None, **more: object) -> str:
        """The body of a text message."""
        return xml(
            ToUserName=ACCOUNT, FromUserName=who, CreateTime=int(self.now().timestamp()), MsgType="text", Content=words,
            MsgId=int(str(msg_id or next(NUMBERS))), **more,
        )  # fmt: skip

    def event(self, name: str, who: str = "oReader", **more: object) -> requests.Response:
        fields: dict[str, object] = {"CreateTime": int(self.now().timestamp()), "Event": name} | more
        fields = {field: value for field, value in fields.items() if value is not None}
        return self.post(xml(ToUserName=ACCOUNT, FromUserName=who, MsgType="event", **fields))

    def opened(self, answer: requests.Response) -> dict[str, str]:
        """The fields of a reply, strictly read; {} for an empty answer."""
        assert answer.status_code == 200, answer.status_code
        if not answer.content:
            return {}
        fields = _fields(answer.content.decode())
        if "Encrypt" in fields:
            parts = (fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            assert fields["MsgSignature"] == sha1(self.token, *parts)
            fields = _fields(decrypt(fields["Encrypt"], self.aes_key, self.appid))
        assert fields["CreateTime"].isdigit()
        if fields["MsgType"] == "news":
            assert fields["ArticleCount"] == "1"
            return fields
        assert fields["MsgType"] == "text"
        assert 0 < len(fields["Content"].encode()) <= 2048
        return fields

    def ask(self, words: str, who: str = "oReader", **more: Any) -> str:
        """Send words and return the text of the reply."""
        return self.opened(self.text(words, who, **more)).get("Content", "")


class Entrance(Stage):
    """The stage without a simulator: people speak through a Sender, nothing calls WeChat."""

    def __init__(self, folder: Path, database: str) -> None:
        lay_out(folder, database)
        super().__init__(folder, SimpleNamespace(url="http://127.0.0.1:9"))

    @contextmanager
    def open(self, *, mode: str = "safe", way: str = "push") -> Iterator[Entrance]:
        if "parts" in vars(self):  # it is opened again
            self.parts.store.close()
        self.configure(mode=mode, way=way)
        self.parts = build(self.folder, self.environ)
        with serving(self.parts) as self.url:
            self.wechat = Sender(self.url, lambda: self.now, mode=mode)
            yield self
        self.parts.store.close()

    def say(self, who: str, text: str, **more: object) -> str:
        return self.wechat.ask(text, f"openid-{who}", **more)

    def add(self, name: str, role: str, party: str = "") -> str:
        """Add a person and return the code."""
        with self.parts.store.transaction() as session:
            return add_person(session, name, role, party=party, company="", now=self.now)[1]

    def staff(self) -> None:
        """Tie one person of every kind to the WeChat of their name."""
        for name, (role, party) in STAFF.items():
            code = self.add(name, role, party)
            with self.parts.store.transaction() as session:
                bind(session, code, f"openid-{name}", now=self.now)

    def stored(self) -> tuple[int, int, int]:
        """How many messages, job events and lines of the trail there are."""
        with self.parts.store.reading() as session:
            received, notices, events = (
                session.scalar(select(func.count()).select_from(table)) or 0 for table in (Received, JobNotice, Event)
            )
        return received, notices, events

    def change(self, statement: str, **values: object) -> None:
        """Run SQL of the test's own."""
        with self.parts.store.transaction() as session:
            session.execute(text(statement), values)


@contextmanager
def serving(parts: Parts) -> Iterator[str]:
    """Serve an account's door on a free port, and give its address."""
    server = make_server("127.0.0.1", 0, create_app(parts), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{parts.config.callback.path}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    return session


def _cipher(key: str) -> Cipher[modes.CBC]:
    raw = base64.b64decode(key + "=")
    return Cipher(algorithms.AES(raw), modes.CBC(raw[:16]))


def _element(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(inner, each) for inner, each in value.items())}</{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    inside = str(value).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{inside}]]></{name}>"


def _fields(document: str) -> dict[str, str]:
    root = ElementTree.fromstring(document)
    assert root.tag == "xml"
    assert len({child.tag for child in root}) == len(root)
    item = root.find("Articles/item")
    inside = {f"Articles/item/{child.tag}": child.text or "" for child in (item if item is not None else [])}
    return {child.tag: child.text or "" for child in root} | inside
