"""A minimal wechatpy application: check the signature, decrypt, parse, echo, encrypt."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from serving import main
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import check_signature


def make(asked: dict[str, Any]) -> Flask:
    """Return the application."""
    app, crypto = Flask("echo"), WeChatCrypto(asked["token"], asked["aes_key"], asked["appid"])

    @app.post("/wechat")
    def echo() -> str:
        args = request.args
        check_signature(asked["token"], args["signature"], args["timestamp"], args["nonce"])
        if not asked["aes"]:
            message = parse_message(request.data)
            return TextReply(content=message.content, message=message).render()
        xml = crypto.decrypt_message(request.data, args["msg_signature"], args["timestamp"], args["nonce"])
        message = parse_message(xml)
        return crypto.encrypt_message(TextReply(content=message.content, message=message).render(), args["nonce"])

    return app


main(make)
