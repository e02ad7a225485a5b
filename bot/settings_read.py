"""Reading settings: tables and environment variables become one typed Config.

Nothing stops at the first mistake: each is noted under its dotted key, and the
setting is read as if it had been left out. Texts found are never repeated in
the notes, because a secret may stand in the wrong line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from bot.settings import Config, Step

OURS = ("WXOPS_WORKSPACE", "WXOPS_CLOCK")  # read elsewhere, and no settings
TESTS = "WXOPS_TEST_"

WANTED = {
    str: "文字（加双引号）",
    int: "整数（不加引号）",
    bool: "true 或 false（不加引号）",
    tuple[str, ...]: '一组文字（只能写在 config.toml 里），例如两个时刻：["22:00", "07:00"]',
    tuple[Step, ...]: '一组步骤（只能写在 config.toml 里）：[{ name = "终审", role = "chief", party = "甲方" }]',
}
FOUND = {str: "文字", int: "整数", bool: "true 或 false", float: "小数", list: "列表", dict: "表"}

T = TypeVar("T")


def keys_of(kind: type[Any]) -> dict[str, Field[Any]]:
    """Return the keys of a section, or of a step, as the file spells them, each with its field."""
    return {each.name.rstrip("_"): each for each in fields(kind)}


SECTIONS: dict[str, Any] = get_type_hints(Config)
TYPES: dict[str, object] = {
    f"{section}.{name}": get_type_hints(kind)[each.name]
    for section, kind in SECTIONS.items()
    for name, each in keys_of(kind).items()
}
VARIABLES = {f"WXOPS_{key.replace('.', '_').upper()}": key for key in TYPES}


@dataclass(frozen=True)
class Notes:
    """What was noticed: dotted key → what to write instead; key → the variable it was taken from."""

    wrong: dict[str, str] = field(default_factory=dict)
    taken_from: dict[str, str] = field(default_factory=dict)


def read(tables: Mapping[str, object], environ: Mapping[str, str], folder: Path, notes: Notes) -> Config:
    """Return the Config that tables and environment give; mistakes are added to `notes`.

    A required setting that is missing is read as "". Relative `…_FILE` paths begin in `folder`.
    """
    sections = _sections(tables, notes.wrong)
    overrides = _overrides(environ, folder, notes)
    if "callback" not in tables and not any(key.startswith("callback.") for key in overrides):
        sections["callback"] = {"token": "", "path": ""}  # no callback at all
    for key, text in overrides.items():
        section, name = key.split(".")
        sections[section][name] = _typed(text, TYPES[key])
    values = {section: _made(SECTIONS[section], table, section, notes.wrong) for section, table in sections.items()}
    config = Config(**values)
    if "mode" in sections["callback"] and "callback.mode" not in notes.wrong:
        return config
    mode: Literal["safe", "plain"] = "safe" if config.callback.aes_key else "plain"
    return replace(config, callback=replace(config.callback, mode=mode))


def _sections(tables: Mapping[str, object], wrong: dict[str, str]) -> dict[str, dict[str, object]]:
    """Return a table for every section; what is no known section is noted."""
    sections: dict[str, dict[str, object]] = {section: {} for section in SECTIONS}
    for name, table in tables.items():
        if name not in SECTIONS:
            wrong[name] = _unknown(name, SECTIONS)
        elif isinstance(table, dict):
            sections[name].update(table)
        else:
            wrong[name] = f"这是一节：单独一行写 [{name}]，它的设置逐行写在下面。"
    return sections


def _made(kind: type[T], table: Mapping[str, object], where: str, wrong: dict[str, str]) -> T:
    """Return a section, or a step, from its table."""
    keys, hints = keys_of(kind), get_type_hints(kind)
    for name in table:
        if name not in keys:
            wrong[f"{where}.{name}"] = _unknown(name, keys, f"{where}.")
    values: dict[str, object] = {}
    for name, each in keys.items():
        value = _value(hints[each.name], table[name], f"{where}.{name}", wrong) if name in table else None
        if value is not None:
            values[each.name] = value
        elif each.default is MISSING:
            values[each.name] = ""
    return kind(**values)


def _value(hint: object, raw: object, key: str, wrong: dict[str, str]) -> object:
    """Return the value if it is of the setting's type; otherwise note what is wanted, and return None."""
    if type(raw) is hint or (isinstance(raw, str) and raw in get_args(hint)):
        return raw
    if hint == tuple[str, ...] and (raw == "" or _all(str, raw)):
        return tuple(raw) if isinstance(raw, list) else ()
    if hint == tuple[Step, ...] and isinstance(raw, list) and _all(dict, raw):
        return tuple(_made(Step, each, f"{key}[{n}]", wrong) for n, each in enumerate(raw, 1))
    wrong[key] = f"应写{_wanted(hint)}，现在写的是{_found(hint, raw)}。"
    return None


def _all(kind: type, raw: object) -> bool:
    return isinstance(raw, list) and all(isinstance(each, kind) for each in raw)


def _wanted(hint: Any) -> str:
    """Return what a setting of this type looks like."""
    if get_origin(hint) is Literal:
        return " " + "、".join(f'"{choice}"' for choice in get_args(hint)) + " 之一"
    return WANTED[hint]


def _found(hint: object, raw: object) -> str:
    """Return the kind of what was found, never the text itself."""
    kind = FOUND.get(type(raw), "日期或时间")
    return f"别的{kind}" if get_origin(hint) is Literal and isinstance(raw, str) else kind


def _unknown(name: str, known: Iterable[str], where: str = "") -> str:
    """Return the answer to an unknown name: the nearest one here, or its home elsewhere, or all that fit."""
    close = [where + each for each in difflib.get_close_matches(name, known, n=1)]
    homes = [key for key in TYPES if key.endswith(f".{name}")]
    if close or homes:
        return f"没有这个设置，是不是 {' 或 '.join(close or homes)}？"
    return f"没有这个设置，这里可以写：{'、'.join(known)}。"


def _overrides(environ: Mapping[str, str], folder: Path, notes: Notes) -> dict[str, str]:
    """Return dotted key → text for every setting that the environment gives."""
    texts: dict[str, str] = {}
    for variable in sorted(environ):
        if not variable.startswith("WXOPS_") or variable in OURS or variable.startswith(TESTS):
            continue
        plain = variable.removesuffix("_FILE")
        if plain not in VARIABLES:
            close = difflib.get_close_matches(plain, VARIABLES, n=1, cutoff=0)
            notes.wrong[variable] = f"没有这个环境变量，是不是 {close[0]}？"
        elif plain != variable and plain in environ:
            notes.wrong[variable] = f"和 {plain} 同时设了，请只留一个。"
        else:
            key = VARIABLES[plain]
            notes.taken_from[key] = variable
            text = environ[variable] if plain == variable else _held_by(folder / environ[variable])
            if text is None:
                notes.wrong[key] = "变量里应写一个文件的路径：文件要在，存成 UTF-8，并让本程序有权读它。"
            else:
                texts[key] = text
    return texts


def _held_by(file: Path) -> str | None:
    """Return what the file holds, without the blanks around it; None when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError):
        return None


def _typed(text: str, hint: object) -> object:
    """Return a variable's text as a number or a truth value, where one is wanted and it is one."""
    if hint is int and re.fullmatch(r"-?[0-9]{1,9}", text):
        return int(text)
    if hint is bool and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text
