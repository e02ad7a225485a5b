"""What others send: every recorded message and every recorded envelope, through the real door."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechat_sender import AES_KEY, APPID, Entrance, Sender, decrypt, encrypt, serving, sha1, xml

from bot.commands import READERS_ANSWER
from bot.crypto import Envelope, Forged
from bot.door import Door
from bot.messages import Malformed, Message, clean, fields_of, message_of

pytestmark = pytest.mark.one_database

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, Any] = json.loads((CASES / "xml" / "expected.json").read_text(encoding="utf-8"))
VECTORS: dict[str, Any] = json.loads((CASES / "crypto" / "vectors.json").read_text(encoding="utf-8"))
OTHER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"


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


def is_for_readers(text: str) -> bool:
    """Tell whether a stranger was answered as one: one of the cases is so long that it is a ticket, which the rest joins."""
    return text == READERS_ANSWER or "编号 1，由工作人员在工作时间内答复您" in text


# the cases -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_every_case_is_understood_or_ignored_as_written_down(house: Entrance, taken: list[Message], mode: str) -> None:
    with house.open(mode=mode):
        wrong = {name: found for name in EXPECTED if (found := _case(house, taken, name)) is not None}
        assert wrong == {}
    assert len(EXPECTED) == len(list((CASES / "xml").glob("*.xml"))) > 70


def _case(house: Entrance, taken: list[Message], name: str) -> str | None:
    """Send one case; return what is wrong with the outcome."""
    taken.clear()
    before, expected = house.stored(), EXPECTED[name]
    answer = house.wechat.post((CASES / "xml" / f"{name}.xml").read_bytes())
    if answer.status_code == 413 and expected["kind"] == "reject" and house.wechat.mode == "compatible":
        return None  # with its envelope beside it, it is over 64 KB
    if answer.status_code != 200:
        return f"status {answer.status_code}"
    if expected["kind"] == "reject":
        return None if (answer.content, taken, house.stored()) == (b"", [], before) else "was not ignored"
    if len(taken) != 1:
        return "did not come through"
    after = house.stored()
    again = house.wechat.post((CASES / "xml" / f"{name}.xml").read_bytes())
    if again.status_code != 200 or house.stored() != after:
        return "had a second effect"
    if expected["kind"] == "not_well_formed_but_real":
        return None if is_for_readers(house.wechat.opened(answer)["Content"]) else "was not answered"
    return _differences(taken[0], expected)


def _differences(message: Message, expected: dict[str, Any]) -> str | None:
    wanted = {
        "sender": expected["from"],
        "recipient": expected["to"],
        "created": int(expected["createtime"]),
        "kind": expected["msgtype"].lower(),
        "event": (expected["event"] or "").lower(),
        "event_key": expected["eventkey"] or "",
        "msg_id": expected["msgid"] or "",
        "text": (expected.get("content") or "").strip(),
    }
    found = {name: getattr(message, name) for name in wanted}
    children = {name for name in message.fields if name[0] not in "@#"}
    if children != set(expected["children"]) or (expected["jobid"] or message.job) != message.job:
        return f"{children}, {message.job}"
    return None if found == wanted else f"{found}"


def test_what_users_type_comes_through_without_what_xml_cannot_hold(door: Entrance, taken: list[Message]) -> None:
    body = door.wechat.written("退回").replace("<![CDATA[退回]]>", "&#0;退&#x1B;回&#xD800;&#x110000; &#38; &#x1F600;")
    assert door.wechat.opened(door.wechat.post(body))["Content"] == READERS_ANSWER
    assert taken[-1].text == "退回 & 😀"


HOSTILE = {
    "nested deeply beside good fields": "<a>" * 3000 + "</a>" * 3000,
    "a time of 5,000 digits": f"<CreateTime>{'9' * 5000}</CreateTime>",
    "a negative time": "<CreateTime>-5</CreateTime>",
    "an entity": "<Content>&lol;</Content>",
    "a comment": "<!-- -->",
    "a declaration behind many unclosed texts": "<![CDATA[" * 3000 + "]]><!DOCTYPE x>",
    "a nested sender": "<FromUserName><a>o</a></FromUserName>",
    "a second document": "</xml><xml>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_wechat_never_sends_is_ignored_with_one_line(
    door: Entrance, taken: list[Message], name: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = f"<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><MsgType>text</MsgType>{HOSTILE[name]}</xml>"
    if "sender" in name:
        body = body.replace("<FromUserName>o</FromUserName>", "")
    answer = door.wechat.post(body)
    assert (answer.status_code, answer.content, taken) == (200, b"", [])
    assert len([line for line in caplog.records if line.levelname != "INFO"]) == 1


HEAD = "<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName><MsgType>text</MsgType>"
PIECES = [
    "<xml>",
    "</xml>",
    "<MsgType>",
    "</MsgType>",
    "text",
    "<![CDATA[",
    "]]>",
    "<?",
    "<!",
    "&#x",
    "0;",
    "event",
    "<Event>",
    "</Event>",
    "<FromUserName>",
    "</FromUserName>",
    "<ToUserName>",
    "</ToUserName>",
    "\x00",
    "&amp;",
    "<a/>",
    "ÿ",
]


@given(
    st.binary(max_size=300)
    | st.lists(st.sampled_from(PIECES)).map(lambda pieces: (HEAD + "".join(pieces) + "</xml>").encode("latin-1"))
)
@settings(max_examples=300, deadline=None, database=None, derandomize=True)
def test_any_bytes_are_a_message_or_malformed(body: bytes) -> None:
    try:
        message = message_of(fields_of(clean(body)))
    except Malformed:
        return
    assert message.sender
    assert len(message.key) == 64


# the vectors ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS["decrypt"] + VECTORS["encrypt_deterministic"], ids=lambda v: str(v["id"]))
def test_every_envelope_of_others_is_opened_and_ours_can_be_opened_by_others(vector: dict[str, Any]) -> None:
    token, key, appid = vector["token"], vector["encoding_aes_key"], vector["appid"]
    timestamp, nonce = vector.get("timestamp", "1700000000"), vector.get("nonce", "n0nce")
    signature = vector.get("msg_signature") or sha1(token, timestamp, nonce, vector["encrypt"])
    envelope = Envelope(token, appid, [OTHER_KEY, key])
    opened, with_key = envelope.open(vector["encrypt"], signature, timestamp, nonce)
    inside = opened.decode()
    assert with_key == key
    assert vector["plaintext"] in (inside, None)
    closed = fields_of(envelope.close(inside, key, timestamp, nonce))
    assert decrypt(closed["Encrypt"], key, appid) == inside
    assert closed["MsgSignature"] == sha1(token, timestamp, nonce, closed["Encrypt"])


def test_every_envelope_of_others_comes_through_the_door(door: Entrance, taken: list[Message]) -> None:
    for vector in VECTORS["decrypt"]:
        with _account(door, vector) as wechat:
            answer = wechat.raw(*_sealed(wechat, vector))
        if (vector["plaintext"] or "").startswith("<xml>"):
            inside = vector["plaintext"]
            assert taken.pop().text in inside, vector["id"]
            assert is_for_readers(wechat.opened(answer)["Content"]), vector["id"]
        else:
            assert (answer.status_code, answer.content, taken) == (200, b"", []), vector["id"]


@pytest.mark.parametrize("mode", ["safe", "compatible"])
def test_every_bad_envelope_is_refused_without_a_reply_or_a_trace(
    house: Entrance, taken: list[Message], mode: str
) -> None:
    with house.open(mode=mode):
        before = house.stored()
        for vector in VECTORS["negative"]:
            if "encrypt" not in vector:
                continue
            with _account(house, vector) as wechat:
                body, query = _sealed(wechat, vector)
                bare = {name: value for name, value in query.items() if name != "signature"}
                for asked in (query, bare):
                    answer = wechat.raw(body, asked)
                    assert answer.status_code in (200, 403), vector["id"]
                    assert answer.content == b"", vector["id"]
        assert (taken, house.stored()) == ([], before)


@pytest.mark.parametrize(
    ("padding", "opens"), [(1, True), (16, True), (32, True), (33, False), (48, False), (255, False)]
)
def test_padding_is_that_of_blocks_of_32_bytes(padding: int, opens: bool) -> None:
    """wechat-api.md §2.1: PKCS#7 with 32-byte blocks adds 1 to 32 bytes."""
    inside = b"x" * (32 - (20 + len(APPID) + padding) % 16)
    sealed = encrypt(inside, AES_KEY, APPID, padding)
    signed = (sha1("token", "1700000000", "n0nce", sealed), "1700000000", "n0nce")
    with nullcontext() if opens else pytest.raises(Malformed):
        assert Envelope("token", APPID, [AES_KEY]).open(sealed, *signed) == (inside, AES_KEY)


@pytest.mark.parametrize("appid", [APPID + "1", APPID[:-1], APPID + APPID, "", "wx0000000000000002"])
def test_an_envelope_for_another_account_is_refused(door: Entrance, taken: list[Message], appid: str) -> None:
    other = Sender(door.url, door.wechat.now, appid=appid)
    answer = other.text("在吗")
    assert (answer.status_code, answer.content, taken) == (403, b"", [])


def test_a_plain_body_that_only_leaves_the_envelope_out_is_refused_in_safe_mode(door: Entrance) -> None:
    vector = next(v for v in VECTORS["negative"] if "plain_body" in v)
    with _account(door, vector) as wechat:
        query = {name: vector[name] for name in ("signature", "timestamp", "nonce")}
        assert query == wechat.signed(nonce=vector["nonce"])
        assert wechat.raw(vector["plain_body"].encode(), query).status_code == 403


def test_the_signatures_of_others_are_right(door: Entrance) -> None:
    plain, sealed = VECTORS["signature"]
    with _account(door, plain) as wechat:
        query = {name: plain[name] for name in ("signature", "timestamp", "nonce")}
        assert wechat.get(query | {"echostr": "echo"}).text == "echo"
    envelope = Envelope(sealed["token"], APPID)
    envelope.check(sealed["signature"], sealed["timestamp"], sealed["nonce"], sealed["encrypt"])
    with pytest.raises(Forged):
        envelope.check(sealed["signature"], sealed["timestamp"], sealed["nonce"])


def _sealed(wechat: Sender, vector: dict[str, Any]) -> tuple[str, dict[str, str]]:
    query = wechat.signed(nonce=vector["nonce"]) | {"encrypt_type": "aes", "msg_signature": vector["msg_signature"]}
    return xml(ToUserName="gh_0000000000aa", Encrypt=vector["encrypt"]), query


@contextmanager
def _account(door: Entrance, vector: dict[str, Any]) -> Iterator[Sender]:
    """WeChat before the door of a vector's account, at the vector's time."""
    door.at(datetime.fromtimestamp(int(vector["timestamp"]), UTC))
    token, appid, key = vector["token"], vector.get("appid", APPID), vector.get("encoding_aes_key", AES_KEY)
    config = door.parts.config
    account = dataclasses.replace(config.account, appid=appid)
    callback = dataclasses.replace(config.callback, token=token, aes_key=key)
    config = dataclasses.replace(config, account=account, callback=callback)
    with serving(dataclasses.replace(door.parts, config=config)) as url:
        yield Sender(url, lambda: door.now, token=token, appid=appid, aes_key=key)
