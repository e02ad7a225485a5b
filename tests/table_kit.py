"""Files of figures for tests, and an office that takes them in: a workspace with a few places, a clock, a database."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stage import CONFIG

from bot import taking_in
from bot.taking_in import Taken
from bot.wiring import Parts, build
from content import place_table
from content.clock import SHANGHAI
from scheduler import ledger
from scheduler.intake import Asked, Given, Read, asked, read
from scheduler.models import Batch, Figure

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=SHANGHAI)
DAY = date(2026, 11, 30)
HEAD = ["街道", "社区", "注册用户数", "实名认证用户数"]
PLACES = """code,level,name,parent_code
1,district,西城区,
10,street,德胜街道,1
11,street,月坛街道,1
101,community,新风社区居委会,10
102,community,安德社区居委会,10
103,community,一区社区居委会,10
111,community,三里河社区居委会,11
112,community,一区社区居委会,11
"""
ALL = [["德胜街道", "新风社区", 100, 50], ["德胜街道", "安德", 200, 60], ["德胜街道", "一区", 300, 70],
       ["月坛", "三里河社区居委会", 400, 80], ["月坛", "一区", 500, 90]]  # fmt: skip


def workbook(**sheets: Any) -> bytes:
    """A workbook's bytes: sheets of rows by their names."""
    book, out = Workbook(), io.BytesIO()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
    book.save(out)
    return out.getvalue()


def values_on(session: Session, metric: str, day: date) -> dict[str, int]:
    """The values of a metric that count on a day, by what they are about."""
    subjects = session.scalars(select(Figure.subject).where(Figure.metric == metric, Figure.day == day).distinct())
    found = {one: ledger.value_on(session, metric, one, day) for one in subjects}
    return {subject.removeprefix("place:"): value for subject, value in found.items() if value is not None}


class Office:
    """Somebody who brings files."""

    def __init__(self, folder: Path, database: str) -> None:
        folder.mkdir()
        self.folder = folder
        (folder / "config.toml").write_text(
            CONFIG.format(api="http://127.0.0.1:9", mode="plain", aes="", database=database, way="push"),
            encoding="utf-8",
        )
        (folder / "clock").write_text(NOW.isoformat(), encoding="utf-8")
        self.environ = {"WXOPS_CLOCK": str(folder / "clock")}
        self.parts: Parts = build(folder, self.environ)
        self.load_places()

    def load_places(self, more: str = "") -> None:
        """Take the table of places into the database."""
        with self.parts.store.transaction() as session:
            place_table.load(session, place_table.parse((PLACES + more).encode(), "places.csv"), by="运营", now=NOW)

    def file(self, *rows: Sequence[object], name: str = "注册用户20261130.xlsx", **sheets: Any) -> Path:
        """Write a workbook with one sheet of rows, or with sheets by their names."""
        (self.folder / name).write_bytes(workbook(**({"表1": rows} if rows else sheets)))
        return self.folder / name

    def text(self, text: str, encoding: str = "utf-8", name: str = "注册用户20261130.csv") -> Path:
        (self.folder / name).write_bytes(text.encode(encoding))
        return self.folder / name

    def take(
        self, file: Path, source: str = "users", *, day: date | None = None, skip_bad: bool = False, by: str = "运营"
    ) -> Taken:
        with taking_in.open_file(self.parts, Given(file, file.name, source, day)) as opened:
            assert asked(opened.table, opened.reading) is None
            return taking_in.take(self.parts, opened, by=by, skip_bad=skip_bad, beside=file)

    def asked(self, file: Path, source: str = "users") -> Asked | None:
        with taking_in.open_file(self.parts, Given(file, file.name, source)) as opened:
            return asked(opened.table, opened.reading)

    def faults(self, file: Path, source: str = "users", words: Mapping[str, str] | None = None) -> list[str]:
        """What is wrong with a file, cell and reason in one line."""
        with self.reading(file, source, words) as found:
            return [f"{one.cell} {one.why}" for one in found.faults]

    def reading(self, file: Path, source: str = "users", words: Mapping[str, str] | None = None) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def opened_and_read() -> Iterator[Read]:
            with taking_in.open_file(self.parts, Given(file, file.name, source)) as opened:
                reading = replace(opened.reading, words=words or opened.reading.words)
                with read(opened.table, opened.given, reading, opened.lookups) as found:
                    yield found

        return opened_and_read()

    def figures(self, metric: str = "registered", day: date = DAY) -> dict[str, int]:
        """The current values of a metric on a day, by subject."""
        with self.parts.store.reading() as session:
            return values_on(session, metric, day)

    def count(self, table: type = Figure) -> int:
        with self.parts.store.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def batches(self) -> int:
        return self.count(Batch)


@pytest.fixture
def office(tmp_path: Path, database: str) -> Iterator[Office]:
    made = Office(tmp_path / "office", database)
    yield made
    made.parts.store.close()
