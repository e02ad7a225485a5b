"""The files of a contract year as people make them: titles, merged streets, totals, a sheet a street, GBK, 1.2万."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from year_rows import Spot, Year

HEAD = ("街道", "社区", "注册用户数", "实名认证用户数")
Cells = list[object]


@dataclass(frozen=True)
class Brought:
    """A file that somebody brings: its kind, where it lies, on which day, and what is to come of it."""

    source: str
    file: Path
    day: date
    again: bool = False  # it was taken in before, and is refused
    corrects: int = 0  # how many values it changes


def files(year: Year, folder: Path) -> Iterator[Brought]:
    """Write each week's files and yield them in the order in which they are brought."""
    for week, sunday in enumerate(year.sundays):
        yield from _users(year, week, sunday, folder)
        yield Brought("platform", _platform(year, week, sunday, folder), sunday)
        if week in year.groups:
            yield from _monthly(year, week, sunday, folder)


def _users(year: Year, week: int, sunday: date, folder: Path) -> Iterator[Brought]:
    rows = year.users[week]
    form = FORMS[week % len(FORMS)]
    if week % len(FORMS) == 6:  # a file with slips, then the right one, which somebody brings twice
        wrong = {code: (a + 10, b) if n < 3 else (a, b) for n, (code, (a, b)) in enumerate(rows.items())}
        yield Brought("users", form(year, wrong, sunday, folder / f"第一版_{sunday:%Y%m%d}"), sunday)
        right = form(year, rows, sunday, folder / f"更正_{sunday:%Y%m%d}")
        yield Brought("users", right, sunday, corrects=3)
        yield Brought("users", right, sunday, again=True)
    else:
        yield Brought("users", form(year, rows, sunday, folder / f"注册用户_{sunday:%Y%m%d}"), sunday)


Rows = dict[str, tuple[int, int]]
Form = Callable[[Year, Rows, date, Path], Path]


def titled(year: Year, rows: Rows, day: date, name: Path) -> Path:
    """A title and the day stand above the head, not in the file's name."""
    lines = [["西城家园注册用户统计表"], [f"截至{day.year}年{day.month}月{day.day}日"], HEAD, *_lines(year, rows)]
    return _xlsx(name.with_name(f"周报{day.isocalendar().week}"), {"统计": lines})


def merged(year: Year, rows: Rows, day: date, name: Path) -> Path:
    """Each street is merged over its rows and ends with its 小计; the last row is the 合计."""
    lines: list[Sequence[object]] = [HEAD]
    spans = []
    for street, spots in _by_street(year, rows):
        begin = len(lines) + 1
        lines += [[street, spot.name, *rows[spot.code]] for spot in spots]
        spans.append(f"A{begin}:A{len(lines)}")
        lines.append(["", "小计", *_sums(rows, spots)])
    lines.append(["合计", "", *_sums(rows, [spot for spot in year.spots if spot.code in rows])])
    return _xlsx(name, {"用户": lines}, spans)


def sheets(year: Year, rows: Rows, day: date, name: Path) -> Path:
    """A sheet a street, and one that is none."""
    lines = {
        street: [HEAD[1:], *([spot.name, *rows[spot.code]] for spot in spots)]
        for street, spots in _by_street(year, rows)
    }
    return _xlsx(name, {**lines, "说明": [["每周一报"]]})


def gbk(year: Year, rows: Rows, day: date, name: Path) -> Path:
    """A CSV in GBK whose numbers are text with commas, and whose names are short."""
    lines = [[street, short, f"{a:,}", f"{b:,} "] for street, short, a, b in _lines(year, rows)]
    return _csv(name, [HEAD, *lines], "gb18030")


def rounded(year: Year, rows: Rows, day: date, name: Path) -> Path:
    """Whole hundreds are written as 0.12万, the rest as text."""
    lines = [[street, short, _wan(a), _wan(b)] for street, short, a, b in _lines(year, rows)]
    return _csv(name, [HEAD, *lines], "utf-8-sig")


def plain(year: Year, rows: Rows, day: date, name: Path) -> Path:
    return _xlsx(name, {"用户": [HEAD, *_lines(year, rows)]})


def street_once(year: Year, rows: Rows, day: date, name: Path) -> Path:
    """A street stands in its first row only."""
    seen: set[str] = set()
    lines = []
    for street, *rest in _lines(year, rows):
        lines.append([*([""] if street in seen else [street]), *rest])
        seen.add(street)
    return _csv(name, [HEAD, *lines], "utf-8")


FORMS: Sequence[Form] = (titled, merged, sheets, gbk, rounded, plain, plain, street_once)


def _platform(year: Year, week: int, sunday: date, folder: Path) -> Path:
    head = ("社区代码", "社区", "街道", "累计浏览量", "累计点赞数", "累计评论数", "累计转发数")
    rows = year.platform[week]
    lines = [[spot.code, spot.name, spot.street, *rows[spot.code]] for spot in year.spots]
    return _csv(folder / f"平台互动_{sunday:%Y%m%d}", [head, *lines], "gb18030")


def _monthly(year: Year, week: int, sunday: date, folder: Path) -> Iterator[Brought]:
    groups = [[spot.street, spot.name, *year.groups[week][spot.code]] for spot in year.spots]
    yield Brought(
        "groups", _xlsx(folder / f"群组_{sunday:%Y%m%d}", {"群": [["街道", "社区", "群数", "成员数"], *groups]}), sunday
    )
    topics = [[spot.street, spot.name, *year.topics[week][spot.code]] for spot in year.spots]
    head = ["街道", "社区", "议题数", "评论数", "投票数"]
    yield Brought("topics", _xlsx(folder / f"议题_{sunday:%Y%m%d}", {"议题": [head, *topics]}), sunday)
    yield Brought("", _articles(year, sunday, folder), sunday)
    yield Brought("", _followers(year, sunday, folder), sunday)


def _articles(year: Year, sunday: date, folder: Path) -> Path:
    """The back office's export of articles, which is known by its own heads."""
    head = ["内容标题", "发表时间", "总阅读人数", "总阅读次数", "总分享人数", "总分享次数", "阅读后关注人数"]
    lines = [
        [
            piece.title, f"{piece.day:%Y%m%d}", piece.persons("read_user", sunday), piece.times("read_user", sunday),
            piece.persons("share_user", sunday), piece.times("share_user", sunday), piece.number % 7,
        ]
        for piece in year.pieces
        if piece.day <= sunday
    ]  # fmt: skip
    return _xlsx(folder / f"内容分析_{sunday:%Y%m%d}", {"Sheet1": [head, *lines]})


def _followers(year: Year, sunday: date, folder: Path) -> Path:
    head = ["时间", "新关注人数", "取消关注人数", "净增关注人数", "累积关注人数"]
    days = [sunday - timedelta(days=back) for back in range(27, -1, -1)]
    lines = []
    for day in days:
        new, lost = year.changes(day)
        lines.append([f"{day}", new, -lost, new + lost, year.followers(day)])
    return _csv(folder / f"用户增长_{sunday:%Y%m%d}", [head, *lines], "utf-8-sig")


def _lines(year: Year, rows: Rows) -> list[tuple[str, str, int, int]]:
    return [(spot.street, spot.name, *rows[spot.code]) for spot in year.spots if spot.code in rows]


def _by_street(year: Year, rows: Rows) -> Iterator[tuple[str, list[Spot]]]:
    there = [spot for spot in year.spots if spot.code in rows]
    for street, spots in groupby(there, key=lambda spot: spot.street):
        yield street, list(spots)


def _sums(rows: Rows, spots: Sequence[Spot]) -> list[int]:
    return [sum(rows[spot.code][place] for spot in spots) for place in (0, 1)]


def _wan(value: int) -> str:
    return f"{value / 10_000:g}万" if value % 100 == 0 else str(value)


def _xlsx(name: Path, lines: dict[str, list[Sequence[object]]], spans: Sequence[str] = ()) -> Path:
    book = Workbook(write_only=not spans)
    if spans:
        book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in lines.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for span in spans:
            sheet.merge_cells(span)
    file = name.with_name(f"{name.name}.xlsx")
    book.save(file)
    return file


def _csv(name: Path, lines: list[Sequence[object]], encoding: str) -> Path:
    file = name.with_name(f"{name.name}.csv")
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows(lines)
    return file
