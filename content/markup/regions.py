"""The stretches of a text that are not prose: fenced code, formulas, editors' comments, code in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_OPEN = re.compile(r"^((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?:(`{3,})([^`]*)|(~{3,})(.*)|(\$\$)(.*))$")
_QUOTED = re.compile(r"^(?:[ \t]*>)+ ?")
# A code span, or a comment, whichever begins first; a code span never runs over an empty line.
NOT_PROSE = re.compile(
    r"(?<![\\`])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=ticks)(?!`)|<!--[\s\S]*?(?:-->|\Z)"
)


@dataclass(frozen=True)
class Region:
    """A fenced block or a formula: the lines it covers (from 0, the last included) and what stands in it."""

    kind: str
    first: int
    last: int
    prefix: str
    info: str
    text: str
    closed: bool


def regions(lines: Sequence[str]) -> Iterator[Region]:
    """Yield the fenced code ("code") and the $$ formulas ("math") of a text, in order; one never closed runs to the end."""
    at = 0
    while at < len(lines):
        opened = _OPEN.match(lines[at]) if "```" in lines[at] or "~~~" in lines[at] or "$$" in lines[at] else None
        found = _region(lines, at, opened) if opened else None
        if found:
            yield found
            at = found.last
        at += 1


def _region(lines: Sequence[str], at: int, opened: re.Match[str]) -> Region | None:
    if opened[6]:
        return _math(lines, at, opened[1], opened[7])
    return _fence(lines, at, opened[1], opened[2] or opened[4], (opened[3] or opened[5] or "").strip())


def _fence(lines: Sequence[str], at: int, prefix: str, fence: str, info: str) -> Region:
    end = re.compile(rf"^(?:[ \t]*>)*[ \t]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    quoted = ">" in prefix
    indent = len(prefix) - prefix.rfind(">") - 1 - (1 if quoted and prefix[-1] == " " else 0)
    inside: list[str] = []
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if quoted and not _QUOTED.match(line):  # the quotation ends, and the code in it
            return Region("code", at, number - 1, prefix, info, "\n".join(inside), True)
        if end.match(line):
            return Region("code", at, number, prefix, info, "\n".join(inside), True)
        inside.append(_dedented(_QUOTED.sub("", line) if quoted else line, indent))
    return Region("code", at, len(lines) - 1, prefix, info, "\n".join(inside).rstrip("\n"), False)


def _dedented(line: str, indent: int) -> str:
    blank = len(line) - len(line.lstrip(" "))
    return line[min(blank, indent) :]


def _math(lines: Sequence[str], at: int, prefix: str, rest: str) -> Region | None:
    """A formula of its own lines; prose that only begins with $$ is no formula."""
    rest = rest.strip()
    if rest:
        if not rest.endswith("$$") or "$$" in rest[:-2]:
            return None
        return Region("math", at, at, prefix, "", rest[:-2].strip(), True)
    for number in range(at + 1, min(at + 60, len(lines))):
        line = _QUOTED.sub("", lines[number]).strip()
        if line.endswith("$$"):
            inside = [_QUOTED.sub("", text).strip() for text in lines[at + 1 : number]] + [line[:-2].strip()]
            return Region("math", at, number, prefix, "", "\n".join(filter(None, inside)), True)
    return None


def prose(text: str) -> list[str]:
    """Return the lines of a text with all that is not prose blanked out; lines and columns keep their places."""
    lines = text.split("\n")
    for region in regions(lines):
        for number in range(region.first, region.last + 1):
            lines[number] = " " * len(lines[number])
    return NOT_PROSE.sub(_blanked, "\n".join(lines)).split("\n")


def _blanked(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def without_comments(text: str) -> str:
    """Return a text without editors' comments; a comment never closed hides the rest, so that no note goes out."""
    return (
        NOT_PROSE.sub(lambda found: "" if found[0].startswith("<!--") else found[0], text) if "<!--" in text else text
    )
