"""The platform's refusals: a code, its English text, and what else the answer carries."""

from __future__ import annotations

import secrets
import time
from typing import Any

TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest, could get access_token by "
    "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid meida size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40009: "invalid image size",
    40013: "invalid appid",
    40014: "invalid access_token",
    40032: "invalid openid list size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid argument",
    40066: "invalid url",
    40097: "invalid args",
    40114: "invalid index value",
    40125: "invalid appsecret, view more at http://t.cn/RAEkdVq",
    40130: "invalid openid list size, at least two openid",
    40132: "invalid username",
    40152: "invalid tag_id",
    40164: "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    40201: "no callback url is set",
    40202: "invalid action",
    40203: "invalid check_operator",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41039: "invalid content_source_url",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    44001: "empty media data",
    44002: "empty post data",
    44003: "empty news data",
    44004: "empty content",
    45002: "content size out of limit",
    45003: "title size out of limit",
    45004: "description size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  mustslower  retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45028: "has no masssend quota",
    45047: "out of response count limit",
    45056: "too many tags",
    45058: "can not modify system tag",
    45065: "clientmsgid exist",
    45066: "same clientmsgid retry too fast",
    45067: "clientmsgid size out of limit",
    45072: "invalid command",
    45110: "author size out of limit",
    45113: "wxcard mass send is offline",
    45157: "invalid tag name: duplicated",
    45158: "invalid tag name: too long",
    45159: "invalid tag",
    45166: "invalid content",
    47001: "data format error",
    47009: "this api is offline, please use the new api",
    48001: "api unauthorized",
    48006: "forbid to clear quota because of reaching the limit",
    50002: "user limited",
    53600: "Article ID 无效",
    61500: "date format error",
    61501: "date range error",
    61503: "data is not ready, please try later",
    76001: "rid not found",
    76002: "rid is empty or invalid",
    76021: "cgi_path not found, please check",
    88000: "open comment without privilege",
    88001: "msg data is not exists",
    88003: "elect comment reach limit",
    88004: "comment was deleted by user",
    88005: "already reply",
    88007: "reply content beyond max len or content len is zero",
    88008: "comment is not exists",
    88010: "count range error. cout <= 0 or count > 50",
    89504: "wait for admin to confirm",
}


class ApiError(Exception):
    """The platform says no: `errcode`, `errmsg` (the usual text by default), further fields of the answer."""

    def __init__(self, errcode: int, errmsg: str = "", **extra: Any) -> None:
        """Take the code and, where it differs from the usual one, the text."""
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or TEXTS.get(errcode, "error")
        self.extra = extra


def new_rid() -> str:
    """Return a request's mark as the platform prints it: 8-8-8 hexadecimal digits."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
