"""A group robot: one text to its address, with a time limit; the address is a secret and in no text of ours."""

from __future__ import annotations

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from scheduler.alarm.channels import Undelivered
from scheduler.hosts import is_this_machine
from scheduler.robots import robot_of

SECONDS = 10  # without a byte
ANSWER_BYTES = 65536
HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def send(address: str, text: str) -> None:
    """Send a text; Undelivered when the robot did not take it."""
    robot = robot_of(address)
    if robot is None:
        raise Undelivered("[alarm] webhook 不是企业微信、钉钉或飞书群机器人的网址。")
    body = json.dumps(robot.body(text), ensure_ascii=False).encode(errors="replace")
    try:
        # robot_of has let https pass, and http on this very machine
        answer = _answer(Request(address, data=body, headers=HEADERS, method="POST"))  # noqa: S310
    except HTTPError as error:
        error.close()
        raise Undelivered(f"{robot.name}回了 HTTP {error.code}。") from None
    except (OSError, HTTPException, ValueError) as error:  # its own text may hold the address
        raise Undelivered(f"{robot.name}连不上，或回答读不懂（{type(error).__name__}）：请检查网络和代理。") from None
    if refusal := robot.refusal(answer):
        raise Undelivered(refusal)


def _answer(request: Request) -> dict[str, Any]:
    ways: list[BaseHandler] = [_Straight()]
    if is_this_machine(urlsplit(request.full_url).hostname or ""):
        ways.append(ProxyHandler({}))
    with build_opener(*ways).open(request, timeout=SECONDS) as response:
        answer = json.loads(response.read(ANSWER_BYTES))
    return answer if isinstance(answer, dict) else {}


class _Straight(HTTPRedirectHandler):
    """No way round: a redirect would carry the text to another host."""

    def redirect_request(self, *args: Any, **more: Any) -> None:
        """Follow none."""
        return
