"""Signatures and AES of the callback, written anew from the platform's description of message push.

Signature: SHA-1 over the sorted, joined strings. Cipher: AES-256-CBC, the key is
base64 of the 43 characters plus "=", the IV its first 16 bytes, PKCS#7 padding to
32-byte blocks; inside stand 16 random bytes, a 4-byte big-endian length, the
message, and the appid.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32


class BadCipher(ValueError):
    """The text cannot be opened: damaged, of another key, or of another account."""


def signature(*parts: str) -> str:
    """Return the SHA-1 signature over the sorted parts, in hexadecimal."""
    joined = "".join(sorted(parts)).encode()
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 -- the platform's choice


def same(left: str, right: str) -> bool:
    """Are two signatures equal? Compared in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


class Seal:
    """Encrypts and decrypts for one account."""

    def __init__(self, aes_key: str, appid: str) -> None:
        """Take the 43-character EncodingAESKey and the account's appid; ValueError for a bad key."""
        self._appid = appid.encode()
        # the 43rd character may carry stray bits, which a strict decoder refuses
        self._key = base64.b64decode(aes_key + "=")
        if len(self._key) != 32:
            raise ValueError("the AES key gives 32 bytes")

    def close(self, message: str, *, salt: bytes = b"") -> str:
        """Return the message encrypted, in base64; `salt` (16 bytes) is random unless given."""
        text = message.encode()
        plain = (salt or secrets.token_bytes(16)) + struct.pack(">I", len(text)) + text + self._appid
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """Return what was encrypted; BadCipher when it cannot be opened or is of another appid."""
        try:
            decryptor = self._cipher().decryptor()
            plain = decryptor.update(base64.b64decode(sealed, validate=True)) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise BadCipher("not a cipher text") from error
        plain = _without_padding(plain)
        if len(plain) < 20:
            raise BadCipher("too short")
        (length,) = struct.unpack(">I", plain[16:20])
        message, appid = plain[20 : 20 + length], plain[20 + length :]
        if len(message) != length or appid != self._appid:
            raise BadCipher("another appid")
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            raise BadCipher("not UTF-8") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def _without_padding(plain: bytes) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= BLOCK or plain[-count:] != bytes([count]) * count:
        raise BadCipher("bad padding")
    return plain[:-count]
