"""The menu under the chat (menu.toml): read with every fault and its line, written, and compared.

The limits are WeChat's (wechat-api.md §9, "menu/create"): 3 buttons with 5 below each,
names of 4 and 8 Han characters (16 and 60 bytes), keys of 128 bytes, addresses of 1,024.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from content.article import Level, Problem
from content.cjk import han_count
from content.finding import MENU_FILE
from content.tables import TableWrong, decoded

BUTTONS, BELOW = 3, 5
NAME_BYTES, BELOW_NAME_BYTES = 16, 60
NAME_HAN, BELOW_NAME_HAN = 4, 8
BYTES = {"key": 128, "url": 1024}
CLICK, VIEW = "click", "view"
FACTS: Mapping[str, tuple[str, ...]] = {
    CLICK: ("key",), VIEW: ("url",), "miniprogram": ("url", "appid", "pagepath"), "media_id": ("media_id",),
    "article_id": ("article_id",), "article_view_limited": ("article_id",), "location_select": ("key",),
    "scancode_push": ("key",), "scancode_waitmsg": ("key",), "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",), "pic_weixin": ("key",),
}  # fmt: skip
HEAD = """\
# 公众号的菜单：最多 3 个一级菜单（名字 4 个汉字以内），每个下面最多 5 个子菜单（8 个汉字以内）。
# type：click 点击，按 key 在 replies.csv 里找回复；view 打开网页 url；miniprogram 小程序（url、appid、pagepath）；
# article_id 已发布的文章；media_id 永久素材。改好后运行 wxops menu check，再运行 wxops menu push。
"""
_KNOWN = ("name", "type", *dict.fromkeys(fact for facts in FACTS.values() for fact in facts))
_HEADER = re.compile(r"\s*\[\[\s*button\s*(\.\s*sub_button\s*)?\]\]")
_FACT = re.compile(r"\s*[\"']?([A-Za-z_]+)[\"']?\s*=")
_SPOT = re.compile(r"at line ([0-9]+)")

Place = tuple[int, ...]  # (0,) the first button, (0, 2) the third one below it
Answered = Callable[[str], bool]  # whether a key that is pressed has an answer


@dataclass(frozen=True)
class Button:
    """A button: what it does, in the API's words, or the buttons below it."""

    name: str
    kind: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    below: tuple[Button, ...] = ()

    def fact(self, name: str) -> str:
        """Return the key, the address …; "" where it has none."""
        return dict(self.facts).get(name, "")

    def as_call(self) -> dict[str, object]:
        """Return it as menu/create takes it."""
        if self.below:
            return {"name": self.name, "sub_button": [one.as_call() for one in self.below]}
        return {"type": self.kind, "name": self.name, **dict(self.facts)}

    @property
    def words(self) -> str:
        """Return what it does, as people read it."""
        if self.kind == CLICK:
            return f"点击，回复“{self.fact('key')}”"
        if self.kind == VIEW:
            return f"打开 {self.fact('url')}"
        return " ".join([self.kind, *(value for _, value in self.facts)]) if self.kind else "（有子菜单）"


@dataclass(frozen=True)
class Menu:
    """A menu.toml as it was read; with an error among the problems it must not be pushed."""

    buttons: tuple[Button, ...] = ()
    problems: tuple[Problem, ...] = ()


def button_of(told: Mapping[str, Any], *, level: int = 0) -> Button:
    """Return a button as the API tells it; what its kind does not need is left out."""
    below = told.get("sub_button") or ()
    if isinstance(below, Mapping):  # get_current_selfmenu_info puts a list around it
        below = below.get("list") or ()
    inner = tuple(button_of(one, level=level + 1) for one in below if isinstance(one, Mapping)) if not level else ()
    kind, name = str(told.get("type") or ""), str(told.get("name") or "")
    if inner:
        return Button(name, below=inner)
    facts = ((fact, told[fact]) for fact in FACTS.get(kind, ()) if told.get(fact))
    return Button(name, kind, tuple((fact, str(value)) for fact, value in facts))


def read_menu(file: Path, answered: Answered, *, elsewhere: bool = False) -> Menu:
    """Return the menu in a file with everything that is wrong with it; OSError for a file that is not there.

    elsewhere: keys without an answer here go to another system, and are only a warning.
    """
    data = file.read_bytes()
    try:
        text = decoded(data, file.name)
        told = tomllib.loads(text)
    except TableWrong as error:
        return Menu(problems=tuple(error.problems))
    except tomllib.TOMLDecodeError as error:
        found = _SPOT.search(str(error))
        message = "读不懂，请检查引号、等号和括号是否成对、是否为英文标点，同一个名字是否写了两遍。"
        return Menu(problems=(_problem(int(found[1]) if found else 1, message),))
    lines, entries = _lines(text), told.get("button")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return Menu(problems=(_problem(1, "没有菜单。每个一级菜单写成一段，以 [[button]] 开头。"),))
    problems = [
        _problem(1, f"不认识“{name}”，只用 [[button]] 和 [[button.sub_button]]。") for name in told if name != "button"
    ]
    if not 1 <= len(entries) <= BUTTONS:
        problems.append(_problem(_line(lines, (BUTTONS,)), f"一级菜单有 {len(entries)} 个，应是 1 到 {BUTTONS} 个。"))
    for place, entry in _entries(entries):
        for level, fact, message in _faults(place, entry, answered, elsewhere):
            problems.append(_problem(_line(lines, place, fact), message, level))
    return Menu(tuple(button_of(entry) for entry in entries), tuple(sorted(problems, key=lambda one: one.line)))


def as_toml(buttons: Sequence[Button]) -> str:
    """Return buttons as menu.toml holds them."""
    parts = [HEAD]
    for button in buttons:
        parts.append("\n[[button]]\n" + _facts(button))
        parts += ["\n[[button.sub_button]]\n" + _facts(one) for one in button.below]
    return "".join(parts)


def differences(old: Sequence[Button], new: Sequence[Button]) -> list[str]:
    """Return the lines that go and come between two menus, in their order; none where they are alike."""
    found = list(difflib.ndiff(_shown(old), _shown(new)))
    words = {"- ": "去掉 ", "+ ": "新增 ", "  ": "不变 "}
    changed = any(line[:2] in ("- ", "+ ") for line in found)
    return [words[line[:2]] + line[2:] for line in found if line[:2] in words] if changed else []


def _shown(buttons: Sequence[Button]) -> list[str]:
    return [
        line
        for button in buttons
        for line in (
            f"{button.name}：{button.words}",
            *(f"{button.name} › {one.name}：{one.words}" for one in button.below),
        )
    ]


def _facts(button: Button) -> str:
    told = {"name": button.name, **({"type": button.kind} if button.kind else {}), **dict(button.facts)}
    return "".join(f"{name} = {_string(value)}\n" for name, value in told.items())


def _string(value: str) -> str:
    """Return a basic string of TOML: JSON's, but for one character that TOML does not take bare."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entries(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    for at, entry in enumerate(entries):
        yield (at,), entry
        below = entry.get("sub_button")
        for inner, one in enumerate(below if isinstance(below, list) else ()):
            yield (at, inner), one if isinstance(one, dict) else {}


def _faults(
    place: Place, entry: Mapping[str, Any], answered: Answered, elsewhere: bool
) -> Iterator[tuple[Level, str, str]]:
    """Yield what is wrong with one button: how bad, at which of its facts ("" all of it), and what to write."""
    name, below = str(entry.get("name") or ""), entry.get("sub_button")
    yield from _name_faults(name, top=len(place) == 1)
    for fact, value in entry.items():
        if fact not in _KNOWN and not (fact == "sub_button" and len(place) == 1):
            near = difflib.get_close_matches(fact, _KNOWN, 1)
            yield Level.ERROR, fact, f"不认识“{fact}”。" + (f"是不是“{near[0]}”？" if near else "")
        elif fact in _KNOWN and not isinstance(value, str):
            yield Level.ERROR, fact, f"{fact} 的值要写在引号里。"
    if below is not None and len(place) == 1:
        if not isinstance(below, list) or not 1 <= len(below) <= BELOW:
            yield Level.ERROR, "", f"“{name}”下面应有 1 到 {BELOW} 个子菜单，每个以 [[button.sub_button]] 开头。"
        if entry.get("type"):
            yield Level.ERROR, "type", f"“{name}”有子菜单，自己就不能再有 type，请删去这一行，或把它也做成子菜单。"
        return
    yield from _action_faults(name, entry, answered, elsewhere)


def _name_faults(name: str, *, top: bool) -> Iterator[tuple[Level, str, str]]:
    size, most, han = len(name.encode()), *((NAME_BYTES, NAME_HAN) if top else (BELOW_NAME_BYTES, BELOW_NAME_HAN))
    width = han_count(name) + (len(name) - han_count(name)) / 2
    if not name:
        yield Level.ERROR, "name", "菜单没有名字，请写 name。"
    elif size > most:
        yield Level.ERROR, "name", f"“{name}”有 {size} 字节，最多 {most} 字节（约 {most // 3} 个汉字），请缩短。"
    elif width > han:
        yield Level.WARN, "name", f"“{name}”超过 {han} 个汉字，手机上后面的会显示成“…”，建议缩短。"


def _action_faults(
    name: str, entry: Mapping[str, Any], answered: Answered, elsewhere: bool
) -> Iterator[tuple[Level, str, str]]:
    kind = str(entry.get("type") or "")
    if kind not in FACTS:
        said = f"“{name}”的 type“{kind}”不认识" if kind else f"“{name}”没有写 type"
        yield Level.ERROR, "type", f"{said}，请写：{'、'.join(FACTS)}。"
        return
    for fact in FACTS[kind]:
        value = str(entry.get(fact) or "")
        if not value:
            yield Level.ERROR, "type", f"“{name}”是 {kind}，要写 {fact}。"
        elif len(value.encode()) > BYTES.get(fact, 1024):
            yield (
                Level.ERROR,
                fact,
                f"“{name}”的 {fact} 有 {len(value.encode())} 字节，最多 {BYTES[fact]} 字节，请缩短。",
            )
        elif fact == "url":
            yield from _address_faults(name, value)
        elif kind == CLICK and not answered(value):
            level = Level.WARN if elsewhere else Level.ERROR
            yield (
                level,
                fact,
                f"“{name}”点了没有回复：replies.csv 里没有“{value}”，也没有这个命令。请在 replies.csv 加一行。",
            )


def _address_faults(name: str, url: str) -> Iterator[tuple[Level, str, str]]:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("https", "http") or not parts.hostname or re.search(r"\s", url):
        yield Level.ERROR, "url", f"“{name}”的网址应是完整的，以 https:// 开头。"
    elif parts.scheme == "http":
        yield Level.WARN, "url", f"“{name}”的网址没有加密（http），能用 https:// 打开的请改成 https://。"


def _lines(text: str) -> dict[tuple[Place, str], int]:
    """Return the line of each button's header and of each of its facts, as far as they are written in the usual form."""
    found: dict[tuple[Place, str], int] = {}
    top, below = -1, -1
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            top, below = (top, below + 1) if header[1] else (top + 1, -1)
        fact = _FACT.match(line)
        place = (top,) if below < 0 else (top, below)
        if header or fact:
            found.setdefault((place, fact[1] if fact else ""), number)
    return found


def _line(lines: Mapping[tuple[Place, str], int], place: Place, fact: str = "") -> int:
    return lines.get((place, fact)) or lines.get((place, "")) or lines.get((place[:1], "")) or 1


def _problem(line: int, message: str, level: Level = Level.ERROR) -> Problem:
    return Problem(MENU_FILE, line, "MENU", level, message)
