"""What taking in a large file of figures costs: `wxops import` of generated XLSX and CSV, wall, CPU and memory."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from openpyxl import Workbook

from benchmarks.aims import Aim, table
from bot.wiring import build
from content import place_table
from content.clock import local_day
from content.gazetteer import gazetteer
from content.place_names import PlaceNames

STARTER = Path(__file__).resolve().parent.parent / "content" / "starter"
CONFIG = '[account]\nappid = "wx0000000000000001"\nsecret = "benchmark-secret"\n[callback]\ntoken = "benchmarktoken"\n'
SMALL, LARGE = 20_000, 200_000
SECONDS, MORE_MB = 20, 20
HEAD = ("日期", "街道", "社区", "注册用户数", "实名认证用户数")
FIRST = date(2024, 1, 1)
Cells = tuple[date, str, str, int, int]


@dataclass(frozen=True)
class Took:
    """What one import took."""

    what: str
    rows: int
    wall: float
    cpu: float
    megabytes: float


def measure(say: Callable[[str], None]) -> list[str]:
    """Take the files in, each into a new workspace, and return the section as paragraphs of Markdown."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as made:
        found = [_import(Path(made), rows, ending, say) for rows in (SMALL, LARGE) for ending in ("xlsx", "csv")]
    return [
        "## Taking in a file of figures: registered and real-name users of 263 communities, a row for each and day",
        "`wxops import users FILE` in a new process and workspace, on SQLite: reading, checks, totals, missing places, one "
        f"transaction; two figures a row. Load of the machine at the start: {load:.1f} on {os.cpu_count()} cores.",
        *table(_aims(found)),
        "\n".join(
            ["| file | rows | seconds | of CPU | peak memory MB |", "|---|--:|--:|--:|--:|"]
            + [f"| {t.what} | {t.rows:,} | {t.wall:.1f} | {t.cpu:.1f} | {t.megabytes:.0f} |" for t in found]
        ),
    ]


def _aims(found: list[Took]) -> list[Aim]:
    aims = []
    for small, large in zip(found[:2], found[2:], strict=True):
        more = large.megabytes - small.megabytes
        aims += [
            Aim(f"{large.rows:,} rows of {large.what}", f"under {SECONDS} s", f"{large.wall:.1f} s", large.wall < SECONDS),
            Aim(f"memory from {small.rows:,} to {large.rows:,} rows of {large.what}", f"flat ({MORE_MB} MB)",
                f"{more:+.1f} MB", more < MORE_MB),
        ]  # fmt: skip
    return aims


def _import(folder: Path, rows: int, ending: str, say: Callable[[str], None]) -> Took:
    place = folder / f"{ending}-{rows}"
    place.mkdir()
    (place / "config.toml").write_text(CONFIG, encoding="utf-8")
    (place / "places.csv").write_bytes((STARTER / "places.csv").read_bytes())
    places = _places(place)
    file = place / f"users.{ending}"
    say(f"{rows:,} rows as {ending} …")
    (_write_xlsx if ending == "xlsx" else _write_csv)(file, islice(_rows(places), rows))
    command = [sys.executable, "-m", "bot", "--workspace", str(place), "import", "users", str(file)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    assert child.returncode == 0
    return Took(ending.upper(), rows, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _places(place: Path) -> PlaceNames:
    """Make a workspace's database, take the starter's places into it, and return them."""
    parts = build(place, {}, durable=False, create=True)
    now = parts.clock.now()
    with parts.store.transaction() as session:
        place_table.load(session, place_table.read(place), by="benchmark", now=now)
        found = PlaceNames(gazetteer(session, local_day(now)))
    parts.store.close()
    return found


def _rows(places: PlaceNames) -> Iterator[Cells]:
    """Yield a row for each day and community, its numbers growing."""
    for number in range(LARGE):
        spot = places.communities[number % len(places.communities)]
        street = places.by_code(spot.parent)
        day = number // len(places.communities)
        yield FIRST + timedelta(days=day), street.name if street else "", spot.name, 900 + day + number % 97, 500 + day


def _write_xlsx(file: Path, rows: Iterator[Cells]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("用户")
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    book.save(file)


def _write_csv(file: Path, rows: Iterator[Cells]) -> None:
    with file.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEAD)
        writer.writerows(rows)
