"""Rules for formulas and diagrams: they go out as pictures, or the editor learns here why they cannot."""

from __future__ import annotations

import re
from collections.abc import Iterator

from content import drawing
from content.article import Level, Problem
from content.drawn import CannotBeDrawn
from content.lint.look import Look, Rule
from content.markup.drawn import FORMULA, kind_of

_LIKE_TEX = re.compile(
    r"(?<!\\)\$\$[^$\n]+\$\$|(?<![\\$\w])\$(?=[^\s$])([^$\n]*?(?:\\[a-zA-Z]+|[\^_]\{?[^$\n])[^$\n]*?)(?<=\S)\$(?!\d)"
)
_FORMULA = re.compile(FORMULA)


def blocks_can_be_drawn(look: Look) -> Iterator[Problem]:
    """WeChat shows neither formulas nor diagrams; their source must not go out as text."""
    for region in look.regions:
        if kind := kind_of(region):
            code = "MATH_NEEDS_IMAGE" if kind == drawing.BLOCK else "DIAGRAM_NEEDS_IMAGE"
            yield from _drawn(look, look.source.body_line + region.first, code, kind, region.text)


def formulas_in_a_line_can_be_drawn(look: Look) -> Iterator[Problem]:
    """Where the article says `math: yes`, $…$ is a formula; elsewhere what looks like one is told."""
    if look.facts.math:
        for found in _FORMULA.finditer(look.prose_text):
            yield from _drawn(look, look.line_at(found.start()), "MATH_INLINE", drawing.IN_LINE, found[1])
        return
    for found in _LIKE_TEX.finditer(look.prose_text):
        message = f"“{found[0][:40]}”像是公式，会原样显示。要排成公式，请在文件开头写 math: yes；不是公式请改用文字。"
        yield look.problem(look.line_at(found.start()), "MATH_INLINE", Level.WARN, message, fix="math: yes")


def _drawn(look: Look, line: int, code: str, kind: str, text: str) -> Iterator[Problem]:
    from content.formulas import READABLE

    try:
        drawn = drawing.draw(kind, text)
    except CannotBeDrawn as error:
        yield look.problem(line, code, Level.ERROR, f"{error}。")
        return
    if drawn.width > READABLE:
        message = f"公式太宽（约 {drawn.width:.0f} 个字），手机上会缩得很小：“{text[:20]}”。请用 \\ 换行。"
        yield look.problem(line, "MATH_WIDE", Level.WARN, message)


RULES: tuple[Rule, ...] = (blocks_can_be_drawn, formulas_in_a_line_can_be_drawn)
