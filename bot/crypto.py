"""WeChat's signatures and AES envelopes, on wechatpy's cipher; every bad envelope ends in one of two words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from wechatpy.crypto import WeChatCipher

from bot.messages import Malformed

# WeChat, message encryption: random letters and the length of the message before it, the appid after it, and padding
SALT_BYTES, LENGTH_BYTES, PADDED_BYTES = 16, 4, 32


class Forged(Exception):
    """The signature or the appid is not WeChat's for this account."""


@dataclass(frozen=True)
class Envelope:
    """The keys of one account's callback; while the AES key is changed, the old one is tried too."""

    token: str
    appid: str
    aes_keys: Sequence[str] = ()

    def check(self, signature: str, *signed: str) -> None:
        """Compare a signature: sha1 over the sorted token, timestamp, nonce and what else is signed; or Forged."""
        if not hmac.compare_digest(self._signature(*signed).encode(), signature.encode()):
            raise Forged("a signature is wrong")

    def open(self, encrypted: str, signature: str, timestamp: str, nonce: str) -> tuple[bytes, str]:
        """Return the XML inside and the key that opened it; Forged for a wrong signature or appid, Malformed for what cannot be decrypted."""
        self.check(signature, timestamp, nonce, encrypted)
        trouble: Exception = Malformed("no AES key is configured")
        for key in self.aes_keys:
            try:
                return _message_for(self.appid, _decrypted(key, encrypted)), key
            except (Forged, Malformed) as error:
                trouble = error
        raise trouble

    def close(self, xml: str, key: str, timestamp: str, nonce: str) -> str:
        """Return the answer in an envelope, under the key that opened the message (WeChat, message encryption)."""
        sealed = _encrypted(key, xml.encode(), self.appid.encode())
        return (
            f"<xml>\n<Encrypt><![CDATA[{sealed}]]></Encrypt>\n"
            f"<MsgSignature><![CDATA[{self._signature(timestamp, nonce, sealed)}]]></MsgSignature>\n"
            f"<TimeStamp>{timestamp}</TimeStamp>\n<Nonce><![CDATA[{nonce}]]></Nonce>\n</xml>"
        )

    def _signature(self, *signed: str) -> str:
        joined = "".join(sorted([self.token, *signed])).encode()
        return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


@lru_cache(maxsize=4)
def _cipher(key: str) -> WeChatCipher:
    """Return the cipher of an AES key; made once, since wechatpy takes longer for it than for a message."""
    return WeChatCipher(base64.b64decode(key + "="))


def _encrypted(key: str, message: bytes, appid: bytes) -> str:
    salt = secrets.token_hex(SALT_BYTES // 2).encode()
    plain = salt + len(message).to_bytes(LENGTH_BYTES, "big") + message + appid
    padding = PADDED_BYTES - len(plain) % PADDED_BYTES
    return base64.b64encode(_cipher(key).encrypt(plain + bytes([padding]) * padding)).decode()


def _decrypted(key: str, encrypted: str) -> bytes:
    try:
        plain = _cipher(key).decrypt(base64.b64decode(encrypted, validate=True))
    except ValueError as error:
        raise Malformed("the envelope is no base64 of whole blocks") from error
    padding = plain[-1] if plain else 0
    if not 0 < padding <= PADDED_BYTES or not plain.endswith(bytes([padding]) * padding):
        raise Malformed("the envelope cannot be decrypted; is aes_key right?")
    return plain[:-padding]


def _message_for(appid: str, plain: bytes) -> bytes:
    """Cut the message out, as bytes: wechatpy would refuse one in which a user's UTF-8 is cut."""
    start = SALT_BYTES + LENGTH_BYTES
    end = start + int.from_bytes(plain[SALT_BYTES:start], "big")
    if plain[end:] != appid.encode():
        raise Forged("the message is for another appid")
    return plain[start:end]
