"""How long a person waits at the terminal: commands as new processes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.timing import wall_seconds

ROOT = Path(__file__).resolve().parent.parent


def table() -> list[str]:
    """Measure and return the section as paragraphs of Markdown."""
    wxops = [sys.executable, "-m", "bot"]
    article = str(ROOT / "content" / "starter" / "month" / "02-six-steps")
    with tempfile.TemporaryDirectory() as folder:
        rows = [
            ("python -c 0", wall_seconds([sys.executable, "-c", "0"])),
            ("wxops --help", wall_seconds([*wxops, "--help"])),
            ("wxops render ARTICLE", wall_seconds([*wxops, "--workspace", folder, "render", article])),
            ("wxops demo", wall_seconds([*wxops, "demo", f"{folder}/demo"], rounds=1)),
        ]
    lines = ["| command | seconds |", "|---|--:|", *(f"| `{name}` | {seconds:.2f} |" for name, seconds in rows)]
    return ["## At the terminal, cold (wall clock)", "\n".join(lines)]
