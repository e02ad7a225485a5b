"""What every Python renderer is measured with: `warm FOLDER` renders all articles in one process, `one FILE` prints one.

A renderer's script calls `main` with a function that makes its renderer; imports
stand inside that function, so that a cold start pays for them. This file needs
nothing but Python: it runs in each renderer's own environment.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

EVERY = 100  # articles between two looks at the memory


def main(make: Callable[[], Callable[[str], str]]) -> None:
    """Do what the command line asks with the renderer that `make` returns: from Markdown to HTML."""
    mode, path = sys.argv[1:3]
    if mode == "one":
        sys.stdout.reconfigure(encoding="utf-8")
        print(make()(Path(path).read_text(encoding="utf-8")))
    else:
        print(json.dumps(_warm(make(), [file.read_text(encoding="utf-8") for file in sorted(Path(path).glob("*.md"))])))


def _warm(render: Callable[[str], str], texts: list[str]) -> dict[str, object]:
    """Return CPU seconds, HTML lengths, the memory in MB after every hundred articles, and its peak."""
    for text in texts[:10]:
        render(text)
    lengths, memory, cpu = [], [_memory("VmRSS")], 0.0
    for at in range(0, len(texts), EVERY):
        started = time.process_time()
        lengths += [len(render(text)) for text in texts[at : at + EVERY]]
        cpu += time.process_time() - started
        memory.append(_memory("VmRSS"))
    return {"cpu": cpu, "lengths": lengths, "memory": memory, "peak": _memory("VmHWM")}


def _memory(name: str) -> float:
    """Return a figure of this process's memory, in MB, as Linux tells it."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) / 1024
