"""The official days off and make-up workdays that were imported: the workspace's holidays.csv.

A notice is taken whole or not at all: each statutory day must be off, make-up
workdays lie on weekends, and no day is both.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from content.announcement import Notice, Told
from content.article import Problem
from content.errors import FilesWrong
from content.holidays import LAW_OF, STATUTORY_DAYS, Official, statutory
from content.tables import Row, TableWrong, csv_lines, decoded, fault, read_table, rows_of

HOLIDAYS_FILE = "holidays.csv"
COLUMNS = {"date": ("日期",), "kind": ("类别",), "name": ("名称", "节日")}
_OFF = frozenset(("放假", "休", "休息", "holiday", "off"))
_WORK = frozenset(("上班", "班", "调休上班", "make-up workday", "workday", "work"))
_HEAD = ("date", "kind", "name", "notice")


def read_official(file: Path) -> dict[date, Official]:
    """Return the days of a holidays.csv, none where it is not there; TableWrong with all faults."""
    if not file.is_file():
        return {}
    problems: list[Problem] = []
    by_notice: dict[int, list[Told]] = {}
    for row in read_table(file, COLUMNS):
        told, trouble = _told(row, file.name)
        problems += trouble
        if told:
            notice = row.values.get("notice", "")
            by_notice.setdefault(int(notice) if notice.isdecimal() else told.day.year, []).append(told)
    for year, days in by_notice.items():
        problems += _whole(year, days, file.name)
    if problems:
        raise TableWrong(file.name, problems)
    return {told.day: Official(told.off, told.name, year) for year, days in by_notice.items() for told in days}


def import_notice(file: Path, workspace: Path) -> list[str]:
    """Take an official notice, as its text or as CSV, into the workspace; return what was taken, a line each.

    FilesWrong when it cannot be read or is not whole; then nothing is changed.
    """
    year, days = _read_notice(file)
    target = workspace / HOLIDAYS_FILE
    known = read_official(target)
    others = {day: said for day, said in known.items() if said.notice != year}
    new = others | {told.day: Official(told.off, told.name, year) for told in days}
    if new == known:
        return [f"{year} 年的放假安排已经是这样，没有改动。"]
    _write(target, new)
    return list(_account(year, days))


def _read_notice(file: Path) -> tuple[int, list[Told]]:
    try:
        text = decoded(file.read_bytes(), file.name)
    except OSError as error:
        raise FilesWrong(f"读不出文件 {file}：{error.strerror}。") from error
    if "\0" in text or text.startswith(("PK", "%PDF")):
        raise FilesWrong(f"{file.name} 不是文本。请把通知的文字另存为 .txt，或整理成 CSV（date,kind,name）。")
    head = next((line for line in text.split("\n") if line.strip()), "")
    year, days, problems = _from_table(text, file.name) if "," in head else _from_text(text, file.name)
    problems += _whole(year, days, file.name) if year and not problems else []
    if problems:
        raise TableWrong(file.name, problems)
    return year, days


def _from_text(text: str, name: str) -> tuple[int, list[Told], list[Problem]]:
    notice = Notice(text, name)
    return notice.year, notice.days, notice.problems


def _from_table(text: str, name: str) -> tuple[int, list[Told], list[Problem]]:
    read = [_told(row, name) for row in rows_of(csv_lines(text, name), name, COLUMNS)]
    days = [told for told, _ in read if told]
    problems = [problem for _, troubles in read for problem in troubles]
    if not read:
        problems.append(fault(name, 1, "HOLIDAY_ROWS", "表里没有日期。"))
    return max((told.day.year for told in days), default=0), days, problems


def _told(row: Row, name: str) -> tuple[Told | None, list[Problem]]:
    """Return the day that a line of a table names, or what is wrong with it."""
    said, problems = row.values, []
    kind = said["kind"].lower()
    day = _date(said["date"])
    if day is None:
        message = f"日期应写成 2027-01-01，写的是“{said['date']}”。"
        problems.append(fault(name, row.line, "HOLIDAY_DATE", message))
    if kind not in _OFF | _WORK:
        message = f"类别（kind）应是“放假”或“上班”，写的是“{said['kind']}”。"
        problems.append(fault(name, row.line, "HOLIDAY_KIND", message))
    if not said["name"]:
        problems.append(fault(name, row.line, "HOLIDAY_NAME", "没有写是哪个节日（name）。"))
    return (Told(day, kind in _OFF, said["name"], row.line) if day and not problems else None), problems


def _date(text: str) -> date | None:
    parts = text.replace("/", "-").replace("年", "-").replace("月", "-").removesuffix("日").split("-")
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        return None


def _whole(year: int, days: Sequence[Told], name: str) -> Iterator[Problem]:
    """Yield what a notice lacks, or says twice."""
    if year < LAW_OF:
        yield fault(name, 1, "HOLIDAY_YEAR", f"{year} 年的安排已经自带，只收 {LAW_OF} 年及以后的通知。")
        return
    said: dict[date, Told] = {}
    for told in days:
        if told.day in said:
            message = f"{told.day} 写了两次（第 {said[told.day].line} 行和第 {told.line} 行）。"
            yield fault(name, told.line, "HOLIDAY_TWICE", message)
        said[told.day] = told
        if told.day.year != year and (told.day.year, told.day.month) != (year - 1, 12):
            yield fault(name, told.line, "HOLIDAY_YEAR", f"{told.day} 不在 {year} 年。")
        if not told.off and told.day.weekday() < 5:
            message = f"{told.day} 写着调休上班，它却不是周末，请核对。"
            yield fault(name, told.line, "HOLIDAY_WEEKDAY", message)
    for day, holiday in statutory(year).items():
        if day not in said or not said[day].off:
            yield fault(name, 1, "HOLIDAY_MISSING", f"没有 {day}（{holiday}）：法定的放假日一天也不能少。")


def _account(year: int, days: Sequence[Told]) -> Iterator[str]:
    off, work = sorted(t.day for t in days if t.off), sorted(t.day for t in days if not t.off)
    yield f"收进 {year} 年的放假安排：放假 {len(off)} 天，调休上班 {len(work)} 天，存在 {HOLIDAYS_FILE}。"
    for name in dict.fromkeys(told.name for told in days):
        own = [f"{told.day:%m-%d}" for told in days if told.off and told.name == name]
        make_up = "、".join(f"{told.day:%m-%d}" for told in days if not told.off and told.name == name)
        yield f"  {name}：放假 {'、'.join(own) or '无'}" + (f"；上班 {make_up}" if make_up else "")
    weekdays, law = sum(day.weekday() < 5 for day in off), STATUTORY_DAYS + len(work)
    if weekdays != law:  # days off on weekdays are the statutory ones and those worked for on weekends
        yield f"请核对：放假占了 {weekdays} 个周一至周五，按法定天数和调休应是 {law} 个。"


def _write(target: Path, days: Mapping[date, Official]) -> None:
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(_HEAD)
    for day, said in sorted(days.items()):
        table.writerow((day.isoformat(), "放假" if said.off else "上班", said.name, said.notice))
    partial = target.with_suffix(".csv.part")
    partial.write_text(made.getvalue(), encoding="utf-8-sig")  # with the mark by which Excel knows UTF-8
    partial.replace(target)
