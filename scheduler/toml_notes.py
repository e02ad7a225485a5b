"""Reading a TOML file section by section, with everything that is wrong noted at its line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_HEADER = re.compile(r"\s*(\[+)\s*([\w-]+)\s*\]+")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")  # as a text; a bare date is one of TOML's own
FEN = 100


class Notes:
    """What is wrong in one file so far, by line."""

    def __init__(self, text: str) -> None:
        """Take the file's text, to know on which line each section and key stands."""
        self.lines = _lines(text)
        self.wrong: list[tuple[int, str]] = []

    def note(self, where: str, key: str, words: str) -> None:
        """Note what is wrong with a key of a section, "" for the section itself."""
        if (found := (self.line(where, key), words)) not in self.wrong:
            self.wrong.append(found)

    def line(self, where: str, key: str = "") -> int:
        """Return the line of a key, of its section where the key is not there, of the file's beginning for neither."""
        return self.lines.get((where, key)) or self.lines.get((where, "")) or 1

    def sections(self, tables: Mapping[str, Any], name: str) -> list[Section]:
        """Return the sections [[name]]; what is none is noted."""
        found = tables.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.note(f"{name} 1" if (f"{name} 1", "") in self.lines else name, "", f"{name} 应写成 [[{name}]] 一节。")
            return []
        return [Section(self, f"{name} {number}", table) for number, table in enumerate(found, 1)]

    def section(self, tables: Mapping[str, Any], name: str) -> Section:
        """Return the section [name], an empty one where it is not there or is none."""
        found = tables.get(name, {})
        if not isinstance(found, dict):
            self.note(name, "", f"{name} 应写成 [{name}] 一节。")
            found = {}
        return Section(self, name, found)


class Section:
    """One section: its keys by type; a value of another type is noted, and stands as if it were not there."""

    def __init__(self, notes: Notes, where: str, table: Mapping[str, Any]) -> None:
        """Take the file's notes, the section's name with its number, and what stands in it."""
        self.notes, self.where, self.table = notes, where, table

    def note(self, key: str, words: str) -> None:
        """Note what is wrong with a key."""
        self.notes.note(self.where, key, words)

    def knows(self, known: Collection[str]) -> None:
        """Note each key that is none of these."""
        for key in self.table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0)
                self.note(key, f"没有 {key} 这一项，是不是 {near[0]}？")

    def wants(self, what: str, *keys: str) -> None:
        """Note each of these keys that is missing."""
        for key in keys:
            if key not in self.table:
                self.note("", f"{what}缺 {key}。")

    def text(self, key: str) -> str:
        """Return a text, "" for none."""
        found = self.table.get(key, "")
        if not isinstance(found, str):
            self.note(key, f"{key} 应是文字，要加英文双引号。")
            return str(found)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is one of them."""
        found = self.table.get(key, ())
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, Sequence) or not all(isinstance(one, str) for one in listed):
            self.note(key, f'{key} 应是一列文字，例如 {key} = ["签到表", "照片"]。')
            return ()
        return tuple(listed)

    def whole(self, key: str, usual: int, least: int = 1) -> int:
        """Return a whole number of at least `least`."""
        found = self.table.get(key, usual)
        if type(found) is not int or found < least:
            self.note(key, f"{key} 应是大于 {least - 1} 的整数，不加引号。")
            return usual
        return found

    def flag(self, key: str, *, usual: bool) -> bool:
        """Return a yes or no."""
        found = self.table.get(key, usual)
        if not isinstance(found, bool):
            self.note(key, f"{key} 只能写 true（是）或 false（否），不加引号。")
            return usual
        return found

    def choice(self, key: str, meanings: Mapping[Any, str]) -> Any:
        """Return one of these values, the first one where none is given."""
        usual = next(iter(meanings))
        found = self.table.get(key, usual)
        if found not in meanings or isinstance(found, bool) != isinstance(usual, bool):
            said = "，".join(f"{_written(value)}（{words}）" for value, words in meanings.items())
            self.note(key, f"{key} 只能写 {said}。")
            return usual
        return found

    def day(self, key: str) -> date | None:
        """Return a day, None where there is none."""
        found = self.table.get(key)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        if isinstance(found, str) and _DAY.fullmatch(found):
            return date.fromisoformat(found)
        if found is not None:
            self.note(key, f"{key} 应写成 2026-01-01 这样的日期。")
        return None

    def money(self, key: str) -> int | None:
        """Return a sum of yuan in fen, None where there is none."""
        found = self.table.get(key)
        if found is None:
            return None
        fen = found * FEN if isinstance(found, int | Decimal) and not isinstance(found, bool) else None
        if fen is None or fen <= 0 or fen != int(fen):
            self.note(key, f"{key} 应是以元计的数，最多两位小数，不加引号，例如 {key} = 1067473。")
            return None
        return int(fen)


def _written(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _lines(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each section and key: ("contract", "from"), ("target 2", "value"); "" is the section's own."""
    found: dict[tuple[str, str], int] = {}
    where, numbers = "", dict[str, int]()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            name = header[2]
            numbers[name] = numbers.get(name, 0) + 1
            where = f"{name} {numbers[name]}" if len(header[1]) > 1 else name
            found.setdefault((where, ""), number)
            found.setdefault((name, ""), number)
        elif key := _KEY.match(line):
            found.setdefault((where, key[1]), number)
    return found
