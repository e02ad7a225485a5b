"""A signature that was used: the same request again, or another body under it, does nothing a second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from wechat_sender import AES_KEY, APPID, TOKEN, Entrance, encrypt, sha1, xml

from bot import replays
from bot.commands import READERS_ANSWER
from bot.replays import Replays

SEALED = ["compatible", "safe"]
PAUSED = "已暂停自动发布，到点的推文会等着。要恢复请发：恢复"


@pytest.fixture
def house(database: str, tmp_path: Path) -> Entrance:
    return Entrance(tmp_path / "space", database)


@pytest.fixture
def door(house: Entrance) -> Iterator[Entrance]:
    with house.open(mode="plain"):
        house.hire()
        yield house


def sent(house: Entrance, body: str, nonce: str) -> requests.Response:
    """Deliver a body under a nonce, as the mode demands; in safe mode with an envelope of its own."""
    query = house.wechat.signed(nonce=nonce)
    if house.wechat.mode == "plain":
        return house.wechat.raw(body.encode(), query)
    sealed = encrypt(body.encode(), AES_KEY, APPID)
    query |= {"encrypt_type": "aes", "msg_signature": sha1(TOKEN, query["timestamp"], nonce, sealed)}
    return house.wechat.raw(xml(ToUserName="gh_simulator", Encrypt=sealed), query)


def finished(job: int) -> str:
    """The event of a publication, without any id or time of its own."""
    info = {"publish_id": job, "publish_status": 0}
    return xml(
        ToUserName="gh", FromUserName="oHelper", MsgType="event", Event="PUBLISHJOBFINISH", PublishEventInfo=info
    )


def said(house: Entrance, words: str, nonce: str, who: str = "运营", **more: object) -> str:
    answer = sent(house, house.wechat.written(words, f"openid-{who}", **more), nonce)
    return house.wechat.opened(answer).get("Content", "")


def test_another_plain_message_of_a_sender_under_a_nonce_gets_the_answer_of_the_first_and_does_nothing(
    door: Entrance,
) -> None:
    assert said(door, "暂停", "17") == PAUSED
    before = door.stored()
    assert said(door, "恢复", "17") == said(door, "暂停", "17") == PAUSED
    assert said(door, "同意 1-1", "17", who="主任") == ""
    assert door.stored() == before
    assert "早已暂停" in said(door, "暂停", "18")


@pytest.mark.parametrize("mode", SEALED)
def test_encrypted_messages_under_one_nonce_are_each_acted_upon_once(house: Entrance, mode: str) -> None:
    """Their signature covers the text, so that nobody but WeChat has written them."""
    with house.open(mode=mode):
        house.hire()
        assert said(house, "在吗", "17", who="路人") == READERS_ANSWER
        for _ in range(3):  # WeChat repeats: each message has its own answer
            assert said(house, "暂停", "17", msg_id=7001) == PAUSED
            assert "已恢复" in said(house, "恢复", "17", msg_id=7002)
            assert "早已暂停" not in said(house, "帮助", "17", who="主任", msg_id=7003)
        before = house.stored()
        assert said(house, "暂停", "17", msg_id=7001) == PAUSED
        assert house.stored() == before
    with house.open(mode=mode):
        assert said(house, "暂停", "17", msg_id=7001) == PAUSED
        assert house.stored() == before
        assert said(house, "暂停", "17", msg_id=7004) == PAUSED


def test_events_under_one_nonce_are_all_kept_and_a_repeated_one_once(house: Entrance) -> None:
    """Also where nothing but its text tells an event from another."""
    with house.open(mode="safe"):
        for job in (1, 2, 2, 1, 3):
            assert sent(house, finished(job), "17").content == b""
        assert house.stored()[1] == 3


def test_no_plain_body_is_taken_under_the_nonce_of_an_encrypted_one(house: Entrance) -> None:
    with house.open(mode="compatible"):
        house.hire()
        assert said(house, "暂停", "17") == PAUSED
        assert said(house, "在吗", "18", who="路人") == READERS_ANSWER
        before = house.stored()
        for nonce in ("17", "18"):
            body = house.wechat.written("恢复", "openid-运营").encode()
            assert "已恢复" not in house.wechat.raw(body, house.wechat.signed(nonce=nonce)).text
        assert house.stored() == before


def test_the_answer_of_a_nonce_is_known_after_a_restart_and_in_another_process(door: Entrance) -> None:
    assert said(door, "暂停", "17") == PAUSED
    before = door.stored()
    with door.open(mode="plain"):
        assert said(door, "恢复", "17") == PAUSED
        assert sent(door, xml(ToUserName="gh", FromUserName="openid-运营", MsgType="event", Event="unsubscribe"), "17")
        assert door.stored() == before


def test_nobody_gets_another_persons_answer_under_their_nonce_also_after_a_restart(door: Entrance) -> None:
    assert said(door, "暂停", "17") == PAUSED
    assert said(door, "在吗", "17", who="路人") == said(door, "暂停", "17", who="主任") == ""
    with door.open(mode="plain"):
        assert said(door, "暂停", "17", who="主任") == ""
        assert said(door, "暂停", "17") == PAUSED


def test_a_nonce_of_a_question_lets_nothing_act_later(door: Entrance) -> None:
    before = door.stored()
    assert said(door, "在吗", "17", who="路人") == READERS_ANSWER
    assert said(door, "暂停", "17") == ""
    gone = xml(ToUserName="gh", FromUserName="openid-运营", MsgType="event", Event="unsubscribe")
    assert sent(door, gone, "17").content == b""
    assert door.stored() == before
    assert said(door, "暂停", "18") == PAUSED


def test_an_event_without_any_id_that_is_replayed_is_kept_once(door: Entrance) -> None:
    body = finished(1)
    for _ in range(3):
        assert sent(door, body, "17").content == b""
    assert door.stored()[1] == 1
    with door.open(mode="plain"):
        sent(door, body, "17")
    assert door.stored()[1] == 1


def test_an_envelope_without_its_outer_signature_is_the_same_request(house: Entrance) -> None:
    body = finished(1)
    with house.open(mode="safe"):
        query = house.wechat.signed(nonce="17")
        sealed = encrypt(body.encode(), AES_KEY, APPID)
        query |= {"msg_signature": sha1(TOKEN, query["timestamp"], "17", sealed)}
        bare = {name: value for name, value in query.items() if name != "signature"}
        for asked in (query, bare):
            assert house.wechat.raw(xml(Encrypt=sealed), asked).status_code == 200
        assert house.stored()[1] == 1


def test_the_repeats_of_a_message_may_come_under_new_nonces(door: Entrance) -> None:
    assert {said(door, "暂停", str(nonce), msg_id=7001) for nonce in (17, 18, 17)} == {PAUSED}
    before = door.stored()
    assert "已恢复" in said(door, "恢复", "19")
    assert door.stored()[0] == before[0] + 1


def test_the_memory_of_signatures_is_bounded_and_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MOST", 3)
    memory = Replays()
    assert [memory.first(proof, key) for proof, key in zip("abca", "1234", strict=True)] == ["1", "2", "3", "1"]
    assert memory.first("d", "5") == "5"
    assert memory.first("b", "6") == "2"
    assert memory.first("a", "7") == "7"
    assert memory.first("", "8") == "8"
