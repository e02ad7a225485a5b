"""What is to be changed of a piece of field work, as people say it: 4人, 人数改成4, 日期改为11月30日, 内容：讲解注册."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from content.errors import OpsError
from content.field_kinds import KINDS
from content.field_words import Draft, merged, read
from content.gazetteer import Gazetteer
from content.numerals import NUMBER, PLAIN, number

_FIELDS = {
    "人数": "people", "新增用户": "new_users", "新增": "new_users", "日期": "day", "时间": "day", "地点": "places",
    "地址": "places", "社区": "places", "街道": "places", "内容": "text", "主题": "text", "群名": "text", "名称": "text",
    "题目": "text", "标题": "text",
}  # fmt: skip
_EXAMPLES = {
    "people": "4人",
    "new_users": "新增用户 30",
    "day": "12月3日",
    "places": "新风社区",
    "text": "内容 讲解注册",
}
_TO = r"(?:改成|改为|改到|改|更正为|应该是|应该为|应是|应为|是|为|[:：])"
_NAME = rf"(?:把|将)?(?P<name>{'|'.join(_FIELDS)})\s*(?:[从由][^\s，,；;。改]*)?"
_SURE = "(?:(?<=人数)|(?<=日期)|(?<=时间)|(?<=地点)|(?<=地址)|(?<=用户)|(?<=\\s))"  # others may begin a text: 社区义诊
_LABEL = re.compile(
    rf"(?:^|(?<=[\s，,；;。]))(?:{_NAME}(?:\s*{_TO}+|{_SURE})|(?P<verb>改成|改为|改到|应该是|应该为|应是|应为))\s*"
)
_VALUE = re.compile(rf"(?:{PLAIN}|[^\s，,；;。])+")
_NUMBER = re.compile(NUMBER)


def changed(words: str, kind: str, known: Gazetteer, today: date) -> Draft:
    """Return what words tell of a change, read as `field_words.read` reads them, each field's name taken off before.

    After a field's name stands its new value; OpsError where it cannot be read, so that 人数改成4 never becomes the
    text. What follows 内容 up to the next name is the text as it stands.
    """
    told, plain, at = Draft(kind), "", 0
    labels = list(_LABEL.finditer(words))
    ends = [*(label.start() for label in labels[1:]), len(words)]
    for label, end in zip(labels, ends, strict=False):
        plain, at = f"{plain} {words[at : label.start()]}", label.end()
        if label["verb"]:
            continue
        if _FIELDS[label["name"]] == "text":
            told, at = replace(told, text=words[at:end].strip(" ，,；;。\n")), end
        elif value := _VALUE.match(words, at, end):
            told, at = merged(told, _of_field(label["name"], value[0], kind, known, today)), value.end()
        else:
            raise _not_read(label["name"], kind)
    rest = read(f"{plain} {words[at:]}", kind, known, today)
    return merged(told, rest, keep_text=True)


def _of_field(name: str, value: str, kind: str, known: Gazetteer, today: date) -> Draft:
    """Return the new value of one field; OpsError where it is not all of the words."""
    field = _FIELDS[name]
    bare = _NUMBER.fullmatch(value.rstrip("人户名个位"))
    if bare and field == "people":
        return Draft(kind, people=number(bare[0]))
    if bare and field == "new_users":
        return Draft(kind, new_users=number(bare[0]))
    told = read(value, kind, known, today)
    if field == "places" and told.text and not told.places:
        raise OpsError(f"{known.unknown(told.text)}没有改，请核对后重新发。")
    if told.text or not (getattr(told, field) or (field == "places" and (told.unclear or told.word))):
        raise _not_read(name, kind)
    return told


def _not_read(name: str, kind: str) -> OpsError:
    return OpsError(
        f"“{name}”要改成什么没有看懂，没有改。请这样写：{KINDS[kind].name} 更正 编号 {_EXAMPLES[_FIELDS[name]]}"
    )
