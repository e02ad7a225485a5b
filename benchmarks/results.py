"""RESULTS.md: a section for each command that measures; each replaces its own and leaves the others."""

from __future__ import annotations

import platform
import re
from collections.abc import Sequence
from pathlib import Path

FILE = Path(__file__).resolve().parent / "RESULTS.md"
HEAD = "# Results\n\nOne run on one machine: compare rows within a table, not with other machines."
_BEGIN = "<!-- written by `{}` -->"


def replace(command: str, parts: Sequence[str], file: Path = FILE) -> str:
    """Write a command's section into RESULTS.md, in the place where it was or at the end, and return it."""
    about = f"`{command}`, Python {platform.python_version()}, {platform.machine()}."
    section = "\n\n".join([_BEGIN.format(command), about, *parts])
    kept = _sections(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[command] = section
    file.write_text("\n\n".join([HEAD, *kept.values()]) + "\n", encoding="utf-8")
    return section


def _sections(text: str) -> dict[str, str]:
    found = re.split(r"(?m)^(?=<!-- written by `)", text)[1:]
    return {part.split("`")[1]: part.strip() for part in found}
