"""What the simulator's tests share: a client that speaks plain HTTP, and a server that plays the account's callback."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from bot.simulator import Simulator, running

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 20
START = "2026-12-01T09:00:00"


class Account:
    """A client of the simulator that knows nothing but HTTP."""

    def __init__(self, sim: Simulator) -> None:
        """Open a connection."""
        self.sim = sim
        self.http = requests.Session()
        self.http.trust_env = False
        self.token = ""

    def raw(self, method: str, path: str, **more: Any) -> requests.Response:
        """Send anything; the path begins after the host."""
        return self.http.request(method, self.sim.url + path, timeout=10, **more)

    def log_in(self, *, force: bool = False) -> Any:
        """Take the stable token."""
        body = {"grant_type": "client_credential", "appid": "wx0000000000000001", "secret": "simulator-secret"}
        answer = self.raw("POST", "/cgi-bin/stable_token", json=body | {"force_refresh": force}).json()
        self.token = answer.get("access_token", self.token)
        return answer

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """POST JSON as raw UTF-8, and return the answer read as UTF-8 JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body or {}, ensure_ascii=False).encode()
        answer = self.raw("POST", _full(path), params={"access_token": self.token} | query, data=data)
        return json.loads(answer.content.decode())

    def get(self, path: str, **query: Any) -> Any:
        """GET, and return the answer read as UTF-8 JSON."""
        answer = self.raw("GET", _full(path), params={"access_token": self.token} | query)
        return json.loads(answer.content.decode())

    def upload(self, path: str, content: bytes = PNG, filename: str = "a.png", **query: Any) -> Any:
        """Upload a file as `media`."""
        files = {"media": (filename, content)}
        return self.raw("POST", _full(path), params={"access_token": self.token} | query, files=files).json()

    def cover(self) -> str:
        """Return the media id of a new cover."""
        return str(self.upload("material/add_material", type="image")["media_id"])

    def article(self, **more: Any) -> dict[str, Any]:
        """Return an article that the platform accepts."""
        plain = {"title": "冬至的社区食堂", "author": "编辑部", "digest": "摘要", "content": "<p>正文</p>"}
        return plain | {"thumb_media_id": self.cover()} | more

    def draft(self, **more: Any) -> str:
        """Return the media id of a new draft of one article."""
        return str(self.post("draft/add", {"articles": [self.article(**more)]})["media_id"])

    def mass(self, media_id: str, key: str = "k1", **more: Any) -> Any:
        """Send a draft to all."""
        body = {"filter": {"is_to_all": True}, "msgtype": "mpnews", "mpnews": {"media_id": media_id}}
        return self.post("message/mass/sendall", body | {"send_ignore_reprint": 0, "clientmsgid": key} | more)


def _full(path: str) -> str:
    return f"/{path}" if path.startswith("datacube/") else f"/cgi-bin/{path}"


@contextmanager
def account(**settings: Any) -> Iterator[Account]:
    """Run a simulator from START on and return a client with a token."""
    if "clock" not in settings:
        settings = {"now": START} | settings
    with running(**settings) as sim:
        client = Account(sim)
        try:
            client.log_in()
            yield client
        finally:
            client.http.close()


class Listener:
    """The account's server: keeps what came in and answers what the test put into `answers` (else "success")."""

    def __init__(self) -> None:
        """Take a free port."""
        self.received: list[tuple[dict[str, str], str]] = []
        self.answers: list[Any] = []  # str, a function of (query, body), an HTTP status, or seconds to wait
        listener = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                self._write(200, query.get("echostr", ""))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                query = dict(parse_qsl(urlsplit(self.path).query))
                listener.received.append((query, body))
                answer = listener.answers.pop(0) if listener.answers else "success"
                if isinstance(answer, float):
                    time.sleep(answer)
                    answer = "success"
                if callable(answer):
                    answer = answer(query, body)
                self._write(answer if isinstance(answer, int) else 200, "" if isinstance(answer, int) else answer)

            def _write(self, status: int, text: str) -> None:
                try:
                    self.send_response(status)
                    self.end_headers()
                    self.wfile.write(text.encode())
                except OSError:
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/wechat"

    def __enter__(self) -> Listener:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
