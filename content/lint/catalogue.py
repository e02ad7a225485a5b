"""All rules with their levels and examples, made from the code: each example is tried, and its answer shown."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from content import lint
from content.article import Level, Problem
from content.lint import (
    dates,
    examples,
    leftovers,
    links,
    names,
    people,
    phones,
    privacy,
    punctuation,
    qr,
    samples,
    structure,
    sums,
    words,
)
from content.lint.example import Example
from content.lint.look import Context, Look

GROUPS: dict[str, tuple[Example, ...]] = {
    "文件怎样写": examples.READING,
    "标题、摘要、封面、社区": examples.FRONT,
    "发布时间": examples.TIMING,
    "排版": examples.TEXT,
    "日期": dates.EXAMPLES,
    "个人信息": privacy.EXAMPLES,
    "街道和社区的名称": names.EXAMPLES,
    "用词": words.EXAMPLES,
    "人名和职务": people.EXAMPLES,
    "电话": phones.EXAMPLES,
    "链接": links.EXAMPLES,
    "标点": punctuation.EXAMPLES,
    "漏填和重复": leftovers.EXAMPLES,
    "数字": sums.EXAMPLES,
    "自带的 HTML": examples.HTML,
    "图片": examples.PICTURES,
    "二维码": qr.EXAMPLES,
    "排版结构": structure.EXAMPLES,
}
_LEVELS = {Level.ERROR: "错误，不能送审", Level.WARN: "警告，写明理由可以送审", Level.INFO: "提示"}
_SHOWN = 120  # characters of an example


@dataclass(frozen=True)
class Entry:
    """A rule's line in the catalogue: what its example was answered, and by which function."""

    group: str
    example: Example
    level: Level
    message: str
    rule: str
    why: str  # the first paragraph of the rule's docstring
    mends: bool


def catalogue() -> list[Entry]:
    """Return an entry for each example, with what the rules really say to it."""
    given = samples.context()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples.lay_out(folder)
        return [entry for group in GROUPS for entry in _entries(group, given, folder)]


def _entries(group: str, given: Context, folder: Path) -> Iterator[Entry]:
    for example in GROUPS[group]:
        for problem, rule, why in answers(example, example.bad, given, folder):
            if problem.code == example.code:
                yield Entry(group, example, problem.level, problem.message, rule, why, bool(problem.was))
                break


def answers(example: Example, text: str, given: Context, folder: Path) -> Iterator[tuple[Problem, str, str]]:
    """Yield what is found in an example's text, with the rule's name and docstring; `folder` holds the samples."""
    source = samples.article(example, text, folder)
    for problem in source.problems:
        yield problem, "reading", "What the reading of the file finds."
    look = Look(source, samples.context_of(example, text, given))
    for rule in lint.RULES:
        for problem in rule(look):
            name = f"{rule.__module__.rpartition('.')[2]}.{rule.__name__}"
            yield problem, name, " ".join((rule.__doc__ or "").split("\n\n")[0].split())


def as_markdown(entries: list[Entry]) -> str:
    """Return the catalogue for editors, as Markdown."""
    lines = [
        "# 检查规则",
        "",
        "错误要改正才能送审；警告写明理由可以送审；提示供参考。标有“可自动改正”的，用 check --fix 改正。",
    ]
    group = ""
    for entry in entries:
        if entry.group != group:
            group = entry.group
            lines += ["", f"## {group}"]
        lines += ["", *_lines(entry)]
    return "\n".join(lines) + "\n"


def _lines(entry: Entry) -> list[str]:
    mends = "；可自动改正" if entry.mends else ""
    return [
        f"### {entry.example.code}（{_LEVELS[entry.level]}{mends}）",
        "",
        entry.example.about,
        "",
        f"- 不对（{entry.example.part}）：{_shown(entry.example.bad)}",
        f"- 正确（{entry.example.part}）：{_shown(entry.example.good)}",
        f"- 提示的话：{entry.message}",
    ]


def _shown(text: str) -> str:
    """Return an example in one line of code; blanks, line ends and the many characters of a long one are told."""
    short = text if len(text) <= _SHOWN else f"{text[:20]}…（共 {len(text)} 个字）"
    fence = "``" if "`" in short else "`"
    pad = " " if fence == "``" else ""
    return f"{fence}{pad}{short.replace(chr(10), ' ⏎ ')}{pad}{fence}" if short.strip() else "（空）"
