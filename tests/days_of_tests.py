"""Which part of the long series a day tries: each process of a run must say the same, also at midnight."""

from __future__ import annotations

import os
from datetime import date

os.environ.setdefault("WXOPS_TEST_DAY", str(date.today().toordinal()))  # the workers of a run inherit it
DAY = int(os.environ["WXOPS_TEST_DAY"])
SOAK = bool(os.environ.get("WXOPS_SOAK"))  # `make soak`: everything that a day only tries a part of
