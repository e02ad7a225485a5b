"""contract.toml: the contract's days and its targets, each with its clause and the rule by which it is counted.

Everything that is wrong in the file is said at once, with its line.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from content.errors import FilesWrong
from scheduler.interaction_rule import DEFAULT, SECTION, Rule, faults, rule_of

CONTRACT_FILE = "contract.toml"
PER = ("", "month", "week")
DAYS_A_WEEK = 7
_CONTRACT_KEYS = ("name", "from", "to", "version")
_TARGET_KEYS = ("id", "name", "clause", "rule", "value", "per", "unit", "count")
_WANTED = ("id", "name", "value", "unit", "count")
_HEADER = re.compile(r"\s*\[+\s*([\w-]+)\s*\]+")
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])")  # as a text; a bare date is one of TOML's own
_KEY = re.compile(r"\s*([\w-]+)\s*=")


@dataclass(frozen=True)
class Target:
    """One target: `value` of `unit` in each `per` (month or week) of the contract, or in all of it.

    count: which counting function says what is done. rule: what is counted, as people agreed on it.
    """

    id: str
    name: str
    value: int
    unit: str
    count: str
    clause: str = ""
    rule: str = ""
    per: str = ""


@dataclass(frozen=True)
class Contract:
    """The contract: its first and last day, the paper that this version of the targets stands in, and the targets."""

    first: date
    last: date
    name: str
    version: str
    targets: tuple[Target, ...]
    interactions: Rule = DEFAULT

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """Return how many whole months it has, at least one."""
        end = date.fromordinal(self.last.toordinal() + 1)
        months = (end.year - self.first.year) * 12 + end.month - self.first.month
        return max(1, months - (end.day < self.first.day))

    @property
    def weeks(self) -> int:
        """Return how many whole weeks it has, at least one."""
        return max(1, self.days // DAYS_A_WEEK)

    def total(self, target: Target) -> int:
        """Return what a target comes to in the whole contract."""
        return target.value * {"month": self.months, "week": self.weeks}.get(target.per, 1)


def read_contract(folder: Path, counts: Collection[str]) -> Contract | None:
    """Return the contract of a workspace, None where it has none; FilesWrong with all that is wrong in the file.

    counts: the names of what can be counted, now or later.
    """
    try:
        text = (folder / CONTRACT_FILE).read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except FileNotFoundError:
        return None
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"第 {line[1]} 行" if line else "最后一行"
        raise FilesWrong(f"{CONTRACT_FILE} {where}写得不对：每行应是 名称 = 值，文字要加英文双引号。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FilesWrong(f"{CONTRACT_FILE} 读不出，请存成 UTF-8 编码。") from error
    return _Reading(text, counts).contract(tables)


class _Reading:
    """One reading of the file: what was found wrong so far, by line."""

    def __init__(self, text: str, counts: Collection[str]) -> None:
        self.counts, self.lines = counts, _lines(text)
        self.wrong: list[tuple[int, str]] = []

    def contract(self, tables: Mapping[str, Any]) -> Contract:
        head, targets = tables.get("contract"), tables.get("target")
        if not isinstance(head, dict):
            self._note("", "", "缺 [contract] 一节，写明 from 和 to。")
            head = {}
        if not isinstance(targets, list) or not all(isinstance(one, dict) for one in targets):
            self._note("target" if targets else "", "", "缺指标，每个指标一节 [[target]]。")
            targets = []
        for name in sorted(tables.keys() - {"contract", "target", SECTION}):
            self._note(name, "", f"没有这一节：{name}。可以写 [contract]、[[target]] 和 [{SECTION}]。")
        for key, words in faults(tables.get(SECTION)):
            self._note(SECTION, key, words)
        self._keys("contract", head, _CONTRACT_KEYS)
        first, last = self._day(head, "from"), self._day(head, "to")
        if first and last and last < first:
            self._note("contract", "to", "to 比 from 早。")
        made = [self._target(f"target {n}", table) for n, table in enumerate(targets, 1)]
        self._twice(made)
        if self.wrong or first is None or last is None:
            said = "\n".join(f"第 {line} 行：{words}" for line, words in sorted(self.wrong))
            raise FilesWrong(f"{CONTRACT_FILE} 有 {len(self.wrong)} 处要改：\n{said}")
        name, version = str(head.get("name", "")), str(head.get("version", ""))
        return Contract(first, last, name, version, tuple(made), rule_of(tables.get(SECTION)))

    def _target(self, where: str, table: Mapping[str, Any]) -> Target:
        self._keys(where, table, _TARGET_KEYS)
        for key in _WANTED:
            if key not in table:
                self._note(where, "", f"这个指标缺 {key}。")
        for key in _TARGET_KEYS:
            if key != "value" and not isinstance(table.get(key, ""), str):
                self._note(where, key, f"{key} 应是文字，要加英文双引号。")
        value = table.get("value", 1)
        if type(value) is not int or value < 1:
            self._note(where, "value", "value 应是大于 0 的整数，不加引号。")
        if table.get("per", "") not in PER:
            self._note(where, "per", 'per 只能写 "month"（每月）或 "week"（每周），整个合同期的不写。')
        count = str(table.get("count", ""))
        if count and count not in self.counts:
            near = difflib.get_close_matches(count, self.counts, n=1)
            self._note(
                where,
                "count",
                f"count 没有“{count}”，{f'是不是 {near[0]}？' if near else '可以写：' + '、'.join(self.counts)}",
            )
        texts = {key: str(table.get(key, "")) for key in _TARGET_KEYS if key != "value"}
        return Target(value=value if type(value) is int else 1, **texts)

    def _keys(self, where: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        for key in table:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1, cutoff=0)
                self._note(where, key, f"没有 {key} 这一项，是不是 {near[0]}？")

    def _day(self, head: Mapping[str, Any], key: str) -> date | None:
        found = head.get(key)
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        if isinstance(found, str) and _DAY.fullmatch(found):
            return date.fromisoformat(found)
        self._note("contract", key, f"{key} 应写成 2026-01-01 这样的日期。")
        return None

    def _twice(self, made: Collection[Target]) -> None:
        ids = [target.id for target in made]
        for number, target in enumerate(made, 1):
            if target.id and target.id in ids[: number - 1]:
                self._note(f"target {number}", "id", f"id “{target.id}”写了两次。")

    def _note(self, where: str, key: str, words: str) -> None:
        self.wrong.append((self.lines.get((where, key)) or self.lines.get((where, "")) or 1, words))


def _lines(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each section and key: ("contract", "from"), ("target 2", "value"); "" is the section's own."""
    found: dict[tuple[str, str], int] = {}
    where, targets = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            targets += header[1] == "target"
            where = f"target {targets}" if header[1] == "target" else header[1]
            found.setdefault((where, ""), number)
        elif key := _KEY.match(line):
            found.setdefault((where, key[1]), number)
    return found
