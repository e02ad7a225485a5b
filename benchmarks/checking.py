"""What `wxops check` of a thousand articles takes: nothing known, and again with nothing changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.aims import Aim
from benchmarks.corpus import articles
from benchmarks.timing import Took, Watch
from bot.starter import STARTER

COUNT = 1000
FRONT = """---
title: {title}
author: 编辑部
digest: 说一件居民关心的事：怎么提、怎么议、结果怎么样。
cover: cover.png
publish_at: {day} 10:00
notify: 静默
pictures:
{pictures}
---

"""
PICTURE = "  - file: {}\n    source: 编辑部拍摄\n    licence: 自有\n    consent: 无可识别人物"
PICTURES = ("cover.png", "p1.png", "p2.png", "p3.png")


def workspace(folder: Path, count: int) -> Path:
    """Write the starter's tables and articles of the corpus, spread over a year, into a new folder; return it."""
    now = datetime.now(UTC)
    folder.mkdir()
    for file in STARTER.glob("*.csv"):
        shutil.copyfile(file, folder / file.name)
    picture = (STARTER / "month" / "01-stairway-seats" / "cover.png").read_bytes()
    for number, article in enumerate(articles(count)):
        day = now + timedelta(days=40 + number % 365)
        home = folder / f"{day:%Y-%m}" / f"{number:04}-article"
        home.mkdir(parents=True)
        used = [name for name in PICTURES if name == "cover.png" or f"({name})" in article.body]
        for name in used:
            (home / name).write_bytes(picture)
        front = FRONT.format(title=article.title, day=f"{day:%Y-%m-%d}", pictures="\n".join(map(PICTURE.format, used)))
        (home / "index.md").write_text(front + article.body + "\n", encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Checked:
    """What a check took and how many problems it found: nothing known, and again with nothing changed."""

    first: tuple[Took, int]
    again: tuple[Took, int]

    def parts(self) -> Iterator[str]:
        """Yield the section as paragraphs of Markdown."""
        yield f"### Checking, a new process on {os.cpu_count()} cores"
        lines = [f"| `wxops check`, {COUNT:,} articles | seconds | of CPU | problems found |", "|---|--:|--:|--:|"]
        for name, (took, problems) in (("nothing known", self.first), ("again, nothing changed", self.again)):
            lines.append(f"| {name} | {took.wall:.2f} | {took.cpu:.2f} | {problems:,} |")
        yield "\n".join(lines)

    def aims(self) -> Iterator[Aim]:
        """Yield what is aimed at."""
        first, again = self.first[0].wall, self.again[0].wall
        yield Aim(f"check of {COUNT:,} articles, nothing known", "under 10 s", f"{first:.1f} s", first < 10)
        yield Aim(f"check of {COUNT:,} articles, again", "under 1 s", f"{again:.2f} s", again < 1)


def measure(folder: Path) -> Checked:
    """Run `wxops check` twice in a workspace that was never checked, made in `folder`."""
    _checked(workspace(folder / "small", 3))  # compiles what it imports
    desk = workspace(folder / "workspace", COUNT)
    return Checked(_checked(desk), _checked(desk))


def _checked(folder: Path) -> tuple[Took, int]:
    """Return what it took and the number of problems; exit code 1 only says that some are errors."""
    command = [sys.executable, "-m", "bot", "--workspace", str(folder), "check", "--json"]
    with Watch() as watch:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return watch.took, len(json.loads(done.stdout)["problems"])
