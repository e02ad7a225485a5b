"""How many messages of one sender are answered within a minute: counted in memory, in each web process for itself.

There is one such process on an account (`wxops web`); where somebody runs two, a sender may
send twice as many. What is counted is gone with the process, which nobody misses.
"""

from __future__ import annotations

import threading
from datetime import datetime

SENDERS = 2000  # remembered at most, those who began to write last; with 60 messages each some 12 MB
SECONDS = 60


class Throttle:
    """The messages of the last minute, by sender."""

    def __init__(self) -> None:
        """Begin with none."""
        self._minutes: dict[str, tuple[float, dict[int, int]]] = {}
        self._lock = threading.Lock()

    def place(self, sender: str, key: str, now: datetime) -> int:
        """Return which of the sender's messages of this minute a message is, 1 for the first; a repeat keeps its place.

        A minute begins with a sender's first message after the last one.
        """
        moment, sign = now.timestamp(), hash(key)
        with self._lock:
            begun, places = self._minutes.get(sender, (0.0, {}))
            if not 0 <= moment - begun < SECONDS:
                begun, places = moment, {}
                self._minutes.pop(sender, None)
                if len(self._minutes) >= SENDERS:
                    del self._minutes[next(iter(self._minutes))]
                self._minutes[sender] = (begun, places)
            if len(places) > MOST:
                return places.get(sign, MOST + 1)
            return places.setdefault(sign, len(places) + 1)


MOST = 1000  # places told apart; no limit is higher
