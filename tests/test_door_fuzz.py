"""Whatever comes to the door: never a 5xx, never a second effect for a repeat, every reply valid and short enough.

5,000 inputs, always the same; `make soak` tries 100,000, others each day. One database, through
WSGI: the server in between has tests of its own.
"""

from __future__ import annotations

import base64
import io
import logging
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from days_of_tests import DAY, SOAK
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from wechat_sender import ACCOUNT, AES_KEY, APPID, STAFF, TOKEN, Entrance, Sender, encrypt, sha1

from bot.app import create_app
from bot.commands import COMMANDS
from bot.door import BROKEN
from bot.messages import Malformed, clean, fields_of, message_of

pytestmark = pytest.mark.one_database

BATCH = 25
INPUTS = 100_000 if SOAK else 5_000
CASES = [file.read_bytes() for file in sorted((Path(__file__).parent / "cases" / "xml").glob("*.xml"))]
NAMES = sorted({name for entry in COMMANDS for name in entry.names})
WHO = [
    *[f"openid-{name}" for name in STAFF] * 4,
    *(f"oReader{n}" for n in range(8)),
    "o" * 3000,
    "o]]>",
    "",
    " ",
    "ö\x00",
]
HOSTILE = [
    " ", "　", "\n", "\x00", "\x1b", "\ud800", "\ufffe", "]]>", "<![CDATA[", "</Content>", "<Content>x</Content>",
    "<a><b/></a>", "&", "&#0;", "&#xD800;", "&lt;", "]]&gt;", "&lol;", "<!DOCTYPE x>", "<?x?>", "😀", "é", "原因", "明天9点", "周五18:30",
    "12-05 20:00", "2026-13-45", "1", "1-1", "0", "-1", "１－１", "999999999999999999999999", "1" * 400, "字" * 3000, "%s", "{0}",
    "' OR 1=1 --", "K7PA 2345", "https://mp.weixin.qq.com/s/x", "\u202e", "\u0130", "／",
]  # fmt: skip
KINDS = ["text", "TEXT", "event", "image", "voice", "video", "location", "link", "file", "msg_of_2030", "", "]]>"]
EVENTS = [
    "subscribe",
    "UNSUBSCRIBE",
    "CLICK",
    "PUBLISHJOBFINISH",
    "MASSSENDJOBFINISH",
    "naming_verify_success",
    "new",
    "",
]
IDS = ["", "0", "1", "-1", "9" * 19, "9" * 5000, "x", "1 ", "１"]
TIMES = ["", "0", "1000", "1796000000", "-5", "9" * 10, "9" * 5000, "x", " 1000"]
MORE = [
    "<MsgType>text</MsgType>", "<FromUserName>o</FromUserName>", "<MsgId>5</MsgId>", "<Content>again</Content>",
    "<PicUrl>javascript:1</PicUrl>", "<MediaId>m</MediaId>", "<Encrypt>x</Encrypt>", "<Encrypt></Encrypt>", "<!-- -->",
    "<PublishEventInfo><publish_id>7</publish_id><publish_status>0</publish_status></PublishEventInfo>", "<MsgID>8</MsgID>",
    "<PublishEventInfo>no mapping</PublishEventInfo>", "<a>" * 40 + "</a>" * 40, "</xml><xml>", "<ExpiredTime>x</ExpiredTime>",
    "<x xmlns:y='z'/>", "text between", "<ToUserName><a/></ToUserName>",
]  # fmt: skip

ODD = [
    *(("MsgType", kind) for kind in KINDS),
    *(("Event", event) for event in EVENTS),
    *(("MsgId", number) for number in IDS),
    *(("CreateTime", time) for time in TIMES),
    *(("FromUserName", who) for who in WHO),
    *(("more", more) for more in MORE),
]
NUMBERS = count(25_000_000_000_000_000)


def _body(name: str, rest: list[str], who: str, odd: tuple[str, str], cdata: bool) -> bytes:
    """Write a message: somebody's command and what follows it, as WeChat would, but for one oddity."""
    told = {"ToUserName": ACCOUNT, "FromUserName": who, "CreateTime": "1796000000", "MsgType": "text"}
    told |= {"Content": f"{name} {''.join(rest)}", "MsgId": str(next(NUMBERS)), odd[0]: odd[1]}
    if odd[0] == "Event":
        told |= {"MsgType": "event", "MsgId": "", "EventKey": "".join(rest)}
    more = told.pop("more", "")
    fields = (
        f"<{key}><![CDATA[{value}]]></{key}>" if cdata else f"<{key}>{value}</{key}>" for key, value in told.items()
    )
    return f"<xml>{''.join(fields)}{more}</xml>".encode("utf-8", "surrogatepass")


def _mutated(body: bytes, at: int, away: int, put: bytes) -> bytes:
    at %= len(body) + 1
    return body[:at] + put + body[at + away :]


rest = st.lists(st.sampled_from(HOSTILE), max_size=2)
odd = st.sampled_from([("MsgType", "text")] * len(ODD) + ODD)
true_messages = st.builds(
    _body, st.sampled_from(NAMES), rest, st.sampled_from(WHO), odd, st.sampled_from([True, True, True, False])
)
puts = st.sampled_from([b"", b"\xe6", b"\xff\xfe", b"]]>", b"<", b"&", b"\x00", b"<xml>", b"</xml>"])
mutations = st.builds(
    _mutated,
    st.sampled_from(CASES) | true_messages,
    st.integers(0, 5000),
    st.integers(0, 40),
    puts | st.binary(max_size=6),
)
bodies = st.sampled_from([true_messages] * 7 + [mutations] * 2 + [st.binary(max_size=200)]).flatmap(lambda one: one)
WAYS = [*["sealed", "plain"] * 4, "both", "bare", "garbage", "unsigned"]


@dataclass
class Hatch:
    """The door's WSGI application, the clock's side of WeChat, and an eye on what is committed."""

    app: Callable[..., Any]
    house: Entrance
    eye: sqlite3.Connection

    @property
    def wechat(self) -> Sender:
        return self.house.wechat

    def come_back(self) -> None:
        """Bind those of the staff who unfollowed: else a long series soon speaks with strangers alone."""
        self.house.change("UPDATE person SET openid = 'openid-' || name WHERE openid IS NULL")

    def effects(self) -> int:
        """Return a number that changes with every commit that changed something."""
        return int(self.eye.execute("PRAGMA data_version").fetchone()[0])

    def post(self, body: bytes, query: dict[str, str]) -> SimpleNamespace:
        environ = {
            "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/wechat", "QUERY_STRING": urlencode(query),
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "text/xml", "SERVER_NAME": "door", "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        }  # fmt: skip
        told: list[str] = []
        content = b"".join(self.app(environ, lambda status, headers, trouble=None: told.append(status)))
        return SimpleNamespace(status_code=int(told[0].split()[0]), content=content)


@pytest.fixture
def hatch(database: str, tmp_path: Path) -> Iterator[Hatch]:
    with opened(database, tmp_path / "space") as made:
        yield made


@contextmanager
def opened(database: str, folder: Path) -> Iterator[Hatch]:
    """Open the door of an account with people and an article in review, on a migrated SQLite database."""
    house = Entrance(folder, database)
    with house.open(mode="compatible"):
        house.staff()
        house.submit(house.write())
        eye = sqlite3.connect(database.removeprefix("sqlite:///"))
        yield Hatch(create_app(house.parts).wsgi_app, house, eye)
        eye.close()


NONCES = count()


def _delivered(wechat: Sender, body: bytes, way: str) -> tuple[bytes, dict[str, str]]:
    """Return a body as it is sent, with its query; every one has a nonce of its own."""
    query = wechat.signed(nonce=str(next(NONCES)))
    if way == "unsigned":
        return body, query | {"signature": sha1("wrong", query["timestamp"], query["nonce"])}
    if way == "plain":
        return body, query
    sealed = base64.b64encode(body).decode() if way == "garbage" else encrypt(body, AES_KEY, APPID)
    query |= {"encrypt_type": "aes", "msg_signature": sha1(TOKEN, query["timestamp"], query["nonce"], sealed)}
    if way == "bare":
        del query["signature"]
    beside = b"<Content>beside</Content>" if way == "both" else b""
    return b"<xml>" + beside + f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode(), query


def _is_its_own(body: bytes) -> bool:
    """Say whether nothing tells a message from another like it, so that its repeat is another message."""
    try:
        message = message_of(fields_of(clean(body)))
    except Malformed:
        return False
    return not message.created and message.msg_id in ("", "0")


def tried(hatch: Hatch, body: bytes, way: str) -> str:
    """Deliver a body twice; return what became of it, for the tally."""
    data, query = _delivered(hatch.wechat, body, way)
    untouched = hatch.effects()
    first = hatch.post(data, query)
    assert first.status_code in (200, 403, 413), first.status_code
    if first.status_code != 200:
        assert first.content == b"" or first.status_code == 413
        return "refused"
    reply, before = hatch.wechat.opened(first), hatch.effects()
    assert reply.get("Content") != BROKEN
    if not _is_its_own(body):
        again = hatch.post(data, query)
        assert again.status_code == 200
        assert hatch.effects() == before, "a repeat had an effect"
        assert hatch.wechat.opened(again).get("Content") == reply.get("Content")
    if before != untouched:
        return "acted upon"
    return "answered" if reply else "ignored"


def test_whatever_comes_is_answered_ignored_or_refused_and_a_repeat_has_no_effect(
    hatch: Hatch, record_property: Callable[[str, object], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    tally = Counter[str]()

    @seed(DAY if SOAK else 0)
    @settings(
        max_examples=INPUTS // BATCH, deadline=None, database=None, phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(st.lists(st.tuples(bodies, st.sampled_from(WAYS)), min_size=BATCH, max_size=BATCH))
    def deliver(batch: list[tuple[bytes, str]]) -> None:
        hatch.come_back()
        for body, way in batch:
            tally[tried(hatch, body, way)] += 1

    deliver()
    assert sum(tally.values()) >= INPUTS
    assert caplog.records == []
    assert min(tally["acted upon"], tally["answered"], tally["refused"], tally["ignored"]) > INPUTS / 50
    record_property("fuzz", ", ".join(f"{number} {what}" for what, number in sorted(tally.items())))
