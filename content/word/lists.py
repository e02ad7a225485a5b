"""Lists: from Word's items, each with a level and a number, to Markdown's nested lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from content.word.blocks import Paragraph
from content.word.inline import written


@dataclass
class _Item:
    """An item with what is nested in it."""

    paragraph: Paragraph
    inside: list[_Item] = field(default_factory=list)


def listed(items: Sequence[Paragraph]) -> str:
    """Return items that follow one another as Markdown.

    Numbers that do not go on by one cannot be had in a Markdown list; then they
    are written as text, in paragraphs of their own, so that none is changed.
    """
    tree = _tree(items)
    if _goes_on(tree):
        runs = groupby(tree, key=lambda item: item.paragraph.form.ordered)
        return "\n\n".join("\n".join(line for item in run for line in _lines(item)) for _, run in runs)
    return "\n\n".join(_as_text(item) for item in items)


def _tree(items: Sequence[Paragraph]) -> list[_Item]:
    top: list[_Item] = []
    open_: list[tuple[int, _Item]] = []
    for paragraph in items:
        item = _Item(paragraph)
        while open_ and open_[-1][0] >= paragraph.form.level:
            open_.pop()
        (open_[-1][1].inside if open_ else top).append(item)
        open_.append((paragraph.form.level, item))
    return top


def _goes_on(items: Sequence[_Item]) -> bool:
    """Tell whether the numbers of one level rise by one, and those of all levels below."""
    forms = [item.paragraph.form for item in items]
    steps = [(one.count, next_.count) for one, next_ in pairwise(forms) if one.ordered and next_.ordered]
    return all(after == before + 1 for before, after in steps) and all(_goes_on(item.inside) for item in items)


def _lines(item: _Item) -> list[str]:
    form = item.paragraph.form
    marker = f"{form.count}. " if form.ordered else "- "
    text = written(item.paragraph.pieces, joint="\\\n")
    lines = [*text.split("\n"), *(line for inner in item.inside for line in _lines(inner))]
    return [marker + lines[0], *(" " * len(marker) + line for line in lines[1:])]


def _as_text(item: Paragraph) -> str:
    if not item.form.ordered:
        return f"- {written(item.pieces)}"
    number = item.form.number.rstrip()
    return f"{number[:-1]}\\{number[-1]} {written(item.pieces, start=False)}" if number[-1:] in (".", ")") else (
        f"{number} {written(item.pieces, start=False)}"
    )  # fmt: skip
