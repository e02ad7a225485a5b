"""The demo's scenes of a street: its users by files each Monday, visits by message, a weekly page, and the contract's board."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot import taking_in
from content import place_table
from content.clock import local_day
from scheduler.intake import Given
from scheduler.models import Report
from scheduler.weekly_reports import COMMUNITY, MADE

if TYPE_CHECKING:
    from bot.demo import Demo

STREET = "110102015000"  # the smallest one, so that the demo stays short
HEAD = ("街道", "社区", "注册用户数", "实名认证用户数", "累计浏览量", "累计点赞数")
WEEKS = 3  # of figures, the last ones of the month
SHOWN = ("公众号文章", "专题", "社区走访", "互动量", "社区周报表")  # the targets of the board that the story repeats


class Street:
    """A street of the demo: its figures are made up, its communities are the starter's."""

    def __init__(self, demo: Demo, operator: str, end: date) -> None:
        """Take the demo, the operator who brings the files, and the day of its end."""
        self._demo, self._operator = demo, operator
        monday = end - timedelta(days=end.weekday())
        self._mondays = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
        rows = _rows(demo.folder)
        self._street = next(row[2] for row in rows if row[0] == STREET)
        self._names = [row[2] for row in rows if row[3] == STREET]

    def morning(self) -> Iterator[str]:
        """Yield what happens on a morning: on a Monday the files of the week, a visit on the day before."""
        today = local_day(self._demo.parts.clock.now())
        if today in self._mondays:
            yield from self._bring(today)
        if today - timedelta(days=1) in self._mondays:
            yield self._visit(self._mondays.index(today - timedelta(days=1)))

    def end(self) -> Iterator[str]:
        """Yield the end: a community's weekly page, and the lines of the board."""
        with self._demo.parts.store.reading() as session:
            made = select(Report.path).where(Report.kind == COMMUNITY, Report.state == MADE)
            folder = session.scalar(made.order_by(Report.period.desc(), Report.place).limit(1))
        if folder:
            page = next((self._demo.folder / folder).glob("*.html"))
            yield f"每周一 9 点做好各社区的周报，手机能看，例如：{page}"
        told = self._demo.say(self._operator, "进度").splitlines()
        lines = [line for line in told if line.startswith(SHOWN)]
        yield "\n".join([f"{self._operator}发“进度”，收到：", *told[:2], *lines])

    def _bring(self, monday: date) -> Iterator[str]:
        sunday, week = monday - timedelta(days=1), self._mondays.index(monday)
        for source, columns, word in (("users", (2, 3), "注册用户"), ("platform", (4, 5), "平台互动")):
            file = self._demo.folder / f"{word}{sunday:%Y%m%d}.csv"
            with file.open("w", encoding="gb18030", newline="") as table:
                rows = [HEAD, *(self._row(week, n, name) for n, name in enumerate(self._names))]
                csv.writer(table).writerows([row[0], row[1], *(row[at] for at in columns)] for row in rows)
            yield self._take(file, source)

    def _take(self, file: Path, source: str) -> str:
        with taking_in.open_file(self._demo.parts, Given(file, file.name, source)) as opened:
            taken = taking_in.take(self._demo.parts, opened, by=self._operator)
        return f"{self._operator}导入 {file.name}：{taken.lines[0]}"

    def _row(self, week: int, n: int, name: str) -> tuple[object, ...]:
        registered, views = 900 + 130 * n + (21 + 3 * n) * week, 2_000 + 170 * n + (240 + 30 * n) * week
        return self._street, name, registered, registered * 3 // 4, views, views // 12

    def _visit(self, week: int) -> str:
        words = f"走访 {self._names[week]} 昨天 3人 讲解平台注册"
        told = [line for line in self._demo.say(self._operator, words).splitlines() if line.startswith("已记下")]
        return f"{self._operator}发“{words}”，收到：{''.join(told)}"


def leave_one_street(folder: Path) -> None:
    """Leave one street with its communities in a workspace's table of places: each has a report every week."""
    head, *rows = _rows(folder)
    kept = [row for row in rows if row[1] == "district" or STREET in (row[0], row[3])]
    with (folder / place_table.FILE).open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([head, *kept])


def _rows(folder: Path) -> list[list[str]]:
    with (folder / place_table.FILE).open(encoding="utf-8-sig", newline="") as table:
        return list(csv.reader(table))
