"""The ledger at one, ten and fifty times a contract year: files taken in, and how fast 进度 and 互动 are then."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks import applications, contract_rows
from benchmarks.aims import Aim, table
from benchmarks.applications import SAFE
from benchmarks.contract_rows import ARTICLES, COUNTED_DAYS, STARTER, VISITS, WEEKS
from benchmarks.wechat_side import Line, delivery, opened
from content.clock import local_day

SIZES = (1, 10, 50)
ASKED, AIM_AT, AIM_MS = 100, 10, 50


@dataclass(frozen=True)
class Took:
    """What a size took: its figures, the rows of its files with the seconds, CPU and memory of their import, the answers."""

    size: int
    figures: int
    rows: int
    wall: float
    cpu: float
    megabytes: float
    database: float
    answers: dict[str, list[float]]


def measure(say: Callable[[str], None]) -> list[str]:
    """Build each size in a workspace of its own and return the section as paragraphs of Markdown."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as made:
        found = [_measured(Path(made) / str(size), size, say) for size in SIZES]
    return [
        "## A contract year in the ledger, and ten and fifty of them",
        f"263 communities × {WEEKS} weeks: users, and on the platform one, ten or fifty objects of each community a week, by "
        f"`wxops import` of two CSV files; {ARTICLES} articles × {COUNTED_DAYS} days and {VISITS:,} visits with a photograph each, as many times, put "
        f"into the database. Then 进度 and 互动 over HTTP, in AES, {ASKED} times each, one after another. "
        f"Load of the machine at the start: {load:.1f} on {os.cpu_count()} cores.",
        *table(_aims(found)),
        "\n".join(_lines(found)),
    ]


def _aims(found: list[Took]) -> Iterator[Aim]:
    for took in (took for took in found if took.size == AIM_AT):
        for words, answers in took.answers.items():
            middle = median(answers)
            yield Aim(f"{words} at {AIM_AT} × a year", f"under {AIM_MS} ms", f"{middle:.1f} ms", middle < AIM_MS)


def _lines(found: list[Took]) -> Iterator[str]:
    yield "| × a year | figures | rows of files | import s | of CPU | peak memory MB | database MB | 进度 ms (first) | 互动 ms (first) |"
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for took in found:
        answers = " | ".join(f"{median(ms):.1f} ({ms[0]:.0f})" for ms in took.answers.values())
        yield (
            f"| {took.size} | {took.figures:,} | {took.rows:,} | {took.wall:.1f} | {took.cpu:.1f} | {took.megabytes:.0f} "
            f"| {took.database:.0f} | {answers} |"
        )


def _measured(place: Path, size: int, say: Callable[[str], None]) -> Took:
    say(f"a contract year × {size} …")
    place.mkdir()
    people = applications.people(place)
    first = local_day(datetime.now(UTC)) - timedelta(weeks=WEEKS)
    _contract(place, first)
    spots = contract_rows.begin(place, size, first)
    rows, wall, cpu, most = 0, 0.0, 0.0, 0.0
    for source, file, number in contract_rows.files(place, spots, first, size):
        rows += number
        took = _import(place, source, file)
        wall, cpu, most = wall + took[0], cpu + took[1], max(most, took[2])
    figures = _figures(place)
    megabytes = applications.database(place).stat().st_size / 1e6
    return Took(size, figures, rows, wall, cpu, most, megabytes, _answers(place, people))


def _answers(place: Path, people: list[str]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {"进度": [], "互动": []}
    with applications.running(SAFE, place) as server:
        line = Line(server.port)
        for words, took in found.items():
            for number in range(ASKED):
                one = delivery(words, people[number % len(people)], aes=True)
                begun = time.perf_counter()
                answer = line.send(one)
                took.append((time.perf_counter() - begun) * 1000)
                assert "互动量" in opened(answer, one)
        line.close()
    return found


def _contract(place: Path, first: date) -> None:
    text = (STARTER / "contract.toml").read_text(encoding="utf-8")
    last = first + timedelta(days=364)
    (place / "contract.toml").write_text(
        text.replace("{{from}}", str(first)).replace("{{to}}", str(last)), encoding="utf-8"
    )
    (place / "places.csv").write_bytes((STARTER / "places.csv").read_bytes())


def _import(place: Path, source: str, file: Path) -> tuple[float, float, float]:
    """Take a file in as `wxops import` in a process of its own; return seconds, CPU seconds and peak memory in MB."""
    command = [sys.executable, "-m", "bot", "--workspace", str(place), "import", source, str(file)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _figures(place: Path) -> int:
    with sqlite3.connect(applications.database(place)) as db:
        count = int(db.execute("SELECT count(*) FROM figure").fetchone()[0])
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return count
