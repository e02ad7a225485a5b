"""The front matter: YAML whose values are read as the editor wrote them and typed by us."""

from __future__ import annotations

import contextlib
import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from content import values
from content.article import Facts, Level, PictureFacts, Problem
from content.covers import focus_in

NAMES: dict[str, tuple[str, ...]] = {
    "title": ("title", "标题"),
    "author": ("author", "作者"),
    "digest": ("digest", "摘要"),
    "cover": ("cover", "封面"),
    "cover_focus": ("cover_focus", "封面焦点"),
    "math": ("math", "公式"),
    "column": ("column", "栏目"),
    "publish_at": ("publish_at", "发布时间"),
    "notify": ("notify", "推送"),
    "position": ("position", "顺序"),
    "places": ("places", "社区"),
    "case_study": ("case_study", "典型案例"),
    "source": ("source", "来源"),
    "original_link": ("original_link", "原文链接"),
    "comments": ("comments", "留言"),
    "ai_generated": ("ai_generated", "ai生成"),
    "by_hand": ("by_hand", "手工项"),
    "pictures": ("pictures", "图片"),
    "month": ("month", "月份"),
    "tags": ("tags", "标签"),
}
_CANONICAL = {name: key for key, names in NAMES.items() for name in names}
_MEANT = {
    "description": "digest", "summary": "digest", "excerpt": "digest", "date": "publish_at", "time": "publish_at",
    "简介": "摘要", "描述": "摘要", "时间": "发布时间", "日期": "发布时间", "image": "cover", "thumb": "cover",
    "category": "column", "分类": "栏目", "街道": "社区", "url": "original_link", "链接": "原文链接", "排序": "顺序",
    "need_open_comment": "comments", "署名": "作者", "题目": "标题", "name": "title",
}  # fmt: skip
_PICTURE_NAMES = {
    "file": "file", "文件": "file", "source": "source", "来源": "source", "holder": "holder", "权利人": "holder",
    "licence": "licence", "license": "licence", "许可": "licence", "授权": "licence", "consent": "consent",
    "肖像同意": "consent",
}  # fmt: skip
_ENTRY = re.compile(r"^([^\s:：#\-\[{\"'|>&*!%@`][^:：]{0,40}?)[ \t]*[:：](?:[ \t\u3000]*)(.*)$")
_NAME = re.compile(r"[A-Za-z_]+:(?: |$)")
_FENCE = re.compile(r"^---[ \t]*$")
_FAST = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # not everywhere is PyYAML built with libyaml
_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$")


@dataclass
class FrontMatter:
    """What was read: the facts, the text after them, and the problems."""

    facts: Facts
    body: str
    body_line: int
    lines: dict[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Entry:
    """One key of the front matter with the lines of its value."""

    key: str
    line: int
    first: str
    more: tuple[str, ...]


class _Book:
    """Collects the problems of one file."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []

    def add(self, line: int, code: str, level: Level, message: str, fix: str = "") -> None:
        self.problems.append(Problem(self.name, line, code, level, message, fix=fix))


def read_front_matter(text: str, name: str) -> FrontMatter:
    """Return the facts and the body of a file's text ("\\n" line ends); `name` stands in the problems."""
    book = _Book(name)
    lines = text.lstrip("\ufeff").split("\n")
    begin = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if not _FENCE.match(lines[begin]):
        return FrontMatter(_with_heading(Facts(), text, 1, book), text, 1, {}, tuple(book.problems))
    end, body_at = _end(lines, begin, book)
    where: dict[str, int] = {}
    given = _facts(_entries(lines[begin + 1 : end], begin + 2, book), where, book)
    body = "\n".join(lines[body_at:])
    body_line = min(body_at + 1, len(lines))  # of an empty body: the last line there is
    facts = _with_heading(Facts(**given), body, body_line, book)
    return FrontMatter(facts, body, body_line, where, tuple(book.problems))


def read_some(text: str, keys: Collection[str]) -> Facts:
    """Return some facts of a file's text alone, quickly, for an overview of many; what is wrong is not told."""
    book, lines = _Book(""), text.lstrip("\ufeff").split("\n")
    begin = next((n for n, line in enumerate(lines) if line.strip()), 0)
    facts, body_at = Facts(), 0
    if _FENCE.match(lines[begin]):
        end, body_at = _end(lines, begin, book)
        entries = _entries(lines[begin + 1 : end], begin + 2, book)
        facts = Facts(**_facts([entry for entry in entries if _canonical(entry.key) in keys], {}, book))
    untitled = "title" in keys and not facts.title
    return _with_heading(facts, "\n".join(lines[body_at:]), 1, book) if untitled else facts


def _end(lines: list[str], begin: int, book: _Book) -> tuple[int, int]:
    """Return the line after the last entry and the first line of the body, both from 0."""
    for number in range(begin + 1, len(lines)):
        if _END.match(lines[number]):
            return number, number + 1
    book.add(
        begin + 1,
        "FRONT_MATTER_UNCLOSED",
        Level.ERROR,
        "文件开头的信息没有结束：第一行是 ---，后面却没有第二个 ---。请在最后一项信息的下一行补上 ---。",
    )
    number = begin + 1
    while number < len(lines) and (_ENTRY.match(lines[number]) or lines[number].startswith((" ", "-", "\t"))):
        number += 1
    return number, number


def _with_heading(facts: Facts, body: str, body_line: int, book: _Book) -> Facts:
    """Take the first heading as the title where the front matter has none, and say so."""
    if facts.title:
        return facts
    for number, line in enumerate(body.split("\n")):
        if found := re.match(r"^# +(.+?) *#*$", line):
            title = re.sub(r"[*`]", "", found[1]).strip()
            message = f"没有写 title（标题），用了正文的一级标题“{title}”。请在文件开头写上 title: {title}"
            book.add(body_line + number, "TITLE_FROM_HEADING", Level.WARN, message, f"title: {title}")
            return Facts(**{**facts.__dict__, "title": title})
        if line.strip():
            break
    return facts


def _entries(lines: list[str], at: int, book: _Book) -> list[_Entry]:
    found: list[_Entry] = []
    for number, line in enumerate(lines, at):
        if not line.strip() or line.startswith("#"):
            continue
        begun = _ENTRY.match(line)
        if begun is None and found and (begun := _indented(line, found[-1])):
            message = (
                f"“{begun[1].strip()}”前面有空格，会被当成上一项“{found[-1].key}”的文字。"
                "请顶格写；如果本来就是上一项的文字，请把上一项的内容放在引号里。"
            )
            book.add(number, "FRONT_MATTER_LINE", Level.ERROR, message)
        if begun:
            found.append(_Entry(begun[1].strip(), number, begun[2].strip(), ()))
        elif line[0] in " \t-\u3000]}" and found:
            last = found.pop()
            found.append(_Entry(last.key, last.line, last.first, (*last.more, line.replace("\t", "  "))))
        else:
            book.add(
                number, "FRONT_MATTER_LINE", Level.ERROR, f"这一行看不懂：“{line.strip()[:30]}”。应写成“名称: 内容”。"
            )
    return found


def _indented(line: str, before: _Entry) -> re.Match[str] | None:
    """Return an indented line as an entry where the value before it is plain text, in which YAML allows no key."""
    entry = _ENTRY.match(line.lstrip())
    if entry is None or not before.first or before.first[0] in "\"'[{|>":
        return None
    return entry if _canonical(entry[1]) or _NAME.match(entry[0]) else None


def _facts(entries: list[_Entry], where: dict[str, int], book: _Book) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for entry in entries:
        key = _canonical(entry.key)
        if key is None:
            _unknown(entry, book)
        elif key in where:
            message = f"“{entry.key}”写了两次（第 {where[key]} 行和第 {entry.line} 行），请只留一处；现在按第 {where[key]} 行算。"
            book.add(entry.line, "DUPLICATE_KEY", Level.ERROR, message)
        else:
            where[key] = entry.line
            value = _typed(key, entry, book)
            if value is not None and key in Facts.__dataclass_fields__:
                given[key] = value
    return given


def _canonical(name: str) -> str | None:
    name = unicodedata.normalize("NFKC", name).strip().lower().replace("-", "_").replace(" ", "_")
    return _CANONICAL.get(name)


def _unknown(entry: _Entry, book: _Book) -> None:
    name = entry.key.lower()
    near = [_MEANT[name]] if name in _MEANT else difflib.get_close_matches(name, list(_CANONICAL), 1, 0.5)
    hint = f"是不是“{near[0]}”？" if near else "可以写的有：标题、作者、摘要、封面、发布时间、社区等。"
    book.add(
        entry.line, "UNKNOWN_KEY", Level.WARN, f"不认识“{entry.key}”，这一项没有用上。{hint}", near[0] if near else ""
    )


def _typed(key: str, entry: _Entry, book: _Book) -> Any:  # Any: each key has a type of its own
    try:
        raw = _loaded(entry)
    except yaml.YAMLError as error:
        mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
        line = min(entry.line + (mark.line if mark else 0), entry.line + len(entry.more))
        book.add(line, "YAML", Level.ERROR, f"“{entry.key}”的写法不对：引号、括号或缩进没有配对。请检查这一项。")
        return None
    try:
        reader: Callable[[Any], Any] = _READERS.get(key, _text)
        return reader(raw)
    except values.NotUnderstood as error:
        code = "BAD_DATE" if key == "publish_at" else "BAD_VALUE"
        book.add(entry.line, code, Level.ERROR, f"“{entry.key}”{error}", error.fix)
        return None


def _loaded(entry: _Entry) -> Any:
    """Return strings, lists and mappings of strings; a plain text in one line stays exactly as it was written."""
    if not entry.more and entry.first[:1] not in ('"', "'", "[", "{"):
        return "" if entry.first in ("~", "null") else entry.first
    text = "\n".join((entry.first, *entry.more)) if entry.first else "\n".join(_shared_indent(entry.more))
    try:
        return _yaml(text)
    except yaml.YAMLError:
        if entry.first[:1] in ("", '"', "'", "[", "{", "|", ">"):
            raise
        return " ".join(part.strip() for part in (entry.first, *entry.more))


def _yaml(text: str) -> Any:
    """Read with the loader in C, ten times as fast; where it refuses, the one in Python says exactly where."""
    with contextlib.suppress(yaml.YAMLError):
        return yaml.load(text, Loader=_FAST)  # noqa: S506 -- both make nothing but strings
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506


def _shared_indent(lines: tuple[str, ...]) -> list[str]:
    indent = min(len(line) - len(line.lstrip(" ")) for line in lines)
    return [re.sub(r"^( *(?:- )?[^\s:：]+)：\s*", r"\1: ", line[indent:]) for line in lines]


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return " ".join(raw.split("\n")).strip()
    if raw is None:
        return ""
    raise values.NotUnderstood("应是一段文字，不是一组内容。")


def _pictures(raw: Any) -> tuple[PictureFacts, ...]:
    if raw in ("", None):
        return ()
    if not isinstance(raw, list) or not all(isinstance(item, Mapping) for item in raw):
        raise values.NotUnderstood("应是一组图片，每张写“- 文件: 图片名”，下面缩进写来源、权利人、许可。")
    return tuple(_picture(item) for item in raw)


def _picture(item: Mapping[Any, Any]) -> PictureFacts:
    given: dict[str, str] = {}
    for name, value in item.items():
        key = _PICTURE_NAMES.get(str(name).strip().lower())
        if key is None:
            raise values.NotUnderstood(f"里有不认识的“{name}”。每张图片可以写：文件、来源、权利人、许可、肖像同意。")
        given[key] = str(value).strip()
    return PictureFacts(**given)


_READERS: dict[str, Callable[[Any], Any]] = {
    "publish_at": lambda raw: values.moment(_text(raw)),
    "notify": lambda raw: values.notify(_text(raw)),
    "position": lambda raw: values.position(_text(raw)),
    "places": values.names,
    "by_hand": values.names,
    "case_study": lambda raw: values.yes(_text(raw)),
    "comments": lambda raw: values.yes(_text(raw)),
    "ai_generated": lambda raw: values.yes(_text(raw)),
    "math": lambda raw: values.yes(_text(raw)),
    "cover_focus": lambda raw: focus_in(_text(raw)),
    "pictures": _pictures,
    "month": lambda raw: values.month(_text(raw)),
    "tags": lambda raw: None,
}
