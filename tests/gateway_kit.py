"""What the gateway's tests share: the real gateway before the simulator, a server that answers raw bytes, TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from content import control
from content.clock import SHANGHAI, Clock
from content.db import Store
from scheduler.token import TOKEN
from scheduler.wechat import Patience, WeChat

APPID, SECRET = "wx0000000000000001", "simulator-secret"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
KNOWN_TOKEN = "70_known-token-of-the-tests"
QUICK = Patience(connect=0.5, upload=2, read=0.4, whole=0.8, pause=0)
PATIENT = Patience(connect=5, upload=5, read=20, whole=60, pause=0)
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 20


def clock_at(folder: Path, moment: datetime = NOW) -> Clock:
    """A clock that stands at a moment; write to the file to move it."""
    (folder / "clock").write_text(moment.isoformat(), encoding="utf-8")
    return Clock(folder / "clock")


def gateway(url: str, store: Store, clock: Clock, patience: Patience = PATIENT) -> WeChat:
    return WeChat(APPID, SECRET, url, store, clock, patience)


def keep_token(store: Store, token: str = KNOWN_TOKEN, *, now: datetime = NOW, seconds: float = 7000) -> None:
    """Let a token be known already, so that a call asks for none."""
    import json

    until = (now.astimezone(UTC) + timedelta(seconds=seconds)).isoformat()
    with store.transaction() as session:
        control.write(session, TOKEN, json.dumps([token, until]), by="test", now=now)


def http(body: bytes | str, *, status: str = "200 OK", head: str = "") -> bytes:
    """An answer as it goes over the wire."""
    data = body.encode() if isinstance(body, str) else body
    return f"HTTP/1.1 {status}\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


@dataclass
class Raw:
    """A server that reads each request and does with the connection what it was told to do."""

    url: str
    requests: list[bytes]


@contextmanager
def answering(act: bytes | Callable[[Any], None], *, tls: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """Serve on a free port; `act` is the whole answer, or a function of the connection after the request was read."""
    listener = socket.create_server(("127.0.0.1", 0))
    raw = Raw(f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}", [])

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:  # the test is over
                return
            try:
                with tls.wrap_socket(connection, server_side=True) if tls else connection as wrapped:
                    raw.requests.append(_request(wrapped))
                    wrapped.sendall(act) if isinstance(act, bytes) else act(wrapped)
            except OSError:  # the other side hung up
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield raw
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=5)


def _request(connection: Any) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def own_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side of TLS for 127.0.0.1, and the certificate for a client that is to trust it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"
