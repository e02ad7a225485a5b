"""Field work written as a form: 社区：新风，时间：11月8日，人数：3，内容：讲解; each name's value is read, or refused."""

from __future__ import annotations

import re
from datetime import date

from content.errors import OpsError
from content.field_counts import GLUED, PEOPLE, people, people_alone
from content.gazetteer import Gazetteer
from content.numerals import PLAIN
from content.past_days import day_at, days_at

_DONE = "(?:走访|培训|活动)?"
_LABEL = re.compile(
    rf"(?:^|(?<=[\s，,；;。]))(?:(?P<day>{_DONE}(?:时间|日期))|(?P<people>(?:{_DONE}|参加|参训|到场|参与)人数)"
    rf"|(?P<place>(?:{_DONE}|所属|所在)(?:社区|街道))|(?P<where>{_DONE}(?:地点|地址)))\s*[:：]\s*"
)
_TEXT = re.compile(rf"{_DONE}(?:内容|事项|主题|名称|群名|题目|标题|情况)\s*[:：]\s*")
_TEXT_AMID = re.compile(rf"(?:^|(?<=[\s，,；;。])){_TEXT.pattern}")
_SIGNS = re.compile(r"[\s，,；;。]*")
_VALUE = re.compile(rf"(?:{PLAIN}|[^\s，,；;。])*")
_AFTER = re.compile(  # what a day is told with, and is no part of what was done: （周四）, 下午
    r"(?:\s*[（(](?:周|星期|礼拜)[一二三四五六日天][)）])?(?:\s*(?:早上|上午|中午|下午|晚上)(?=[\s，,；;。]|$))?"
)
_CLOCK = re.compile(r"(?:早上|上午|中午|下午|晚上)|\d{1,2}\s*[:：点时]")


def without_labels(text: str, known: Gazetteer, today: date) -> str:
    """Return a text that may be written as a form as it is said otherwise: day, count and places first, without names.

    OpsError where a day, a count or a community that is named so cannot be read.
    """
    labels = list(_LABEL.finditer(text))
    first, rest, at = "", "", 0
    for label in labels:
        value = _VALUE.match(text, label.end())[0]  # type: ignore[index]  # it matches the empty word
        if label["day"]:
            told, end = _day(label, text, value, today)
        elif label["people"]:
            told, end = _people(label, value)
        else:
            told, end = _place(label, value, known)
        if told or label["day"]:
            first, rest = f"{first}{told} ", f"{rest}{text[at : label.start()]}"
            at = _SIGNS.match(text, label.end() + end).end()  # type: ignore[union-attr]
    rest += text[at:]
    return f"{first}{_TEXT_AMID.sub(' ', rest, count=1)}" if labels else rest


def without_name(text: str) -> str:
    """Return what was done without its name at its beginning: 讲解 for 内容：讲解."""
    label = _TEXT.match(text)
    return text[label.end() :] if label else text


def _day(label: re.Match[str], text: str, value: str, today: date) -> tuple[str, int]:
    """Return the day as it is read everywhere, and how long it is here; "" for an hour alone, which stays in the text."""
    if several := days_at(text, label.end(), today):
        raise OpsError(f"“{several.strip()}”不止一天。一条记录只记一天：请只写其中一天；几天都办了，请一天一条分开记。")
    if said := day_at(text, label.end(), today):
        after = _AFTER.match(text, said[1])
        return f"{said[0].year}年{said[0].month}月{said[0].day}日", after.end() - label.end()  # type: ignore[union-attr]
    if _CLOCK.match(value):
        return "", 0
    raise OpsError(f"“{label['day']}：{value}”没有看懂，没有记。请写日期，例如：{label['day']}：12月3日")


def _people(label: re.Match[str], value: str) -> tuple[str, int]:
    found = PEOPLE.match(value) or GLUED.match(value)
    count = people(found) if found else people_alone(value)
    if count is None:
        raise OpsError(f"“{label['people']}：{value}”没有看懂，没有记。请写数，例如：{label['people']}：3")
    return f"{count}人", found.end() if found else len(value)


def _place(label: re.Match[str], value: str, known: Gazetteer) -> tuple[str, int]:
    """Return the place, or the places as a list; "" where a 地点 names none of ours, such as a park."""
    if found := known.at(value, 0):
        end = len(value) if label["place"] else found.end
        return value[:end], end
    if label["place"]:
        raise OpsError(f"{known.unknown(value)}没有记，请核对后重新发。")
    return "", 0
