"""Chance that always falls the same way: numbers and names drawn from what they are for."""

from __future__ import annotations

import base64
import hashlib


def fraction(*seed: object) -> float:
    """Return a number in [0, 1) that depends on the seed only."""
    return int.from_bytes(_digest(seed)[:8]) / 2**64


def between(low: float, high: float, *seed: object) -> float:
    """Return a number in [low, high) that depends on the seed only."""
    return low + (high - low) * fraction(*seed)


def name(length: int, *seed: object) -> str:
    """Return an id of letters, digits, - and _, as media ids look (up to 80 characters)."""
    long = _digest((*seed, 1)) + _digest((*seed, 2))
    return base64.urlsafe_b64encode(long).decode()[:length]


def _digest(seed: tuple[object, ...]) -> bytes:
    return hashlib.sha256("\0".join(map(str, seed)).encode()).digest()
