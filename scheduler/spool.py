"""A file's figures between reading and taking in: a small database of its own on the disk, so that memory stays flat.

Nobody waits for it: the account's database is locked only while the figures are copied into it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

Value = tuple[str, str, str, int, str, str, int, int, int]
"""The day, metric, subject and value; the codes of place and street; the numbers of sheet, row and column."""
_BULK = 5_000
_LAST = 1 << 40  # after the last row of any file
_LINES = "sheet = ? AND line BETWEEN ? AND ?"
_TABLES = """
CREATE TABLE taken (day TEXT, metric TEXT, subject TEXT, value INTEGER, place TEXT, street TEXT,
                    sheet INTEGER, line INTEGER, at INTEGER);
CREATE TABLE bad (sheet INTEGER, line INTEGER, at INTEGER, why TEXT);
CREATE TABLE total (metric TEXT, first INTEGER, place TEXT, street TEXT, day TEXT, value INTEGER, slack INTEGER, word TEXT,
                    sheet INTEGER, line INTEGER, at INTEGER);
"""


@dataclass(frozen=True)
class Bad:
    """What is wrong with a cell: the numbers of sheet, row and column (-1 for the whole row), and why."""

    sheet: int
    line: int
    at: int
    why: str


@dataclass(frozen=True)
class Total:
    """A total that stands in the file: of the rows from `first` on, or of a street; `place` where it may be a figure itself.

    slack: by how much it may be off, since it is rounded.
    """

    metric: str
    first: int
    place: str
    street: str
    day: str
    value: int
    slack: int
    word: str
    sheet: int
    line: int
    at: int


class Spool:
    """The figures, totals and faults of one file; it is gone when it is closed."""

    def __init__(self, folder: str) -> None:
        """Begin an empty one in a folder."""
        self._base = sqlite3.connect(Path(folder) / "spool.db", isolation_level=None)
        self._base.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN; {_TABLES}")
        self._waiting: list[Value] = []

    def close(self) -> None:
        """Forget everything."""
        self._base.close()

    def add(self, values: Sequence[Value]) -> None:
        """Take the figures of a row."""
        self._waiting += values
        if len(self._waiting) >= _BULK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        self._base.executemany("INSERT INTO taken VALUES (?,?,?,?,?,?,?,?,?)", self._waiting)
        self._waiting = []

    def add_bad(self, bad: Bad) -> None:
        """Note what is wrong with a cell."""
        self._base.execute("INSERT INTO bad VALUES (?,?,?,?)", (bad.sheet, bad.line, bad.at, bad.why))

    def add_total(self, total: Total) -> None:
        """Note a total of the file."""
        self._base.execute("INSERT INTO total VALUES (?,?,?,?,?,?,?,?,?,?,?)", tuple(vars(total).values()))

    def all_read(self) -> None:
        """Write what waits, and make what is asked next quick."""
        self.flush()
        self._base.execute("CREATE INDEX by_key ON taken (metric, subject, day, value)")

    def totals(self) -> list[Total]:
        """Return the totals in the order of the file."""
        return [Total(*row) for row in self._base.execute("SELECT * FROM total ORDER BY sheet, line, at")]

    def add_street(self, total: Total) -> None:
        """Take a street's own figure, of whose communities the file says nothing."""
        subject = f"place:{total.place}"
        where = (total.place, total.street, total.sheet, total.line, total.at)
        self._waiting.append((total.day, total.metric, subject, total.value, *where))
        self.flush()

    def sum_of(self, total: Total) -> tuple[int, int, bool]:
        """Return the sum of a total's rows, how many figures they have, and whether one of the rows has a fault.

        A street's total is that of its communities on a day, in whatever sheet; the district's that of all. Another one
        is that of the rows above it, and where a street stands among these, of its communities; with no figure above
        it, that of its whole sheet.
        """
        if total.street:
            return self._sum(total, "street = ? AND day = ?", (total.street, total.day))
        if total.day:
            return self._sum(total, "day = ?", (total.day,))
        above = self._sum(total, _LINES, (total.sheet, total.first, total.line))
        if above[1] and abs(above[0] - total.value) <= total.slack:
            return above
        found = self._with_streets(total, total.first, total.line)
        return found if found[1] else self._with_streets(total, 0, _LAST)

    def _with_streets(self, total: Total, first: int, last: int) -> tuple[int, int, bool]:
        lines = (total.sheet, first, last)
        streets = f"SELECT street, day FROM total WHERE metric = ? AND street <> '' AND {_LINES}"  # noqa: S608
        where = f"(({_LINES}) OR (street, day) IN ({streets}))"
        return self._sum(total, where, (*lines, total.metric, *lines))

    def _sum(self, total: Total, where: str, of: Sequence[object]) -> tuple[int, int, bool]:
        value, number, beyond = self._base.execute(
            "SELECT COALESCE(SUM(value), 0), COUNT(*), COALESCE(MAX(sheet <> ?), 0) FROM taken"  # noqa: S608
            f" WHERE metric = ? AND {where}",
            (total.sheet, total.metric, *of),
        ).fetchone()
        whole = f"SELECT EXISTS (SELECT * FROM bad WHERE {_LINES})"  # noqa: S608
        lines = (total.sheet, total.first, total.line) if total.first and not total.day else (total.sheet, 0, _LAST)
        return value, number, bool(self._base.execute(whole, lines).fetchone()[0] or (beyond and self._has_bad()))

    def _has_bad(self) -> bool:
        return bool(self._base.execute("SELECT EXISTS (SELECT * FROM bad)").fetchone()[0])

    def twice(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """Yield the figures that stand in the file twice: sheet, row and column, and those of the first one."""
        rows = self._base.execute(
            "SELECT t.metric, t.subject, t.day, t.sheet, t.line, t.at FROM taken t JOIN (SELECT metric, subject, day"
            " FROM taken GROUP BY metric, subject, day HAVING COUNT(*) > 1) d"
            " ON t.metric = d.metric AND t.subject = d.subject AND t.day = d.day"
            " ORDER BY t.metric, t.subject, t.day, t.sheet, t.line, t.at"
        ).fetchall()
        first: tuple[str, ...] = ()
        where = (0, 0, 0)
        for metric, subject, day, *cell in rows:
            if (metric, subject, day) != first:
                first, where = (metric, subject, day), (cell[0], cell[1], cell[2])
            else:
                yield cell[0], cell[1], cell[2], *where

    def leave_out_bad(self) -> None:
        """Forget the figures of the rows that have a fault."""
        self._base.execute("DELETE FROM taken WHERE (sheet, line) IN (SELECT sheet, line FROM bad)")

    def bad(self, most: int = -1) -> list[Bad]:
        """Return the faults in the order of the file, all or the first ones."""
        return [Bad(*row) for row in self._base.execute("SELECT * FROM bad ORDER BY sheet, line, at LIMIT ?", (most,))]

    def bad_counts(self) -> tuple[int, int]:
        """Return how many faults there are, and in how many rows."""
        faults, rows = self._base.execute(
            "SELECT COUNT(*), COUNT(DISTINCT sheet * 10000000 + line) FROM bad"
        ).fetchone()
        return faults, rows

    def count(self) -> int:
        """Return how many figures there are."""
        return int(self._base.execute("SELECT COUNT(*) FROM taken").fetchone()[0])

    def days(self) -> list[date]:
        """Return the days that have a figure."""
        rows = self._base.execute("SELECT DISTINCT day FROM taken ORDER BY day")
        return [date.fromisoformat(day) for (day,) in rows]

    def sums(self, day: date) -> dict[str, tuple[int, int]]:
        """Return of each metric the sum and the number of its figures on a day."""
        rows = self._base.execute(
            "SELECT metric, SUM(value), COUNT(*) FROM taken WHERE day = ? GROUP BY metric", (str(day),)
        )
        return {metric: (value, number) for metric, value, number in rows}

    def sample(self, most: int) -> list[tuple[str, str, str, int]]:
        """Return day, metric, subject and value of the first figures of the file."""
        return self._base.execute(
            "SELECT day, metric, subject, value FROM taken ORDER BY sheet, line, at LIMIT ?", (most,)
        ).fetchall()

    def places(self) -> tuple[set[str], set[str]]:
        """Return the codes of all places that the file has a figure of, and of their streets."""
        rows = self._base.execute("SELECT DISTINCT place, street FROM taken").fetchall()
        return {place for place, _ in rows}, {street for _, street in rows}

    def gaps(self, wanted: int) -> list[tuple[str, str]]:
        """Return the days and metrics that have fewer places than are wanted."""
        rows = self._base.execute(
            "SELECT day, metric FROM taken GROUP BY day, metric HAVING COUNT(DISTINCT place) < ? ORDER BY day, metric",
            (wanted,),
        )
        return [(day, metric) for day, metric in rows]

    def places_on(self, day: str, metric: str) -> set[str]:
        """Return the codes of the places that have a figure of a metric on a day."""
        rows = self._base.execute("SELECT DISTINCT place FROM taken WHERE day = ? AND metric = ?", (day, metric))
        return {place for (place,) in rows}

    def content(self) -> str:
        """Return the sha256 of the figures, whatever file they stood in."""
        digest = hashlib.sha256()
        for rows in self.figures():
            digest.update(
                "\n".join(f"{day}\t{metric}\t{subject}\t{value}" for day, metric, subject, value in rows).encode()
            )
            digest.update(b"\n")
        return digest.hexdigest()

    def figures(self, bulk: int = _BULK) -> Iterator[list[tuple[str, str, str, int]]]:
        """Yield day, metric, subject and value of all figures in a fixed order, many at once."""
        yield from self._figures("metric, subject, day", bulk)

    def figures_by_month(self, bulk: int = _BULK) -> Iterator[list[tuple[str, str, str, int]]]:
        """Yield the same month by month: a table with indexes by day and by subject takes them in quicker so."""
        yield from self._figures("metric, substr(day, 1, 7), subject, day", bulk)

    def _figures(self, order: str, bulk: int) -> Iterator[list[tuple[str, str, str, int]]]:
        rows = self._base.execute(f"SELECT day, metric, subject, value FROM taken ORDER BY {order}")  # noqa: S608
        while some := rows.fetchmany(bulk):
            yield some


@contextmanager
def spool() -> Iterator[Spool]:
    """Open an empty spool; it is deleted at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="wxops-figures-") as folder:
        made = Spool(folder)
        try:
            yield made
        finally:
            made.close()
