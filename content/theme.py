"""A month's theme: from the days of the month, the field that most of them belong to, and last year's folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from content.days import Calendar
from content.files import read_theme
from content.folders import THEME_FILE
from content.known import Known
from content.months import next_month
from content.standing import entries
from content.subjects import Subject, field_of, marks_in, month_words, when
from content.templates import render
from content.timetable import House, Slot

USUAL_FIELD = "社区"
_TITLES = {
    "志愿": "志愿服务，就在家门口",
    "社工": "专业社工，温暖邻里",
    "殡葬": "文明祭扫，寄托哀思",
    "安全": "平安是福，从身边做起",
    "婚姻家庭": "家和万事兴，婚事新风来",
    "助残": "多搭一把手，日子更有光",
    "法治": "学法用法，遇事有章",
    "儿童福利": "护着孩子，慢慢长大",
    "平安": "平安社区，一起守护",
    "党建": "党建引领，服务到家",
    "社区": "社区里的新鲜事",
    "慈善": "点滴善意，汇在一起",
    "文明": "文明新风，邻里同行",
    "褒扬": "缅怀先烈，接续前行",
    "养老": "老有所养，身边看得见",
    "救助": "救助有温度，帮在急难处",
    "节庆": "欢欢喜喜过节，实实在在帮忙",
}
_EARLIER = 8  # titles of last year's articles that are worth naming


@dataclass(frozen=True)
class Theme:
    """A drafted theme: its title, the text of its file, and why it is this one."""

    title: str
    text: str
    why: str


def draft_theme(
    house: House, calendar: Calendar, month: str, known: Known, drafts: Sequence[tuple[Subject, Slot]]
) -> Theme:
    """Return the theme of a month; the articles that are drafted with it stand in its table."""
    marks = marks_in(calendar, month)
    field = field_of(marks) or USUAL_FIELD
    title = _TITLES.get(field, f"{field}，从身边说起")
    last_year = next_month(month, -12)
    earlier = [entry.title for entry in entries(house.folder, last_year) if entry.title][:_EARLIER]
    why = " ".join(_reasons(house, month, marks_words := [mark.name for mark in marks if field in mark.fields], field))
    columns = dict.fromkeys(str(subject.values["column"]) for subject, _ in drafts)
    text = render(
        "drafts/theme.md",
        {
            "title": title,
            "summary": f"{month_words(month)}专题：{title}。" + _named(marks_words),
            "columns": list(columns) or ["政策问答", "典型案例"],
            "keywords": list(dict.fromkeys([field, *marks_words]))[:6],
            "why": why,
            "marks": [
                {"when": when(mark), "name": mark.name, "field": mark.field, "note": mark.note} for mark in marks
            ],
            "earlier": earlier,
            "shortfall": known.shortfall,
            "rows": [_row(subject, slot) for subject, slot in drafts],
        },
    )
    return Theme(title, text, why)


def _reasons(house: House, month: str, names: Sequence[str], field: str) -> list[str]:
    reasons = [f"本月{'、'.join(names)}都在“{field}”这个领域。" if len(names) > 1 else ""]
    if not names:
        reasons = ["本月没有名单上的日子，从社区的日常写起。"]
    elif len(names) == 1:
        reasons = [f"本月有{names[0]}，属于“{field}”。"]
    file = house.folder / next_month(month, -12) / THEME_FILE
    told = read_theme(file) if file.is_file() else None
    if told and told[0]:
        reasons.append(f"去年同月的专题是“{told[0]}”，可以回访当时写过的人和事。")
    return reasons


def _named(names: Sequence[str]) -> str:
    return f"本月有{'、'.join(names[:3])}。" if names else ""


def _row(subject: Subject, slot: Slot) -> dict[str, object]:
    at = slot.words.partition("，")[0]
    return {**subject.values, "at": at, "notify": slot.way or "按设置", "note": slot.note}
