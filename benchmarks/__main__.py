"""`make bench`: run every benchmark once and write benchmarks/RESULTS.md."""

from __future__ import annotations

import platform
from pathlib import Path

from benchmarks import callback, cold, rendering

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def main() -> None:
    """Measure, print and write the tables."""
    parts = [
        "# Results",
        "Written by `make bench`. One run on one machine: compare rows within a table, not with other machines.",
        f"Python {platform.python_version()}, {platform.machine()}.",
        *callback.table(),
        *rendering.table(),
        *cold.table(),
    ]
    text = "\n\n".join(parts) + "\n"
    print(text)
    RESULTS.write_text(text, encoding="utf-8")


main()
