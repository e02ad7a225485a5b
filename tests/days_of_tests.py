"""Which part of the long series a day tries: each process of a run must say the same, also at midnight."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from typing import TypeVar

os.environ.setdefault("WXOPS_TEST_DAY", str(date.today().toordinal()))  # the workers of a run inherit it
DAY = int(os.environ["WXOPS_TEST_DAY"])
SOAK = bool(os.environ.get("WXOPS_TEST_SOAK"))  # `make soak`: everything that a day only tries a part of

Kind = TypeVar("Kind")


def todays(kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return each third of these kinds, others on each day; all of them in `make soak`."""
    return {name: kind for number, (name, kind) in enumerate(kinds.items()) if SOAK or number % 3 == DAY % 3}
