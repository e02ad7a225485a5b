"""What one callback of WeChat costs in AES: a bare Flask view, a minimal wechatpy echo, and ours with everything on."""

from __future__ import annotations

import hashlib
import itertools
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask, request
from wechatpy.crypto import WeChatCrypto
from wechatpy.parser import parse_message
from wechatpy.replies import TextReply

from benchmarks.timing import cpu_microseconds
from bot.app import create_app
from bot.wiring import build
from content.people import add_person, bind

TOKEN, APPID = "benchmarktoken", "wx0000000000000001"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CALLS = 300
CONFIG = f"""
[account]
appid = "{APPID}"
secret = "benchmark-secret"
[callback]
token = "{TOKEN}"
aes_key = "{AES_KEY}"
"""
MESSAGE = (
    "<xml><ToUserName><![CDATA[gh]]></ToUserName><FromUserName><![CDATA[openid]]></FromUserName>"
    "<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"
    "<MsgId>{number}</MsgId></xml>"
)


def table() -> list[str]:
    """Measure and return the section as paragraphs of Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder))
        rows = [
            ("a bare Flask view", cpu_microseconds(_sender(_bare(), "帮助"), calls=CALLS)),
            ("a minimal wechatpy echo", cpu_microseconds(_sender(_echo(), "帮助"), calls=CALLS)),
            ("wxops, a command that reads (帮助)", cpu_microseconds(_sender(ours, "帮助"), calls=CALLS)),
            ("wxops, a command that stores (暂停)", cpu_microseconds(_sender(ours, "暂停"), calls=CALLS)),
        ]
    echo = rows[1][1]
    lines = ["| application | CPU µs a callback | × wechatpy echo |", "|---|--:|--:|"]
    lines += [f"| {name} | {cost:,.0f} | {cost / echo:.2f} |" for name, cost in rows]
    return [
        "## One callback in safe mode (AES), through each application's WSGI test client, on SQLite",
        "\n".join(lines),
    ]


def _sender(app: Flask, words: str) -> Callable[[], object]:
    client, crypto, numbers = app.test_client(), WeChatCrypto(TOKEN, AES_KEY, APPID), itertools.count(1)

    def send() -> None:
        now = str(int(time.time()))
        xml = MESSAGE.format(now=now, words=words, number=next(numbers) + 10_000_000)
        body = crypto.encrypt_message(xml, "nonce", now)
        signature = hashlib.sha1("".join(sorted([TOKEN, now, "nonce"])).encode()).hexdigest()
        found = body.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]
        query = {"signature": signature, "timestamp": now, "nonce": "nonce", "encrypt_type": "aes"}
        answer = client.post("/wechat", query_string={**query, "msg_signature": found}, data=body.encode())
        assert answer.status_code == 200

    return send


def _bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/wechat", view_func=lambda: "success", methods=["POST"])
    return app


def _echo() -> Flask:
    app, crypto = Flask("echo"), WeChatCrypto(TOKEN, AES_KEY, APPID)

    @app.post("/wechat")
    def echo() -> str:
        args = request.args
        xml = crypto.decrypt_message(request.data, args["msg_signature"], args["timestamp"], args["nonce"])
        message = parse_message(xml)
        return crypto.encrypt_message(TextReply(content=message.content, message=message).render(), args["nonce"])

    return app


def _ours(folder: Path) -> Flask:
    (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
    parts = build(folder, {}, durable=False, create=True)
    now = parts.clock.now()
    with parts.store.transaction() as session:
        _, code = add_person(session, "运营", "operator", party="", company="", now=now)
        bind(session, code, "openid", now=now)
    return create_app(parts)
