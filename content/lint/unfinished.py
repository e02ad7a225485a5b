"""Rules for what is still to be written: the marks that a draft leaves where something is missing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content.article import Level, Problem
from content.lint.look import Look, Rule

_OPEN = re.compile(r"待补充(?:[：:]\s*([^）)】\]|\n]+))?")
_FACTS = ("title", "author", "digest", "column", "source")


def nothing_is_left_open(look: Look) -> Iterator[Problem]:
    """A place marked 待补充 must not reach a reader, nor a reviewer."""
    for key in _FACTS:
        if found := _OPEN.search(str(getattr(look.facts, key))):
            yield look.problem(look.at(key), "PLACEHOLDER", Level.ERROR, _words(found))
    for number, line in enumerate(look.prose):
        for found in _OPEN.finditer(line):
            at = look.source.body_line + number
            yield look.problem(at, "PLACEHOLDER", Level.ERROR, _words(found), col=found.start() + 1)


def _words(found: re.Match[str]) -> str:
    return f"这里还没有写：{found[1].strip()}。" if found[1] else "这里写着“待补充”，请补上内容。"


RULES: tuple[Rule, ...] = (nothing_is_left_open,)
