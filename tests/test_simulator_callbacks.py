"""How the simulated platform delivers messages and events, and what it makes of the answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests
from simulator_kit import Listener, account

from bot.simulator.crypto import BadCipher, Seal, same, signature

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "cases" / "crypto" / "vectors.json").read_text(encoding="utf-8")
)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID = "wx0000000000000001"
TOKEN = "simulator-token"
APOLOGY = "该公众号暂时无法提供服务，请稍后再试"
MODES = ("plain", "compatible", "safe")


def reply(text: str, to: str = "oReader") -> str:
    return (
        f"<xml><ToUserName>{to}</ToUserName><FromUserName>gh_simulator</FromUserName><CreateTime>1796086800</CreateTime>"
        f"<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content></xml>"
    )


def sealed(text: str) -> str:
    encrypted = Seal(KEY, APPID).close(text)
    signed = signature(TOKEN, "1796086800", "n", encrypted)
    return (
        f"<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signed}</MsgSignature>"
        "<TimeStamp>1796086800</TimeStamp><Nonce>n</Nonce></xml>"
    )


def opened(query: dict[str, str], body: str) -> str:
    """Check both signatures and return the message, as the account's server would."""
    assert query["signature"] == signature(TOKEN, query["timestamp"], query["nonce"])
    found = re.search(r"<Encrypt><!\[CDATA\[(.*?)\]\]>", body)
    if found is None:
        assert "encrypt_type" not in query
        return body
    assert query["msg_signature"] == signature(TOKEN, query["timestamp"], query["nonce"], found[1])
    return Seal(KEY, APPID).open(found[1])


@pytest.mark.parametrize("vector", VECTORS["decrypt"], ids=lambda one: one["id"])
def test_what_others_encrypted_can_be_opened(vector: dict[str, Any]) -> None:
    signed = signature(vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    assert same(signed, vector["msg_signature"])
    if vector["plaintext"] is not None:
        assert Seal(vector["encoding_aes_key"], vector["appid"]).open(vector["encrypt"]) == vector["plaintext"]


@pytest.mark.parametrize("vector", VECTORS["encrypt_deterministic"], ids=lambda one: one["id"])
def test_what_is_encrypted_equals_what_others_make_of_it(vector: dict[str, Any]) -> None:
    salt = vector["random_16"].encode("latin-1")
    made = Seal(vector["encoding_aes_key"], vector["appid"]).close(vector["plaintext"], salt=salt)
    assert made == vector["encrypt"]


@pytest.mark.parametrize(
    "vector",
    [one for one in VECTORS["negative"] if one["id"] not in ("downgrade_plain_when_aes_only", "inner_not_xml")],
    ids=lambda one: one["id"],
)
def test_what_is_wrong_is_refused(vector: dict[str, Any]) -> None:
    signed = signature(vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
    if same(signed, vector["msg_signature"]):
        with pytest.raises(BadCipher):
            Seal(vector["encoding_aes_key"], vector["appid"]).open(vector["encrypt"])


@pytest.mark.parametrize("mode", MODES)
def test_a_message_arrives_signed_and_sealed_and_its_reply_is_read(mode: str) -> None:
    with Listener() as server, account(callback=server.url, mode=mode) as wx:
        server.answers = [sealed(reply("收到")) if mode == "safe" else reply("收到")]
        told = wx.sim.say("统计 7", openid="oReader")
        assert (told["reply"], told["tries"], told["outcome"]) == ("收到", 1, "reply")
        query, body = server.received[0]
        assert query["openid"] == "oReader"
        message = opened(query, body)
        assert "<Content><![CDATA[统计 7]]></Content>" in message
        assert re.search(r"<MsgId>\d+</MsgId>", message)
        assert ("FromUserName" in body) == (mode != "safe")


def test_in_compatible_mode_the_reply_may_be_sealed_too() -> None:
    with Listener() as server, account(callback=server.url, mode="compatible") as wx:
        server.answers = [sealed(reply("收到"))]
        assert wx.sim.say("在吗", openid="oReader")["reply"] == "收到"


@pytest.mark.parametrize("answer", ["", "success"])
def test_an_empty_answer_and_success_end_it(answer: str) -> None:
    with Listener() as server, account(callback=server.url) as wx:
        server.answers = [answer]
        told = wx.sim.say("在吗")
        assert (told["reply"], told["tries"], told["outcome"], told["shown"]) == (None, 1, "success", None)


@pytest.mark.parametrize(
    ("mode", "answer"),
    [
        ("plain", "ok"),
        ("plain", "<xml><MsgType>text</MsgType></xml>"),
        ("plain", reply("给别人的", to="oOther")),
        ("plain", reply("")),
        ("plain", reply("长" * 683)),
        ("plain", sealed(reply("密文"))),
        ("safe", reply("明文")),
        ("safe", sealed(reply("坏签名")).replace("<Nonce>n", "<Nonce>m")),
    ],
)
def test_after_a_malformed_answer_the_reader_sees_the_apology(mode: str, answer: str) -> None:
    with Listener() as server, account(callback=server.url, mode=mode) as wx:
        server.answers = [answer]
        told = wx.sim.say("在吗", openid="oReader")
        assert (told["reply"], told["outcome"], told["shown"]) == (None, "unavailable", APOLOGY)


def test_a_server_that_does_not_answer_in_time_is_tried_three_times_with_the_same_message() -> None:
    with Listener() as server, account(callback=server.url, callback_seconds=0.1) as wx:
        server.answers = [0.2, 0.2, 0.2]
        told = wx.sim.say("在吗")
        assert (told["tries"], told["shown"]) == (3, APOLOGY)
        assert len({body for _, body in server.received}) == 1


def test_the_second_try_may_succeed() -> None:
    with Listener() as server, account(callback=server.url) as wx:
        server.answers = [500, reply("这次好了")]
        told = wx.sim.say("在吗", openid="oReader")
        assert (told["tries"], told["reply"]) == (2, "这次好了")


def test_a_repeated_message_keeps_its_number_and_its_time() -> None:
    with Listener() as server, account(callback=server.url) as wx:
        for _ in range(2):
            wx.sim.say("在吗", openid="oReader", msgid=42, createtime=1796000000)
        bodies = [body for _, body in server.received]
        assert bodies[0] == bodies[1]
        assert "<MsgId>42</MsgId>" in bodies[0]
        assert "<CreateTime>1796000000</CreateTime>" in bodies[0]


def test_a_pressed_button_and_a_new_follower_are_events() -> None:
    with Listener() as server, account(callback=server.url) as wx:
        wx.sim.press("STATS")
        wx.sim.say(event="subscribe", openid="oNew")
        assert "<Event><![CDATA[CLICK]]></Event><EventKey><![CDATA[STATS]]></EventKey>" in server.received[0][1]
        assert "EventKey" not in server.received[1][1]


@pytest.mark.parametrize("mode", MODES)
def test_the_end_of_a_publication_is_pushed(mode: str) -> None:
    with Listener() as server, account(callback=server.url, mode=mode) as wx:
        wx.post("freepublish/submit", {"media_id": wx.draft()})
        wx.sim.advance(2)
        wx.sim.wait()
        assert server.received == []
        wx.sim.advance(1)
        wx.sim.wait()
        event = opened(*server.received[0])
        assert "<Event><![CDATA[PUBLISHJOBFINISH]]></Event>" in event
        assert "<publish_id>2247500001</publish_id><publish_status>0</publish_status><article_id>" in event
        assert "<article_detail><count>1</count><item><idx>1</idx><article_url>" in event


def test_places_that_failed_are_repeated_elements() -> None:
    with Listener() as server, account(callback=server.url) as wx:
        media_id = wx.draft()
        wx.sim.fault("freepublish/submit", "outcome", extra={"publish_status": 2, "fail_idx": [1, 2]})
        wx.post("freepublish/submit", {"media_id": media_id})
        wx.sim.release()
        event = server.received[0][1]
        assert "<publish_status>2</publish_status><fail_idx>1</fail_idx><fail_idx>2</fail_idx>" in event
        assert "article_id" not in event


def test_the_end_of_a_mass_send_is_pushed_with_addresses_and_counts() -> None:
    with Listener() as server, account(callback=server.url) as wx:
        sent = wx.mass(wx.draft())
        wx.sim.release()
        event = server.received[0][1]
        assert f"<MsgID>{sent['msg_id']}</MsgID><Status><![CDATA[send success]]></Status>" in event
        assert f"mid={sent['msg_data_id']}&idx=1&sn=" in event
        total, filtered, arrived, failed = (
            int(re.search(f"<{name}Count>(\\d+)<", event)[1])  # type: ignore[index]
            for name in ("Total", "Filter", "Sent", "Error")
        )
        assert total > filtered == arrived + failed


@pytest.mark.parametrize(("pushes", "times"), [("once", 1), ("twice", 2), ("lost", 0)])
def test_an_event_may_come_twice_or_never(pushes: str, times: int) -> None:
    with Listener() as server, account(callback=server.url, pushes=pushes) as wx:
        wx.post("freepublish/submit", {"media_id": wx.draft()})
        wx.sim.release()
        assert len(server.received) == times


def test_an_event_nobody_takes_is_tried_three_times_and_recorded() -> None:
    with account(callback="http://127.0.0.1:9/wechat") as wx:
        wx.post("freepublish/submit", {"media_id": wx.draft()})
        wx.sim.release()
        delivery = wx.sim.stats["deliveries"][0]
        assert (delivery["what"], delivery["outcome"]) == ("PUBLISHJOBFINISH", "unavailable")
        assert [one["status"] for one in delivery["tries"]] == [0, 0, 0]


def test_the_callback_proves_itself_by_its_echo() -> None:
    with Listener() as server, account(callback=server.url, mode="safe") as wx:
        assert wx.sim.backoffice("verify_callback")["verified"]


def test_the_same_can_be_done_over_http() -> None:
    with Listener() as server, account(callback=server.url) as wx:
        server.answers = [reply("收到")]
        told = requests.post(wx.sim.url + "/__sim__/say", json={"openid": "oReader", "text": "在吗"}, timeout=5).json()
        assert told["reply"] == "收到"
