"""What stands for an openid outside of the people's table: its hash, so that it is deleted everywhere with one row."""

from __future__ import annotations

import hashlib


def hashed(openid: str) -> str:
    """Return the hash under which a sender is kept who may be nobody of ours."""
    return hashlib.sha256(openid.encode()).hexdigest()
