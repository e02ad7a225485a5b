"""Before the connection stands nothing can have happened; once it stands, everything can."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from gateway_kit import PATIENT, QUICK, answering, clock_at, gateway, http, keep_token, own_certificate

from bot.simulator import running
from content.db import Store
from scheduler.refusals import NotSent, Unsure


def test_a_refused_connection_is_not_sent(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotSent, match="什么也没有发出"):
        gateway(f"http://127.0.0.1:{port}", store, clock_at(tmp_path), QUICK).submit("M")


def test_a_name_that_is_not_resolved_is_not_sent(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    keep_token(store)
    wechat = gateway("http://api.weixin.invalid", store, clock_at(tmp_path), QUICK)
    wechat._client._http.trust_env = False  # whatever proxy this machine has
    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", unknown)
    with pytest.raises(NotSent):
        wechat.submit("M")


def test_a_connection_that_is_not_accepted_in_time_is_not_sent(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # they fill the queue that nobody empties
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        try:
            with pytest.raises(NotSent):
                gateway(f"http://127.0.0.1:{listener.getsockname()[1]}", store, clock_at(tmp_path), QUICK).submit("M")
        finally:
            for one in waiting:
                one.close()


def test_a_certificate_that_is_not_trusted_is_not_sent(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    tls, _ = own_certificate(tmp_path)
    with answering(http("{}"), tls=tls) as raw, pytest.raises(NotSent):
        gateway(raw.url, store, clock_at(tmp_path)).submit("M")
    assert raw.requests == []


@pytest.mark.parametrize("greeting", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_hand_shake_that_fails_is_not_sent(store: Store, tmp_path: Path, greeting: bytes) -> None:
    """A server that is silent, or speaks no TLS."""
    keep_token(store)

    def greet(server: socket.socket) -> None:
        with server.accept()[0] as connection:
            connection.sendall(greeting)

    with socket.create_server(("127.0.0.1", 0)) as server:
        if greeting:
            threading.Thread(target=greet, args=(server,), daemon=True).start()
        with pytest.raises(NotSent):
            gateway(f"https://127.0.0.1:{server.getsockname()[1]}", store, clock_at(tmp_path), QUICK).submit("M")


def test_a_missing_certificate_file_is_not_sent(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    wechat = gateway("https://127.0.0.1:9", store, clock_at(tmp_path), QUICK)
    wechat._client._http.verify = str(tmp_path / "nowhere.pem")
    with pytest.raises(NotSent, match="证书"):
        wechat.submit("M")


@pytest.mark.parametrize("last_words", [b"", b"what is no TLS record at all"], ids=["hung up", "garbled"])
def test_tls_that_breaks_after_the_request_is_unsure(store: Store, tmp_path: Path, last_words: bytes) -> None:
    """The same class of error as a failed hand-shake, and the opposite meaning."""
    keep_token(store)
    tls, certificate = own_certificate(tmp_path)

    def hang_up(connection: Any) -> None:
        socket.socket.sendall(connection, last_words)  # past TLS, and without its goodbye
        socket.socket.shutdown(connection, socket.SHUT_WR)

    with answering(hang_up, tls=tls) as raw:
        wechat = gateway(raw.url, store, clock_at(tmp_path), PATIENT)
        wechat._client._http.verify = str(certificate)
        with pytest.raises(Unsure):
            wechat.submit("M")
    assert len(raw.requests) == 1


def test_tls_works_with_a_certificate_that_is_trusted(store: Store, tmp_path: Path) -> None:
    keep_token(store)
    tls, certificate = own_certificate(tmp_path)
    with answering(http('{"publish_id":7}'), tls=tls) as raw:
        wechat = gateway(raw.url, store, clock_at(tmp_path), PATIENT)
        wechat._client._http.verify = str(certificate)
        assert wechat.submit("M").job == "7"


def test_no_proxy_stands_between_the_gateway_and_its_own_machine(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with running(now="2026-12-01T09:00:00") as sim:
        assert gateway(sim.url, store, clock_at(tmp_path), QUICK).list_drafts()["item_count"] == 0


def test_a_proxy_that_cannot_be_reached_is_not_sent(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_token(store)
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(NotSent):
        gateway("http://api.weixin.invalid", store, clock_at(tmp_path), QUICK).submit("M")
