"""Token, secret and openid stay out of every log, every error and whatever hangs on an error."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gateway_kit import KNOWN_TOKEN, QUICK, SECRET, answering, clock_at, gateway, http, keep_token, own_certificate

from bot.simulator import running
from content.db import Store
from content.errors import PlatformTrouble
from scheduler.wechat import WeChat

OPENID = "oSimReader0000000000000000042"
HIDDEN = (KNOWN_TOKEN, SECRET, OPENID)
TALKERS = ("urllib3", "urllib3.connectionpool", "urllib3.util.retry", "wechatpy", "wechatpy.client.base", "requests")
ECHO = json.dumps(
    {"errcode": 40003, "errmsg": f"invalid openid [{OPENID}] token {KNOWN_TOKEN} secret {SECRET} rid: a-b-c"}
)


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that anybody logs, at every level."""
    caplog.set_level(logging.DEBUG)
    for name in TALKERS:
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


def errors_behind(error: BaseException | None, seen: tuple[BaseException, ...] = ()) -> Iterator[BaseException]:
    """An error with everything that hangs on it, shown or not."""
    if error is None or error in seen:
        return
    yield error
    yield from errors_behind(error.__cause__, (*seen, error))
    yield from errors_behind(error.__context__, (*seen, error))


def told_by(error: BaseException) -> str:
    texts = [f"{one} {one!r} {one.args}" for one in errors_behind(error)]
    return "\n".join([*texts, *traceback.format_exception(error)])


def keeps_quiet(text: str) -> bool:
    return not any(secret in text for secret in HIDDEN)


ENDS: dict[str, bytes | Callable[..., None]] = {
    "a refusal that repeats all it was told": http(ECHO),
    "a refused token": http('{"errcode":40001,"errmsg":"invalid credential"}'),
    "an error of the server": http("no", status="502 Bad Gateway"),
    "a redirect": http("", status="302 Found", head="Location: /elsewhere?access_token=1\r\n"),
    "no JSON": http("<html>"),
    "a broken errcode": http('{"errcode":"abc"}'),
    "nothing": b"",
    "no HTTP": b"hello\r\n\r\n",
    "broken headers": b"HTTP/1.1 200 OK\r\nbroken\r\nContent-Length: 2\r\n\r\n[]",
    "half an answer": http(b"{}").replace(b"Length: 2", b"Length: 9"),
    "silence": lambda connection: connection.recv(1),
}


@pytest.mark.parametrize("act", ENDS.values(), ids=ENDS)
def test_an_error_tells_no_secret(
    store: Store, tmp_path: Path, everything: pytest.LogCaptureFixture, act: bytes | Callable[..., None]
) -> None:
    keep_token(store)
    with answering(act) as raw, pytest.raises(PlatformTrouble) as caught:
        gateway(raw.url, store, clock_at(tmp_path), QUICK).send_text(OPENID, "您好")
    assert keeps_quiet(told_by(caught.value))
    assert keeps_quiet(everything.text)
    assert any(KNOWN_TOKEN.encode() in request for request in raw.requests)  # it was there to be told


def test_an_error_of_the_connection_tells_no_secret(
    store: Store, tmp_path: Path, everything: pytest.LogCaptureFixture
) -> None:
    keep_token(store)
    tls, _ = own_certificate(tmp_path)
    with answering(http("{}"), tls=tls) as raw:
        for url in (raw.url, "http://127.0.0.1:9"):
            with pytest.raises(PlatformTrouble) as caught:
                gateway(url, store, clock_at(tmp_path), QUICK).send_text(OPENID, "您好")
            assert keeps_quiet(told_by(caught.value))
    assert keeps_quiet(everything.text)


def test_a_call_that_works_logs_no_secret(store: Store, tmp_path: Path, everything: pytest.LogCaptureFixture) -> None:
    with running(now="2026-12-01T09:00:00") as sim:
        sim.say("你好", openid=OPENID)
        wechat = gateway(sim.url, store, clock_at(tmp_path))
        wechat.send_text(OPENID, "您好")
        token = wechat._keeper.token()
    assert len(token) > 100
    assert token not in everything.text
    assert keeps_quiet(everything.text)
    assert "access_token=***" in everything.text  # the address is logged, so there was something to hide


def test_the_secret_stays_hidden_when_the_token_is_refused(
    store: Store, tmp_path: Path, everything: pytest.LogCaptureFixture
) -> None:
    with answering(http(ECHO)) as raw, pytest.raises(PlatformTrouble) as caught:
        gateway(raw.url, store, clock_at(tmp_path)).submit("M")
    assert SECRET.encode() in raw.requests[0]
    assert SECRET not in told_by(caught.value)
    assert SECRET not in everything.text


def test_the_gateway_shows_nothing_of_itself(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    wechat: WeChat = gateway("http://127.0.0.1:9", store, clock_at(tmp_path))
    assert keeps_quiet(f"{wechat!r} {wechat} {wechat._keeper!r} {wechat._client!r}")
