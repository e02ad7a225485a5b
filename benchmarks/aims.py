"""What we aim at, beside what was measured: met or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Aim:
    """One aim: what is measured, what is wanted, what was found, and whether that is it."""

    what: str
    wanted: str
    found: str
    met: bool


def table(aims: Iterable[Aim]) -> list[str]:
    """Return the aims as paragraphs of Markdown."""
    lines = ["| aim | wanted | measured | |", "|---|---|---|---|"]
    lines += [f"| {aim.what} | {aim.wanted} | {aim.found} | {'met' if aim.met else '**not met**'} |" for aim in aims]
    return ["### What we aim at", "\n".join(lines)]
