"""What is not ours is passed on, over real HTTP: signed, once, in time, and ours where the vendor's answer is no good."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from sqlalchemy import select
from wechat_sender import ACCOUNT, Entrance, sha1, xml

from bot import commands, relay
from bot.commands import READERS_ANSWER
from bot.messages import Message, fields_of, message_of
from scheduler.models import Received

pytestmark = pytest.mark.one_database

TOKEN = "vendortoken"
THEIRS = "平台的回答 <b>&amp;</b>"
TROUBLE = "楼道漏水没人管"


class Vendor:
    """The platform vendor's server: notes what it gets, and answers as `reply` says."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, list[str]], dict[str, str], bytes]] = []
        self.reply: Callable[[dict[str, str]], Any] = text_to
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.left = threading.Semaphore(0)  # released for each who unsubscribes
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                fields = {child.tag: child.text or "" for child in ElementTree.fromstring(body)}
                vendor.got.append((parse_qs(urlsplit(self.path).query), fields, body))
                if fields.get("Event") == "unsubscribe":
                    vendor.left.release()
                answer = vendor.reply(fields)
                status, data = answer if isinstance(answer, tuple) else (200, answer)
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/wx?app=7"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def wait(self, fields: dict[str, str]) -> bytes:
        """Answer only when told to go on."""
        self.begun.set()
        self.go_on.wait(20)
        return text_to(fields)

    @property
    def said(self) -> list[str]:
        return [fields.get("Content") or fields.get("EventKey") or fields["MsgType"] for _, fields, _ in self.got]


def text_to(fields: dict[str, str], **changed: Any) -> bytes:
    answer = {
        "ToUserName": fields["FromUserName"], "FromUserName": fields["ToUserName"], "CreateTime": 1796086800,
        "MsgType": "text", "Content": THEIRS,
    }  # fmt: skip
    return xml(**(answer | changed)).encode()


class Dripping:
    """A vendor that answers a byte at a time, without end."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.cut = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        line, _ = self.server.accept()
        with line, suppress(OSError):
            line.recv(65_536)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\nConnection: close\r\n\r\n")
            while not self.cut.wait(0.02):
                line.sendall(b"x")
        self.cut.set()


def said_by(who: str) -> Message:
    text = xml(ToUserName="gh", FromUserName=who, CreateTime=1, MsgType="text", Content="在吗", MsgId=1)
    return message_of(fields_of(text), "1:1", text)


class Forwarding(Entrance):
    """An account that passes on to a vendor."""

    vendor: Vendor

    def configure(self, *, mode: str = "safe", way: str = "push") -> None:
        super().configure(mode=mode, way=way)
        file = self.folder / "config.toml"
        lines = f'token = "simulatortoken"\nforward = "{self.vendor.url}"\nforward_token = "{TOKEN}"'
        file.write_text(file.read_text(encoding="utf-8").replace('token = "simulatortoken"', lines), encoding="utf-8")


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[Forwarding]:
    made = Forwarding(tmp_path / "space", database)
    made.vendor = Vendor()
    yield made
    made.vendor.go_on.set()
    made.vendor.server.shutdown()
    made.vendor.server.server_close()


@pytest.fixture
def door(house: Forwarding) -> Iterator[Forwarding]:
    with house.open():
        yield house


@contextmanager
def patience(seconds: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relay, "SECONDS", seconds)
    yield


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_readers_message_goes_to_the_vendor_as_wechat_would_send_it_and_its_answer_comes_back(
    house: Forwarding, mode: str
) -> None:
    with house.open(mode=mode):
        assert house.say("路人", "会员卡", msg_id=25_000_000_000_000_001) == THEIRS
    ((query, fields, body),) = house.vendor.got
    assert query["signature"] == [sha1(TOKEN, query["timestamp"][0], query["nonce"][0])]
    assert query["timestamp"] == [str(int(house.now.timestamp()))]
    assert (query["app"], query["openid"], "msg_signature" in query) == (["7"], ["openid-路人"], False)
    assert (fields["Content"], fields["MsgId"], fields["ToUserName"]) == ("会员卡", "25000000000000001", ACCOUNT)
    assert body.decode().startswith("<xml>")


def test_the_menu_is_passed_on_and_what_is_ours_is_not(door: Forwarding) -> None:
    door.staff()
    door.vendor.reply = lambda fields: text_to(fields)
    answer = door.wechat.event("CLICK", "openid-路人", EventKey="V1001")
    assert door.wechat.opened(answer)["Content"] == THEIRS
    door.say("运营", "暂停")
    door.say("运营", "没有这个命令")
    door.say("路人", "绑定 ABCD2345")
    door.say("路人", "abcd-2345")
    door.say("路人", "同意 1-1")
    door.say("路人", TROUBLE)
    door.say("路人", "在吗")
    door.wechat.event("MASSSENDJOBFINISH", MsgID=5)
    assert door.vendor.said == ["V1001"]


def test_the_vendor_is_told_who_follows_and_who_leaves_and_nobody_waits_for_it(door: Forwarding) -> None:
    door.vendor.reply = door.vendor.wait
    welcome = door.wechat.event("subscribe", "openid-新人")
    assert door.wechat.opened(welcome)["Content"] == READERS_ANSWER
    assert door.wechat.event("unsubscribe", "openid-新人").content == b""
    while len(door.vendor.got) < 2:
        assert door.vendor.begun.wait(5)
    told = [(fields["Event"], fields["FromUserName"]) for _, fields, _ in door.vendor.got]
    assert sorted(told) == [("subscribe", "openid-新人"), ("unsubscribe", "openid-新人")]
    door.vendor.go_on.set()
    assert door.say("路人", "会员卡") == THEIRS


def test_a_vendor_that_does_not_hear_of_an_event_keeps_no_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = Dripping()
    asked = relay.Relay(f"http://127.0.0.1:{vendor.server.getsockname()[1]}/", TOKEN)
    with patience(0.3, monkeypatch), vendor.server:
        asked.tell(said_by("o"), datetime(2026, 12, 1, tzinfo=UTC))
        assert vendor.cut.wait(5)


CODES = (
    "绑定码K7PA2345有效期30天", "bind K7PA2345", "K7PA2345 OK", "我的绑定码是K7PA2345 电话13800000000", "ｋ７ｐａ－２３４５",
    "K7 PA\n23 45", "你好，k7pa2345", "K7PA\u200b2345",
)  # fmt: skip


def test_no_binding_code_leaves_whatever_stands_around_it(door: Entrance) -> None:
    for words in CODES:
        door.say("路人", words)
    assert door.vendor.got == []
    for words in ("会员卡123456789", "WK7PA2345", "电话13800000000"):
        assert door.say("路人", words) == THEIRS


def test_what_replies_csv_and_a_search_answer_is_not_passed_on(house: Forwarding) -> None:
    (house.folder / "replies.csv").write_text(
        "关键词,匹配,类型,内容\n养老,包含,文字,请找居委会。\nV1_GOOD,全等,文字,谢谢！\n投诉,全等,文字,请打 12345。\n",
        encoding="utf-8",
    )
    with house.open():
        assert house.say("路人", "养老怎么办") == "请找居委会。"
        assert house.say("路人", "投诉") == "请打 12345。"
        assert "没有找到" in house.say("路人", "搜 漏水没人管怎么办")
        answer = house.wechat.event("CLICK", "openid-路人", EventKey="V1_GOOD")
        assert house.wechat.opened(answer)["Content"] == "谢谢！"
        assert house.vendor.got == []
        assert "编号 1" in house.say("路人", "养老院没人管")
        assert house.say("路人", "会员卡") != THEIRS  # it joins the ticket
        assert house.say("别人", "会员卡") == THEIRS


def test_wechats_repeats_get_the_same_answer_and_the_vendor_hears_once(door: Forwarding) -> None:
    assert {door.say("路人", "会员卡", msg_id=8) for _ in range(3)} == {THEIRS}
    assert len(door.vendor.got) == 1


def test_what_is_kept_for_repeats_holds_no_openid_and_is_given_whole_after_a_restart(house: Forwarding) -> None:
    house.vendor.reply = lambda fields: text_to(fields, Content=f"您的编号：{fields['FromUserName']}")
    answer = "您的编号：openid-路人"
    with house.open():
        assert house.say("路人", "会员卡", msg_id=8) == answer
        house.wechat.event("unsubscribe", "openid-路人")
        with house.parts.store.reading() as session:
            assert "openid" not in str(session.execute(select(Received.__table__)).all())
    with house.open():
        assert house.say("路人", "会员卡", msg_id=8) == answer
    assert house.vendor.said.count("会员卡") == 1


def test_a_repeat_while_the_first_is_in_flight_waits_for_it(door: Forwarding) -> None:
    door.vendor.reply = door.vendor.wait
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(door.say("路人", "会员卡", msg_id=9)), daemon=True)
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
        assert door.vendor.begun.wait(5)
    door.vendor.go_on.set()
    for thread in threads:
        thread.join(10)
    assert (answers, len(door.vendor.got)) == ([THEIRS] * 3, 1)


BROKEN: dict[str, Callable[[dict[str, str]], Any]] = {
    "nothing": lambda fields: b"",
    "success": lambda fields: b"success",
    "no XML": lambda fields: b"{}",
    "a page": lambda fields: b"<html>busy</html>",
    "a server error": lambda fields: (500, text_to(fields)),
    "a redirect": lambda fields: (302, text_to(fields)),
    "an answer to somebody else": lambda fields: text_to(fields, ToUserName="o-other"),
    "an answer of another account": lambda fields: text_to(fields, FromUserName="gh_other"),
    "an unknown kind": lambda fields: text_to(fields, MsgType="card"),
    "an empty text": lambda fields: text_to(fields, Content=""),
    "a text that is too long": lambda fields: text_to(fields, Content="长" * 700),
    "an image without one": lambda fields: text_to(fields, MsgType="image", Content=None),
    "a declaration": lambda fields: b'<!DOCTYPE xml [<!ENTITY a "b">]>' + text_to(fields),
    "too much": lambda fields: text_to(fields, More="x" * 70_000),
}


def test_ours_is_given_where_the_vendors_is_broken_or_empty(door: Forwarding) -> None:
    for name, reply in BROKEN.items():
        door.vendor.reply = reply
        assert door.say("路人", "会员卡") == READERS_ANSWER, name
    door.vendor.server.shutdown()
    door.vendor.server.server_close()
    assert door.say("路人", "会员卡") == READERS_ANSWER
    assert len(door.vendor.got) == len(BROKEN)


def test_ours_comes_in_parts_where_one_reply_does_not_hold_it(
    door: Forwarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.vendor.reply = lambda fields: b"success"
    ours = "\n".join(f"第{n}行，{'长' * 60}" for n in range(20))
    monkeypatch.setattr(commands, "_READERS", replace(commands._READERS, answer=lambda ask: ours))
    first, again = (door.say("路人", "会员卡", msg_id=5) for _ in range(2))
    assert first == again
    assert len(first.encode()) <= 2048
    assert first.endswith("（没有完，接着看请发：更多）")
    assert first.rsplit("\n", 1)[0] + "\n" + door.say("路人", "更多") == ours
    assert door.vendor.said == ["会员卡"]


def test_ours_is_given_in_time_where_the_vendor_is_late_and_repeats_do_not_ask_again(
    door: Forwarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.vendor.reply = door.vendor.wait
    with patience(0.2, monkeypatch):
        assert door.say("路人", "会员卡", msg_id=3) == READERS_ANSWER
        door.vendor.go_on.set()
        assert door.say("路人", "会员卡", msg_id=3) == READERS_ANSWER
    assert len(door.vendor.got) == 1


def test_a_vendor_that_drips_is_cut_off_although_its_answer_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = Dripping()
    asked = relay.Relay(f"http://127.0.0.1:{vendor.server.getsockname()[1]}/", TOKEN)
    with (
        patience(0.3, monkeypatch),
        vendor.server,
        asked.asked(said_by("o"), datetime(2026, 12, 1, tzinfo=UTC)) as answer,
    ):
        assert answer == ""
    assert vendor.cut.wait(5)


def test_a_slow_vendor_takes_no_more_than_its_slots(door: Forwarding) -> None:
    door.vendor.reply = door.vendor.wait
    door.staff()
    threads = [threading.Thread(target=door.say, args=(f"路人{n}", "会员卡"), daemon=True) for n in range(relay.SLOTS)]
    for thread in threads:
        thread.start()
    while len(door.vendor.got) < relay.SLOTS:
        door.vendor.begun.wait(5)
    for who in ("甲", "乙"):
        assert door.wechat.event("unsubscribe", f"openid-{who}", CreateTime=1000).content == b""
    assert door.say("又一位", "会员卡") == READERS_ANSWER
    assert door.say("复审", "待审") not in ("", READERS_ANSWER, THEIRS)
    assert len(door.vendor.got) == relay.SLOTS
    door.vendor.go_on.set()
    for thread in threads:
        thread.join(10)
    assert all(door.vendor.left.acquire(timeout=5) for _ in range(2))  # who left is told when there is a slot
    left = [fields["FromUserName"] for _, fields, _ in door.vendor.got if fields.get("Event") == "unsubscribe"]
    assert sorted(left) == sorted(f"openid-{who}" for who in ("甲", "乙"))
    assert door.say("又一位", "会员卡") == THEIRS
