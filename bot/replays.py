"""Replays: what comes again under a signature that WeChat used before, with this body or another one.

The signature of a plain body covers time and nonce alone, so whoever has seen an address can put
another body under it until it is too old. What comes encrypted is signed itself: two texts under one
time and nonce are two messages, but no plain body is taken under them any more. The database
keeps the signatures of what acted; this memory, of one process, also knows those of what did not,
so that none of them acts later.
It ends with the process: docs/architecture.md says what that leaves open in plain mode.
"""

from __future__ import annotations

import threading

MOST = 10_000  # signatures, some 3 MB; more than a small account hears in the five minutes that one holds


class Replays:
    """The last signatures, each with the key of the message that came under it first."""

    def __init__(self) -> None:
        """Begin with none."""
        self._keys: dict[str, str] = {}
        self._lock = threading.Lock()

    def first(self, proof: str, key: str) -> str:
        """Return the key of the message that came first under a signature: this one's, unless another was earlier.

        proof: the time and nonce that were signed; "" proves nothing and is always its own.
        """
        if not proof:
            return key
        with self._lock:
            if len(self._keys) >= MOST and proof not in self._keys:
                del self._keys[next(iter(self._keys))]
            return self._keys.setdefault(proof, key)
