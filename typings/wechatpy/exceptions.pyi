from typing import Any

class WeChatException(Exception):
    errcode: int | None
    errmsg: str | None

class WeChatClientException(WeChatException):
    request: Any
    response: Any

class InvalidSignatureException(WeChatException): ...
class InvalidAppIdException(WeChatException): ...
