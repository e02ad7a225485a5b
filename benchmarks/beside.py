"""Rendering beside the peers: each renderer over the same articles, in its own process, one after another."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks import probes
from benchmarks.aims import Aim
from benchmarks.corpus import Article
from benchmarks.environments import BARE, OURS, RENDERERS, Failed, Peer, run
from benchmarks.timing import Took, Watch
from content.cjk import han_count

ROUNDS, QUICK = 3, 10.0  # a run is repeated, and the best taken, where it takes less than these seconds
COLD = 7
LIMIT = 20_000  # characters; WeChat refuses an article that is longer


@dataclass(frozen=True)
class Measured:
    """What one renderer did: CPU seconds for all, memory in MB, lengths, a cold start, the probe's HTML."""

    cpu: float
    memory: list[float]
    peak: float
    lengths: list[int]
    cold: Took
    probe: str


def measure(folder: Path, file: Path, say: Callable[[str], None]) -> dict[str, Measured | Failed]:
    """Measure every renderer on the articles of a folder and on one file, telling how it goes."""
    probe = folder.parent / "probe.md"
    probe.write_text(probes.TEXT, encoding="utf-8")
    found: dict[str, Measured | Failed] = {}
    for renderer in RENDERERS:
        say(f"{renderer.name} …")
        try:
            found[renderer.name] = _measured(renderer, folder, file, probe)
        except Failed as failure:
            found[renderer.name] = failure
            say(f"  failed: {failure}")
    return found


def _measured(renderer: Peer, folder: Path, file: Path, probe: Path) -> Measured:
    command = renderer.command()
    best: dict[str, Any] = {"cpu": float("inf")}
    started = time.perf_counter()
    for _ in range(ROUNDS):
        got = json.loads(run([*command, "warm", str(folder)]))
        best = min(best, got, key=lambda one: one["cpu"])
        if time.perf_counter() - started > QUICK:
            break
    start = [sys.executable, "-m", "bot", "render"] if renderer is OURS else [*command, "one"]
    cold = min((_took([*start, str(file)]) for _ in range(COLD)), key=lambda took: took.wall)
    return Measured(**best, cold=cold, probe=run([*command, "one", str(probe)]))


def _took(command: Sequence[str]) -> Took:
    with Watch() as watch:
        run(list(command))
    return watch.took


def tables(found: dict[str, Measured | Failed], made: Sequence[Article]) -> Iterator[str]:
    """Yield the paragraphs of the section: the speed, the length, what each does."""
    worked = {name: what for name, what in found.items() if isinstance(what, Measured)}
    yield "### All articles in one process, and one in a new process"
    yield "\n".join(_speed(found, worked, len(made)))
    yield (
        "Articles a second of CPU: rendering alone, everything imported; the best of up to three runs. "
        "Memory: of the whole process. Cold: one article of the usual length in a new process, wall clock, the best of "
        f"{COLD}; ours is the command `wxops render`, the others a script of three lines around their library."
    )
    yield "### Length of the HTML"
    yield "\n".join(_length(worked, [han_count(article.body) for article in made]))
    yield "### What is done to an article"
    yield from probes.table({name: what.probe for name, what in worked.items()})
    yield "Seen in the HTML of one short article (`benchmarks/probes.py`), each renderer as it comes."


def _speed(found: dict[str, Measured | Failed], worked: dict[str, Measured], count: int) -> Iterator[str]:
    bare = worked[BARE.name].cpu if BARE.name in worked else float("nan")
    yield "| renderer | articles a CPU-second | × bare | memory MB, peak | after 100 → all | cold, seconds | of CPU |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, what in found.items():
        if isinstance(what, Failed):
            yield f"| {name} | {what} | | | | | |"
            continue
        flat = f"{what.memory[1]:.0f} → {what.memory[-1]:.0f}"
        warm = f"{count / what.cpu:.0f} | {bare / what.cpu:.2f} | {what.peak:.0f} | {flat}"
        yield f"| {name} | {warm} | {what.cold.wall:.2f} | {what.cold.cpu:.2f} |"


def _length(worked: dict[str, Measured], han: Sequence[int]) -> Iterator[str]:
    yield f"| renderer | HTML characters, mean | a Han character, mean | most | share of {LIMIT:,} and more |"
    yield "|---|--:|--:|--:|--:|"
    for name, what in worked.items():
        each = [length / chars for length, chars in zip(what.lengths, han, strict=True)]
        over = mean(length >= LIMIT for length in what.lengths)
        yield f"| {name} | {mean(what.lengths):,.0f} | {mean(each):.1f} | {max(each):.1f} | {over:.0%} |"


def aims(found: dict[str, Measured | Failed]) -> Iterator[Aim]:
    """Yield what is aimed at, for ours."""
    ours, bare = found[OURS.name], found[BARE.name]
    if isinstance(ours, Failed) or isinstance(bare, Failed):
        yield Aim("rendering", "measured", "not measured", False)
        return
    share, grown = bare.cpu / ours.cpu, ours.memory[-1] - ours.memory[1]
    yield Aim("speed beside bare `markdown` in this run", "at least 0.6", f"{share:.2f}", share >= 0.6)
    yield Aim("peak memory", "under 60 MB", f"{ours.peak:.0f} MB", ours.peak < 60)
    yield Aim("memory from 100 articles to all", "flat (5 MB)", f"{grown:+.1f} MB", grown <= 5)
    yield Aim("cold `wxops render`", "under 0.3 s", f"{ours.cold.wall:.2f} s", ours.cold.wall < 0.3)
