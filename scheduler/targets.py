"""contract.toml read: the contract's days, rules, supplements and targets, each with its clause and how it is counted.

Everything that is wrong in the file is said at once, with its line.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from content.errors import FilesWrong
from scheduler.agreement import DAYS_A_WEEK, Contract, Proof, Supplement, Target
from scheduler.counting_rules import NUMBERS, WORDS, CountingRules
from scheduler.interaction_rule import DEFAULT, SECTION, Rule, faults, rule_of
from scheduler.payments_file import amounts_agree, milestones, payments
from scheduler.service_lines import LINES
from scheduler.toml_notes import Notes, Section

__all__ = ["CONTRACT_FILE", "DAYS_A_WEEK", "Contract", "Target", "read_contract"]

CONTRACT_FILE = "contract.toml"
PER = ("", "month", "week")
SECTIONS = ("contract", "rules", "supplement", "target", "milestone", "payment", SECTION)
_CONTRACT_KEYS = ("name", "from", "to", "version", "amount", "late")
_SUPPLEMENT_KEYS = ("name", "document", "from", "to")
_TEXTS = ("id", "name", "clause", "rule", "per", "unit", "count", "phase", "line")
_TARGET_KEYS = (*_TEXTS, "value", "evidence", "exceed", "supplement")
_WANTED = ("id", "name", "value", "unit", "count")
_PROOF = re.compile(r"(.+?)(?:\s*[×xX*]?\s*(\d{1,2})\s*[份张个]?)?")
_NOTHING_YET = (date.min, 0)  # the first step of a target that a supplement has brought
_IN_WORDS = {"name": "名称", "value": "数目", "rule": "口径", "per": "周期", "unit": "单位", "clause": "条款"}


def read_contract(folder: Path, counts: Collection[str], *, on: date | None = None) -> Contract | None:
    """Return the contract of a workspace, None where it has none; FilesWrong with all that is wrong in the file.

    counts: the names of what can be counted, now or later. on: the day whose version is wanted, the newest one's
    when no day is given.
    """
    try:
        text = (folder / CONTRACT_FILE).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise FilesWrong(f"{CONTRACT_FILE} 读不出，请存成 UTF-8 编码。") from error
    return _parsed(text, tuple(counts), on or date.max)


@lru_cache(maxsize=8)  # the board is asked for more often than the file changes
def _parsed(text: str, counts: tuple[str, ...], on: date) -> Contract:
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"第 {line[1]} 行" if line else "最后一行"
        raise FilesWrong(f"{CONTRACT_FILE} {where}写得不对：每行应是 名称 = 值，文字要加英文双引号。") from error
    return _Reading(Notes(text), counts).contract(tables, on)


class _Reading:
    """One reading of the file: what was found wrong stands in its notes."""

    def __init__(self, notes: Notes, counts: Collection[str]) -> None:
        self.notes, self.counts = notes, counts

    def contract(self, tables: Mapping[str, Any], on: date) -> Contract:
        """Return the contract as it holds on a day; FilesWrong with all that is wrong."""
        self._sections(tables)
        head = self.notes.section(tables, "contract")
        head.knows(_CONTRACT_KEYS)
        first, last = self._day(head, "from"), self._day(head, "to")
        if first and last and last < first:
            head.note("to", "to 比 from 早。")
        papers = self._supplements(tables, first)
        first_or, last_or = first or date.min, last or date.max
        made = Contract(
            first_or, last_or, head.text("name"), head.text("version"), (), self._rules(tables),
            interactions=self._interactions(tables), milestones=milestones(self.notes, tables), payments=payments(self.notes, tables), amount=head.money("amount"),
            late=head.whole("late", 1),
        )  # fmt: skip
        made = self._with_targets(made, tables, papers, on)
        amounts_agree(head, made)
        if self.notes.wrong:
            said = "\n".join(f"第 {line} 行：{words}" for line, words in sorted(self.notes.wrong))
            raise FilesWrong(f"{CONTRACT_FILE} 有 {len(self.notes.wrong)} 处要改：\n{said}")
        return made

    def _sections(self, tables: Mapping[str, Any]) -> None:
        if not isinstance(tables.get("contract"), dict):
            self.notes.note("", "", "缺 [contract] 一节，写明 from 和 to。")
        if not tables.get("target"):
            self.notes.note("", "", "缺指标，每个指标一节 [[target]]。")
        for name in sorted(tables.keys() - set(SECTIONS)):
            known = "、".join(f"[{one}]" if one in ("contract", "rules", SECTION) else f"[[{one}]]" for one in SECTIONS)
            self.notes.note(name, "", f"没有这一节：{name}。可以写 {known}。")

    def _rules(self, tables: Mapping[str, Any]) -> CountingRules:
        section = self.notes.section(tables, "rules")
        section.knows((*WORDS, *NUMBERS))
        chosen = {key: section.choice(key, meanings) for key, meanings in WORDS.items()}
        return CountingRules(**chosen, theme_items=section.whole("theme_items", 1))

    def _interactions(self, tables: Mapping[str, Any]) -> Rule:
        for key, words in (wrong := list(faults(tables.get(SECTION)))):
            self.notes.note(SECTION, key, words)
        return DEFAULT if wrong else rule_of(tables.get(SECTION))

    def _supplements(self, tables: Mapping[str, Any], first: date | None) -> dict[str, tuple[Supplement, date | None]]:
        """Return the supplements by name, with the last day that each gives the contract."""
        found: dict[str, tuple[Supplement, date | None]] = {}
        for section in self.notes.sections(tables, "supplement"):
            section.knows(_SUPPLEMENT_KEYS)
            section.wants("这份补充协议", "name", "document")
            name, since = section.text("name"), self._day(section, "from")
            if name in found:
                section.note("name", f"补充协议“{name}”写了两次。")
            if first and since and since < first:
                section.note("from", "from 比合同开始早。")
            found[name] = Supplement(name, section.text("document"), since or date.max), section.day("to")
        return found

    def _with_targets(
        self, made: Contract, tables: Mapping[str, Any], papers: Mapping[str, tuple[Supplement, date | None]], on: date
    ) -> Contract:
        sections = self.notes.sections(tables, "target")
        for section in sections:
            self._check(section, papers)
        original = [section for section in sections if not section.table.get("supplement")]
        self._twice(original)
        versions = {str(one.table.get("id")): _Version.of(one, made.first) for one in original}
        told: list[Supplement] = []
        for paper, last in sorted(papers.values(), key=lambda one: one[0].since):
            if paper.since > on:
                continue
            mine = [section for section in sections if section.table.get("supplement") == paper.name]
            self._twice(mine)
            changes = [self._change(section, versions, paper) for section in mine]
            if last:
                changes.append(f"合同期到 {last}")
                made = replace(made, last=last)
            told.append(replace(paper, changes=tuple(changes)))
        lines = {key: self.notes.line(version.where) for key, version in versions.items()}
        return replace(
            made,
            version=told[-1].name if told else made.version,
            targets=tuple(version.target() for version in versions.values()),
            supplements=tuple(told),
            lines=lines,
        )

    def _change(self, section: Section, versions: dict[str, _Version], paper: Supplement) -> str:
        """Put a target as a supplement has it in the place of the one before, and return what is changed."""
        id_ = section.text("id")
        before = versions.get(id_)
        if before is None:
            section.wants("这个指标", *_WANTED)
            versions[id_] = _Version.brought(section, paper)
            return f"新增{section.text('name')}"
        versions[id_] = before.changed(section, paper)
        name = before.table.get("name", id_)
        parts = [
            f"{words} {before.table.get(key, '—')}→{section.table[key]}"
            for key, words in _IN_WORDS.items()
            if key in section.table and section.table[key] != before.table.get(key)
        ]
        return f"{name}：{'，'.join(parts) or '没有改动'}"

    def _check(self, section: Section, papers: Mapping[str, object]) -> None:
        section.knows(_TARGET_KEYS)
        paper = section.text("supplement")
        section.wants("这个指标", *(("id",) if paper else _WANTED))
        if paper and paper not in papers:
            section.note("supplement", f"没有补充协议“{paper}”，请加一节 [[supplement]]，写上 name、document、from。")
        for key in _TEXTS:
            section.text(key)
        section.whole("value", 1)
        section.flag("exceed", usual=False)
        section.texts("evidence")
        if section.table.get("per", "") not in PER:
            section.note("per", 'per 只能写 "month"（每月）或 "week"（每周），整个合同期的不写。')
        if section.table.get("line", LINES[0]) not in LINES:
            section.note("line", f"line 写服务线，只能是：{'、'.join(LINES)}。")
        count = str(section.table.get("count", ""))
        if count and count not in self.counts:
            near = difflib.get_close_matches(count, self.counts, n=1)
            instead = f"是不是 {near[0]}？" if near else "可以写：" + "、".join(self.counts)
            section.note("count", f"count 没有“{count}”，{instead}")

    def _day(self, section: Section, key: str) -> date | None:
        """Return a day that must be there."""
        if section.table.get(key) is None:
            section.note(key, f"{key} 应写成 2026-01-01 这样的日期。")
        return section.day(key)

    def _twice(self, sections: Sequence[Section]) -> None:
        ids = [section.table.get("id") for section in sections]
        for number, section in enumerate(sections):
            if ids[number] and ids[number] in ids[:number]:
                section.note("id", f"id “{ids[number]}”写了两次。")


class _Version:
    """A target as the papers up to one of them have it: its keys, and the values by the day from which they hold."""

    def __init__(self, where: str, table: Mapping[str, Any], document: str, steps: list[tuple[date, int]]) -> None:
        self.where, self.table, self.document, self.steps = where, table, document, steps

    @classmethod
    def of(cls, section: Section, since: date, document: str = "") -> _Version:
        return cls(section.where, section.table, document, [(since, _whole(section.table))])

    @classmethod
    def brought(cls, section: Section, paper: Supplement) -> _Version:
        """Return a target that a supplement has brought: nothing is wanted of the months before it."""
        made = cls.of(section, paper.since, paper.name)
        return cls(made.where, made.table, made.document, [_NOTHING_YET, *made.steps])

    def changed(self, section: Section, paper: Supplement) -> _Version:
        table = {**self.table, **section.table}
        if table.get("per", "") == self.table.get("per", ""):
            steps = [*self.steps, (paper.since, _whole(table))]
        else:
            before = [step for step in self.steps if step == _NOTHING_YET]
            steps = [*before, (self.steps[len(before)][0], _whole(table))]
        return _Version(section.where, table, paper.name, steps)

    def target(self) -> Target:
        texts = {key: str(self.table.get(key, "")) for key in _TEXTS}
        return Target(
            value=_whole(self.table), evidence=_proofs(self.table.get("evidence", ())),
            exceed=self.table.get("exceed") is True, document=self.document,
            steps=tuple(self.steps) if len(self.steps) > 1 else (), **texts,
        )  # fmt: skip


def _whole(table: Mapping[str, Any]) -> int:
    value = table.get("value", 1)
    return value if type(value) is int else 1


def _proofs(listed: object) -> tuple[Proof, ...]:
    """Return evidence as it is written: 签到表, 照片 2, 照片×2."""
    words = [listed] if isinstance(listed, str) else listed if isinstance(listed, Sequence) else []
    found = [_PROOF.fullmatch(str(word).strip()) for word in words]
    return tuple(Proof(one[1].strip(), max(1, int(one[2] or 1))) for one in found if one)
