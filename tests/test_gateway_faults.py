"""What goes wrong on the way to WeChat ends as exactly one of NotSent, Refused and Unsure."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import QUICK, answering, clock_at, gateway, http, keep_token

from bot.simulator import Simulator, running
from content.db import Store
from scheduler.refusals import NotSent, Refused, Unsure
from scheduler.wechat import Patience, WeChat

pytestmark = pytest.mark.one_database

READS = {
    "draft/get": lambda w: w.get_draft("M"),
    "draft/batchget": lambda w: w.list_drafts(),
    "freepublish/get": lambda w: w.publish_status("1"),
    "freepublish/batchget": lambda w: w.list_published(),
    "message/mass/get": lambda w: w.mass_status("1"),
    "menu/get": lambda w: w.created_menu(),
    "get_current_selfmenu_info": lambda w: w.current_menu(),
    "get_current_autoreply_info": lambda w: w.current_replies(),
    "getcallbackip": lambda w: w.callback_addresses(),
    "media/uploadimg": lambda w: w.upload_body_picture("a.png", b"\x89PNG"),  # a second copy harms nobody
}
WRITES = {
    "draft/add": lambda w: w.add_draft([{"title": "通知"}]),
    "draft/update": lambda w: w.update_draft("M", 0, {"title": "通知"}),
    "draft/delete": lambda w: w.delete_draft("M"),
    "material/add_material": lambda w: w.add_picture_material("a.png", b"\x89PNG"),
    "freepublish/submit": lambda w: w.submit("M"),
    "freepublish/delete": lambda w: w.delete_published("A"),
    "message/mass/sendall": lambda w: w.send_to_all("M", "k"),
    "message/mass/preview": lambda w: w.preview("M", "name"),
    "message/mass/delete": lambda w: w.delete_mass("1"),
    "message/custom/send": lambda w: w.send_text("openid", "你好"),
    "menu/create": lambda w: w.create_menu([{"type": "click", "name": "办事", "key": "k"}]),
    "menu/delete": lambda w: w.delete_menu(),
    "comment/reply/add": lambda w: w.comment("reply/add", "1", 0, user_comment_id=1, content="好"),
}
DOUBTS: dict[str, dict[str, Any]] = {
    "time-out before the platform acts": {"kind": "timeout"},
    "time-out after the platform acted": {"kind": "timeout", "when": "after"},
    "dropped before": {"kind": "drop"},
    "dropped after": {"kind": "drop", "when": "after"},
    "500": {"kind": "http", "status": 500},
    "503": {"kind": "http", "status": 503},
    "404": {"kind": "http", "status": 404},
    "413": {"kind": "http", "status": 413},
    "redirect": {"kind": "http", "status": 302},
    "malformed": {"kind": "malformed"},
    "empty": {"kind": "empty"},
    "truncated": {"kind": "truncated"},
    "busy": {"kind": "errcode", "errcode": -1},
    "slower than the read limit": {"kind": "slow", "seconds": 1.0},
}


@pytest.fixture(scope="module")
def shared() -> Iterator[Simulator]:
    with running(now="2026-12-01T09:00:00") as simulator:
        yield simulator


@pytest.fixture
def sim(shared: Simulator) -> Iterator[Simulator]:
    yield shared
    shared.clear()
    shared.server.release()
    shared.clear_log()


@pytest.fixture
def wechat(sim: Simulator, store: Store, tmp_path: Path) -> WeChat:
    """The gateway with little patience and its token already there."""
    made = gateway(sim.url, store, clock_at(tmp_path), QUICK)
    made.callback_addresses()
    sim.clear_log()
    return made


@pytest.mark.parametrize("fault", DOUBTS.values(), ids=DOUBTS)
def test_a_lost_answer_leaves_a_write_unsure(sim: Simulator, wechat: WeChat, fault: dict[str, Any]) -> None:
    sim.fault("freepublish/submit", **fault)
    with pytest.raises(Unsure):
        wechat.submit("M")
    assert len(sim.calls("freepublish/submit")) == 1


@pytest.mark.parametrize("path", WRITES)
def test_a_write_is_never_repeated(sim: Simulator, wechat: WeChat, path: str) -> None:
    for number, kind in enumerate(("drop", "empty", "http", "errcode"), start=1):
        sim.fault(path, kind, times=1, errcode=-1)
        with pytest.raises(Unsure):
            WRITES[path](wechat)
        assert len(sim.calls(path)) == number


@pytest.mark.parametrize("path", READS)
def test_a_harmless_call_is_repeated_once_and_no_more(sim: Simulator, wechat: WeChat, path: str) -> None:
    sim.fault(path, "drop", times=5)
    with pytest.raises(Unsure):
        READS[path](wechat)
    assert len(sim.calls(path)) == 2


def test_a_read_whose_repeat_is_answered_is_none_the_worse(sim: Simulator, wechat: WeChat) -> None:
    sim.fault("draft/batchget", "http", status=502)
    assert wechat.list_drafts()["total_count"] == 0


def test_a_refusal_is_not_repeated(sim: Simulator, wechat: WeChat) -> None:
    sim.fault("draft/batchget", "errcode", errcode=48001, times=5)
    with pytest.raises(Refused) as refused:
        wechat.list_drafts()
    assert refused.value.errcode == 48001
    assert len(sim.calls("draft/batchget")) == 1


def test_a_slow_answer_within_the_limits_is_an_answer(sim: Simulator, wechat: WeChat) -> None:
    sim.fault("draft/batchget", "slow", seconds=0.1)
    assert wechat.list_drafts()["item_count"] == 0


@pytest.mark.parametrize("fault", DOUBTS.values(), ids=DOUBTS)
def test_without_a_token_the_call_itself_has_not_left(
    sim: Simulator, store: Store, tmp_path: Path, fault: dict[str, Any]
) -> None:
    sim.fault("stable_token", times=5, **fault)
    with pytest.raises(NotSent, match="取不到令牌"):
        gateway(sim.url, store, clock_at(tmp_path), QUICK).submit("M")
    assert len(sim.calls("stable_token")) == 2
    assert sim.calls("freepublish/submit") == []


@pytest.mark.parametrize(
    "answer",
    [
        '{"expires_in":7200}',
        '{"access_token":"","expires_in":7200}',
        '{"access_token":null,"expires_in":7200}',
        '{"access_token":"T"}',
        '{"access_token":"T","expires_in":"soon"}',
        '{"access_token":"T","expires_in":null}',
        '{"access_token":["T"],"expires_in":7200}',
    ],
)
def test_an_answer_without_a_token_is_no_token(store: Store, tmp_path: Path, answer: str) -> None:
    with answering(http(answer)) as raw, pytest.raises(NotSent, match="取不到令牌"):
        gateway(raw.url, store, clock_at(tmp_path), QUICK).submit("M")


def test_a_token_that_is_said_to_live_for_ever_is_a_token(store: Store, tmp_path: Path) -> None:
    answer = f'{{"access_token":"T","expires_in":{10**30},"errcode":0,"ip_list":[]}}'
    with answering(http(answer)) as raw:
        assert gateway(raw.url, store, clock_at(tmp_path), QUICK).callback_addresses() == []


def test_an_answer_that_begins_with_a_byte_order_mark_is_read(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    with answering(http("\ufeff" + '{"publish_id":1}')) as raw:
        assert gateway(raw.url, store, clock_at(tmp_path), QUICK).submit("M").job == "1"
    with answering(http("\ufeff" + '{"errcode":40007,"errmsg":"invalid media_id"}')) as raw, pytest.raises(Refused):
        gateway(raw.url, store, clock_at(tmp_path), QUICK).submit("M")


NO_ANSWERS = {
    "a list": http("[]"),
    "a word": http('"ok"'),
    "null": http("null"),
    "an errcode that is no number": http('{"errcode":"abc"}'),
    "an errcode that is nothing": http('{"errcode":null}'),
    "an endless errcode": http('{"errcode":1e999}'),
    "nested without end": http("[" * 200_000),
    "an id that is missing": http('{"errcode":0}'),
    "an id that is empty": http('{"publish_id":""}'),
    "an id that is a list": http('{"publish_id":[1]}'),
    "created": http('{"publish_id":1}', status="201 Created"),
    "a redirect that looks like an answer": http('{"publish_id":1}', status="302 Found", head="Location: /\r\n"),
    "an error that looks like an answer": http('{"publish_id":1}', status="502 Bad Gateway"),
    "no HTTP": b"hello\r\n\r\n",
    "a body that is no gzip": http("{}", head="Content-Encoding: gzip\r\n"),
    "half a chunk": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"publish_id":1}',
}


@pytest.mark.parametrize("answer", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_cannot_be_read_leaves_a_write_unsure(store: Store, tmp_path: Path, answer: bytes) -> None:
    keep_token(store)
    with answering(answer) as raw, pytest.raises(Unsure):
        gateway(raw.url, store, clock_at(tmp_path), QUICK).submit("M")
    assert len(raw.requests) == 1


@pytest.mark.parametrize(("code", "number"), [('"48001"', 48001), ("48001", 48001), ('"45028"', 45028)])
def test_an_errcode_may_be_written_as_text(store: Store, tmp_path: Path, code: str, number: int) -> None:
    keep_token(store)
    with answering(http(f'{{"errcode":{code},"errmsg":"no rid: 1-2-3"}}')) as raw, pytest.raises(Refused) as refused:
        gateway(raw.url, store, clock_at(tmp_path)).submit("M")
    assert (refused.value.errcode, refused.value.errmsg, refused.value.rid) == (number, "no", "1-2-3")


def test_an_answer_that_drips_ends_at_the_whole_limit(store: Store, tmp_path: Path) -> None:
    """Each byte comes in time; only together they take too long."""
    sent: list[int] = []

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        for number in range(100):
            connection.sendall(b" ")
            sent.append(number)
            time.sleep(0.02)

    keep_token(store)
    patience = Patience(connect=2, read=2, whole=0.2, pause=0)
    with answering(drip) as raw, pytest.raises(Unsure):
        gateway(raw.url, store, clock_at(tmp_path), patience).submit("M")
    assert len(sent) < 100
