"""What a month's articles are about: its days, the last month's figures, field work, and what the contract lacks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice

from content.daylist import Mark, MarkKind
from content.days import Calendar, Day, Kind, in_words
from content.known import CASES, Known, Record
from content.months import month_span, next_month

NEAR_END = 5  # days: a holiday that begins so soon after the month is announced in it
NOTICE = "通知"
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s.]+')
_LONGEST_NAME = 16  # so that a title made with it stays under the 32 characters of WeChat


@dataclass(frozen=True)
class Subject:
    """One article to draft: the slug of its folder, its template with what fills it in, and why it is drafted.

    day: the day that it is about, which it should not miss; None for any time of the month.
    """

    slug: str
    template: str
    values: dict[str, object]
    why: str
    day: date | None = None


def subjects(
    calendar: Calendar, month: str, known: Known, *, wanted: int, taken: Collection[str], start: date
) -> list[Subject]:
    """Return so many subjects of a month that are not `taken` (slugs), the weightiest first; `start` is its first slot."""
    found: dict[str, Subject] = {}
    for subject in _all(calendar, month, known, start):
        if len(found) == wanted:
            break
        if subject.slug not in taken:
            found.setdefault(subject.slug, subject)
    return list(found.values())


def field_of(marks: Sequence[Mark]) -> str:
    """Return the field that most of the days belong to, the earliest of equals; "" without days."""
    fields = [field for mark in marks for field in mark.fields]
    return max(dict.fromkeys(fields), key=fields.count, default="")


def marks_in(calendar: Calendar, month: str) -> list[Mark]:
    """Return the editor's days of a month, those of stricter review left out; a day of the whole month comes first."""
    first, last = month_span(month)
    marks = [m for m in calendar.marks(first.year) if m.first <= last and m.last >= first]
    return [mark for mark in marks if mark.kind != MarkKind.SENSITIVE]


def when(mark: Mark) -> str:
    """Return a day of the list as texts name it: 12月5日（星期六）, or 10月 for a whole month."""
    return f"{mark.first.month}月" if mark.kind == MarkKind.MONTH else in_words(mark.first)


def month_words(month: str) -> str:
    """Return a month as texts name it: 2026年12月."""
    return f"{int(month[:4])}年{int(month[5:])}月"


def _all(calendar: Calendar, month: str, known: Known, start: date) -> Iterator[Subject]:
    marks = marks_in(calendar, month)
    theme = field_of(marks)
    ahead = [mark for mark in marks if mark.fields and mark.last >= start and "节庆" not in mark.fields]
    questions = sorted(ahead, key=lambda mark: theme not in mark.fields)
    notices = list(_holidays(calendar, month, start))
    cases = _cases(known)
    yield from notices[:1]
    yield from map(_questions, questions[:1])
    yield _report(month, marks, known)
    yield from islice(cases, 2 if _lacking_cases(known) else 1)
    yield _activity(month, known, 1)
    yield from notices[1:]
    yield from map(_questions, questions[1:])
    for number in count(2):
        yield next(cases)
        yield _activity(month, known, number)


def _lacking_cases(known: Known) -> bool:
    return any(one.name == CASES and one.missing > 0 for one in known.shortfall)


def _holidays(calendar: Calendar, month: str, start: date) -> Iterator[Subject]:
    """Yield a notice for each holiday that begins after the first slot, up to some days after the month."""
    end = month_span(month)[1] + timedelta(days=NEAR_END)
    day, before = start, calendar.day(start)
    while (day := day + timedelta(days=1)) <= end:
        today = calendar.day(day)
        if today.kind == Kind.HOLIDAY and not (before.kind == Kind.HOLIDAY and before.name == today.name):
            yield _notice(calendar, today)
        before = today


def _notice(calendar: Calendar, first: Day) -> Subject:
    around = [calendar.day(first.date + timedelta(days=n)) for n in range(-14, 21)]
    own = [day for day in around if day.name == first.name]
    off = [day.date for day in own if day.kind == Kind.HOLIDAY]
    known = calendar.announced(first.date.year)
    make_up = "、".join(in_words(day.date) for day in own if day.kind == Kind.MAKE_UP)
    span = in_words(off[0]) if len(off) == 1 else f"{in_words(off[0])}至{in_words(off[-1])}"
    title = f"{first.name[:_LONGEST_NAME]}期间服务安排"
    values: dict[str, object] = {
        "title": title,
        "digest": f"{first.name}期间哪些窗口照常开放、急事找谁，请看这份服务安排。",
        "column": "通知公告",
        "name": first.name,
        "off": span if known else "",
        "make_up": make_up,
    }
    sure = "" if known else "（推算，放假安排未公布）"
    why = f"{in_words(first.date)}起是{first.name}{sure}"
    return Subject(_slug(NOTICE, first.name), "notice", values, why, first.date)


def _questions(mark: Mark) -> Subject:
    name = mark.name[:_LONGEST_NAME]
    values: dict[str, object] = {
        "title": f"{name}：居民关心的几个问题",
        "digest": f"{when(mark)}是{name}。谁可以办、带什么材料、到哪里办，用问答的形式说清楚。",
        "column": "政策问答",
        "when": when(mark),
        "name": mark.name,
        "field": "、".join(mark.fields),
    }
    day = mark.first if mark.kind == MarkKind.DAY else None
    return Subject(_slug("政策问答", name), "qa", values, f"{when(mark)}是{mark.name}（{mark.field}）", day)


def _report(month: str, marks: Sequence[Mark], known: Known) -> Subject:
    last = month_words(next_month(month, -1))
    values: dict[str, object] = {
        "title": f"{last}公众号月报",
        "digest": f"{last}公众号的发布、阅读和互动情况，以及居民关心的内容。",
        "column": "数据月报",
        "last": last,
        "before": month_words(next_month(month, -2)),
        "this": month_words(month),
        "figures": known.figures,
        "ahead": [{"when": when(mark), "name": mark.name} for mark in marks],
    }
    why = f"{last}的数据，{len(known.figures)} 项" if known.figures else f"{last}的数据还没有，待补充"
    return Subject("数据月报", "report", values, why)


def _activity(month: str, known: Known, number: int) -> Subject:
    last = month_words(next_month(month, -1))
    values: dict[str, object] = {
        "title": f"{last}社区活动回顾" + (f"（{number}）" if number > 1 else ""),
        "digest": f"{last}社区里开展了哪些活动，请看现场的几个片段。",
        "column": "活动回顾",
        "last": last,
        "records": [_told(record) for record in known.records] if number == 1 else [],
    }
    why = f"{last}的活动" + (f"，台账里有 {len(known.records)} 条记录" if number == 1 and known.records else "")
    return Subject("活动回顾" + (f"-{number}" if number > 1 else ""), "activity", values, why)


def _cases(known: Known) -> Iterator[Subject]:
    """Yield a case study for each record, and skeletons without end after them."""
    lacking = next((one.missing for one in known.shortfall if one.name == CASES and one.missing > 0), 0)
    short = f"；合同还差 {lacking} 篇典型案例" if lacking else ""
    for record in known.records:
        where = "、".join(record.places) or record.kind
        title = f"{where[:_LONGEST_NAME]}：{record.kind[:10]}是怎样做成的"
        why = f"台账 {record.day} {record.kind}（{where}）{short}"
        yield Subject(_slug("典型案例", f"{record.day:%m%d}-{where}"), "case", _case(title, record), why)
    for number in count(1):
        mark = f"-{number}" if number > 1 else ""
        title = "家门口的一件小事，是怎样办成的" + (f"（{number}）" if number > 1 else "")
        yield Subject(f"典型案例{mark}", "case", _case(title, None), f"每月一篇典型案例{short}")


def _case(title: str, record: Record | None) -> dict[str, object]:
    return {
        "title": title,
        "digest": "从难处说起，讲清做法和成效，也讲还没有办完的事，供各社区参考。",
        "column": "典型案例",
        "case_study": True,
        "places": record.places if record else (),
        "record": _told(record) if record else None,
    }


def _told(record: Record) -> dict[str, str]:
    where = "、".join(record.places) or "社区"
    return {
        "when": f"{record.day.year}年{in_words(record.day)}",
        "where": where,
        "kind": record.kind,
        "text": record.text,
    }


def _slug(kind: str, name: str) -> str:
    return f"{kind}-{_NOT_IN_NAMES.sub('', name)[:24]}"
