"""When WeChat says no: what the gateway does by itself, and the sentence a person reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from gateway_kit import answering, clock_at, gateway, http, keep_token
from simulator_kit import Account, account

from content.db import Store
from scheduler.refusals import WHAT_TO_DO, Reaction, Refused, Unsure, what_to_do
from scheduler.wechat import WeChat

pytestmark = pytest.mark.one_database

SAMPLES = sorted((Path(__file__).parent / "cases" / "json").glob("error_*.json"))
EVERY_CODE = (
    -1, 40001, 40014, 42001, 40013, 40125, 40164, 40243, 40003, 40004, 40005, 40006, 40009, 40007, 40033, 40066,
    40114, 40152, 40155, 41039, 42010, 43002, 44002, 44003, 43004, 45002, 45008, 45003, 45004, 45009, 45011, 45015,
    45065, 45066, 45067, 45110, 45166, 47001, 47009, 48001, 48004, 48006, 48021, 50002, 50004, 50007, 53503, 53504,
    53505, 53600, 61500, 61501, 61503, 87009, 88000, 88001, 88008, 88003, 88010, 89503, 89504, 89505, 89506, 89507,
    45047, 45028,
)  # fmt: skip
NEXT_STEP = re.compile("请|再|会|不用|等|改")
UNKNOWN = what_to_do(99999, "")


@pytest.fixture(scope="module")
def people() -> Iterator[Account]:
    with account() as made:
        yield made


@pytest.fixture
def wechat(people: Account, store: Store, tmp_path: Path) -> Iterator[WeChat]:
    people.log_in()
    people.sim.clear_log()
    yield gateway(people.sim.url, store, clock_at(tmp_path))
    people.sim.clear()


@pytest.mark.parametrize("code", EVERY_CODE)
def test_every_code_has_a_sentence_with_a_next_step(code: int) -> None:
    text = what_to_do(code, "errmsg")
    assert text != UNKNOWN
    assert text.endswith("。")
    assert NEXT_STEP.search(text)
    assert not re.search(r"[,;:?!]\s", text)  # the punctuation is Chinese


@pytest.mark.parametrize("code", WHAT_TO_DO)
def test_no_sentence_is_only_a_statement(code: int) -> None:
    assert WHAT_TO_DO[code].endswith("。")
    assert NEXT_STEP.search(WHAT_TO_DO[code])


@pytest.mark.parametrize(
    ("what", "codes"),
    [
        (Reaction.MINUTE, [45011, 42010]),
        (Reaction.DAY, [45009]),
        (Reaction.ACCOUNT, [40001, 40013, 40125, 40164, 40243, 50002, 50004, 50007, 89503, 89506, 89507]),
        (Reaction.ADMIN, [47009, 48001, 48004, 48006]),
        (Reaction.EDITOR, [40004, 40007, 40009, 40066, 40155, 41039, 45002, 45003, 45004, 45008, 45110, 45166, 48021]),
        (Reaction.EDITOR, [53404, 53503, 53504, 53505, 88000]),
        (Reaction.EDITOR, [40033, 40114, 43002, 44002, 44003, 47001]),  # our defects
        (Reaction.LATER, [61503, 99999]),
    ],
)
def test_each_code_asks_for_what_the_page_of_codes_says(what: Reaction, codes: list[int]) -> None:
    assert [Refused("draft/add", code, "").reaction for code in codes] == [what] * len(codes)


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_the_address_to_allow_is_named(address: str) -> None:
    text = str(Refused("draft/add", 40164, f"invalid ip {address} ipv6 ::ffff:{address}, not in whitelist rid: a-b-c"))
    assert f"IP {address} 不在白名单" in text


def test_the_address_to_allow_is_named_over_the_wire(people: Account, wechat: WeChat) -> None:
    people.sim.set(ip_whitelist=["203.0.113.9"])
    try:
        with pytest.raises(Refused, match=r"127\.0\.0\.1") as refused:
            wechat.callback_addresses()
    finally:
        people.sim.set(ip_whitelist=[])
    assert refused.value.errcode == 40164
    assert len(people.sim.calls("stable_token")) == 1


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_of_the_platform_is_understood(store: Store, tmp_path: Path, sample: Path) -> None:
    said = json.loads(sample.read_text(encoding="utf-8"))
    keep_token(store)
    expected = Unsure if said["errcode"] == -1 else Refused
    with answering(http(sample.read_bytes())) as raw, pytest.raises(expected) as caught:
        gateway(raw.url, store, clock_at(tmp_path)).submit("M")
    assert len(raw.requests) == (2 if said["errcode"] in (40001, 42001) else 1)  # the second asks for a new token
    if isinstance(caught.value, Refused):
        assert caught.value.errcode == said["errcode"]
        assert caught.value.errmsg == said["errmsg"].partition("rid:")[0].strip()
        assert caught.value.rid in said["errmsg"]
        assert what_to_do(said["errcode"], said["errmsg"]) in str(caught.value)


def test_a_refusal_names_call_code_and_rid(people: Account, wechat: WeChat) -> None:
    with pytest.raises(Refused) as refused:
        wechat.get_draft("nowhere")
    text = str(refused.value)
    assert text.startswith("微信没有接受 draft/get：")
    assert f"（40007 invalid media_id，rid {refused.value.rid}）" in text
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}", refused.value.rid)


def test_a_refusal_of_the_token_is_that_refusal(people: Account, wechat: WeChat, store: Store, tmp_path: Path) -> None:
    people.sim.fault("stable_token", "errcode", errcode=40125, errmsg="invalid appsecret", times=5)
    with pytest.raises(Refused) as refused:
        wechat.submit("M")
    assert (refused.value.errcode, len(people.sim.calls("stable_token"))) == (40125, 1)


def forced(people: Account) -> list[bool]:
    """How each token was asked for."""
    return [call["body"]["force_refresh"] for call in people.sim.calls("stable_token")]


@pytest.mark.parametrize("path", ["draft/batchget", "freepublish/submit"])
@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_refused_token_is_refreshed_once_and_the_call_repeated_once(
    people: Account, wechat: WeChat, path: str, errcode: int
) -> None:
    media_id = people.draft()
    wechat.callback_addresses()
    people.sim.clear_log()
    people.sim.fault(path, "errcode", errcode=errcode)
    wechat.submit(media_id) if path == "freepublish/submit" else wechat.list_drafts()
    assert len(people.sim.calls(path)) == 2
    assert forced(people) == [False, True]  # without force WeChat gives the refused one again


@pytest.mark.parametrize("path", ["draft/batchget", "draft/delete"])
@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_token_that_is_refused_again_and_again_ends_the_call(
    people: Account, wechat: WeChat, path: str, errcode: int
) -> None:
    wechat.callback_addresses()
    people.sim.clear_log()
    people.sim.fault("draft/*", "errcode", errcode=errcode, times=20)
    with pytest.raises(Refused) as refused:
        wechat.delete_draft("M") if path == "draft/delete" else wechat.list_drafts()
    assert refused.value.errcode == errcode
    assert len(people.sim.calls(path)) == 2
    with pytest.raises(Refused):
        wechat.list_drafts() if path == "draft/delete" else wechat.delete_draft("M")
    assert forced(people).count(True) == 1


def test_a_doubt_and_a_refused_token_together_are_one_repeat(people: Account, wechat: WeChat) -> None:
    wechat.callback_addresses()
    people.sim.clear_log()
    people.sim.fault("draft/batchget", "drop")
    people.sim.fault("draft/batchget", "errcode", errcode=40001)
    with pytest.raises(Refused):
        wechat.list_drafts()
    assert len(people.sim.calls("draft/batchget")) == 2


def test_a_token_killed_by_another_system_is_replaced(people: Account, wechat: WeChat) -> None:
    wechat.list_drafts()
    people.sim.advance(60)
    people.log_in(force=True)
    people.sim.clear_log()
    wechat.list_drafts()
    assert [call["errcode"] for call in people.sim.calls("draft/batchget")] == [40001, 0]


def test_a_key_that_was_used_is_the_receipt_of_the_first_send(people: Account, wechat: WeChat) -> None:
    media_id = people.draft()
    first = wechat.send_to_all(media_id, "a-key-of-its-own")
    assert wechat.send_to_all(media_id, "a-key-of-its-own").job == first.job
    assert len(people.sim.stats["sends"]) == len({one["msg_id"] for one in people.sim.stats["sends"]})


def test_a_key_that_was_used_by_nobody_knows_whom_is_unsure(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    with answering(http('{"errcode":45065,"errmsg":"clientmsgid exist"}')) as raw, pytest.raises(Unsure):
        gateway(raw.url, store, clock_at(tmp_path)).send_to_all("M", "k")
