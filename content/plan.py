"""Drafting a month: its theme and at least so many articles, each with a time; nothing that is there is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from content.clock import local_day, stamp
from content.days import Calendar
from content.errors import WrongUse
from content.folders import ARTICLE_FILE, THEME_FILE
from content.known import Known
from content.months import month_named, month_span, next_month
from content.slots import gap_words, gaps
from content.standing import Entry, around, days_of, entries
from content.subjects import NOTICE, Subject, subjects
from content.templates import render
from content.theme import draft_theme
from content.timetable import USUAL_HOUR, House, Slot, free_slots, time_of

Draft = tuple[Subject, Slot]


@dataclass(frozen=True)
class Step:
    """One line of what the planner did: the file it made, and why; a path of "" is a remark."""

    path: str
    why: str

    def __str__(self) -> str:
        """Return the line as people read it."""
        return f"{self.path}  {self.why}" if self.path else self.why


def plan_month(house: House, calendar: Calendar, month: str, known: Known, now: datetime) -> list[Step]:
    """Draft what a month lacks into the workspace and return what was made and why, line by line.

    WrongUse for what is no month, and for one that is over. Nothing is overwritten:
    run again, it makes only what is missing.
    """
    start = _start(month, now)
    there = entries(house.folder, month, known.times)
    untimed = [entry for entry in there if entry.at is None]
    lacking = max(0, house.articles - len(there))
    slots = free_slots(house, calendar, month, known, lacking=lacking + len(untimed), start=start)
    shared = _shared(slots, len(untimed) + lacking)
    given, times = shared[: len(untimed)], shared[len(untimed) :]
    taken = {entry.slug for entry in (*there, *entries(house.folder, next_month(month, -1))) if _once(entry, month)}
    first = times[0].day if times else start
    found = subjects(calendar, month, known, wanted=len(times), taken=taken, start=first)
    drafts = assigned(found, times)
    steps = [_write_theme(house, calendar, month, known, drafts)]
    steps += _write_drafts(house, month, drafts)
    steps += [_suggestion(entry, slot) for entry, slot in zip(untimed, given, strict=False)]
    return [*steps, *_remarks(house, calendar, month, known, drafts)]


def assigned(found: Sequence[Subject], times: Sequence[Slot]) -> list[Draft]:
    """Give each subject a slot, soonest first: one about a day the last that is not after it, the others the rest."""
    free, pairs = list(times), []
    for subject in sorted(found, key=lambda one: (one.day is None, one.day)):
        before = [slot for slot in free if subject.day and slot.day <= subject.day]
        slot = before[-1] if before else free[0]
        free.remove(slot)
        pairs.append((subject, slot))
    return sorted(pairs, key=lambda pair: (pair[1].at, found.index(pair[0])))


def _once(entry: Entry, month: str) -> bool:
    """Say whether an article keeps its subject from being drafted again: one of this month, or a notice of the last."""
    return entry.name.startswith(month) or entry.slug.startswith(NOTICE)


def _start(month: str, now: datetime) -> date:
    first, last = month_span(month_named(month))
    if last < local_day(now):
        raise WrongUse(f"{month} 已经过去了，不能再计划。")
    return max(first, local_day(now) + timedelta(days=1))


def _shared(slots: Sequence[Slot], wanted: int) -> list[Slot]:
    """Return a slot for each of so many articles and more where there are more slots; several share one where less."""
    total = max(len(slots), wanted)
    return [slots[number * len(slots) // total] for number in range(total)] if slots else []


def _write_theme(house: House, calendar: Calendar, month: str, known: Known, drafts: Sequence[Draft]) -> Step:
    name = f"{month}/{THEME_FILE}"
    theme = draft_theme(house, calendar, month, known, drafts)
    if _write(house.folder / name, theme.text):
        return Step(name, f"专题“{theme.title}”。{theme.why}")
    return Step("", f"{name} 已经有了，没有改动。")


def _write_drafts(house: House, month: str, drafts: Sequence[Draft]) -> Iterator[Step]:
    number = _last_number(house.folder / month)
    for subject, slot in drafts:
        number += 1
        values = {**subject.values, "author": house.author, "at": stamp(slot.at), "notify": slot.way}
        name = f"{month}/{number:02}-{subject.slug}/{ARTICLE_FILE}"
        if _write(house.folder / name, render(f"drafts/{subject.template}.md", values)):
            yield Step(name, f"{slot.words}。{subject.why}。")


def _write(file: Path, text: str) -> bool:
    """Write a new file; False, and nothing done, when there is one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        return False
    return True


def _last_number(folder: Path) -> int:
    numbers = (re.match(r"\d+", entry.name) for entry in folder.iterdir())
    return max((int(found[0]) for found in numbers if found), default=0)


def _suggestion(entry: Entry, slot: Slot) -> Step:
    return Step("", f"{entry.name} 没有写发布时间，建议 {slot.words}。")


def _remarks(house: House, calendar: Calendar, month: str, known: Known, drafts: Sequence[Draft]) -> Iterator[Step]:
    if not drafts:
        yield Step("", f"{month} 没有缺的文章，没有新写。")
    else:
        yield Step("", _hour_words(house, known))
        yield Step("", "草稿里写着“待补充”的地方补好、配上封面、写明图片的来源和许可，才能送审。")
    if any(slot.push is False for _, slot in drafts):
        yield Step("", "服务号每月只能推送 4 次，多出来的写了静默：发表而不推送。")
    if not calendar.announced(int(month[:4])) and drafts:
        yield Step("", f"{month[:4]} 年的放假安排还没有收进来：通知公布后请运行 wxops days import 文件，再核对时间。")
    for one in known.shortfall:
        yield Step("", f"到上月底还差：{one.name} {one.missing} {one.unit}。")
    for here, there in gaps(days_of(around(house.folder, month, known.times)), month):
        yield Step("", gap_words(here, there))


def _hour_words(house: House, known: Known) -> str:
    best, at = known.best_hour, time_of(house, known)
    if house.quiet and at != time(best.hour if best else USUAL_HOUR):
        return f"发布时间按 {at:%H:%M}，是静默时段（{house.quiet.words}）结束的时候。"
    if best is None:
        return f"发布时间按 {at:%H:%M}：还不知道哪个时间读的人多。"
    if best.hours < 2:
        return f"发布时间按 {at:%H:%M}：以往 {best.articles} 篇都在这个时间发，没有别的可比。"
    return f"发布时间按 {at:%H:%M}：以往 {best.articles} 篇文章的数据里，这个时间发的读的人多。"
