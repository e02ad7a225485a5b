"""WeChat's door over real HTTP: who is let in, what is taken for a message, and what goes back."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from wechat_sender import AES_KEY, APPID, TOKEN, Entrance, Sender, encrypt, serving, sha1, xml

from bot.commands import READERS_ANSWER
from bot.door import Door
from bot.messages import Message
from content.models import Article, State

OTHER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
LIMIT = 64 * 1024


@pytest.fixture
def house(database: str, tmp_path: Path) -> Entrance:
    return Entrance(tmp_path / "space", database)


@pytest.fixture
def door(house: Entrance) -> Iterator[Entrance]:
    with house.open():
        yield house


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """The messages that come through, as they were understood."""
    found: list[Message] = []
    answer = Door.answer

    def noted(self: Door, message: Message, now: datetime) -> str:
        found.append(message)
        return answer(self, message, now)

    monkeypatch.setattr(Door, "answer", noted)
    return found


# the verification ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_the_verification_is_answered_with_the_raw_echostr_as_plain_text(house: Entrance, mode: str) -> None:
    with house.open(mode=mode):
        for echo in ("5927782489442352469", "<script>alert(1)</script>", "a+b/c=="):
            answer = house.wechat.get(house.wechat.signed() | {"echostr": echo})
            assert (answer.status_code, answer.text) == (200, echo)
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce", "echostr"])
def test_a_verification_with_a_parameter_missing_empty_or_doubled_is_refused(door: Entrance, name: str) -> None:
    whole = door.wechat.signed() | {"echostr": "<b>echo</b>"}
    for changed in (
        {key: value for key, value in whole.items() if key != name},
        whole | {name: ""},
        whole | {name: [whole[name], whole[name]]},
        whole | {name: [whole[name], "other"]},
    ):
        answer = door.wechat.get(changed)
        assert answer.status_code == 403
        assert "<b>" not in answer.text


def test_the_signature_of_an_envelope_is_no_verification(door: Entrance) -> None:
    query = door.wechat.signed() | {"echostr": "echo", "msg_signature": "0" * 40}
    del query["signature"]
    answer = door.wechat.get(query)
    assert (answer.status_code, answer.text) == (403, "")


# who is let in -------------------------------------------------------------------------------------------------------

WRONG_QUERIES: dict[str, dict[str, Any]] = {
    "a wrong signature": {"signature": "0" * 40},
    "no signature": {"signature": None, "msg_signature": None},
    "an empty signature": {"signature": ""},
    "a doubled signature": {"signature": ["0" * 40, "0" * 40]},
    "a signature that is no text of hexadecimals": {"signature": "签名"},
    "another nonce": {"nonce": "1"},
    "no timestamp": {"timestamp": None},
    "a timestamp that is no number": {"timestamp": "now"},
    "a negative timestamp": {"timestamp": "-1796086800"},
    "a timestamp in full-width digits": {"timestamp": "１７９６０８６８００"},
    "a timestamp beyond every float": {"timestamp": "9" * 400, "signature": None},
    "a timestamp that Python does not read": {"timestamp": "9" * 5000, "signature": None},
}


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_what_is_not_signed_by_wechat_is_refused(house: Entrance, taken: list[Message], mode: str) -> None:
    with house.open(mode=mode):
        body = house.wechat.written("统计")
        for name, changed in WRONG_QUERIES.items():
            for sent in (body, "no message at all"):
                answer = house.wechat.post(sent, query=changed)
                assert (answer.status_code, answer.text) == (403, ""), name
        assert taken == []
        assert house.wechat.post(body).status_code == 200


@pytest.mark.parametrize(("age", "status"), [(0, 200), (300, 200), (301, 403), (86400, 403), (-300, 200), (-301, 403)])
def test_what_is_too_old_or_ahead_of_our_clock_is_refused(door: Entrance, age: int, status: int) -> None:
    query = door.wechat.signed(age=age)
    sealed = encrypt(door.wechat.written("统计").encode(), AES_KEY, APPID)
    inside = {"msg_signature": sha1(TOKEN, query["timestamp"], query["nonce"], sealed)}
    assert door.wechat.raw(xml(Encrypt=sealed), query | inside).status_code == status
    assert door.wechat.get(query | {"echostr": "echo"}).status_code == status


def test_a_body_over_64_kb_is_refused_unread_and_one_of_64_kb_is_not(door: Entrance, taken: list[Message]) -> None:
    sealed = door.wechat.signed() | {"encrypt_type": "aes", "msg_signature": "0" * 40}
    assert door.wechat.raw(b"x" * LIMIT, sealed).status_code == 200  # no message, but small enough
    assert door.wechat.raw(b"x" * (LIMIT + 1), sealed).status_code == 413
    assert door.wechat.raw(b"x" * (LIMIT + 1), {}).status_code == 413
    assert taken == []


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(door: Entrance) -> None:
    address = urlsplit(door.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as line:
        line.sendall(b"POST /wechat HTTP/1.1\r\nHost: wechat\r\nContent-Length: 10000000\r\n\r\n<xml>")
        assert b" 413 " in line.recv(100)


def test_a_body_that_does_not_tell_its_length_is_counted(door: Entrance) -> None:
    query = door.wechat.signed()
    assert door.wechat.raw(iter([b"x" * LIMIT]), query).status_code == 200
    assert door.wechat.raw(iter([b"x" * LIMIT, b"x"]), query).status_code == 413
    assert door.wechat.raw(iter([b"x" * 100] * 700), query).status_code == 413


# modes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_a_message_is_answered_in_the_mode_it_came_in(house: Entrance, mode: str) -> None:
    with house.open(mode=mode):
        answer = house.wechat.text("在吗", "oReader")
        assert (b"<Encrypt>" in answer.content) == (mode != "plain")
        assert (READERS_ANSWER in answer.text) == (mode == "plain")
        reply = house.wechat.opened(answer)
        assert (reply["Content"], reply["ToUserName"]) == (READERS_ANSWER, "oReader")
        assert (reply["FromUserName"], reply["CreateTime"]) == ("gh_simulator", str(int(house.now.timestamp())))


def test_safe_mode_refuses_plain_bodies(door: Entrance, taken: list[Message]) -> None:
    body = door.wechat.written("统计")
    for query in ({}, {"msg_signature": "0" * 40}, {"encrypt_type": "aes"}, {"encrypt_type": "raw"}):
        assert door.wechat.post(body, mode="plain", query=query).status_code == 403
    for empty in ("<Encrypt></Encrypt>", "<Encrypt/>", "<Encrypt>a</Encrypt><Encrypt>b</Encrypt>"):
        sent = body.replace("</xml>", f"{empty}</xml>")
        assert door.wechat.post(sent, mode="plain").status_code == 403
    assert taken == []


def test_compatible_mode_believes_the_envelope_and_not_what_stands_beside_it(
    house: Entrance, taken: list[Message]
) -> None:
    with house.open(mode="compatible"):
        body = house.wechat.written("<Encrypt>写在话里的</Encrypt>")
        assert house.wechat.opened(house.wechat.post(body))["Content"] == READERS_ANSWER
        assert taken[-1].text == "<Encrypt>写在话里的</Encrypt>"
        assert house.wechat.post(body, query={"msg_signature": "0" * 40}).status_code == 403
        assert house.wechat.post(body, mode="plain").status_code == 200
        assert house.wechat.post(body, mode="plain", query={"signature": ""}).status_code == 403
        signed_inside: dict[str, Any] = {"signature": None, "msg_signature": "0" * 40}
        assert house.wechat.post(body, mode="plain", query=signed_inside).status_code == 403
        assert (
            house.wechat.post(body, query={"signature": None}).status_code == 200
        )  # the envelope's is the stronger one


def test_an_encrypted_body_in_plain_mode_is_ignored_with_a_line_that_says_so(
    house: Entrance, caplog: pytest.LogCaptureFixture
) -> None:
    with house.open(mode="plain"):
        answer = house.wechat.post(house.wechat.written("统计"), mode="safe")
        assert (answer.status_code, answer.content) == (200, b"")
        assert [line.getMessage() for line in caplog.records if line.levelname == "WARNING"] == [
            "callback ignored: no sender, no recipient or no type (but encrypted)"
        ]


def test_json_is_ignored_with_a_line_that_says_so(house: Entrance, caplog: pytest.LogCaptureFixture) -> None:
    with house.open(mode="plain"):
        answer = house.wechat.post('{"ToUserName": "gh_simulator", "MsgType": "text"}')
        assert (answer.status_code, answer.content) == (200, b"")
        assert "JSON" in caplog.text


def test_while_the_aes_key_is_changed_each_message_is_answered_under_its_own(door: Entrance) -> None:
    config = door.parts.config
    callback = dataclasses.replace(config.callback, aes_key=OTHER_KEY, old_aes_key=AES_KEY)
    parts = dataclasses.replace(door.parts, config=dataclasses.replace(config, callback=callback))
    with serving(parts) as url:
        old, new = (Sender(url, door.wechat.now, aes_key=key) for key in (AES_KEY, OTHER_KEY))
        assert old.ask("在吗") == READERS_ANSWER
        assert new.ask("在吗") == READERS_ANSWER


# replies -------------------------------------------------------------------------------------------------------------

ODD_TITLES = [
    "]]>",
    "]]></Content><MsgType><![CDATA[news]]></MsgType>",
    "<b>&amp;&#0;</b> ' \" {0} %s",
    "a\x01\x08\x0b\x1b\x1d\x7f\ufffe\uffffb",
    "👩‍👩‍👧‍👦🇨🇳①㈱\u202e\u200b",
    "长" * 3000,
    "😀" * 3000,
    "]]>" * 1000,
]


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_reply_is_valid_xml_whatever_a_title_holds(house: Entrance, mode: str) -> None:
    with house.open(mode=mode):
        house.hire()
        for number, title in enumerate(ODD_TITLES, 1):
            with house.parts.store.transaction() as session:
                session.add(Article(slug=f"s{number}", title=title, state=State.WRITTEN, state_since=house.now))
            for words in ("文章", f"文章 {number}", f"看 {number}", f"退回 {number}-1 {title}"):
                assert house.say("编辑", words), (title, words)  # `say` reads it strictly
        assert f"“{ODD_TITLES[0]}”" in house.say("编辑", "文章 1")
        assert "“" + ODD_TITLES[1] in house.say("编辑", "文章 2")
        assert "a\x7fb" in house.say("编辑", "文章 4")
        assert house.say("编辑", "文章 7").endswith("（没有完，接着看请发：更多）")


@pytest.mark.parametrize("who", ["o]]>o", "<o>&amp;", "👩‍👩‍👧‍👦", "长" * 500])
def test_a_reply_is_valid_xml_whatever_its_sender_is_called(door: Entrance, who: str) -> None:
    body = xml(ToUserName="gh_]]>", FromUserName=who, MsgType="text", Content="]]>", MsgId=1)
    reply = door.wechat.opened(door.wechat.post(body))
    assert (reply["ToUserName"], reply["FromUserName"]) == (who, "gh_]]>")
