"""Group robots of WeCom, DingTalk and Feishu: told apart by host, and what each one is sent and answers.

Nothing is sent here, and nothing of the address but the robot's name may be shown: the address carries its key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from scheduler.hosts import is_this_machine

KEYWORD = "告警"  # stands in each text, for robots that want a keyword


@dataclass(frozen=True)
class Robot:
    """One kind of robot; `feishu` says which of the two shapes it takes."""

    name: str
    host: str
    path: str
    feishu: bool = False

    def body(self, text: str) -> dict[str, object]:
        """Return a text as this robot takes it."""
        if self.feishu:
            return {"msg_type": "text", "content": {"text": text}}
        return {"msgtype": "text", "text": {"content": text}}

    def refusal(self, answer: dict[str, Any]) -> str:
        """Return why the robot did not take a message, with what to do; empty when it did."""
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
        if code == 0:
            return ""
        return f"{self.name}没有接受（{code}）：{HINTS.get(str(code), '请到群里看看机器人还在不在。')}"


ROBOTS = (
    Robot("企业微信群机器人", "qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
    Robot("钉钉群机器人", "oapi.dingtalk.com", "/robot/send"),
    Robot("飞书群机器人", "open.feishu.cn", "/open-apis/bot/v2/hook/", feishu=True),
)
_SAFETY = f"请在机器人的安全设置里用自定义关键词“{KEYWORD}”，或把服务器的 IP 加进去；不支持加签。"
HINTS = {
    "93000": "网址不对，请从群机器人的详情里重新复制到 [alarm] webhook。",
    "45009": "发得太多，稍后会再试。",
    "300001": "网址不对，请从群机器人的详情里重新复制到 [alarm] webhook。",
    "310000": _SAFETY,
    "130101": "发得太多，稍后会再试。",
    "19001": "网址不对，请从群机器人的详情里重新复制到 [alarm] webhook。",
    "19021": _SAFETY,
    "19022": _SAFETY,
    "19024": _SAFETY,
    "11232": "发得太多，稍后会再试。",
}


def robot_of(address: str) -> Robot | None:
    """Return whose robot an address leads to, or None; on this very machine the path alone tells."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    here = is_this_machine(host)
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        return None
    found = (robot for robot in ROBOTS if parts.path.startswith(robot.path) and (here or host == robot.host))
    return next(found, None)
