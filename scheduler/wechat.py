"""The gateway: how a call to WeChat is made, and with which of three refusals it may end.

`NotSent`: it never left. `Refused`: WeChat said no. `Unsure`: it may have
happened. A call whose token was refused is repeated once with a new one; after a
doubt only reads, uploads of body pictures and the token are repeated, once.

It stands on wechatpy's client for requests and answers. Version 1.8.18 has no
draft, freepublish, stable_token or new statistics, fetches its token without a
time limit and repeats without end; so the calls, the token and the limits are ours.
"""

from __future__ import annotations

import codecs
import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from copy import copy
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError, ProxyError
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from content.clock import Clock
from content.db import Store
from content.errors import PlatformTrouble
from scheduler import limits
from scheduler.calls import NamedCalls, Receipt, id_in
from scheduler.refusals import BUSY, DAY_LIMIT, TOKEN_CODES, Answer, NotSent, Refused, Unsure
from scheduler.token import TokenKeeper

__all__ = ["Patience", "Receipt", "WeChat"]

TOKEN_SECONDS = 7200  # no token lives longer (wechat-api.md §1)
JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
TALKATIVE = ("connection", "connectionpool", "poolmanager", "response", "util.retry")  # they log whole addresses
SECRET = re.compile(r"((?:access_token|secret)=)[^&\s'\"]+")


@dataclass(frozen=True)
class Patience:
    """How long a call may take, in seconds."""

    connect: float = 5
    upload: float = 60  # to connect and send a file
    read: float = 20  # without a byte
    whole: float = 60  # for the whole answer
    pause: float = 1  # before a call is repeated


PATIENCE = Patience()


class WeChat(NamedCalls):
    """One account's calls. Every method raises NotSent, Refused or Unsure, and nothing else."""

    def __init__(
        self, appid: str, secret: str, api_base: str, store: Store, clock: Clock, patience: Patience = PATIENCE
    ) -> None:
        """Take the account and where its token is kept; nothing is called yet."""
        self._secret, self._appid, self._base = secret, appid, api_base.rstrip("/")
        self._store, self._clock, self._patience = store, clock, patience
        self._client = WeChatClient(appid, secret, timeout=(patience.connect, patience.read), auto_retry=False)
        self._client._http = _Http(patience.whole)
        self._client._http.trust_env = urlsplit(self._base).hostname not in LOOPBACK  # no proxy leads to oneself
        self._keeper = TokenKeeper(store, clock, self._stable_token, self._forced_token)
        self._purpose: limits.Purpose | None = None
        for name in TALKATIVE:
            logging.getLogger(f"urllib3.{name}").addFilter(_without_secrets)

    def for_(self, purpose: limits.Purpose) -> WeChat:
        """Return the same gateway for calls of another purpose, which may use up only their share of a day's limit."""
        other = copy(self)
        other._purpose = purpose
        return other

    def _call(
        self,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        file: tuple[str, bytes] | None = None,
        query: Mapping[str, str] | None = None,
        method: str = "POST",
        harmless: bool = False,
        binary: bool = False,
    ) -> Answer:
        once = partial(self._once, path, body, file=file, query=query, method=method, binary=binary)
        token = self._keeper.token()
        try:
            return once(token=token)
        except Refused as refusal:
            if refusal.errcode not in TOKEN_CODES:
                raise
            token = self._keeper.token(instead_of=token)
        except (NotSent, Unsure):
            if not harmless:
                raise
            time.sleep(self._patience.pause)
        return once(token=token)

    def _once(self, path: str, body: Mapping[str, object] | None, *, token: str = "", **more: Any) -> Answer:
        """Send once and count it, unless the call's limit of today, or its purpose's share of it, is used up."""
        limits.spend(self._store, path, self._clock.now(), self._purpose)
        outcome = self._outcome(path, body, token, **more)
        if isinstance(outcome, Refused) and outcome.errcode == DAY_LIMIT:
            limits.stop(self._store, path, self._clock.now())
        if isinstance(outcome, PlatformTrouble):  # raised here, away from the errors whose text holds the token
            raise outcome
        return outcome

    def _outcome(
        self,
        path: str,
        body: Mapping[str, object] | None,
        token: str,
        *,
        file: tuple[str, bytes] | None = None,
        query: Mapping[str, str] | None = None,
        method: str = "POST",
        binary: bool = False,
    ) -> Answer | PlatformTrouble:
        """Turn whatever comes back into an answer or one of the three refusals."""
        url = f"{self._base}/{path}" if path.startswith("datacube/") else f"{self._base}/cgi-bin/{path}"
        more: dict[str, Any] = {"params": _query(query, token)}
        if file:
            more |= {"files": {"media": file}, "timeout": (self._patience.upload, self._patience.read)}
        elif body is not None:
            more |= {"data": json.dumps(body, ensure_ascii=False).encode(errors="replace"), "headers": JSON_HEADERS}
        try:
            answer = self._client.get(url, **more) if method == "GET" else self._client.post(url, **more)
        except WeChatClientException as error:
            return _refusal(path, error, hide=(token, self._secret, str((body or {}).get("touser", ""))))
        except requests.RequestException as error:
            return _lost(path, error)
        except OSError:  # requests does not find the file of certificates
            return NotSent(f"连不上微信（{path}），什么也没有发出：读不到证书文件，请检查 REQUESTS_CA_BUNDLE。")
        except (TypeError, ValueError, ArithmeticError, RecursionError):  # an errcode that is no number, and the like
            return _unreadable(path)
        if binary:  # what wechatpy cannot read as JSON it gives back as it came
            return {"bytes": answer.content} if isinstance(answer, requests.Response) else _unreadable(path)
        return answer if isinstance(answer, dict) else _unreadable(path)

    def _stable_token(self) -> tuple[str, int]:
        once = partial(self._once, "stable_token", self._credentials(force=False))
        try:
            try:
                answer = once()
            except (NotSent, Unsure):
                time.sleep(self._patience.pause)
                answer = once()
            return _token_in(answer)
        except (NotSent, Unsure) as trouble:  # the call that wanted the token has not left
            raise NotSent(f"取不到令牌，请稍后再试；仍不行请运行 wxops doctor。{trouble}") from None

    def _forced_token(self) -> tuple[str, int]:
        """Kill the token and return another; its limit of a day is its own, and stops no ordinary one."""
        outcome = self._outcome("stable_token", self._credentials(force=True), "")
        if isinstance(outcome, PlatformTrouble):
            raise outcome
        return _token_in(outcome)

    def _credentials(self, *, force: bool) -> dict[str, object]:
        account = {"appid": self._appid, "secret": self._secret}
        return {"grant_type": "client_credential", **account, "force_refresh": force}


def _token_in(answer: Answer) -> tuple[str, int]:
    """Return the token and the seconds it has left; Unsure when one is missing or cannot be read."""
    token, seconds = id_in(answer, "access_token"), id_in(answer, "expires_in")
    try:
        return token, min(int(seconds), TOKEN_SECONDS)
    except ValueError:
        raise Unsure("微信的回答里没有读得懂的 expires_in。") from None


def _query(query: Mapping[str, str] | None, token: str) -> list[tuple[str, str]]:
    """Return a list, since wechatpy puts a token of its own fetching into a dict without one."""
    return [*(query or {}).items(), *([("access_token", token)] if token else [])]


def _refusal(path: str, error: WeChatClientException, *, hide: tuple[str, ...]) -> PlatformTrouble:
    if error.errcode == BUSY:
        return Unsure(f"微信对 {path} 说系统繁忙，不知道它做了没有。")
    answer = json.loads(error.response.content.decode(errors="ignore"), strict=False)
    errmsg = str(error.errmsg)
    for secret in filter(None, hide):
        errmsg = errmsg.replace(secret, "***")
    return Refused(path, int(error.errcode or 0), errmsg, answer)


def _lost(path: str, error: requests.RequestException) -> PlatformTrouble:
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return Unsure(f"微信对 {path} 回了 HTTP {error.response.status_code}，不知道它做了没有。")
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    unusable = isinstance(error, ValueError)  # an address or a proxy that cannot be one
    if unusable or isinstance(reason, ConnectTimeoutError | ProxyError):
        return NotSent(f"连不上微信（{path}），什么也没有发出。请检查网络、代理和证书（{type(reason).__name__}）。")
    return Unsure(f"微信对 {path} 没有回答（{type(error).__name__}），不知道它做了没有。")


def _unreadable(path: str) -> Unsure:
    return Unsure(f"微信对 {path} 的回答读不懂，不知道它做了没有。")


def _without_secrets(record: logging.LogRecord) -> bool:
    """Let a record pass without the token that stands in each address."""
    record.msg, record.args = SECRET.sub(r"\1***", record.getMessage()), ()
    return True


class _Http(requests.Session):
    """requests without repeats and redirects, on a connection of each call's own, with an end to a slow answer.

    A kept connection may have died unseen: the call would end in a doubt that a new connection spares us.
    """

    def __init__(self, whole: float) -> None:
        super().__init__()
        self._whole = whole

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send and read the whole answer; requests.HTTPError for any status but 200, ReadTimeout when it is slow."""
        end = time.monotonic() + self._whole
        request.headers["Connection"] = "close"
        ways: dict[str, Any] = {name: kwargs.get(name) for name in ("timeout", "verify", "cert", "proxies")}
        with closing(_Adapter()) as adapter:
            response: Any = adapter.send(request, stream=True, **ways)
            with closing(response):
                content = b"".join(_chunks(response, end)).removeprefix(codecs.BOM_UTF8)  # JSON must not begin with one
                response._content, response._content_consumed = content, True
        if response.status_code != requests.codes.ok:
            raise requests.HTTPError(response=response)
        return cast(requests.Response, response)


def _chunks(response: Any, end: float) -> Iterator[bytes]:
    try:
        while chunk := response.raw.read1(65536, decode_content=True):
            yield chunk
            if time.monotonic() > end:
                raise requests.ReadTimeout("the answer takes too long")
    except HTTPError as error:
        raise requests.ConnectionError("the answer broke off") from error


class _Adapter(HTTPAdapter):
    """Connections that tell what goes wrong before they stand from what goes wrong later, when it may have happened.

    The library's own errors do not: a TLS error is the same before the hand-shake and in the middle of an answer.
    """

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Return the pool of an address, with our kind of connections."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = {HTTPConnection: _Plain, HTTPSConnection: _Secure}.get(
            pool.ConnectionCls, pool.ConnectionCls
        )
        return pool


class _Plain(HTTPConnection):
    def connect(self) -> None:
        with _nothing_sent_yet(self):
            super().connect()


class _Secure(HTTPSConnection):
    def connect(self) -> None:
        with _nothing_sent_yet(self):
            super().connect()


@contextmanager
def _nothing_sent_yet(connection: HTTPConnection) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, HTTPError, HTTPException) as error:
        raise NewConnectionError(connection, type(error).__name__) from error
